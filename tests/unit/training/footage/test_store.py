"""Reading footage, whole or damaged."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import load_file, save_file

from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.training.footage.store import FORMAT, FRAMES, SHOTS, Footage, joined, nothing, opened, packed, read_footage, to_bytes

from ..conftest import noise

SHAPES = len(load_head().shape_names)
CARD = {
    "format": FORMAT,
    "head": load_head().fingerprint,
    "shards": {"train": 2, "held": 1},
    "parts": {"train": {"frames": 12}, "held": {"frames": 4}},
}
COUNTS = ("starts_C1", "ends_N", "pictures_X", "shape_SK")
WHOLE = ("sound_NWX", "rotation_N3", "source_S", "shot_N")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "train-000.safetensors").write_bytes(to_bytes(noise(1, shots=2), {"skipped": "[]"}))
    (tmp_path / "train-001.safetensors").write_bytes(to_bytes(noise(2)))
    (tmp_path / "held-000.safetensors").write_bytes(to_bytes(joined([nothing(SHAPES), noise(3)])))
    write_card(tmp_path)
    return tmp_path


def write_card(folder: Path, **changes: object) -> None:
    (folder / "card.json").write_text(json.dumps({**CARD, **changes}), encoding="utf-8")


def same(a: Footage, b: Footage) -> bool:
    pairs = [*((a.frames[name], b.frames[name]) for name in FRAMES), *((a.shots[name], b.shots[name]) for name in SHOTS)]
    pairs += [(a.starts_C1, b.starts_C1), (a.shape_SK, b.shape_SK)]
    return list(a.pictures) == list(b.pictures) and all(x.dtype == y.dtype and np.array_equal(x, y) for x, y in pairs)


def test_footage_comes_back_as_it_was(folder: Path) -> None:
    assert same(read_footage(folder), joined([noise(1, shots=2), noise(2)]))
    assert same(read_footage(folder, "held"), noise(3))


def test_shots_keep_their_frames_and_people(folder: Path) -> None:
    footage = read_footage(folder)
    assert footage.starts_C1.tolist() == [0, 3, 4, 7, 8, 11, 12]
    assert footage.frames["shot_N"].tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert footage.shots["identity_S"].tolist() == [1, 1, 2]
    seated, own = footage.seated(2), noise(2).seated(0)
    assert (seated.focal, seated.centre_2.tolist()) == (own.focal, own.centre_2.tolist())
    assert np.array_equal(seated.shape_K, own.shape_K)


def test_pictures_are_nearly_what_they_were() -> None:
    picture_HW3 = np.linspace([[0, 40, 255]], [[255, 20, 0]], 64).repeat(64, 1).astype(np.uint8)
    assert np.abs(opened(packed(picture_HW3)).astype(int) - picture_HW3).max() <= 4
    assert opened(packed(picture_HW3)).shape == (64, 64, 3)


def test_no_frames_at_all_are_footage_too(tmp_path: Path) -> None:
    for name in ("train-000", "held-000"):
        (tmp_path / f"{name}.safetensors").write_bytes(to_bytes(nothing(SHAPES)))
    write_card(tmp_path, shards={"train": 1, "held": 1}, parts={"train": {"frames": 0}, "held": {"frames": 0}})
    assert len(read_footage(tmp_path)) == 0


def test_what_is_missing_is_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E130 there is no finished footage"):
        read_footage(tmp_path / "nowhere")
    write_card(folder, parts={"train": {"frames": 13}, "held": {"frames": 4}})
    with pytest.raises(AssetError, match=r"E130.*12 of 13 frames"):
        read_footage(folder)
    write_card(folder, head="another")
    with pytest.raises(AssetError, match=r"E130.*another head"):
        read_footage(folder)
    write_card(folder)
    (folder / "train-001.safetensors").unlink()
    with pytest.raises(AssetError, match=r"E130.*1 of 2 files"):
        read_footage(folder)


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{}", "\x00", "[" * 100_000, json.dumps({**CARD, "format": 1})),
        *(json.dumps({name: value for name, value in CARD.items() if name != missing}) for missing in CARD),
        *(
            json.dumps({**CARD, "shards": shards})
            for shards in ({"train": 2}, {"train": 0, "held": 1}, {"train": "x", "held": 1}, 3)
        ),
        *(json.dumps({**CARD, "parts": parts}) for parts in ({"train": 12, "held": 4}, {"train": {"frames": 12}}, None)),
    ],
)
def test_cards_that_are_none(folder: Path, text: str) -> None:
    (folder / "card.json").write_text(text, encoding="utf-8")
    with pytest.raises(AssetError, match="E130"):
        read_footage(folder)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        *((name, lambda _: None, f"{name} is missing") for name in (*COUNTS, *FRAMES, *SHOTS)),
        *((name, lambda a: a[:-1], f"{name} is ") for name in FRAMES),
        *((name, lambda a: np.concatenate([a, a]), f"{name} is ") for name in SHOTS),
        *((name, lambda a: a.astype(np.float64), f"{name} is float64") for name in WHOLE),
        *(
            (name, lambda a: np.full_like(a, np.nan), f"{name} has values that are no numbers")
            for name in ("expression_N52", "landmarks_NL2", "pivot_S3", "lens_S3")
        ),
        ("starts_C1", lambda a: a * 0, "starts_C1 does not rise"),
        ("starts_C1", lambda a: a + 1, "starts_C1 does not rise"),
        ("starts_C1", lambda a: a[:0], "starts_C1 does not rise"),
        ("starts_C1", lambda a: a[:-1], "do not fit"),
        ("starts_C1", lambda a: a.astype(np.int32), "starts_C1 is int32"),
        ("ends_N", lambda a: a[::-1], "ends_N does not rise"),
        ("ends_N", lambda a: a - a[0], "ends_N does not rise"),
        ("ends_N", lambda a: a.reshape(2, -1), "ends_N is int64"),
        ("ends_N", lambda a: a + 1, "do not fit"),
        ("ends_N", lambda a: np.concatenate([a[:1] - 5, a[1:]]), "no JPEG"),
        ("pictures_X", lambda a: a * 0, "no JPEG"),
        ("pictures_X", lambda a: a.astype(np.float32), "pictures_X is float32"),
        ("shape_SK", lambda a: a[0, 0], "shape_SK is no table"),
        ("shape_SK", lambda a: a * np.inf, "shape_SK is no table"),
        ("shape_SK", lambda a: a.astype(np.int32), "shape_SK is no table"),
        ("shape_SK", lambda a: np.concatenate([a, a], 1), "another head"),
        ("shot_N", lambda a: a + 1, "a shot that is not there"),
        ("shot_N", lambda a: a - 1, "a shot that is not there"),
        ("source_S", lambda a: a + 3, "a source that is not known"),
        ("parts_NGG", lambda a: a + 6, "a part that is not known"),
    ],
)
def test_arrays_that_do_not_fit_are_told(folder: Path, name: str, change, told: str) -> None:
    path = folder / "train-001.safetensors"
    arrays = load_file(path)
    if (changed := change(arrays[name])) is None:
        del arrays[name]
    else:
        arrays[name] = np.ascontiguousarray(changed)
    save_file(arrays, path)
    with pytest.raises(AssetError, match=f"E130.*{told}"):
        read_footage(folder)


def test_a_clip_through_two_shots_is_told(folder: Path) -> None:
    path = folder / "train-000.safetensors"
    save_file(load_file(path) | {"starts_C1": np.array([0, 3, 5, 8], np.int64)}, path)
    with pytest.raises(AssetError, match=r"E130.*through several shots"):
        read_footage(folder)


def test_a_file_that_is_cut_short_is_told(folder: Path) -> None:
    path = folder / "held-000.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(AssetError, match=r"E130.*cannot be read"):
        read_footage(folder, "held")


def test_a_picture_that_is_damaged_inside_is_told_when_it_is_looked_at() -> None:
    whole = packed(np.zeros((64, 64, 3), np.uint8))
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    for data in (whole[:3] + whole[200:], png.getvalue(), b""):
        with pytest.raises(AssetError, match=r"E130.*cannot be read"):
            opened(data)
