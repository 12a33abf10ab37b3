"""A film that emostage made itself, as footage."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.core.tracks import FrameStream, MotionTrack
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.face.turning import Turning, TurningHead, head_rotation
from emostage.film import ffmpeg
from emostage.film.encode import encode
from emostage.portrait.photo import PhotoRenderer
from emostage.training.footage import filmed
from emostage.training.footage.acting import SILENCE_X
from emostage.training.footage.filmed import filmed_shot
from emostage.training.footage.layouts import Film, feeling
from emostage.training.footage.store import PARTS, REACH, SOURCES, UNKNOWN, Footage, to_bytes

SIZE, COUNT = 64, 18
SOUND = Path(resource("scenes", "recorded", "countdown.wav"))
TIMES = np.linspace(0, 2 * np.pi, COUNT)
JAW, YAW_DEG, AWAY = np.clip(np.sin(TIMES), 0, 1) * 0.6, 9 * np.sin(TIMES / 2), (np.arange(COUNT) == 9) * 0.5


def film(path: Path, **more) -> Film:
    return Film(path=path, name=f"videos/{path.name}", person="videos/ada", sound=SOUND, **more)


def written(path: Path, frames: list[np.ndarray]) -> Path:
    height, width = frames[0].shape[:2]
    encode(
        FrameStream(fps=Fraction(25), size_px=(width, height), count=len(frames), open=lambda: iter(frames)), path, quality="high"
    )
    return path


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    """Somebody who opens and shuts the mouth, turns and turns back, and for one frame is elsewhere."""
    zero_T = np.zeros(COUNT, np.float32)
    motion = MotionTrack(
        expression_T52=(JAW[:, None] * expression(jawOpen=1.0)).astype(np.float32),
        rotation_T3=np.radians(YAW_DEG[:, None] * [0, 1, 0]).astype(np.float32),
        shift_T2=(AWAY[:, None] * [1, 0]).astype(np.float32),
        scale_T=zero_T + 1,
        tongue_T=zero_T,
        breath_T=zero_T,
        fps=Fraction(25),
    )
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    renderer = PhotoRenderer(portrait, load_head(), size_px=(176, 176), shot="close", quality="draft")
    return [frame.copy() for frame in renderer.render(motion)]


@pytest.fixture(scope="module")
def shot(frames, tmp_path_factory) -> Footage:
    path = written(tmp_path_factory.mktemp("film") / "talk.mp4", frames)
    return filmed_shot(film(path, weights_8=feeling("happy", 0.7)), SIZE, np.random.default_rng(0))


def test_frames_in_which_the_head_keeps_its_place_are_kept(shot: Footage) -> None:
    assert shot.starts_C1.tolist() == [0, 9, COUNT - 1]
    assert to_bytes(shot)
    assert SOURCES[shot.shots["source_S"][0]] == "filmed"
    assert (shot.frames["parts_NGG"][:, 0, 0] == UNKNOWN).all()
    assert all((shot.frames["parts_NGG"] == PARTS.index(part)).any() for part in ("face", "mouth", "eyes"))


def test_what_is_done_is_found(shot: Footage) -> None:
    there = AWAY == 0
    jaw_N = shot.frames["expression_N52"][:, ARKIT_INDEX["jawOpen"]].astype(float)
    assert np.corrcoef(jaw_N, JAW[there])[0, 1] > 0.9
    yaw_N = np.degrees(shot.frames["rotation_N3"][:, 1])
    assert np.corrcoef(yaw_N, YAW_DEG[there])[0, 1] > 0.9
    assert abs(np.median(yaw_N)) < 2


def test_landmarks_are_near_those_of_the_person_before_the_camera(shot: Footage) -> None:
    turning = Turning(TurningHead(load_head()), shot.seated(0))
    rotation_N33 = head_rotation(torch.from_numpy(shot.frames["rotation_N3"]))
    found_NL2 = turning.landmarks(torch.from_numpy(shot.frames["expression_N52"].astype(np.float32)), rotation_N33).numpy()
    off_NL2 = found_NL2 - shot.frames["landmarks_NL2"].astype(np.float32)
    assert np.linalg.norm(off_NL2, axis=-1).mean() < 0.025


def test_the_feeling_is_that_of_the_label_and_the_sound_that_of_the_film(shot: Footage) -> None:
    assert np.allclose(shot.frames["weights_N8"].astype(float), feeling("happy", 0.7), atol=1e-3)
    sound_NWX = shot.frames["sound_NWX"]
    assert (sound_NWX[0, :REACH] == SILENCE_X).all()
    assert np.array_equal(sound_NWX[0, REACH + 1], sound_NWX[1, REACH])
    assert np.array_equal(sound_NWX[-1, REACH - 1], sound_NWX[-2, REACH])
    assert not (sound_NWX[:, REACH] == SILENCE_X).all(1).any()


@pytest.mark.parametrize("fps", [50, 30, 25, 12])
def test_films_of_any_rate_are_seen_25_times_a_second(fps: int) -> None:
    taken = [np.full((2, 2, 3), n, np.uint8) for n in range(2 * fps)]
    stream = FrameStream(fps=Fraction(fps), size_px=(2, 2), count=len(taken), open=lambda: iter(taken))
    seen_s = (np.array([frame[0, 0, 0] for frame in filmed._even(stream)]) + 0.5) / fps
    assert len(seen_s) == 50
    assert np.abs(seen_s - (np.arange(50) + 0.5) / 25).max() <= 0.5 / fps + 1e-9


def test_long_films_are_left_early() -> None:
    read = []

    def endless():
        while True:
            read.append(1)
            yield np.zeros((2, 2, 3), np.uint8)

    stream = FrameStream(fps=Fraction(25), size_px=(2, 2), count=10_000, open=endless)
    assert len(list(filmed._even(stream))) == filmed.MOST_FRAMES == len(read)


def test_films_of_other_kinds_are_seen_too(frames, tmp_path: Path) -> None:
    made = written(tmp_path / "talk.mp4", frames)
    for suffix in (".flv", ".mkv"):
        other = tmp_path / f"talk{suffix}"
        ffmpeg.run(["-i", ffmpeg.place(made), "-c:v", "mpeg4" if suffix == ".mkv" else "flv", "-q:v", "2", ffmpeg.place(other)])
        with filmed._watched(other) as stream:
            seen = list(stream)
        assert len(seen) == pytest.approx(COUNT, abs=1)
        assert np.abs(seen[4].astype(int) - frames[4]).mean() < 6


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda frames: frames[:5], "E117.*too short"),
        (lambda frames: [np.full_like(frame, 90) for frame in frames[:10]], "E117.*hidden in 100%"),
    ],
)
def test_films_that_show_nobody_well_are_told(frames, tmp_path: Path, change, told: str) -> None:
    path = written(tmp_path / "talk.mp4", change(frames))
    with pytest.raises(AssetError, match=told):
        filmed_shot(film(path), SIZE, np.random.default_rng(0))


def test_what_is_no_film_or_has_no_sound_is_told(frames, tmp_path: Path) -> None:
    for name in ("talk.mp4", "talk.flv"):
        (tmp_path / name).write_bytes(b"no film" * 100)
        with pytest.raises(AssetError, match=r"E106|E115"):
            filmed_shot(film(tmp_path / name), SIZE, np.random.default_rng(0))
    silent = written(tmp_path / "silent.mp4", frames[:8])
    with pytest.raises(AssetError, match="E08"):
        filmed_shot(Film(path=silent, name="a", person="b", sound=silent), SIZE, np.random.default_rng(0))
