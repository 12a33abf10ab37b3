"""Takes on the disk, whole or damaged."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from emostage.core.errors import AssetError
from emostage.training.footage.store import packed
from emostage.training.tracked.store import FPS, RATE_HZ, Take, read_take, read_takes, write_take


def made(frames: int = 5, *, name: str = "me.mp4#0001", sound: bool = True, size_px: tuple[int, int] = (40, 30)) -> Take:
    rng = np.random.default_rng(frames)
    width, height = size_px
    seen_T = np.ones(frames, bool)
    seen_T[frames // 2 + 1 :][:1] = False
    return Take(
        name=name,
        source="me.mp4",
        first_s=1.48,
        pictures=[packed(np.full((height, width, 3), 20 * t, np.uint8)) for t in range(frames)],
        size_px=size_px,
        landmarks_TL2=rng.uniform(0, 30, (frames, 478, 2)).astype(np.float32),
        seen_T=seen_T,
        samples_S=rng.integers(-32768, 32767, frames * RATE_HZ // FPS).astype(np.int16) if sound else None,
    )


@pytest.mark.parametrize(("frames", "sound"), [(5, True), (5, False), (1, False)])
def test_what_is_written_is_read(tmp_path: Path, frames: int, sound: bool) -> None:
    take = made(frames, sound=sound)
    write_take(take, tmp_path / "a.safetensors")
    found = read_take(tmp_path / "a.safetensors")
    assert (found.name, found.source, found.first_s, found.size_px) == (take.name, take.source, take.first_s, take.size_px)
    assert (len(found), found.seconds, found.is_photo, found.fps) == (frames, frames / 25, frames == 1, 25)
    np.testing.assert_array_equal(found.landmarks_TL2, take.landmarks_TL2)
    np.testing.assert_array_equal(found.seen_T, take.seen_T)
    assert list(found.pictures) == list(take.pictures)
    assert found.picture(frames - 1).shape == (30, 40, 3)
    assert abs(int(found.picture(frames - 1).mean()) - 20 * (frames - 1)) <= 1
    clip = found.audio()
    assert (clip is not None) == sound
    if clip is not None:
        assert (clip.rate_hz, clip.duration_s) == (RATE_HZ, found.seconds)
        assert np.abs(clip.samples_S).max() <= 1


def test_a_part_has_its_own_pictures_landmarks_and_sound(tmp_path: Path) -> None:
    write_take(made(8), tmp_path / "a.safetensors")
    whole = read_take(tmp_path / "a.safetensors")
    part = whole.part(2, 5, "a part")
    assert (part.name, len(part), part.first_s) == ("a part", 3, pytest.approx(1.48 + 0.08))
    assert list(part.pictures) == list(whole.pictures)[2:5]
    np.testing.assert_array_equal(part.landmarks_TL2, whole.landmarks_TL2[2:5])
    assert part.samples_S is not None
    assert whole.samples_S is not None
    np.testing.assert_array_equal(part.samples_S, whole.samples_S[2 * 640 : 5 * 640])
    write_take(part, tmp_path / "b.safetensors")
    assert [take.name for take in read_takes(tmp_path)] == [whole.name, "a part"]
    with pytest.raises(ValueError, match="no frames"):
        whole.part(8, 12)


def test_processes_that_load_pictures_are_given_takes(tmp_path: Path) -> None:
    write_take(made(), tmp_path / "a.safetensors")
    take = read_take(tmp_path / "a.safetensors")
    assert pickle.loads(pickle.dumps(take)).pictures[3] == take.pictures[3]


def _note(change: dict) -> object:
    def broken(path: Path) -> None:
        with safe_open(path, "numpy") as file:
            note = json.loads(file.metadata()["take"])
        save_file(load_file(path), path, {"take": json.dumps(note | change)})

    return broken


def _array(name: str, change) -> object:
    def broken(path: Path) -> None:
        with safe_open(path, "numpy") as file:
            notes = file.metadata()
        arrays = load_file(path)
        arrays[name] = change(arrays[name])
        save_file({key: np.ascontiguousarray(array) for key, array in arrays.items()}, path, notes)

    return broken


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


@pytest.mark.parametrize(
    "harm",
    [
        _cut,
        lambda path: path.write_bytes(b"nothing"),
        lambda path: path.unlink(),
        lambda path: save_file(load_file(path), path),
        _note({"first_s": float("nan")}),
        _note({"first_s": "soon"}),
        _note({"size_px": [10_000, 30]}),
        _note({"size_px": 3}),
        _note({"name": ""}),
        _note({"rate_hz": 8000}),
        _array("landmarks_TL2", lambda a: a[:3]),
        _array("landmarks_TL2", lambda a: a.astype(np.float64)),
        _array("landmarks_TL2", lambda a: a * np.float32(np.nan)),
        _array("seen_T", np.zeros_like),
        _array("seen_T", lambda a: a + 7),
        _array("ends_T", lambda a: a[::-1]),
        _array("ends_T", lambda a: a + 1),
        _array("pictures_X", lambda a: a[:-5]),
        _array("pictures_X", lambda a: a.astype(np.int16)),
        _array("samples_S", lambda a: a[:-1]),
        _array("samples_S", lambda a: a.astype(np.float32)),
    ],
)
def test_damage_is_told(tmp_path: Path, harm) -> None:
    path = tmp_path / "a.safetensors"
    write_take(made(), path)
    harm(path)
    with pytest.raises(AssetError, match="E138"):
        read_take(path)


def test_damaged_pictures_are_told_when_they_are_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "a.safetensors"
    write_take(made(), path)
    _array("pictures_X", lambda a: np.where(np.arange(len(a)) == 1, 7, a).astype(np.uint8))(path)
    take = read_take(path)
    with pytest.raises(AssetError, match=r"E138.*picture 0"):
        take.picture(0)
    assert take.picture(1).shape == (30, 40, 3)
    other = replace(made(), pictures=[packed(np.zeros((8, 9, 3), np.uint8))] * 5)
    with pytest.raises(AssetError, match=r"E138.*another size"):
        other.picture(0)


def test_no_takes_are_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E138"):
        read_takes(tmp_path)
