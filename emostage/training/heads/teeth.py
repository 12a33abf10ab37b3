"""Rows of teeth as bent sheets met by viewing rays: the upper row fixed to the skull, the lower one to the jaw.

Head axes: x right, y down, z away. N pixels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64
from emostage.face.marks import BEND, SHIFT_RANGE_M, middle
from emostage.training.heads.crowns import HALF_MM, HIGH_MM, LOW_MM, LOWER, UPPER, Crowns, paint_row
from emostage.training.heads.tones import linear

_GUM_SRGB = (176, 98, 96)


@dataclass(frozen=True, kw_only=True)
class Denture:
    """`shade` darkens and yellows teeth (0 white, 1 dark), `size` against the usual, `gap_mm` lowers the upper row."""

    shade: float
    size: float
    gap_mm: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """A row in head coordinates: `middle_3` of the biting edge, `strip_4HW` linear RGB and alpha along arc and height."""

    upper: bool
    middle_3: Tensor
    mm: float
    strip_4HW: Tensor

    def meet(self, origin_N3: Tensor, ray_N3: Tensor) -> tuple[Tensor, Tensor]:
        """Colour with alpha (N, 4) of the row where rays meet it, and the rays' lengths (N,) there in units of `ray_N3`.

        The nearer root of k (ox + q dx)^2 = oz + q dz in its stable form (W. Press et al., Numerical Recipes, 5.6).
        """
        x, y, z = (origin_N3 - self.middle_3).unbind(-1)
        dx, dy, dz = ray_N3.unbind(-1)
        a, b, c = BEND * dx * dx, 2 * BEND * dx * x - dz, BEND * x * x - z
        q = 2 * c / ((b * b - 4 * a * c).clamp_min(0).sqrt() - b)
        along = x + q * dx
        height = (y + q * dy) / self.mm * (-1 if self.upper else 1)
        bend = 2 * BEND * along
        arc = (0.5 * along * (1 + bend * bend).sqrt() + torch.asinh(bend) / (4 * BEND)) / self.mm
        grid = torch.stack([arc / HALF_MM, 2 * (height - LOW_MM) / (HIGH_MM - LOW_MM) - 1], -1)
        seen_4N = torch.nn.functional.grid_sample(self.strip_4HW[None], grid[None, None], align_corners=False)[0, :, 0]
        return seen_4N.T, q


def draw_denture(age: float, rng: np.random.Generator) -> Denture:
    """Random teeth, darker with age."""
    return Denture(
        shade=float(np.clip(rng.uniform(0, 0.5) + 0.4 * age, 0, 1)),
        size=float(rng.uniform(0.93, 1.06)),
        gap_mm=float(rng.normal(0, 0.5)),
    )


def rows(denture: Denture, lips_shift_3: F64) -> tuple[Row, Row]:
    """The upper and the lower row of a person whose lips lie `lips_shift_3` metres from the neutral head's."""
    tooth_3 = np.array([238, 232, 220]) - denture.shade * np.array([34, 46, 70])
    shift_3 = np.clip(lips_shift_3, -SHIFT_RANGE_M, SHIFT_RANGE_M)

    def row(upper: bool, crowns: Crowns) -> Row:
        strip_4HW = paint_row(crowns, linear(tooth_3), linear(_GUM_SRGB))
        lower_3 = np.array([0.0, 1e-3 * denture.gap_mm if upper else 0.0, 0.0])
        return Row(
            upper=upper,
            middle_3=torch.from_numpy(middle(upper=upper) + lower_3 + shift_3).float(),
            mm=1e-3 * denture.size,
            strip_4HW=torch.from_numpy(strip_4HW),
        )

    return row(True, UPPER), row(False, LOWER)
