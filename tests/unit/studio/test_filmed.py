"""A film that emostage made itself is read again."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.errors import AssetError
from emostage.core.tracks import FrameStream, MotionTrack
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.film.encode import encode
from emostage.portrait.photo import PhotoRenderer
from emostage.studio import filmed
from emostage.studio.filmed import read_film

COUNT = 26
TIMES = np.linspace(0, 2 * np.pi, COUNT)
JAW, SMILE, TURN = np.clip(np.sin(TIMES), 0, 1), np.clip(-np.sin(TIMES), 0, 1), np.sin(TIMES / 2)


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    """Thumbnails of somebody who opens the mouth, then smiles, and meanwhile turns and turns back."""
    shown_T52 = JAW[:, None] * expression(jawOpen=0.5) + SMILE[:, None] * expression(mouthSmile=0.8)
    still_T = np.zeros(COUNT, np.float32)
    motion = MotionTrack(
        expression_T52=shown_T52.astype(np.float32),
        rotation_T3=(TURN[:, None] * np.radians([0, 12, 0])).astype(np.float32),
        shift_T2=np.zeros((COUNT, 2), np.float32),
        scale_T=still_T + 1,
        tongue_T=still_T,
        breath_T=still_T,
        fps=Fraction(25),
    )
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    return list(PhotoRenderer(portrait, load_head(), size_px=(160, 160), shot="close", quality="draft").render(motion))


@pytest.fixture
def film(tmp_path):
    def make(pictures, name="clip.mp4"):
        height, width = pictures[0].shape[:2]
        stream = FrameStream(fps=Fraction(25), size_px=(width, height), count=len(pictures), open=lambda: iter(pictures))
        encode(stream, tmp_path / name, quality="high")
        return tmp_path / name

    return make


def test_what_was_asked_is_found(film, frames):
    told = []
    found = read_film(film(frames), on_frame=lambda done, count: told.append((done, count)))
    assert told == [(n, COUNT) for n in range(1, COUNT + 1)]
    motion = found.motion
    assert (len(motion), motion.fps) == (COUNT, 25)
    jaw_T, smile_T = (motion.expression_T52[:, ARKIT_INDEX[name]] for name in ("jawOpen", "mouthSmileLeft"))
    yaw_T = np.degrees(motion.rotation_T3[:, 1])
    for found_T, asked_T in ((jaw_T, JAW), (smile_T, SMILE), (yaw_T, TURN)):
        assert np.corrcoef(found_T, asked_T)[0, 1] > 0.9
    assert jaw_T.max() == pytest.approx(0.5, abs=0.15)
    assert smile_T.max() == pytest.approx(0.8, abs=0.3)
    assert np.ptp(yaw_T) == pytest.approx(12, abs=4)
    assert found.neutral in {0, 1, COUNT // 2 - 1, COUNT // 2, COUNT - 2, COUNT - 1}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda frames: frames[:5], "E117.*too short"),
        (lambda frames: [*frames[:4], *(255 - frame for frame in frames[:4])], "E117.*cuts"),
        (lambda frames: [np.full_like(frame, 90) for frame in frames[:8]], "E117.*hidden in 100%"),
    ],
)
def test_films_of_nobody_are_refused(film, frames, change, problem):
    with pytest.raises(AssetError, match=problem):
        read_film(film(change(frames)))


def test_small_faces_are_refused(film, frames, monkeypatch):
    monkeypatch.setattr("emostage.face.findings.MIN_FACE_PX", 400)
    with pytest.raises(AssetError, match="E076"):
        read_film(film(frames[:6]))


def test_a_frame_that_is_not_there_cannot_be_the_neutral_one(film, frames):
    with pytest.raises(AssetError, match=r"E014.*no frame 40"):
        read_film(film(frames[: filmed.LEAST_FRAMES]), neutral=40)
