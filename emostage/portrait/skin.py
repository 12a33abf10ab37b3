"""What the photo says about the person's skin: its colour, where it is, and how rough it is.

Letters: H, W plate rows and columns. Colours are sRGB 0..255.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64
from emostage.face.contour import smooth
from emostage.face.topology import BROWS, EYES, OUTER_LIP_L, OUTER_LIP_U
from emostage.portrait.glasses import worn
from emostage.portrait.plate import Plate

_PATCHES = (50, 280, 205, 425, 151, 9, 199)
_GLASSES, _LENS = 0.5, (0.37, 0.32)
"""Certainty from which glasses cover the skin, and half the width and height of a lens with its rim in outer eye distances."""
_BUSY = (2.2, 4.5)
"""Fine contrast of what is no skin any more and of what is surely hair, relative to the skin's."""
_USUAL_SLOPES = np.array([0.75, 1.06, 1.19])
"""Shadow on skin is warm: red falls least."""
_ROUGH_PATCHES = (151, 108, 337, 50, 280, 205, 425, 117, 346)


def pixels_at(plate: Plate, landmarks: tuple[int, ...]) -> NDArray[np.intp]:
    """Rows and columns (2, N) of the pixels under landmarks, kept inside the plate."""
    width, height = plate.size_px
    points_N2 = plate.landmarks_L2[list(landmarks)]
    columns_N = np.clip(points_N2[:, 0], 0, width - 1).astype(np.intp)
    rows_N = np.clip(points_N2[:, 1], 0, height - 1).astype(np.intp)
    return np.stack([rows_N, columns_N])


def skin_colour(plate: Plate) -> F64:
    """Median colour (3,) of cheeks, chin and forehead, each averaged over a small patch."""
    patch = max(3, round(5 * plate.unit_px)) | 1
    smooth_HW3 = cv2.blur(plate.photo_HW3, (patch, patch))
    rows, columns = pixels_at(plate, _PATCHES)
    colour_3: F64 = np.median(smooth_HW3[rows, columns].astype(np.float64), 0)
    return colour_3


def shade_slopes(plate: Plate) -> F64:
    """How fast each channel (3,) falls where the person's skin gets darker, relative to their mean: the colour of shadows.

    Regression of log channels on log brightness over the skin under the landmarks, drawn half way to what is usual on skin.
    """
    rows, columns = pixels_at(plate, tuple(range(468)))
    log_N3 = np.log(cv2.GaussianBlur(plate.photo_HW3, (0, 0), 2 * plate.unit_px)[rows, columns].astype(np.float64) + 8)
    weights_N = skin_mask(plate)[rows, columns].astype(np.float64)
    bright_N = log_N3.mean(1)
    bright_N = (bright_N - np.average(bright_N, weights=weights_N)) * weights_N
    slopes_3 = bright_N @ log_N3 / max(float(bright_N @ log_N3.mean(1)), 1e-6)
    mixed_3: F64 = (_USUAL_SLOPES + np.clip(slopes_3, 0.6, 1.5)) / 2
    return mixed_3


def lip_colour(plate: Plate) -> F64:
    """Mean colour (3,) of the red of the lips."""
    rows, columns = pixels_at(plate, (0, 17, 37, 267))
    colour_3: F64 = plate.photo_HW3[rows, columns].astype(np.float64).mean(0)
    return colour_3


def as_lab(rgb: NDArray[np.floating[Any]] | NDArray[np.uint8]) -> F32:
    """8-bit CIE Lab (L 0..255, a and b about 128) of an sRGB picture or a single colour."""
    picture = np.clip(np.asarray(rgb), 0, 255).astype(np.uint8).reshape((-1, 1, 3) if np.ndim(rgb) == 1 else np.shape(rgb))
    lab: F32 = cv2.cvtColor(picture, cv2.COLOR_RGB2LAB).astype(np.float32)
    return lab


def skin_mask(plate: Plate) -> F32:
    """How much each pixel looks like the person's skin: (H, W) in [0, 1], from the distance to the skin colour in Lab."""
    soft_px = 2 * plate.unit_px
    distance_HW3 = (as_lab(cv2.GaussianBlur(plate.photo_HW3, (0, 0), soft_px)) - as_lab(skin_colour(plate))[0, 0]) / [75, 18, 18]
    likeness_HW = cv2.GaussianBlur(np.exp(-(distance_HW3**2).sum(2)).astype(np.float32), (0, 0), soft_px)
    rows, columns = pixels_at(plate, tuple(range(468)))
    full = max(float(np.percentile(likeness_HW[rows, columns], 70)), 1e-3)
    mask_HW: F32 = np.clip(likeness_HW / full, 0, 1).astype(np.float32)
    return mask_HW


def hairy(plate: Plate) -> F32:
    """Where the picture is much busier than the person's skin, as hair and beards are: (H, W) in [0, 1]."""
    unit = plate.unit_px
    grey_HW = plate.photo_HW3.astype(np.float32).mean(-1)
    fine_HW = cv2.GaussianBlur(np.abs(grey_HW - cv2.GaussianBlur(grey_HW, (0, 0), 2 * unit)), (0, 0), 4 * unit)
    rows, columns = pixels_at(plate, _ROUGH_PATCHES)
    usual = float(np.median(fine_HW[rows, columns])) + 1.0
    return np.asarray(smooth(_BUSY[0] * usual, _BUSY[1] * usual, fine_HW), np.float32)


def bare_skin(plate: Plate) -> F32:
    """Where a fold may show: (H, W) in [0, 1], skin without brows, eyes, lips, hair and what lies beside the person."""
    unit, (width, height) = plate.unit_px, plate.size_px
    covered_HW = np.zeros((height, width), np.uint8)
    if worn(plate) > _GLASSES:
        across = float(np.linalg.norm(plate.landmarks_L2[263] - plate.landmarks_L2[33]))
        for eye in EYES:
            x, y = plate.landmarks_L2[[eye.upper[0], eye.upper[-1]]].mean(0)
            half, high = int(_LENS[0] * across), int(_LENS[1] * across)
            cv2.ellipse(covered_HW, (int(x), int(y + 0.3 * high)), (half, high), 0, 0, 360, 1, -1)
    for upper, lower in BROWS:
        cv2.fillPoly(covered_HW, [_outline(plate, (*upper, *lower[::-1]))], 1)
    for eye in EYES:
        cv2.fillPoly(covered_HW, [_outline(plate, (*eye.upper, *eye.lower[::-1]))], 1)
    cv2.fillPoly(covered_HW, [_outline(plate, (*OUTER_LIP_U, *OUTER_LIP_L[::-1]))], 1)
    grown = max(1, round(2.2 * unit)) * 2 + 1
    covered_HW = cv2.dilate(covered_HW, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grown, grown)))
    free_HW = 1 - cv2.GaussianBlur(covered_HW.astype(np.float32), (0, 0), 1.4 * unit)
    bare_HW: F32 = skin_mask(plate) * (1 - hairy(plate)) * free_HW * plate.matte_HW
    return bare_HW


def _outline(plate: Plate, chain: tuple[int, ...]) -> NDArray[np.int32]:
    return np.asarray(np.round(plate.landmarks_L2[list(chain)]), np.int32)


def roughness(plate: Plate) -> float:
    """Texture of the skin, 0.2 (smooth) to 1.15 (lined): fine contrast relative to the skin's brightness.

    Of nine patches the four smoothest count, since hair or glasses may cover the others.
    """
    unit = plate.unit_px
    grey_HW = plate.photo_HW3.astype(np.float32).mean(-1)
    fine_HW = np.abs(grey_HW - cv2.GaussianBlur(grey_HW, (0, 0), 2.5 * unit))
    rows, columns = pixels_at(plate, _ROUGH_PATCHES)
    bare = np.sort(cv2.GaussianBlur(fine_HW, (0, 0), 5 * unit)[rows, columns])[:4]
    contrast = float(bare.mean()) / max(float(skin_colour(plate).mean()), 40)
    return float(np.clip(0.25 + 0.30 * (100 * contrast - 1.2), 0.2, 1.15))
