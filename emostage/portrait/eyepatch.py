"""One eye cut out of the photo: its lids as curves, the window around it and where in it the eyeball is seen.

Letters: N points of a lid, H and W rows and columns of the patch.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch

from emostage.core.tracks import F32, F64
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import coverage, spline
from emostage.portrait.sheet import LIDS_EP2

_SHARPEST_PX = 0.5


@dataclass(frozen=True, kw_only=True)
class EyePatch:
    """Patch pixel (x, y) is plate pixel (`left` + x, `top` + y).

    `rgb_HW3` the photo; `inside_HW` 0..1 between the lids; `x_W`, `y_H1` pixel centres in plate pixels; `below_lid_HW` distance
    below the upper lid; `opening_px` the aperture in the middle, `width_px` from corner to corner; `inner_2` the corner at the
    nose; `softness_px` the photo's blur here, as the sigma of a Gaussian.
    """

    left: int
    top: int
    rgb_HW3: F32
    inside_HW: F32
    x_W: F64
    y_H1: F64
    below_lid_HW: F64
    opening_px: float
    width_px: float
    inner_2: F64
    softness_px: float


def lid_chains(plate: Plate, eye: int) -> tuple[F64, F64]:
    """Upper and lower lid of the photo as fine curves (N, 2), both from the viewer's left to right."""
    pairs_P2 = np.array(LIDS_EP2[eye])
    upper, lower = spline(torch.as_tensor(plate.landmarks_L2[pairs_P2.T])).numpy()
    return (upper, lower) if upper[0, 0] <= upper[-1, 0] else (upper[::-1], lower[::-1])


def outline_mask(outline_N2: F64, left: int, top: int, width: int, height: int) -> F32:
    """Anti-aliased (H, W) mask of a clockwise outline."""
    points = torch.as_tensor(np.ascontiguousarray(outline_N2), dtype=torch.float32)[None]
    mask_HW: F32 = coverage(points, (left, top, width, height))[0, 0].numpy()
    return mask_HW


def eye_window(plate: Plate, eye: int, reach: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a square around an eye, `reach` eye widths to each side, kept inside the plate."""
    points_N2 = plate.landmarks_L2[np.array(LIDS_EP2[eye]).ravel()]
    middle_2, half_px = points_N2.mean(0), reach * float(np.ptp(points_N2[:, 0]))
    width, height = plate.size_px
    left, top = (int(v) for v in np.clip(middle_2 - half_px, 0, None))
    right, bottom = (int(v) for v in np.ceil(np.minimum(middle_2 + half_px, [width, height])))
    return left, top, max(right, left + 8), max(bottom, top + 8)


def cut(plate: Plate, eye: int) -> EyePatch:
    """Cut out one eye (0 the person's right, 1 the left)."""
    left, top, right, bottom = eye_window(plate, eye, 1.1)
    upper, lower = lid_chains(plate, eye)
    x_W, y_H1 = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
    rgb_HW3 = plate.photo_HW3[top:bottom, left:right].astype(np.float32)
    inside_HW = outline_mask(np.concatenate([upper, lower[::-1]]), left, top, right - left, bottom - top)
    return EyePatch(
        left=left,
        top=top,
        rgb_HW3=rgb_HW3,
        inside_HW=inside_HW,
        x_W=x_W,
        y_H1=y_H1,
        below_lid_HW=y_H1 - np.interp(x_W, np.maximum.accumulate(upper[:, 0]), upper[:, 1]),
        opening_px=max(float((lower - upper)[len(upper) // 2, 1]), 1.0),
        width_px=float(np.linalg.norm(upper[-1] - upper[0])),
        inner_2=plate.landmarks_L2[LIDS_EP2[eye][-1][0]],
        softness_px=_softness_px(rgb_HW3, inside_HW),
    )


def _softness_px(rgb_HW3: F32, inside_HW: F32) -> float:
    """Blur of a picture: a step of height h blurred by a Gaussian of this sigma rises by h / (sqrt(2 pi) sigma) a pixel."""
    grey_HW = rgb_HW3.mean(-1)
    near_HW = cv2.dilate(inside_HW, np.ones((5, 5), np.uint8)) > 0.5
    if near_HW.sum() < 20:
        return _SHARPEST_PX
    steep_HW = np.hypot(cv2.Sobel(grey_HW, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(grey_HW, cv2.CV_32F, 0, 1, scale=1 / 8))
    contrast = float(np.subtract(*np.percentile(grey_HW[near_HW], [97, 3])))
    steepest = max(float(np.percentile(steep_HW[near_HW], 98)), 1e-3)
    return float(np.clip(contrast / (np.sqrt(2 * np.pi) * steepest), _SHARPEST_PX, 4.0))
