"""Folds of the skin that deepen with expression and age: darkness maps in four groups, and how deep each group is.

Groups: forehead (brows raised), frown (brows drawn together), nasolabial (smile, sneer), crow's feet (squint).
H, W texels, B frames, G = 4 groups.
"""

from __future__ import annotations

import torch
from torch import Tensor

from emostage.core.arkit import indices
from emostage.training.heads.canvas import Canvas, ramp
from emostage.training.heads.noise import value_noise

GROUPS = 4
_NASOLABIAL = ((129, 203, 206, 216, 212), (358, 423, 426, 436, 432))
_CORNERS = (33, 263)
_DRIVERS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("browInnerUp", 0.7), ("browOuterUp", 0.4)),
    (("browDown", 0.9), ("noseSneer", 0.3)),
    (("mouthSmile", 0.8), ("noseSneer", 0.6), ("mouthUpperUp", 0.35), ("mouthDimple", 0.2), ("mouthStretch", 0.3)),
    (("cheekSquint", 0.6), ("eyeSquint", 0.4), ("mouthSmile", 0.25)),
)
_AT_REST = (0.35, 0.30, 0.55, 0.40)
"""Depth of the groups in the resting face of the oldest."""


def fold_maps(canvas: Canvas, seed: int) -> Tensor:
    """Darkness (H, W, G) in [0, 1] of the folds at their deepest."""
    front = canvas.front
    maps = (_forehead(canvas, seed), _frown(canvas), _nasolabial(canvas), _crows_feet(canvas))
    return torch.stack([(m * front).clamp(0, 1) for m in maps], -1)


def fold_depths(expression_B52: Tensor, age: float) -> Tensor:
    """Depth (B, G) of the groups in [0, 1.3]: the old fold more."""
    columns = []
    for drivers, resting in zip(_DRIVERS, _AT_REST, strict=True):
        pull = sum((gain * expression_B52[:, list(indices(name))].mean(1) for name, gain in drivers), 0.0 * expression_B52[:, 0])
        columns.append(pull.clamp(0, 1) * (0.30 + 0.7 * age) + resting * age**1.5)
    return torch.stack(columns, 1)


def _forehead(canvas: Canvas, seed: int) -> Tensor:
    x, y, _ = canvas.points_M3.unbind(-1)
    bend = 5.0 * (value_noise(torch.stack([x * 45, y * 30], -1), seed) - 0.5) + (x * 1e3 / 30) ** 2
    lines = (0.5 + 0.5 * torch.cos((y * 1e3 + bend) * (6.283 / 7.0))) ** 6
    return 0.75 * lines * ramp(-24e-3, -14e-3, y) * ramp(9e-3, 2e-3, y) * ramp(40e-3, 22e-3, x.abs())


def _frown(canvas: Canvas) -> Tensor:
    x, y, _ = canvas.points_M3.unbind(-1)
    lines = torch.exp(-(((x.abs() * 1e3 - 5.0 - (0.018 - y) * 60) / 1.2) ** 2))
    return 0.9 * lines * ramp(0.0, 8e-3, y) * ramp(28e-3, 20e-3, y)


def _nasolabial(canvas: Canvas) -> Tensor:
    total = torch.zeros_like(canvas.points_M3[..., 0])
    for chain in _NASOLABIAL:
        distance, share, _ = canvas.along(canvas.chain(chain))
        total = total + (0.7 * torch.exp(-((distance / 1.5) ** 2)) + 0.3 * torch.exp(-((distance / 4.0) ** 2))) * ramp(
            1.0, 0.7, share
        )
    return total


def _crows_feet(canvas: Canvas) -> Tensor:
    total = torch.zeros_like(canvas.points_M3[..., 0])
    for landmark in _CORNERS:
        dx, dy, _ = (canvas.points_M3 - canvas.at(landmark)).unbind(-1)
        out = dx * (1.0 if landmark == _CORNERS[1] else -1.0) * 1e3
        far, angle = torch.hypot(out, dy * 1e3), torch.atan2(dy * 1e3, out)
        lines = (0.5 + 0.5 * torch.cos(angle * 11)) ** 4
        total = total + 0.8 * lines * ramp(3.0, 8.0, far) * ramp(22.0, 13.0, far) * ramp(0.9, 0.5, angle.abs())
    return total
