"""The teeth that the photo itself shows: where they are, their colour, and where they end.

Letters: H, W plate rows and columns, L landmarks. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64, Frozen
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import coverage, spline
from emostage.portrait.sheet import LIPS_P2
from emostage.portrait.skin import as_lab, skin_colour

Mask = NDArray[np.bool_]

_LONGEST_TOOTH = 14.0
_LEAST_MOUTH, _LEAST_TEETH = 60.0, 45.0


@dataclass(frozen=True, kw_only=True)
class PhotoTeeth(Frozen):
    """Upper teeth seen in a photo.

    `mask_HW` in [0, 1] marks pixels that are certainly teeth; `colour_3` is their colour, None without teeth; `edge` is
    where between the inner upper (0) and the inner lower lip (1) the upper teeth end, None without teeth.
    """

    mask_HW: F32
    colour_3: F64 | None
    edge: float | None


def mouth_interior(plate: Plate) -> F32:
    """Anti-aliased (H, W) mask of what lies between the inner lips of the photo."""
    lips_P2 = np.array(LIPS_P2)
    chains = torch.as_tensor(plate.landmarks_L2[lips_P2.T], dtype=torch.float32)
    upper, lower = spline(chains)
    width, height = plate.size_px
    mask = coverage(torch.cat([upper, lower.flip(0)])[None], (0, 0, width, height))
    interior_HW: F32 = mask[0, 0].numpy()
    return interior_HW


def _first_runs(bright_HW: Mask, inside_HW: Mask, unit_px: float) -> Mask:
    """Of each column the first unbroken run of bright pixels from above: a gaping mouth also shows the lower teeth."""
    teeth_HW = np.zeros_like(bright_HW)
    for x in np.flatnonzero(bright_HW.any(0)):
        inside, bright = np.flatnonzero(inside_HW[:, x]), np.flatnonzero(bright_HW[:, x])
        breaks = np.flatnonzero(np.diff(bright) > 2)
        first, last = bright[0], bright[breaks[0]] if len(breaks) else bright[-1]
        if first <= inside[0] + max(0.55 * (inside[-1] - inside[0]), 6 * unit_px):
            rows = slice(first, min(last, int(first + _LONGEST_TOOTH * unit_px)) + 1)
            teeth_HW[rows, x] = inside_HW[rows, x]
    return teeth_HW


def _edge(teeth_HW: Mask, inside_HW: Mask, plate: Plate) -> float:
    """Median over the front teeth of the share of the gap above their lower end."""
    left, right = plate.landmarks_L2[[81, 311], 0]
    shares = []
    for x in np.linspace(left, right, 9).astype(int):
        teeth, inside = np.flatnonzero(teeth_HW[:, x]), np.flatnonzero(inside_HW[:, x])
        if len(teeth) and len(inside) > 2:
            shares.append((teeth[-1] + 1 - inside[0]) / (inside[-1] + 1 - inside[0]))
    return float(np.clip(np.median(shares), 0.3, 1.0)) if shares else 0.9


def photo_teeth(plate: Plate) -> PhotoTeeth:
    """Find the upper teeth in the photo: bright pixels between the inner lips that are not redder than the skin."""
    width, height = plate.size_px
    none = PhotoTeeth(mask_HW=np.zeros((height, width), np.float32), colour_3=None, edge=None)
    inside_HW = mouth_interior(plate) > 0.9
    area = plate.unit_px**2
    if inside_HW.sum() < _LEAST_MOUTH * area:
        return none
    lab_HW3, (skin_l, skin_a, _) = as_lab(plate.photo_HW3), as_lab(skin_colour(plate))[0, 0]
    bright_HW = inside_HW & (lab_HW3[..., 1] < skin_a + 4) & (lab_HW3[..., 0] > 0.60 * skin_l)
    teeth_HW = _first_runs(bright_HW, inside_HW, plate.unit_px)
    if teeth_HW.sum() < _LEAST_TEETH * area:
        return none
    closed_HW = cv2.morphologyEx(teeth_HW.astype(np.float32), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    grey_HW = plate.photo_HW3.astype(np.float64).mean(-1)
    lit_HW = teeth_HW & (grey_HW >= np.median(grey_HW[teeth_HW]))
    return PhotoTeeth(
        mask_HW=cv2.GaussianBlur(closed_HW, (0, 0), 0.7).astype(np.float32),
        colour_3=np.median(plate.photo_HW3[lit_HW].astype(np.float64), 0),
        edge=_edge(teeth_HW, inside_HW, plate),
    )
