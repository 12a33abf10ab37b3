"""Reading pairs, whole or damaged."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from emostage.core.errors import AssetError
from emostage.training.finish.store import joined, nothing, read_pairs, to_bytes
from emostage.training.footage.store import read_footage

from ..conftest import pairs, write_pairs


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_pairs(tmp_path, [pairs(1, shots=2), joined([nothing(), pairs(2)])], [pairs(3)])


def test_pairs_come_back_as_they_were_and_are_joined(folder: Path) -> None:
    found, first, second = read_pairs(folder), pairs(1, shots=2), pairs(2)
    assert found.portrait_S.tolist() == [3, 7, 11]
    assert list(found.drawn) == [*first.drawn, *second.drawn]
    assert list(found.footage.pictures) == [*first.footage.pictures, *second.footage.pictures]
    assert np.array_equal(found.picture(9), second.picture(1))
    assert len(read_pairs(folder, "held")) == 4


def spoil(folder: Path, **arrays: np.ndarray | None) -> None:
    path = folder / "train-001.safetensors"
    whole = {**load_file(path), **arrays}
    save_file({name: array for name, array in whole.items() if array is not None}, path)


@pytest.mark.parametrize(
    ("arrays", "told"),
    [
        ({"drawn_X": None}, "drawn_X is missing"),
        ({"portrait_S": np.zeros(1, np.int32)}, "portrait_S is int32"),
        ({"portrait_S": np.array([4], np.int64)}, "a shot has no portrait"),
        ({"portrait_S": np.zeros(2, np.int64)}, "a shot has no portrait"),
        ({"drawn_ends_N": np.array([1, 2, 3], np.int64)}, "do not fit"),
        ({"drawn_ends_N": np.array([1, 2, 3, 4], np.int64), "drawn_X": np.zeros(4, np.uint8)}, "no JPEG file"),
        ({"starts_C1": np.array([0, 9], np.int64)}, "do not fit"),
    ],
)
def test_what_is_damaged_is_told(folder: Path, arrays, told: str) -> None:
    spoil(folder, **arrays)
    with pytest.raises(AssetError, match="E130") as raised:
        read_pairs(folder)
    assert told in str(raised.value)


def test_a_missing_file_and_missing_frames_are_told(folder: Path) -> None:
    (folder / "train-001.safetensors").write_bytes(to_bytes(pairs(2, shots=2)))
    with pytest.raises(AssetError, match="16 of 12 frames"):
        read_pairs(folder)
    (folder / "train-001.safetensors").unlink()
    with pytest.raises(AssetError, match="1 of 2 files"):
        read_pairs(folder)


def test_pairs_and_footage_are_not_taken_for_each_other(folder: Path, footage: Path) -> None:
    with pytest.raises(AssetError, match="E130"):
        read_footage(folder)
    with pytest.raises(AssetError, match="E130"):
        read_pairs(footage)
    with pytest.raises(AssetError, match="E130") as raised:
        read_pairs(folder / "nowhere")
    assert "--finish" in raised.value.diagnostics[0].hint
