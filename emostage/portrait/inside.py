"""What lies inside a mouth: two rows of teeth as painted strips on their arches, and the dark behind; and what is known of it from
other pictures of the same person.

B frames, H and W rows and columns of a box, or of a strip's texels. Colours are sRGB 0..255, alphas 0..1.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from emostage.core.tracks import F32, Frozen
from emostage.portrait.arch import Arch
from emostage.portrait.denture import HALF_MM, HIGH_MM, LOW_MM, Strip
from emostage.portrait.polygon import look_up

TEXELS_MM = 4
"""Texels of a map along a millimetre."""
SHAPE = (round((HIGH_MM - LOW_MM) * TEXELS_MM), round(2 * HALF_MM * TEXELS_MM))
_KNEE = 185.0
"""Level from which on a map makes teeth whiter only by little and little, so that they never become a white bar."""
_MOST = 1.2
"""Most by which a map makes anything lighter or darker (logarithm)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Row:
    """One painted arch as tensors: `rgba_4HW` with alpha 0..1. It lies `drop_mm` lower (upper teeth) or higher (lower teeth) than
    usual."""

    arch: Arch
    rgba_4HW: Tensor
    texels_mm: float
    drop_mm: Tensor

    def seen(self, origin_B3: Tensor, rays: tuple[Tensor, Tensor, Tensor], drop_mm_B: Tensor) -> tuple[Tensor, Tensor]:
        """Colour (B, 3, H, W) and alpha (B, 1, H, W) of what rays meet; `drop_mm_B` lowers the row."""
        arc_BHW, height_BHW = self.arch.hit(origin_B3, rays, drop_mm_B + self.drop_mm)
        column, row = (arc_BHW + HALF_MM) * self.texels_mm, (height_BHW - LOW_MM) * self.texels_mm
        rgba = look_up(self.rgba_4HW, column, row)
        return rgba[:, :3], rgba[:, 3:]


@dataclass(frozen=True, kw_only=True, eq=False)
class Inside:
    """The inside of a mouth; `cavity_3` is the colour of the dark behind."""

    upper: Row
    lower: Row
    cavity_3: Tensor


def row_of(arch: Arch, strip: Strip, device: str) -> Row:
    """A painted strip on its arch."""
    rgba = np.concatenate([strip.rgb_HW3, strip.alpha_HW[..., None]], -1).transpose(2, 0, 1)
    return Row(
        arch=arch,
        rgba_4HW=torch.as_tensor(rgba.copy(), device=device),
        texels_mm=strip.texels_mm,
        drop_mm=torch.zeros((), device=device),
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class MouthMap(Frozen):
    """How the inside of a person's mouth differs from what is painted for a mouth that was never seen.

    `upper_4HW`, `lower_4HW` (texels of `SHAPE`): logarithms of how much lighter the colours are, and what is added to alpha;
    `cavity_3` the same logarithms for the dark; `drop_2` (mm) how much lower and higher the two rows lie.
    """

    upper_4HW: F32
    lower_4HW: F32
    cavity_3: F32
    drop_2: F32

    def at(self, strength: float) -> MouthMap:
        """So much of it."""
        return MouthMap(**{name: np.asarray(strength * getattr(self, name), np.float32) for name in _SHAPES})

    def on(self, inside: Inside) -> Inside:
        """An inside that was painted, as the person's."""
        upper_4HW, lower_4HW, cavity_3, drop_2 = (
            torch.as_tensor(np.array(getattr(self, name)), device=inside.cavity_3.device) for name in _SHAPES
        )
        return changed(inside, upper_4HW, lower_4HW, cavity_3, drop_2)


_SHAPES: Mapping[str, tuple[int, ...]] = {
    "upper_4HW": (4, *SHAPE), "lower_4HW": (4, *SHAPE), "cavity_3": (3,), "drop_2": (2,),
}  # fmt: skip


def changed(inside: Inside, upper_4HW: Tensor, lower_4HW: Tensor, cavity_3: Tensor, drop_2: Tensor) -> Inside:
    """An inside changed as `MouthMap` says; it can be differentiated by the change."""
    return Inside(
        upper=_changed(inside.upper, upper_4HW, drop_2[0]),
        lower=_changed(inside.lower, lower_4HW, drop_2[1]),
        cavity_3=inside.cavity_3 * cavity_3.clamp(-_MOST, _MOST).exp(),
    )


def _changed(row: Row, change_4HW: Tensor, drop_mm: Tensor) -> Row:
    sized_4HW = change_4HW
    if change_4HW.shape != row.rgba_4HW.shape:
        size = row.rgba_4HW.shape[1:]
        sized_4HW = interpolate(change_4HW[None], size, mode="bilinear", antialias=True)[0]
    rgb_3HW = row.rgba_4HW[:3] * sized_4HW[:3].clamp(-_MOST, _MOST).exp()
    alpha_1HW = (row.rgba_4HW[3:] + sized_4HW[3:]).clamp(0, 1)
    return replace(row, rgba_4HW=torch.cat([_never_flat(rgb_3HW, row.rgba_4HW[:3]), alpha_1HW]), drop_mm=row.drop_mm + drop_mm)


def _never_flat(rgb_3HW: Tensor, painted_3HW: Tensor) -> Tensor:
    """Colours that come the more slowly near to white the lighter they are than what was painted."""
    light_3HW = _KNEE + (255 - _KNEE) * torch.tanh((rgb_3HW - _KNEE) / (255 - _KNEE))
    return torch.where((rgb_3HW > _KNEE) & (rgb_3HW > painted_3HW), torch.maximum(light_3HW, painted_3HW.clamp(max=255)), rgb_3HW)


def to_arrays(known: MouthMap) -> dict[str, NDArray[Any]]:
    """The arrays of a file."""
    return {name: np.asarray(getattr(known, name), np.float16) for name in _SHAPES}


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> MouthMap:
    """The map in the arrays of a file. Raises ValueError when they are not what they should be."""
    for name, shape in _SHAPES.items():
        found = arrays.get(name)
        if found is None or found.dtype.kind != "f" or found.shape != shape or not np.isfinite(found).all():
            raise ValueError(f"{name} is missing or no {shape} numbers")
    return MouthMap(**{name: arrays[name].astype(np.float32) for name in _SHAPES})
