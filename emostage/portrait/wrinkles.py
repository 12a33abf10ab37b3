"""Lines that come and go with expression: added where the photo has none yet, softened where the photo's own face made them.

Letters: B frames, K kinds of line, H and W rows and columns of the face window. Colours are sRGB 0..255.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, indices
from emostage.core.tracks import F32, F64
from emostage.portrait.eyepatch import outline_mask
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box
from emostage.portrait.skin import roughness, skin_mask
from emostage.portrait.strokes import face_strokes

_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_MARGIN = 24
_TINT_3 = (0.80, 1.05, 1.15)
"""Lines are warm: red falls least."""
_KEPT_UNITS, _BRIGHT_SHARE = 0.9, 0.6
"""Softening leaves detail finer than the first (drawing units); brighter spots are softened by the second, dark folds fully."""
_FULL_FOLD = 0.08
"""Depth from which on a line of the photo's own is taken for a fold and softened whole when it goes."""
_BOUNDS = {"furrow": (0.45, 0.80), "noseRoot": (0.40, 0.80)}
"""Frowning and wrinkling the nose draw lines in the smoothest skin too: least and most depth relative to lined skin."""
_ADDED: dict[str, tuple[tuple[str, float], ...]] = {
    "nasolabial": (("mouthSmile", 0.34), ("noseSneer", 0.30), ("mouthUpperUp", 0.16), ("cheekSquint", 0.10)),
    "pouch": (("cheekSquint", 0.16), ("eyeSquint", 0.08)),
    "crow": (("cheekSquint", 0.22), ("eyeSquint", 0.10)),
    "furrow": (("browDown", 0.48), ("browInnerUp", 0.10)),
    "forehead": (("browInnerUp", 0.20), ("browOuterUp", 0.12)),
    "noseRoot": (("noseSneer", 0.42),),
    "mouthCorner": (("mouthFrown", 0.22),),
}


def gains(names: tuple[str, ...]) -> F64:
    """Depth of each line per action: (K, 52). A line on one side follows that side's action, a middle one both by halves."""
    table_K52 = np.zeros((len(names), ARKIT_COUNT))
    for k, name in enumerate(names):
        side = "Left" if name.endswith("Left") else "Right" if name.endswith("Right") else ""
        for action, depth in _ADDED[name.removesuffix(side) if side else name]:
            columns = [ARKIT_INDEX[action + side]] if side and action + side in ARKIT_INDEX else list(indices(action))
            table_K52[k, columns] = depth / len(columns)
    return table_K52


class Wrinkles:
    """Line maps of one face and the picture changes they bring, over the window `box` of the plate."""

    def __init__(self, plate: Plate, source_52: F64, device: str = "cpu") -> None:
        unit, (width, height) = plate.unit_px, plate.size_px
        face_N2 = plate.landmarks_L2[:468]
        left, top = (int(v) for v in np.clip(face_N2.min(0) - _MARGIN * unit, 0, [width - 2, height - 2]))
        right, bottom = (int(v) for v in np.clip(face_N2.max(0) + _MARGIN * unit, [left + 2, top + 2], [width, height]))
        self.box: Box = (left, top, right - left, bottom - top)
        window = (slice(top, bottom), slice(left, right))
        strokes = face_strokes(plate.landmarks_L2, self.box, unit)
        rough, skin_HW = roughness(plate), skin_mask(plate)[window]

        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._gains_K52 = tensor(gains(tuple(strokes)))
        self._source_K = self._gains_K52 @ tensor(source_52)
        softness_px = unit * (0.2 + 2.2 * max(0.0, 0.9 - rough))
        folds = rough * min(1.0, rough / 0.7)
        depths = [folds if name.startswith("nasolabial") else float(np.clip(rough, *_BOUNDS.get(name, (0, 2)))) for name in strokes]
        lines = [
            d * cv2.GaussianBlur(line, (0, 0), softness_px) * skin_HW for d, line in zip(depths, strokes.values(), strict=True)
        ]
        self._lines_KN = tensor(np.stack(lines)).flatten(1)
        soft = _fold_bands(plate, strokes, skin_HW, self.box)
        self._soft_KN = tensor(soft).flatten(1)
        photo_HW3 = plate.photo_HW3[window].astype(np.float32)
        band_HW3 = cv2.GaussianBlur(photo_HW3, (0, 0), 8 * unit) - cv2.GaussianBlur(photo_HW3, (0, 0), _KEPT_UNITS * unit)
        band_HW3 = np.where(band_HW3 > 0, band_HW3, _BRIGHT_SHARE * band_HW3)
        self._band_3HW = tensor(band_HW3.transpose(2, 0, 1))
        self._tint = tensor(_TINT_3).view(1, 3, 1, 1)

    def change(self, expression_B52: Tensor) -> Tensor:
        """Depth of each line beyond the photo's own: (B, K); negative where the photo's line should go."""
        return expression_B52 @ self._gains_K52.T - self._source_K

    def apply(self, face_B3HW: Tensor, expression_B52: Tensor) -> None:
        """Draw and soften lines in place on the window of each frame."""
        change_BK = self.change(expression_B52)
        size = self._band_3HW.shape[-2:]
        gone_BK = (-change_BK / self._source_K.clamp_min(1e-6)).clamp(0, 1)
        softened_BK = gone_BK * (self._source_K / _FULL_FOLD).clamp_max(1)
        fading = (softened_BK > 1e-4).any(0).nonzero()[:, 0]
        if len(fading):
            amount = (softened_BK[:, fading] @ self._soft_KN[fading]).clamp_max(0.92).view(-1, 1, *size)
            face_B3HW.addcmul_(amount, self._band_3HW)
        deepened_BK = change_BK.clamp_min(0)
        growing = (deepened_BK > 1e-4).any(0).nonzero()[:, 0]
        if len(growing):
            line = (deepened_BK[:, growing] @ self._lines_KN[growing]).view(-1, 1, *size)
            face_B3HW.mul_(1 + line * self._tint)
        if len(fading) or len(growing):
            face_B3HW.clamp_(0, 255)


def _fold_bands(plate: Plate, strokes: dict[str, F32], skin_HW: F32, box: Box) -> F32:
    """Where a line of the photo is softened when its action goes: wide soft bands (K, H, W) on skin, off the lips."""
    unit, (left, top, width, height) = plate.unit_px, box
    grown_HW = cv2.GaussianBlur(cv2.dilate(skin_HW, np.ones((max(int(13 * unit), 1),) * 2, np.uint8)), (0, 0), 3 * unit)
    bands = {k: np.clip(cv2.GaussianBlur(np.abs(v), (0, 0), 7 * unit) * 3.2, 0, 1) * grown_HW for k, v in strokes.items()}
    y, x = np.mgrid[top : top + height, left : left + width] + 0.5
    for side, corner, inner in (("Left", 291, 308), ("Right", 61, 78)):
        out = plate.landmarks_L2[corner] - plate.landmarks_L2[inner]
        middle = plate.landmarks_L2[corner] + out / (np.linalg.norm(out) + 1e-6) * 9 * unit
        dimple = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * (15 * unit) ** 2)) * grown_HW
        bands[f"nasolabial{side}"] = np.maximum(bands[f"nasolabial{side}"], dimple)
    lips_HW = outline_mask(plate.landmarks_L2[list(_LIPS)], left, top, width, height)
    lips_HW = cv2.GaussianBlur(cv2.dilate(lips_HW, np.ones((3, 3), np.uint8)), (0, 0), 1.5 * unit)
    return np.asarray([band * (1 - lips_HW) for band in bands.values()], np.float32)
