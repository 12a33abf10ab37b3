"""The photo's own expression is taken out: the same performance on a neutral and on an expressive photo of one person."""

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.emotion import EMOTIONS
from emostage.emotion.facs import SILENT_E52
from emostage.face.portrait import portrait_of
from emostage.face.track import FaceMeshTracker
from emostage.portrait.neutral import completed, level, projector, understood
from emostage.portrait.photo import PhotoRenderer

SIZE = 448
PHOTOS = {
    "neutral": expression(),
    "smiling": expression(mouthSmile=0.6, cheekSquint=0.4),
    "open": expression(jawOpen=0.3, mouthLowerDown=0.15),
    "frowning": expression(mouthFrown=0.8, browDown=0.6),
    "raised": expression(browInnerUp=0.6, browOuterUp=0.5),
}
CURVES = ("width of the mouth", "lift of its corners", "gap of the lips", "inner brows", "outer brows")
MARGINS = {
    "smiling": (0.09, 0.10, 0.10, 0.06, 0.06),
    "open": (0.06, 0.10, 0.20, 0.10, 0.10),
    "frowning": (0.10, 0.15, 0.06, 0.27, 0.30),
    "raised": (0.06, 0.05, 0.08, 0.16, 0.20),
}
"""Largest rms difference of a curve, relative to its range over the performance."""


def curves(points: list[np.ndarray]) -> np.ndarray:
    """Width of the mouth, lift of its corners, gap of the lips and height of the brows (B, 5) in outer eye distances."""
    p = np.stack(points)[:, :468]
    middle, across = (p[:, 33] + p[:, 263]) / 2, p[:, 263] - p[:, 33]
    size = np.linalg.norm(across, axis=1)
    down = np.stack([-across[:, 1], across[:, 0]], 1) / size[:, None]

    def below(*landmarks):
        return ((p[:, landmarks].mean(1) - middle) * down).sum(1)

    width = np.linalg.norm(p[:, 61] - p[:, 291], axis=1)
    rows = (width, below(13, 14) - below(61, 291), np.linalg.norm(p[:, 13] - p[:, 14], axis=1), -below(55, 285), -below(105, 334))
    return np.stack(rows, 1) / size[:, None]


@pytest.fixture(scope="module")
def performances(head, portrait, track):
    """Curves, tracked in the film, of the same performance on photos of one person with different expressions."""
    torch.set_num_threads(1)
    renderer = PhotoRenderer(portrait, head, size_px=(SIZE, SIZE), shot="close")
    emotions = SILENT_E52[[EMOTIONS.index(name) for name in ("happy", "sad", "angry", "surprised")]]
    played = track([0 * emotions[0], *(share * row for row in emotions for share in (0.5, 1.0))])
    found = {}
    with FaceMeshTracker() as tracker:
        for name, frame in zip(PHOTOS, renderer.render(track(list(PHOTOS.values()))), strict=True):
            photo, _ = portrait_of(frame, head=head)
            film = PhotoRenderer(photo, head, size_px=(SIZE, SIZE), shot="close").render(played)
            found[name] = curves([tracker.faces(shown)[0] for shown in film])
    return found


@pytest.mark.parametrize("photo", MARGINS)
def test_a_performance_is_the_same_on_every_photo_of_a_person(photo, performances):
    neutral = performances["neutral"]
    off = np.sqrt(((performances[photo] - neutral) ** 2).mean(0)) / np.ptp(neutral, axis=0)
    for curve, margin, value in zip(CURVES, MARGINS[photo], off, strict=True):
        assert value < margin, f"{curve}: {value:.3f}"


@pytest.mark.parametrize("photo", MARGINS)
def test_curves_of_every_photo_follow_those_of_the_neutral_one(photo, performances):
    for one, other in zip(performances["neutral"].T, performances[photo].T, strict=True):
        assert np.corrcoef(one, other)[0, 1] > 0.75


def mouth(lift_mm: float) -> np.ndarray:
    """Landmarks in millimetres of a mouth whose corners are lifted."""
    points_L3 = np.full((468, 3), 500.0)
    points_L3[[13, 14]] = 0
    points_L3[[78, 308]] = [[-25, -lift_mm, 0], [25, -lift_mm, 0]]
    return points_L3


def test_corners_at_rest_are_left_alone_and_lifted_ones_come_down_with_a_smile():
    assert not level(mouth(0.3), expression(), 1.0).any()
    assert not level(mouth(4.0), expression(), 1.0).any()
    down = level(mouth(4.0), expression(mouthSmile=0.6), 1.0)
    np.testing.assert_allclose(down[[78, 308], 1], 3.4, atol=0.2)
    up = level(mouth(-4.0), expression(), 1.0)
    np.testing.assert_allclose(up[[78, 308], 1], -3.25, atol=0.2)


def test_what_the_fit_missed_of_a_smile_is_added_to_it():
    deltas = np.zeros((52, 468, 3))
    deltas[ARKIT_INDEX["mouthSmileLeft"], 308, 1] = deltas[ARKIT_INDEX["mouthSmileRight"], 78, 1] = -10.0
    fuller = completed(expression(mouthSmile=0.4).astype(np.float64), deltas, mouth(2.6), 1.0)
    assert fuller[ARKIT_INDEX["mouthSmileLeft"]] == pytest.approx(0.6, abs=0.01)
    same = completed(expression(mouthSmile=0.4).astype(np.float64), deltas, mouth(0.0), 1.0)
    np.testing.assert_array_equal(same, expression(mouthSmile=0.4).astype(np.float64))


def test_brows_of_usual_height_are_taken_for_brows_at_rest():
    deltas = np.zeros((52, 468, 3))
    rest = understood(expression(browInnerUp=0.15, browOuterUp=0.1), deltas, 0.0)
    assert not rest.any()
    raised = [understood(expression(browInnerUp=w), deltas, 0.0)[ARKIT_INDEX["browInnerUp"]] for w in (0.3, 0.4, 0.5)]
    assert 0 < raised[0] < raised[1] < raised[2] <= 1


def test_the_projector_gives_the_photos_own_mouth_once():
    smile = expression(mouthSmile=0.6, jawOpen=0.2, browInnerUp=0.5)
    assert projector(smile) @ smile == pytest.approx(1)
    assert not projector(expression(browInnerUp=0.5)).any()
