"""Both eyes, drawn between the moving lids: the eyeball turns with the gaze and the head, the lids shade it.

Letters: B frames, N points of a lid, H and W rows and columns of a box. Colours are sRGB 0..255.
"""

from __future__ import annotations

import math

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.portrait.eyeball import Eyeball, eyeballs
from emostage.portrait.eyepatch import lid_chains
from emostage.portrait.lashes import Lashes
from emostage.portrait.layer import Canvas
from emostage.portrait.lids import SLACK, fold_curve, height_at, shade_lid
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, box_around, coverage, look_up, pixel_centres, ramp, spline
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import LIDS_EP2, Sheet
from emostage.portrait.skull import Skull

_RADIUS_MM, _BEHIND_LIDS_MM = 12.2, 4.0
_YAW_RAD, _PITCH_RAD = math.radians(30), math.radians(25)
_GLINT_FOLLOWS = 0.46
"""A catch-light is a mirror image on the cornea and goes with the centre of its curvature, nearer to the eyeball's than the
iris is: 5.6 of 12.2 mm."""
_GLINT_LEAVES = (0.80, 1.05)
"""Distance from the iris centre, in its radii, over which a catch-light runs off the cornea."""
_INSET, _INSET_SHARE = 0.9, 0.2
"""How much of the photo below the upper lid's margin belongs to the lid, in drawing units, and in apertures at most."""
_OWN_GAZE, _OWN_GAPE, _OWN_TURN = (0.04, 0.40), (1.04, 1.22), (0.07, 0.25)
"""Over what the photo's own picture of the eyeball gives way to the rebuilt one: gaze in iris radii, aperture relative to the
photo, turn of the head in rad."""


class _Eye:
    """One eye: 0 the person's right, 1 the left."""

    def __init__(self, plate: Plate, sheet: Sheet, eye: int, ball: Eyeball, device: str) -> None:
        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        self._ball, self._eye, self._skull, self._unit = ball, eye, Skull(sheet, device), sheet.unit_px
        self._centre = tuple((ball.centre_2 - [ball.left, ball.top]).tolist())
        self._sparkle = tuple(ball.glint_2.tolist())
        self._iris, self._glint = (tensor(layer.transpose(2, 0, 1)) for layer in (ball.iris_HW4, ball.glint_HW3))
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
        lids = [np.ascontiguousarray(chain) for chain in lid_chains(plate, eye)]
        self._rest_upper_N2, self._rest_lower_N2, self._fold_N2 = (tensor(c) for c in (*lids, fold_curve(lids[0])))
        belly_N = torch.sin(torch.linspace(0, torch.pi, len(lids[0]), device=device)).clamp_min(0)
        self._inset_N = belly_N * (_INSET_SHARE * (self._rest_lower_N2 - self._rest_upper_N2)[:, 1]).clamp(
            0, _INSET * sheet.unit_px
        )
        self._gape = float(_gape(self._rest_upper_N2[None], self._rest_lower_N2[None]))
        width_px = float(np.linalg.norm(lids[0][-1] - lids[0][0]))
        self._lashes = Lashes(plate, eye, width_px, ball.softness_px, device)
        limits_32 = tensor([_OWN_GAZE, _OWN_GAPE, _OWN_TURN])
        self._own_from_3, self._own_over_3 = limits_32[:, 0], limits_32[:, 1] - limits_32[:, 0]
        self._still = tensor(np.dstack([ball.white_HW4, np.zeros_like(ball.photo_HW3)]).transpose(2, 0, 1))
        self._still[4:] = self._own()

    def _own(self) -> Tensor:
        """What the photo's eyeball has over the rebuilt one at rest: (3, H, W) of the patch."""
        ball = self._ball
        rows, columns = ball.inside_HW.shape
        box = (ball.left, ball.top, columns, rows)
        y, x = torch.meshgrid(torch.arange(rows) + 0.5, torch.arange(columns) + 0.5, indexing="ij")
        at = [axis[None].to(self._still) for axis in (x, y)]
        none = torch.zeros(1, 1, 1).to(self._still)
        edge_BN2 = self._edge(self._rest_upper_N2[None], self._rest_lower_N2[None])
        shade = _lid_shade(edge_BN2, self._rest_lower_N2[None], box)
        rebuilt = self._turned((at[0], at[1]), (none, none), shade, none)
        near_HW = cv2.dilate(ball.inside_HW, np.ones((3, 3), np.uint8), iterations=2 + round(2 * self._unit))
        near = torch.as_tensor(near_HW).to(self._still)
        return (torch.as_tensor(ball.photo_HW3.transpose(2, 0, 1).copy()).to(self._still) - rebuilt[0]) * near

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend the eye and, as it closes, its lid and lashes."""
        upper_BN2, lower_BN2 = (spline(posed.points_BV2[:, chain]) for chain in (self._upper, self._lower))
        closure_B = posed.closure_B2[:, self._eye]
        edge_BN2 = self._edge(upper_BN2, lower_BN2)
        box = box_around(torch.cat([upper_BN2, lower_BN2], 1), 5 * self._unit)
        mask = blur(coverage(torch.cat([edge_BN2, lower_BN2.flip(1)], 1), box), 0.45 * max(self._unit, 0.6))
        if float(mask.max()) > 0:
            shade = _lid_shade(edge_BN2, lower_BN2, box)
            canvas.blend(box[0], box[1], self._ball_colour(posed, box, shade, _gape(upper_BN2, lower_BN2)), mask)
        if float(closure_B.max()) > SLACK:
            fold_BN2 = _carried(self._fold_N2, self._rest_upper_N2, upper_BN2)
            around = box_around(torch.cat([upper_BN2, lower_BN2, fold_BN2], 1), 6 * self._unit)
            shade_lid(canvas, around, fold_BN2, upper_BN2, closure_B)
            self._lashes.draw(canvas, around, upper_BN2, closure_B)

    def _edge(self, upper_BN2: Tensor, lower_BN2: Tensor) -> Tensor:
        """Where the ball begins below the upper lid: its margin and lashes are part of the photo, narrowed as the lids close."""
        share_BN = (lower_BN2 - upper_BN2).norm(dim=-1) / (self._rest_lower_N2 - self._rest_upper_N2).norm(dim=-1).clamp_min(0.5)
        inset_BN = self._inset_N * share_BN.clamp(0, 1)
        return upper_BN2 + torch.stack([torch.zeros_like(inset_BN), inset_BN], -1)

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

    def _turned(self, at: tuple[Tensor, Tensor], gaze: tuple[Tensor, Tensor], shade: Tensor, own: Tensor) -> Tensor:
        """Colours (B, 3, H, W) of the ball, at texels (column, row), its iris displaced and seen as obliquely as that
        makes it, times `shade`; `own` (B, 1, 1) adds what only the photo has."""
        (column, row), (dx, dy) = at, gaze
        still = look_up(self._still, column, row)
        (cx, cy), (gx, gy) = self._centre, self._sparkle
        far = torch.hypot(dx, dy)
        oblique = 1 / (1 - (far / self._radius_px).clamp_max(0.9) ** 2).sqrt() - 1
        ux, uy = dx / far.clamp_min(1e-6), dy / far.clamp_min(1e-6)
        x, y = column - dx, row - dy
        along = ((x - cx) * ux + (y - cy) * uy) * oblique
        iris = look_up(self._iris, x + along * ux, y + along * uy)
        colour = torch.lerp(still[:, :3], iris[:, :3], (iris[:, 3:] * still[:, 3:4]).expand_as(iris[:, :3]))
        behind = (1 - _GLINT_FOLLOWS) / self._ball.radius_px
        off = torch.hypot(dx * behind - gx, dy * behind - gy)
        kept = 1 - ramp(*_GLINT_LEAVES, off) * (off > math.hypot(gx, gy))
        glint = look_up(self._glint, column - _GLINT_FOLLOWS * dx, row - _GLINT_FOLLOWS * dy, padding="zeros")
        return (colour + glint * kept[:, None]) * shade + still[:, 4:] * own[:, None]

    def _ball_colour(self, posed: Posed, box: Box, shade: Tensor, gape_B: Tensor) -> Tensor:
        column, row = self._to_photo(posed, box)
        dx, dy = self._gaze(posed)
        turn_B = torch.acos(posed.head_rotation_B33[:, 2, 2].clamp(-1, 1 - 1e-6))
        gaze_B = torch.hypot(dx, dy)[:, 0, 0] / self._ball.radius_px
        changed_B3 = (torch.stack([gaze_B, gape_B / self._gape, turn_B], 1) - self._own_from_3) / self._own_over_3
        own_B = (1 - ramp(0.0, 1.0, changed_B3)).prod(1)
        return self._turned((column, row), (dx, dy), shade, own_B[:, None, None]).clamp(0, 255)


def _lid_shade(edge_BN2: Tensor, lower_BN2: Tensor, box: Box) -> Tensor:
    """Shade (B, 1, H, W) of the lids and their lashes on the eyeball; it reaches farther where they are more open."""
    middle = edge_BN2.shape[1] // 2
    opening = (lower_BN2[:, middle] - edge_BN2[:, middle]).norm(dim=-1)[:, None, None]
    x_W, y_H1 = pixel_centres(box, edge_BN2)
    edge_B1W, lower_B1W = height_at(torch.cat([edge_BN2, lower_BN2]), x_W).chunk(2)
    below, above = (y_H1 - edge_B1W).clamp_min(0), (lower_B1W - y_H1).clamp_min(0)
    upper = 0.40 * torch.exp(-below / (0.15 * opening + 1)) + 0.10 * torch.exp(-below / (0.45 * opening + 1))
    lower = 0.14 * torch.exp(-above / (0.10 * opening + 1))
    return ((1 - upper) * (1 - lower))[:, None]


def _gape(upper_BN2: Tensor, lower_BN2: Tensor) -> Tensor:
    """Aperture of the lids in the middle, in eye widths (B,)."""
    middle = upper_BN2.shape[1] // 2
    opening_B = (lower_BN2[:, middle] - upper_BN2[:, middle]).norm(dim=-1)
    gape_B: Tensor = opening_B / (upper_BN2[:, -1] - upper_BN2[:, 0]).norm(dim=-1).clamp_min(1e-3)
    return gape_B


def _carried(curve_N2: Tensor, then_N2: Tensor, now_BN2: Tensor) -> Tensor:
    """A curve of the photo (B, N, 2) carried along with two corners: turned, scaled and shifted."""
    then = then_N2[-1] - then_N2[0]
    now_B2 = (now_BN2[:, -1] - now_BN2[:, 0]) / (then @ then)
    real_B1 = (now_B2 @ then)[:, None]
    imaginary_B1 = (now_B2[:, 1] * then[0] - now_B2[:, 0] * then[1])[:, None]
    x_N, y_N = (curve_N2 - then_N2[0]).unbind(-1)
    turned_BN2 = torch.stack([real_B1 * x_N - imaginary_B1 * y_N, imaginary_B1 * x_N + real_B1 * y_N], -1)
    return turned_BN2 + now_BN2[:, :1]


class Eyes:
    """The layer of both eyes."""

    def __init__(self, plate: Plate, sheet: Sheet, device: str = "cpu") -> None:
        self._eyes = [_Eye(plate, sheet, eye, ball, device) for eye, ball in enumerate(eyeballs(plate))]

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend both eyes."""
        for eye in self._eyes:
            eye.draw(canvas, posed)
