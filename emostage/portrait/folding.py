"""What expressions do to the shading of a known person's skin, beside the light and the folds that every face is given.

Ratio images in the sense of Z. Liu, Y. Shan, Z. Zhang, "Expressive expression mapping with ratio images" (SIGGRAPH 2001), at the
vertices of the face, linear in the actions. Letters: B frames, V vertices of the face part of a sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.arkit import ARKIT_COUNT
from emostage.core.tracks import F32, Frozen
from emostage.portrait.facemesh import topology
from emostage.portrait.plate import Plate
from emostage.portrait.sheet import Sheet

_MOST = 0.3
"""The change of brightness (logarithm) that folds never quite reach."""
_RANGE = (0.5, 1.4)
"""Bounds of the change of brightness by light and folds together."""
_WHITE, _HEADROOM = 235.0, 90.0
"""Brightness from which skin gets no lighter, and over which stretch below it the gain fades, as in `wrinkles`."""
_LARGEST = 10.0
"""No logarithm and no weight of a map is larger."""


@dataclass(frozen=True, kw_only=True, eq=False)
class SkinMap(Frozen):
    """How much lighter (logarithm) each action makes the skin of a person at the vertices of their face, `shades_52V`, beyond what
    is drawn of every face, and the weights `seen_252` (least, most) up to which that was seen: beyond them it stays."""

    shades_52V: F32
    seen_252: F32

    def at(self, strength: float) -> SkinMap:
        """So much of it."""
        return SkinMap(shades_52V=np.asarray(strength * self.shades_52V, np.float32), seen_252=self.seen_252)


class Folding:
    """A person's skin in a photo, which comes back as it was with its own expression."""

    def __init__(self, skin: SkinMap, plate: Plate, sheet: Sheet, device: str = "cpu") -> None:
        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._shades_52V, (self._least_52, self._most_52) = tensor(skin.shades_52V), tensor(skin.seen_252)
        self._source_52 = self._seen(tensor(sheet.source_52))
        self._headroom_V = tensor(_headroom(plate, sheet))

    def _seen(self, expression_52: Tensor) -> Tensor:
        return torch.minimum(torch.maximum(expression_52, self._least_52), self._most_52)

    def change(self, expression_B52: Tensor) -> Tensor:
        """The logarithm (B, V) of how much lighter the skin is than in the photo."""
        change_BV = (self._seen(expression_B52) - self._source_52) @ self._shades_52V
        change_BV = _MOST * torch.tanh(change_BV / _MOST)
        return torch.where(change_BV > 0, change_BV * self._headroom_V, change_BV)

    def laid_on(self, ratio_BV: Tensor, expression_B52: Tensor) -> Tensor:
        """The ratio of brightness to the photo at all vertices of a sheet, face first, with the folds."""
        change_BV = self.change(expression_B52)
        count = change_BV.shape[1]
        face_BV = ratio_BV[:, :count]
        bounded_BV = (face_BV * change_BV.exp()).clamp(*_RANGE)
        return torch.cat([torch.where(change_BV == 0, face_BV, bounded_BV), ratio_BV[:, count:]], 1)


def _headroom(plate: Plate, sheet: Sheet) -> NDArray[np.float32]:
    """Share (V,) of a gain of brightness for which the photo has room."""
    grey_HW = cv2.GaussianBlur(plate.photo_HW3.astype(np.float32).mean(-1), (0, 0), 2 * plate.unit_px)
    rows, columns = grey_HW.shape
    at_V2 = np.clip(np.floor(sheet.photo_V2[: sheet.face_count]).astype(int), 0, [columns - 1, rows - 1])
    return np.asarray(np.clip((_WHITE - grey_HW[at_V2[:, 1], at_V2[:, 0]]) / _HEADROOM, 0, 1), np.float32)


def _shapes() -> Mapping[str, tuple[int, ...]]:
    return {"shades_52V": (ARKIT_COUNT, topology().count), "seen_252": (2, ARKIT_COUNT)}


def to_arrays(known: SkinMap) -> dict[str, NDArray[Any]]:
    """The arrays of a file."""
    return {"shades_52V": known.shades_52V.astype(np.float16), "seen_252": known.seen_252.astype(np.float32)}


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> SkinMap:
    """The map in the arrays of a file. Raises ValueError when they are not what they should be."""
    for name, shape in _shapes().items():
        found = arrays.get(name)
        if found is None or found.dtype.kind != "f" or found.shape != shape or not np.isfinite(found).all():
            raise ValueError(f"{name} is missing or no {shape} numbers")
        if np.abs(found).max() > _LARGEST:
            raise ValueError(f"{name} has numbers that no skin has")
    if (arrays["seen_252"][0] > arrays["seen_252"][1]).any():
        raise ValueError("seen_252 has a least weight above the most")
    return SkinMap(**{name: arrays[name].astype(np.float32) for name in _shapes()})
