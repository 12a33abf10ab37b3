"""Footage on disk, and people who cost nothing to perform."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from emostage.training.finish import performing

from ..conftest import noise, write_footage


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


@pytest.fixture
def footage(tmp_path: Path) -> Path:
    """Two files of two and one shots to train on, and one that is held out."""
    folder = tmp_path / "faces"
    folder.mkdir()
    return write_footage(folder, [noise(1, shots=2), noise(2)], [noise(3)])
