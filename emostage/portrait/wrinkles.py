"""Folds that come and go with expression: shaped where the photo has none yet, softened where the photo's own face made them.

Each fold is a height map seen in the photo's light (`creases`, `lit`); an expression sets how deep it is. Letters: B frames,
K folds, H and W rows and columns of the face window. Colours are sRGB 0..255.
"""

from __future__ import annotations

import zlib
from dataclasses import replace

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, indices
from emostage.core.tracks import F32, F64
from emostage.face.contour import smooth
from emostage.portrait.creases import Ground, face_creases
from emostage.portrait.eyepatch import outline_mask
from emostage.portrait.light import Lamp, lamp
from emostage.portrait.lit import normal_map, relit
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box
from emostage.portrait.sheet import Sheet
from emostage.portrait.skin import bare_skin, roughness, shade_slopes

_LIPS = (61, 185, 40, 39, 37, 0, 267, 269, 270, 409, 291, 375, 321, 405, 314, 17, 84, 181, 91, 146)
_MARGIN = 24
_FINEST = 2.0
"""Pixels in a drawing unit from which on fold maps are kept at half the plate's resolution, or less."""
_LIMITS = (-0.6, 0.22)
"""Bounds of the change of brightness by all folds together: no muddy and no burnt cheeks."""
_KEPT_UNITS, _FOLD_UNITS, _BRIGHT_SHARE = 0.55, 12.0, 0.6
"""Softening takes away what is between the first two in size (drawing units): dark folds fully, bright spots by the third."""
_BEARD = 20.0
"""What does not look like skin in a smaller patch than this (drawing units) is a fold, not a beard."""
_FULL_FOLD = 0.35
"""Depth from which on a line of the photo's own is taken for a fold and softened whole when it goes."""
_ADDED: dict[str, tuple[tuple[str, float], ...]] = {
    "nasolabial": (("mouthSmile", 0.75), ("noseSneer", 0.36), ("mouthUpperUp", 0.28), ("cheekSquint", 0.25)),
    "cheek": (("cheekSquint", 0.55), ("mouthSmile", 0.45)),
    "pouch": (("cheekSquint", 0.70), ("eyeSquint", 0.40)),
    "crow": (("cheekSquint", 0.80), ("eyeSquint", 0.35)),
    "furrow": (("browDown", 0.90), ("browInnerUp", 0.10)),
    "forehead": (("browInnerUp", 0.85), ("browOuterUp", 0.15)),
    "foreheadOuter": (("browOuterUp", 0.95),),
    "slant": (("browInnerUp", 0.60),),
    "noseRoot": (("noseSneer", 0.75), ("browDown", 0.25)),
    "noseSide": (("noseSneer", 0.95),),
    "mouthCorner": (("mouthFrown", 0.85),),
    "dimple": (("mouthDimple", 0.9),),
    "chin": (("mouthShrugLower", 1.0), ("mouthFrown", 0.15)),
}
"""Depth that each action gives a fold, 1 for its whole height."""
_AGED: dict[str, tuple[float, float]] = {
    "nasolabial": (0.5, 1.0),
    "cheek": (0.9, 1.0),
    "pouch": (0.5, 1.0),
    "crow": (0.25, 1.1),
    "furrow": (0.6, 1.15),
    "forehead": (0.45, 1.2),
    "foreheadOuter": (0.4, 1.2),
    "slant": (0.45, 1.1),
    "noseRoot": (0.6, 1.1),
    "noseSide": (0.5, 1.1),
    "mouthCorner": (0.4, 1.0),
    "dimple": (0.7, 1.0),
    "chin": (0.5, 1.0),
}
"""Height of each fold in the smoothest and in the most lined skin."""
_UNSEEN = 1e-4
"""Strength and change of brightness that nobody sees."""
_SMOOTH, _LINED = 0.2, 1.0
_WHITE, _HEADROOM = 235.0, 90.0
"""Brightness from which skin gets no lighter, and over which stretch below it the gain fades: cheeks do not burn out."""
_ETCHED = 0.55
"""How much deeper the photo's own fine lines become where lined skin is folded."""


def _side(name: str) -> tuple[str, str]:
    """A fold's kind and its side: ("nasolabial", "Left"), ("furrow", "")."""
    side = "Left" if name.endswith("Left") else "Right" if name.endswith("Right") else ""
    kind = name.removesuffix(side) if side else name
    return ("foreheadOuter" if kind == "forehead" and side else kind), side


def gains(names: tuple[str, ...]) -> F64:
    """Depth of each fold per action: (K, 52). A fold on one side follows that side's action, a middle one both by halves."""
    table_K52 = np.zeros((len(names), ARKIT_COUNT))
    for k, name in enumerate(names):
        kind, side = _side(name)
        for action, depth in _ADDED[kind]:
            columns = [ARKIT_INDEX[action + side]] if side and action + side in ARKIT_INDEX else list(indices(action))
            table_K52[k, columns] = depth / len(columns)
    return table_K52


class Wrinkles:
    """Fold maps of one face and the picture changes they bring, over the window `box` of the plate."""

    def __init__(self, plate: Plate, sheet: Sheet, device: str = "cpu") -> None:
        step = max(1, int(plate.unit_px / _FINEST))
        self.box = _window(plate, step)
        left, top, width, height = self.box
        coarse, box = _reduced(plate, step), (left // step, top // step, width // step, height // step)
        lined = float(smooth(_SMOOTH, _LINED, roughness(coarse)))
        draws = np.random.Generator(np.random.PCG64(zlib.crc32(np.round(plate.fit.shape_K, 3).tobytes())))
        ground = Ground(box=box, unit_px=coarse.unit_px, landmarks_L2=coarse.landmarks_L2, lined=lined, draws=draws)
        heights = face_creases(ground)
        self.names = tuple(heights)
        seen = (slice(box[1], box[1] + box[3]), slice(box[0], box[0] + box[2]))
        skin_HW = bare_skin(coarse)[seen]

        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._size = (height, width)
        self._gains_K52 = tensor(gains(self.names))
        self._source_K = self._gains_K52 @ tensor(sheet.source_52)
        self._lines = _Maps(_lit_maps(coarse, lamp(plate, sheet), sheet, heights, ground) * skin_HW, device)
        self._soft = _Maps(_fold_bands(coarse, heights, skin_HW, box), device)
        photo_HW3 = plate.photo_HW3[top : top + height, left : left + width].astype(np.float32)
        wide_HW3, fine_HW3 = (cv2.GaussianBlur(photo_HW3, (0, 0), u * plate.unit_px) for u in (_FOLD_UNITS, _KEPT_UNITS))
        band_HW3 = wide_HW3 - fine_HW3
        band_HW3 = np.where(band_HW3 > 0, band_HW3, _BRIGHT_SHARE * band_HW3)
        self._band_3HW = tensor(band_HW3.transpose(2, 0, 1))
        self._warmth_3 = (shade_slopes(coarse) - 1).tolist()

    def _spread(self, maps_B1hw: Tensor) -> Tensor:
        """Maps as pictures (B, 1, H, W) of the window."""
        return maps_B1hw if maps_B1hw.shape[-2:] == self._size else interpolate(maps_B1hw, self._size, mode="bilinear")

    def change(self, expression_B52: Tensor) -> Tensor:
        """Depth of each fold beyond the photo's own: (B, K); negative where the photo's fold should go."""
        return expression_B52 @ self._gains_K52.T - self._source_K

    def apply(self, face_B3HW: Tensor, expression_B52: Tensor) -> None:
        """Shape and soften folds in place on the window of each frame."""
        change_BK = self.change(expression_B52)
        gone_BK = (-change_BK / self._source_K.clamp_min(1e-6)).clamp(0, 1)
        softened_BK = gone_BK * (self._source_K / _FULL_FOLD).clamp_max(1)
        deepened_BK = change_BK.clamp_min(0)
        fades, grows = bool((softened_BK > _UNSEEN).any()), bool((deepened_BK > _UNSEEN).any())
        if fades:
            face_B3HW.addcmul_(self._spread(self._soft.mixed(softened_BK).clamp_max_(0.92)), self._band_3HW)
        if grows:
            line_BHW = self._spread(self._lines.mixed(deepened_BK).clamp_(*_LIMITS))[:, 0]
            shade_BHW = line_BHW.clamp_max(0)
            line_BHW = line_BHW + 1
            for plane_BHW, warmth in zip(face_B3HW.unbind(1), self._warmth_3, strict=True):
                plane_BHW.mul_(torch.add(line_BHW, shade_BHW, alpha=warmth))
        if fades or grows:
            face_B3HW.clamp_(0, 255)


class _Maps:
    """Maps (K, h, w), each kept only where it is not zero."""

    def __init__(self, maps_Khw: F32, device: str) -> None:
        self._shape_hw = maps_Khw.shape[1:]
        self._parts: list[tuple[int, tuple[slice, slice], Tensor]] = []
        for k, map_hw in enumerate(maps_Khw):
            left, top, width, height = cv2.boundingRect((np.abs(map_hw) > _UNSEEN).astype(np.uint8))
            if width:
                part = (slice(top, top + height), slice(left, left + width))
                self._parts.append((k, part, torch.as_tensor(map_hw[part].copy(), device=device)))

    def mixed(self, weights_BK: Tensor) -> Tensor:
        """The sum of the maps, each in some strength: (B, 1, h, w)."""
        total_B1hw = weights_BK.new_zeros(len(weights_BK), 1, *self._shape_hw)
        used_K = (weights_BK > _UNSEEN).any(0).tolist()
        for k, part, map_hw in self._parts:
            if used_K[k]:
                total_B1hw[(..., *part)].addcmul_(map_hw, weights_BK[:, k].view(-1, 1, 1, 1))
        return total_B1hw


def _window(plate: Plate, step: int) -> Box:
    """The face with a margin, in whole steps of pixels."""
    low_2, high_2 = plate.landmarks_L2[:468].min(0), plate.landmarks_L2[:468].max(0)
    margin, most_2 = _MARGIN * plate.unit_px, np.array(plate.size_px) // step
    left, top = (int(v) for v in np.clip((low_2 - margin) // step, 0, most_2 - 2))
    right, bottom = (int(v) for v in np.clip((high_2 + margin) // step, [left + 2, top + 2], most_2))
    return left * step, top * step, (right - left) * step, (bottom - top) * step


def _reduced(plate: Plate, step: int) -> Plate:
    """The plate with a pixel for every `step` by `step`: folds are as fine as the drawing unit, not as the pixels."""
    if step == 1:
        return plate
    columns, rows = (side // step for side in plate.size_px)
    part = np.s_[: rows * step, : columns * step]
    return replace(
        plate,
        photo_HW3=cv2.resize(np.ascontiguousarray(plate.photo_HW3[part]), (columns, rows), interpolation=cv2.INTER_AREA),
        matte_HW=cv2.resize(np.ascontiguousarray(plate.matte_HW[part]), (columns, rows), interpolation=cv2.INTER_AREA),
        landmarks_L2=plate.landmarks_L2 / step,
    )


def _lit_maps(plate: Plate, found: Lamp, sheet: Sheet, heights: dict[str, F32], ground: Ground) -> F32:
    """Change of brightness that each fold brings at its whole depth: (K, H, W)."""
    left, top, width, height = box = ground.box
    unit, count, lined = plate.unit_px, sheet.face_count, ground.lined
    per_px = plate.size_px[0] / sheet.size_px[0]
    normals_3HW = normal_map(sheet.photo_V2[:count] * per_px, found.normals_V3[:count], box, unit)
    photo_HW = plate.photo_HW3[top : top + height, left : left + width].astype(np.float32).mean(-1)
    etched_HW = np.minimum(np.log((photo_HW + 12) / (cv2.GaussianBlur(photo_HW, (0, 0), 3 * unit) + 12)), 0)
    headroom_HW = np.clip((_WHITE - cv2.GaussianBlur(photo_HW, (0, 0), 2 * unit)) / _HEADROOM, 0, 1)
    maps = []
    for name, height_HW in heights.items():
        least, most = _AGED[_side(name)[0]]
        grown_HW = height_HW * (least + (most - least) * lined)
        lit_HW = relit(grown_HW, normals_3HW, found.coefficients_9, unit)
        near_HW = np.clip(cv2.GaussianBlur(np.abs(grown_HW), (0, 0), 3 * unit) / (0.5 * unit), 0, 1)
        lit_HW = np.where(lit_HW > 0, lit_HW * headroom_HW, lit_HW) + _ETCHED * lined * near_HW * etched_HW
        maps.append(np.expm1(lit_HW))
    return np.asarray(maps, np.float32)


def _fold_bands(plate: Plate, heights: dict[str, F32], skin_HW: F32, box: Box) -> F32:
    """Where a line of the photo is softened when its action goes: wide soft bands (K, H, W) on skin, off the lips."""
    unit, (left, top, width, height) = plate.unit_px, box
    lips_HW = outline_mask(plate.landmarks_L2[list(_LIPS)], left, top, width, height)
    grown_HW = cv2.GaussianBlur(cv2.dilate(skin_HW, np.ones((max(int(13 * unit), 1),) * 2, np.uint8)), (0, 0), 3 * unit)
    thick = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (max(int(_BEARD * unit), 1),) * 2)
    mouth_HW = cv2.dilate(lips_HW, np.ones((max(int(9 * unit), 1),) * 2, np.uint8))
    grown_HW *= 1 - cv2.GaussianBlur(cv2.morphologyEx((1 - skin_HW) * (1 - mouth_HW), cv2.MORPH_OPEN, thick), (0, 0), 2 * unit)
    bands = {
        k: np.clip(cv2.GaussianBlur(np.maximum(-v, 0), (0, 0), 7 * unit) * (3.6 / unit), 0, 1) * grown_HW
        for k, v in heights.items()
    }
    y, x = np.mgrid[top : top + height, left : left + width] + 0.5
    for side, corner, inner in (("Left", 291, 308), ("Right", 61, 78)):
        out = plate.landmarks_L2[corner] - plate.landmarks_L2[inner]
        middle = plate.landmarks_L2[corner] + out / (np.linalg.norm(out) + 1e-6) * 9 * unit
        dimple = np.exp(-((x - middle[0]) ** 2 + (y - middle[1]) ** 2) / (2 * (15 * unit) ** 2)) * grown_HW
        bands[f"nasolabial{side}"] = np.maximum(bands[f"nasolabial{side}"], dimple)
    lips_HW = cv2.GaussianBlur(cv2.dilate(lips_HW, np.ones((3, 3), np.uint8)), (0, 0), 1.5 * unit)
    return np.asarray([band * (1 - lips_HW) for band in bands.values()], np.float32)
