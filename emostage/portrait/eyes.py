"""Both eyes, drawn between the moving lids: the eyeball turns with the gaze and the head, the lids shade it.

Letters: B frames, N points of a lid, H and W rows and columns of a box. Colours are sRGB 0..255.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.portrait.eyeball import Eyeball, eyeball
from emostage.portrait.layer import Canvas
from emostage.portrait.lids import draw_lashes
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, box_around, coverage, look_up, pixel_centres, spline
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import LIDS_EP2, Sheet
from emostage.portrait.skull import Skull

_RADIUS_MM, _BEHIND_LIDS_MM = 12.2, 4.0
_YAW_RAD, _PITCH_RAD = math.radians(30), math.radians(25)
_GLINT_FOLLOWS = 0.35
"""A catch-light is a mirror image on the cornea: it moves less than the iris."""


class _Eye:
    """One eye: 0 the person's right, 1 the left."""

    def __init__(self, plate: Plate, sheet: Sheet, eye: int, skull: Skull, device: str) -> None:
        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._ball: Eyeball = eyeball(plate, eye)
        self._eye, self._skull, self._unit = eye, skull, sheet.unit_px
        ball = self._ball
        layers = [ball.white_HW3, ball.iris_HW4, ball.glint_HW3]
        self._white, self._iris, self._glint = (tensor(layer.transpose(2, 0, 1)) for layer in layers)
        self._lash_3 = tensor(ball.lash_3 * [0.84, 0.74, 0.70])
        upper, lower = (list(chain) for chain in zip(*LIDS_EP2[eye], strict=True))
        if plate.landmarks_L2[upper[0], 0] > plate.landmarks_L2[upper[-1], 0]:
            upper, lower = upper[::-1], lower[::-1]
        self._upper, self._lower = torch.tensor(upper, device=device), torch.tensor(lower, device=device)
        points_N3 = sheet.source_vertices[upper + lower]
        depth = float((points_N3 @ sheet.rotation_33.T + sheet.translation_3)[:, 2].mean()) + _BEHIND_LIDS_MM * sheet.mm
        centre_3 = plate.unproject(ball.centre_2[None], depth)[0]
        self._frame_13 = tensor(centre_3 + 10 * sheet.mm * np.eye(4, 3, k=-1)[:3])[None]
        self._radius_px = _RADIUS_MM * sheet.mm * sheet.focal_px / depth
        self._then_32 = tensor(plate.project(centre_3 + 10 * sheet.mm * np.eye(4, 3, k=-1)[:3]))

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend the eye and, as it closes, its lash line."""
        upper_BN2, lower_BN2 = (spline(posed.points_BV2[:, chain]) for chain in (self._upper, self._lower))
        closure_B = posed.closure_B2[:, self._eye]
        along_N = torch.linspace(0, torch.pi, upper_BN2.shape[1], device=upper_BN2.device)
        inset_BN = (lower_BN2 - upper_BN2)[..., 1].clamp_min(0).mul(0.2).clamp_max(0.9 * self._unit) * torch.sin(along_N).clamp_min(
            0
        )
        edge_BN2 = upper_BN2 + torch.stack([torch.zeros_like(inset_BN), inset_BN], -1)
        box = box_around(torch.cat([upper_BN2, lower_BN2], 1), 5 * self._unit)
        mask = blur(coverage(torch.cat([edge_BN2, lower_BN2.flip(1)], 1), box), 0.45 * max(self._unit, 0.6))
        if float(mask.max()) > 0:
            colour = self._ball_colour(posed, box) * self._lid_shadow(edge_BN2, closure_B, box)
            canvas.blend(box[0], box[1], colour, mask)
        draw_lashes(canvas, box, upper_BN2, closure_B, lash_3=self._lash_3, unit_px=self._unit)

    def _to_photo(self, posed: Posed, box: Box) -> tuple[Tensor, Tensor]:
        """Patch texel coordinates (B, H, W) under each pixel of the box, for a gaze straight ahead."""
        now_B32 = self._skull.project(self._frame_13, posed)
        turn_B22 = (now_B32[:, 1:] - now_B32[:, :1]).mT
        then_22 = (self._then_32[1:] - self._then_32[:1]).T
        back_B22 = then_22 @ torch.linalg.inv(turn_B22)
        x_W, y_H1 = pixel_centres(box, now_B32)
        x, y = x_W - now_B32[:, 0, 0, None, None], y_H1 - now_B32[:, 0, 1, None, None]
        m = back_B22[..., None, None]
        left, top = self._then_32[0, 0] - self._ball.left, self._then_32[0, 1] - self._ball.top
        return m[:, 0, 0] * x + m[:, 0, 1] * y + left, m[:, 1, 0] * x + m[:, 1, 1] * y + top

    def _gaze(self, posed: Posed) -> tuple[Tensor, Tensor]:
        """Displacement (B, 1, 1) of the iris in patch texels."""
        side = "Right" if self._eye == 0 else "Left"

        def weight(name: str) -> Tensor:
            return posed.expression_B52[:, ARKIT_INDEX[f"{name}{side}"], None, None]

        outwards = -1 if self._eye == 0 else 1
        yaw = outwards * (weight("eyeLookOut") - weight("eyeLookIn")) * _YAW_RAD
        pitch = (weight("eyeLookDown") - weight("eyeLookUp")) * _PITCH_RAD
        return self._radius_px * torch.sin(yaw), self._radius_px * torch.sin(pitch)

    def _ball_colour(self, posed: Posed, box: Box) -> Tensor:
        column, row = self._to_photo(posed, box)
        dx, dy = self._gaze(posed)
        colour = look_up(self._white, column, row)
        iris = look_up(self._iris, column - dx, row - dy)
        glint = look_up(self._glint, column - _GLINT_FOLLOWS * dx, row - _GLINT_FOLLOWS * dy, padding="zeros")
        return (torch.lerp(colour, iris[:, :3], iris[:, 3:].expand_as(colour)) + glint).clamp_max(255)

    def _lid_shadow(self, edge_BN2: Tensor, closure_B: Tensor, box: Box) -> Tensor:
        """Shade (B, 3, H, W) that the upper lid and its lashes cast on the eyeball."""
        x_W, y_H1 = pixel_centres(box, edge_BN2)
        ordered_BN = edge_BN2[..., 0].cummax(dim=1).values.contiguous()
        place = x_W.expand(len(edge_BN2), -1).contiguous()
        i = torch.searchsorted(ordered_BN, place).clamp(1, ordered_BN.shape[1] - 1)
        x0, x1 = ordered_BN.gather(1, i - 1), ordered_BN.gather(1, i)
        y0, y1 = edge_BN2[..., 1].gather(1, i - 1), edge_BN2[..., 1].gather(1, i)
        lid_BW = y0 + (y1 - y0) * ((place - x0) / (x1 - x0).clamp_min(1e-4)).clamp(0, 1)
        depth = (y_H1 - lid_BW[:, None]).clamp_min(0) / (0.15 * self._ball.opening_px + 1)
        strength = (0.40 + 0.12 * closure_B)[:, None, None]
        shade = (1 - strength * torch.exp(-depth))[:, None]
        return shade ** shade.new_tensor([1.05, 1.0, 0.95]).view(1, 3, 1, 1)


class Eyes:
    """The layer of both eyes."""

    def __init__(self, plate: Plate, sheet: Sheet, device: str = "cpu") -> None:
        skull = Skull(sheet, device)
        self._eyes = [_Eye(plate, sheet, eye, skull, device) for eye in (0, 1)]

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend both eyes."""
        for eye in self._eyes:
            eye.draw(canvas, posed)
