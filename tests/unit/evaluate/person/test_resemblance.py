"""Frames beside real ones: the same are the same, however they are framed, and worse ones are worse."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from emostage.evaluate.person import resemblance as measuring
from emostage.evaluate.person.resemblance import Compared, Real, resemblance

COUNT = 6


class Colours:
    """A recogniser that looks at the colour of the face."""

    def embed(self, frames: list[np.ndarray], landmarks_NL2: np.ndarray) -> np.ndarray:
        (frame_HW3,), (landmarks_L2,) = frames, landmarks_NL2
        x, y = (landmarks_L2[:468].mean(0) * len(frame_HW3)).astype(int)
        colour_3 = frame_HW3[max(0, y - 6) : y + 7, max(0, x - 6) : x + 7].astype(float).mean((0, 1))
        return (colour_3 / np.linalg.norm(colour_3))[None]


class Told:
    """A tracker that is told where faces are; where it is told nothing there is none."""

    def __init__(self) -> None:
        self.places: dict[bytes, np.ndarray] = {}

    def tell(self, frames: list[np.ndarray], landmarks_TL2: np.ndarray) -> list[np.ndarray]:
        self.places |= {frame.tobytes(): face_L2 for frame, face_L2 in zip(frames, landmarks_TL2, strict=True)}
        return frames


@pytest.fixture
def tracker(monkeypatch: pytest.MonkeyPatch) -> Told:
    hidden = np.full((478, 2), np.nan)
    monkeypatch.setattr(measuring, "read_face", lambda tracker, frame, near: tracker.places.get(frame.tobytes(), hidden))
    return Told()


@pytest.fixture(scope="module")
def take(sitting, films):
    return films.take(sitting.renderer(), films.speaking(3 * COUNT)).part(0, 3 * COUNT)


@pytest.fixture(scope="module")
def some(take):
    """Every third frame: the mouth opens and shuts."""
    numbers = slice(0, None, 3)
    return replace(
        take, pictures=list(take.pictures)[numbers], landmarks_TL2=take.landmarks_TL2[numbers], seen_T=take.seen_T[numbers]
    )


@pytest.fixture
def real(some, tracker) -> Real:
    return Real(some, tracker, Colours())


def own(some) -> list[np.ndarray]:
    return [some.picture(t).copy() for t in range(COUNT)]


def moved(frames, landmarks_TL2, *, turn_deg=0.0, scale=1.0, shift=(0.0, 0.0), side=192):
    """The same in another framing, and the places of the landmarks there."""
    onto_23 = cv2.getRotationMatrix2D((side / 2, side / 2), turn_deg, scale) + np.array([[0, 0, shift[0]], [0, 0, shift[1]]])
    shown = [cv2.warpAffine(f, onto_23, (side, side), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE) for f in frames]
    return shown, landmarks_TL2 @ onto_23[:, :2].T + onto_23[:, 2]


def test_the_same_frames_are_the_same(some, real, tracker):
    found = real.compared(tracker.tell(own(some), some.landmarks_TL2.astype(np.float64))).resemblance()
    assert found.frames == COUNT
    assert (found.face, found.mouth, found.eyes) == pytest.approx((0, 0, 0), abs=1e-9)
    assert (found.ssim, found.mouth_ssim, found.opening) == pytest.approx((1, 1, 1), abs=1e-6)
    assert found.psnr_db > 60 and found.mouth_psnr_db > 60
    assert found.identity > 0.99


@pytest.mark.parametrize(
    "how", [{"shift": (7.0, -4.0)}, {"scale": 1.2}, {"turn_deg": 5.0}, {"turn_deg": -4, "scale": 1.1, "shift": (3, 2)}]
)
def test_framing_does_not_matter(some, real, tracker, how):
    shown, landmarks_TL2 = moved(own(some), some.landmarks_TL2.astype(np.float64), **how)
    found = real.compared(tracker.tell(shown, landmarks_TL2)).resemblance()
    assert (found.face, found.mouth, found.eyes) == pytest.approx((0, 0, 0), abs=1e-6)
    assert found.opening == pytest.approx(1)
    assert found.ssim > 0.97 and found.mouth_ssim > 0.95
    assert found.psnr_db > 30


def test_a_mouth_that_stays_shut_is_told(some, real, tracker):
    landmarks_TL2 = some.landmarks_TL2.astype(np.float64)
    still_TL2 = landmarks_TL2.copy()
    still_TL2[:, measuring._MOUTH] = landmarks_TL2[0, measuring._MOUTH]
    shown = [some.picture(0).copy() for _ in range(COUNT)]
    for t, frame in enumerate(shown):
        frame[0, 0] = t  # so that each is told apart
    found = real.compared(tracker.tell(shown, still_TL2)).resemblance()
    assert found.mouth > 1 and found.eyes == pytest.approx(0, abs=1e-6)
    assert found.mouth > found.face > 0
    assert found.mouth_ssim < found.ssim < 1
    assert np.isnan(found.opening) or abs(found.opening) < 0.99


def test_somebody_else_is_not_alike(some, real, tracker):
    blue = [np.ascontiguousarray(frame[..., ::-1]) for frame in own(some)]
    found = real.compared(tracker.tell(blue, some.landmarks_TL2.astype(np.float64))).resemblance()
    same = real.compared(tracker.tell(own(some), some.landmarks_TL2.astype(np.float64))).resemblance()
    assert found.identity < same.identity - 0.02
    assert found.mouth == pytest.approx(same.mouth)


def test_frames_in_which_no_face_is_read_or_filmed_do_not_count(some, tracker):
    hidden = replace(some, seen_T=np.arange(COUNT) != 2)
    shown = own(some)
    tracker.tell(shown[:4], some.landmarks_TL2[:4].astype(np.float64))
    compared = Real(hidden, tracker, Colours()).compared(shown)
    assert np.isfinite(compared.rows_TX).all(1).tolist() == [True, True, False, True, False, False]
    assert compared.resemblance().frames == 3
    nothing = Real(some, Told(), Colours()).compared(shown).resemblance()
    assert nothing.frames == 0 and np.isnan(nothing.mouth)
    assert set(nothing.as_dict()) == set(vars(nothing))


def test_faces_are_looked_for_where_they_were_last(some, monkeypatch):
    looked = []

    def read(tracker, frame, near_L2):
        looked.append(near_L2.mean())
        return np.full((478, 2), np.nan) if len(looked) == 2 else np.full((478, 2), float(len(looked)))

    monkeypatch.setattr(measuring, "read_face", read)
    real = Real(some, None, Colours())
    monkeypatch.setattr(real, "_pictures", lambda *given: (1.0, 1.0, 1.0, 1.0))
    monkeypatch.setattr(real, "_alike", lambda *given: 1.0)
    with np.errstate(all="ignore"):
        real.compared(own(some))
    assert looked[0] == pytest.approx(some.landmarks_TL2[0].mean(), abs=0.01)
    assert looked[1:] == [1.0, 1.0, 3.0, 4.0, 5.0]


def test_takes_count_by_their_frames():
    one, other = (Compared(rows_TX=np.full((n, 10), value)) for n, value in ((1, 4.0), (3, 0.0)))
    together = resemblance([one, other])
    assert (together.frames, together.mouth, together.psnr_db) == (4, 1.0, 1.0)


def test_similarities_are_found_by_least_squares():
    rng = np.random.default_rng(0)
    points_P2 = rng.normal(size=(8, 2)) * 30
    angle, scale, shift_2 = 0.3, 1.4, np.array([5.0, -7.0])
    linear_22 = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    found_23 = measuring.similarity(points_P2, points_P2 @ linear_22.T + shift_2)
    np.testing.assert_allclose(found_23, np.c_[linear_22, shift_2], atol=1e-9)
