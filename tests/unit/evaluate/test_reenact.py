"""A film made of a known motion is tracked, drawn again and compared."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.errors import EmostageError
from emostage.core.tracks import U8, FrameStream, MotionTrack, Portrait
from emostage.evaluate.reenact import reenact
from emostage.face.film import follow
from emostage.face.head import load_head
from emostage.face.perform import performed
from emostage.face.portrait import portrait_of, read_portrait
from emostage.face.track import FaceMeshTracker
from emostage.film.encode import encode
from emostage.portrait.follow import motion_of
from emostage.portrait.photo import PhotoRenderer

COUNT, SIZE = 12, (192, 192)
SWING = np.sin(np.linspace(0, np.pi, COUNT)).astype(np.float32)


@pytest.fixture(scope="module")
def asked() -> MotionTrack:
    """A head that turns, tilts, comes nearer, moves, and opens its mouth, and comes back."""
    angles = np.radians([6.0, 10.0, 5.0])
    return MotionTrack(
        expression_T52=SWING[:, None] * expression(jawOpen=0.5),
        rotation_T3=(SWING[:, None] * angles).astype(np.float32),
        shift_T2=SWING[:, None] * np.array([0.08, -0.05], np.float32),
        scale_T=1 + 0.06 * SWING,
        tongue_T=np.zeros(COUNT, np.float32),
        breath_T=np.zeros(COUNT, np.float32),
        fps=Fraction(25),
    )


@pytest.fixture(scope="module")
def frames(asked) -> list[U8]:
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    return list(PhotoRenderer(portrait, load_head(), size_px=SIZE, shot="close").render(asked))


@pytest.fixture(scope="module")
def again(frames) -> tuple[Portrait, MotionTrack]:
    """The first frame's portrait, and the motion tracked in the frames."""
    portrait, _ = portrait_of(frames[0])
    with FaceMeshTracker() as tracker:
        landmarks = follow(tracker, frames, portrait.crop.to_picture(portrait.landmarks_L2))
    sheet = PhotoRenderer(portrait, load_head(), size_px=SIZE).painter.sheet
    return portrait, motion_of(performed(portrait, load_head(), landmarks), sheet, Fraction(25))


@pytest.fixture
def film(tmp_path) -> Callable[[list[U8]], Path]:
    def make(pictures: list[U8]) -> Path:
        height, width = pictures[0].shape[:2]
        stream = FrameStream(fps=Fraction(25), size_px=(width, height), count=len(pictures), open=lambda: iter(pictures))
        encode(stream, tmp_path / "clip.mp4", quality="high")
        return tmp_path / "clip.mp4"

    return make


def test_a_known_motion_is_found_again(again, asked):
    _, motion = again
    turned = np.degrees(motion.rotation_T3 - asked.rotation_T3)
    assert np.abs(turned).max() < 4
    assert np.abs(turned).mean() < 1.5
    np.testing.assert_allclose(motion.shift_T2, asked.shift_T2, atol=0.04)
    np.testing.assert_allclose(motion.scale_T, asked.scale_T, atol=0.03)
    jaw = motion.expression_T52[:, ARKIT_INDEX["jawOpen"]]
    assert np.corrcoef(jaw, SWING)[0, 1] > 0.97
    assert 0.2 < jaw.max() < 0.7
    assert jaw[[0, -1]].max() < 0.15


def test_a_film_drawn_again_is_liker_than_its_first_frame(film, frames):
    result = reenact(film(frames), quality="draft")
    assert (result.frames, result.size_px) == (COUNT - 1, SIZE)
    assert result.drawn.psnr_db > result.still.psnr_db + 4
    assert result.drawn.ssim > result.still.ssim + 0.1
    for part in ("face", "mouth", "eyes"):
        assert getattr(result.drawn, part) < 0.4 * getattr(result.still, part)
    assert result.drawn.opening > 0.8
    assert np.isnan(result.still.opening)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda frames: frames[:5], "E117.*too short"),
        (lambda frames: [*frames[:8], *(255 - frame for frame in frames[8:])], "E117.*cuts to another picture at 0.32 s"),
        (lambda frames: [np.full_like(frame, 90) for frame in frames], "E070"),
    ],
)
def test_films_that_are_no_clip_of_a_face_are_refused(film, frames, change, code):
    with pytest.raises(EmostageError, match=code):
        reenact(film(change(frames)))


def test_what_is_no_film_is_refused(tmp_path):
    (tmp_path / "clip.mp4").write_bytes(b"no film")
    with pytest.raises(EmostageError, match="E106"):
        reenact(tmp_path / "clip.mp4")
