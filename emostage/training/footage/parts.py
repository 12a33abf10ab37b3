"""What cells show as far as landmarks tell it: mouth, eyes and face; of hair, body and background they know nothing. N frames."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.tracks import U8
from emostage.nets.painting.maps import OVAL, drawn, inside
from emostage.training.footage.store import PARTS, PARTS_PX, UNKNOWN

_FINER = 4
"""Cells of the finer grid on which it is measured how much of a cell something fills, along a cell."""
_TOLD = ("mouth", "eyes", "face")


def told_by(landmarks_NL2: NDArray[np.floating[Any]]) -> U8:
    """What most of each cell shows (N, G, G), as `store.PARTS` numbers it; landmarks are shares of the side."""
    points_NL2 = torch.from_numpy(np.array(landmarks_NL2, np.float32))

    lips, right, left = drawn(points_NL2, ("lips", "right eye", "left eye"), _FINER * PARTS_PX).unbind(1)
    whole = inside(points_NL2[:, list(OVAL)], _FINER * PARTS_PX)[:, 0]
    mouth, eyes, whole = (torch.nn.functional.avg_pool2d(fine_NFF, _FINER) for fine_NFF in (lips, right + left, whole))
    shares_N4GG = torch.stack([mouth, eyes, (whole - mouth - eyes).clamp_min(0), 1 - torch.maximum(whole, mouth + eyes)], 1)
    numbers = np.array([*(PARTS.index(name) for name in _TOLD), UNKNOWN], np.uint8)
    told_NGG: U8 = numbers[shares_N4GG.argmax(1).numpy()]
    return told_NGG
