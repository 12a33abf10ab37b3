"""Shards some of whose pieces are passed over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.numpy import load_file, save, save_file

from emostage.core.errors import AssetError
from emostage.training.footage.passing import counted, passed_over, write_shard


def to_bytes(pieces: Sequence[int], notes: Mapping[str, str]) -> bytes:
    data: bytes = save({"pieces": np.array(pieces, np.int64)}, dict(notes))
    return data


def fails(code: str) -> Callable[[], int]:
    def fail() -> int:
        raise AssetError.of(code, "no face")

    return fail


def test_pieces_of_no_use_are_passed_over_and_told(tmp_path: Path) -> None:
    path = tmp_path / "train-000.safetensors"
    write_shard(path, [(None, lambda: 3), ({"file": "dog.png", "shot": 2}, fails("E070")), ({"file": "a"}, lambda: 5)], to_bytes)
    assert load_file(path)["pieces"].tolist() == [3, 5]
    (one,) = found = passed_over(path, "shots")
    assert (one["file"], one["shot"], one["why"][:4]) == ("dog.png", 2, "E070")
    assert counted(found, "shots") == {"shots": 1, "of_which": found}


@pytest.mark.parametrize(("told", "code"), [(None, "E070"), ({"file": "dog.png"}, "E133")])
def test_what_no_piece_is_to_blame_for_ends_the_making(tmp_path: Path, told: dict[str, str] | None, code: str) -> None:
    with pytest.raises(AssetError, match=code):
        write_shard(tmp_path / "train-000.safetensors", [(told, fails(code))], to_bytes)
    assert not list(tmp_path.iterdir())


def test_pieces_are_made_in_one_thread(tmp_path: Path) -> None:
    before, seen = (torch.get_num_threads(), cv2.getNumThreads()), []
    write_shard(tmp_path / "a", [(None, lambda: seen.append((torch.get_num_threads(), cv2.getNumThreads())) or 0)], to_bytes)
    assert seen == [(1, 1)]
    assert (torch.get_num_threads(), cv2.getNumThreads()) == before


@pytest.mark.parametrize("note", ["{", "[3]", "[{}]"])
def test_a_damaged_note_is_told(tmp_path: Path, note: str) -> None:
    save_file({"pieces": np.zeros(1)}, tmp_path / "a", {"skipped": note})
    with pytest.raises(AssetError, match=r"E130.*what it says of files"):
        passed_over(tmp_path / "a", "files")
