"""How like two pictures are, inside a region: PSNR and SSIM. H, W picture rows and columns; colours 0..255."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, U8

Mask = NDArray[np.bool_]

_WINDOW_PX, _SIGMA_PX = 11, 1.5
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2


def psnr(picture_HW3: U8, other_HW3: U8, inside_HW: Mask) -> float:
    """Peak signal-to-noise ratio in dB over the pixels inside; infinite when they are equal."""
    difference_N3 = picture_HW3[inside_HW].astype(np.float64) - other_HW3[inside_HW]
    squared = float((difference_N3**2).mean()) if difference_N3.size else 0.0
    return float(10 * np.log10(255**2 / squared)) if squared > 0 else float("inf")


def ssim(picture_HW3: U8, other_HW3: U8, inside_HW: Mask) -> float:
    """Structural similarity of the luma, the mean over the windows whose middle is inside.

    Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity" (IEEE TIP 2004), eq. 13 with the
    Gaussian window of 11 pixels and sigma 1.5 given there.
    """
    a_HW, b_HW = (cv2.cvtColor(np.array(p), cv2.COLOR_RGB2GRAY).astype(np.float64) for p in (picture_HW3, other_HW3))
    mean_a, mean_b = _local(a_HW), _local(b_HW)
    spread_a, spread_b = _local(a_HW * a_HW) - mean_a**2, _local(b_HW * b_HW) - mean_b**2
    shared = _local(a_HW * b_HW) - mean_a * mean_b
    likeness_HW = (2 * mean_a * mean_b + _C1) * (2 * shared + _C2)
    likeness_HW /= (mean_a**2 + mean_b**2 + _C1) * (spread_a + spread_b + _C2)
    return float(likeness_HW[inside_HW].mean())


def _local(image_HW: F64) -> F64:
    """Means over the window around each pixel; the picture is mirrored beyond its border."""
    mean_HW: F64 = cv2.GaussianBlur(image_HW, (_WINDOW_PX, _WINDOW_PX), _SIGMA_PX)
    return mean_HW


def face_mask(landmarks_L2: F64, size_px: tuple[int, int], grown: float = 0.04) -> Mask:
    """The pixels (H, W) inside the outline of a face, grown by a share of its extent. `size_px` is (width, height)."""
    points_N2 = landmarks_L2[:468]
    hull_N12 = cv2.convexHull(np.round(points_N2 - 0.5).astype(np.int32))
    inside_HW = np.zeros((size_px[1], size_px[0]), np.uint8)
    cv2.fillConvexPoly(inside_HW, hull_N12, 1)
    reach = 2 * round(grown * float(np.ptp(points_N2, axis=0).max())) + 1
    grown_HW: Mask = cv2.dilate(inside_HW, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))) > 0
    return grown_HW
