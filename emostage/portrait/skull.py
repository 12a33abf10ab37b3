"""Seeing points and rays in the frame of the moving head. Letters: B frames, N points, H and W rows and columns of a box."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import MOUTH_MASK_52
from emostage.portrait.polygon import Box, pixel_centres, ramp
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import Sheet


class Skull:
    """The camera and the joint of one sheet, as tensors on the drawing device."""

    def __init__(self, sheet: Sheet, device: str = "cpu") -> None:
        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._rotation_33 = tensor(sheet.rotation_33)
        self._translation_3 = tensor(sheet.translation_3)
        self._centre_2 = tensor(sheet.centre_2)
        self._pivot_3 = tensor(sheet.pivot_3)
        self._focal_px = sheet.focal_px

    def project(self, head_BN3: Tensor, posed: Posed) -> Tensor:
        """Head points (B or 1, N, 3) that move with the skull as plate pixels (B, N, 2)."""
        moved = (head_BN3 - self._pivot_3) @ posed.head_rotation_B33.mT + self._pivot_3 + posed.head_shift_B3[:, None]
        camera_BN3 = moved @ self._rotation_33.T + self._translation_3
        return camera_BN3[..., :2] / camera_BN3[..., 2:] * self._focal_px + self._centre_2

    def eye_point(self, posed: Posed) -> Tensor:
        """The camera in head coordinates (B, 3)."""
        camera_3 = -(self._translation_3 @ self._rotation_33)
        shifted_B13 = (camera_3 - self._pivot_3 - posed.head_shift_B3)[:, None]
        return (shifted_B13 @ posed.head_rotation_B33)[:, 0] + self._pivot_3

    def rays(self, posed: Posed, x_px: Tensor, y_px: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Components, each (B, H, W), of the head-frame rays through plate pixels `x_px`, `y_px` broadcastable to (B, H, W)."""
        turn_B33 = (self._rotation_33 @ posed.head_rotation_B33).mT
        u, v = (x_px - self._centre_2[0]) / self._focal_px, (y_px - self._centre_2[1]) / self._focal_px
        row = turn_B33[..., None, None]
        x, y, z = (row[:, i, 0] * u + row[:, i, 1] * v + row[:, i, 2] for i in range(3))
        return x, y, z

    def rays_of_box(self, posed: Posed, box: Box) -> tuple[Tensor, Tensor, Tensor]:
        """`rays` through every pixel of a box."""
        return self.rays(posed, *pixel_centres(box, posed.points_BV2))


def own_mouth(sheet: Sheet, expression_B52: Tensor) -> Tensor:
    """How nearly the mouth has the photo's own shape: (B,) from 0 to 1; always 0 for a photo with closed lips.

    At 1 the photo's mouth interior is shown as it is.
    """
    openness = min(sheet.lip_gap_px / (6 * sheet.unit_px), 1.0)
    if openness < 0.15:
        return expression_B52.new_zeros(len(expression_B52))
    source_52 = torch.as_tensor(sheet.source_52.copy(), dtype=torch.float32, device=expression_B52.device)
    mouth_52 = torch.as_tensor(MOUTH_MASK_52.copy(), device=expression_B52.device)
    away_B = ((expression_B52 - source_52) * mouth_52).norm(dim=-1)
    nearness_B = 1 - away_B / ((source_52 * mouth_52).norm() + 0.15)
    return ramp(0.55, 0.95, nearness_B)
