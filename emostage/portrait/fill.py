"""Filling of unknown pixels from known ones. Letters: H, W rows and columns, C channels."""

from __future__ import annotations

import cv2
import numpy as np

from emostage.core.tracks import F32


def pull_push(picture_HWC: F32, known_HW: F32, levels: int = 8) -> F32:
    """Smooth completion of a picture where its weight `known_HW` (0..1) is low; exact where it is 1.

    Source: S. Gortler et al., "The Lumigraph", 1996 (pull and push over an image pyramid).
    """
    weights = [known_HW.astype(np.float32)]
    sums = [picture_HWC.astype(np.float32) * weights[0][..., None]]
    while len(weights) <= levels and min(weights[-1].shape) >= 2:
        weights.append(cv2.pyrDown(weights[-1]))
        sums.append(cv2.pyrDown(sums[-1]).reshape(*weights[-1].shape, -1))
    filled: F32 = sums[-1] / (weights[-1][..., None] + 1e-6)
    for weight, total in zip(weights[-2::-1], sums[-2::-1], strict=True):
        rows, columns = weight.shape
        coarse = cv2.pyrUp(filled, dstsize=(columns, rows)).reshape(rows, columns, -1)
        trust = np.clip(2 * weight, 0, 1)[..., None]
        filled = np.where(trust > 1e-3, total / (weight[..., None] + 1e-6) * trust + coarse * (1 - trust), coarse)
    return np.where(known_HW[..., None] > 0.999, picture_HWC, filled).astype(np.float32)
