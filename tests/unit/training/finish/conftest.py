"""Pairs of noise, drawn by nobody."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emostage.face.head import load_head
from emostage.training.finish import performing
from emostage.training.finish.store import Pairs
from emostage.training.footage.store import CARD, FORMAT, Footage, packed, to_bytes

from ..footage.conftest import noise


def pairs(identity: int = 0, shots: int = 1, size_px: int = 64) -> Pairs:
    """In each shot a clip of three frames and a still, which is the portrait; what is drawn is darker."""
    footage = noise(identity, shots, size_px=size_px)
    drawn = [packed((footage.picture(n) // 2).astype(np.uint8)) for n in range(len(footage))]
    return Pairs(footage=footage, drawn=drawn, portrait_S=np.arange(3, 4 * shots, 4, dtype=np.int64))


@pytest.fixture
def performed(monkeypatch) -> list[np.ndarray]:
    """Portraits that have been performed, in order; all their frames are the portrait, lighter by the number of the frame."""
    asked: list[np.ndarray] = []

    class Performed:
        def __init__(self, picture_HW3, rotation_3) -> None:
            asked.append(picture_HW3)
            self.picture = picture_HW3

        def frames(self, expression_T52, rotation_T3):
            assert expression_T52.shape[1:] == (52,) and rotation_T3.shape == (len(expression_T52), 3)
            return (np.clip(self.picture // 2 + n, 0, 255).astype(np.uint8) for n in range(len(expression_T52)))

    monkeypatch.setattr(performing, "Performed", Performed)
    return asked


def write_footage(folder: Path, train: list[Footage], held: list[Footage]) -> Path:
    """A folder of footage."""
    for part, pieces in (("train", train), ("held", held)):
        for number, piece in enumerate(pieces):
            (folder / f"{part}-{number:03d}.safetensors").write_bytes(to_bytes(piece))
    counts = {"train": {"frames": sum(map(len, train))}, "held": {"frames": sum(map(len, held))}}
    shards = {"train": len(train), "held": len(held)}
    card = {"format": FORMAT, "what": "noise", "shards": shards, "head": load_head().fingerprint, "parts": counts, "size_px": 64}
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    return folder


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """Two files of two and one shots to train on, and one that is held out."""
    folder = tmp_path / "faces"
    folder.mkdir()
    return write_footage(folder, [noise(1, shots=2), noise(2)], [noise(3)])
