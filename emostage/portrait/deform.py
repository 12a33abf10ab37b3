"""Moves the sheet: actions, head, breath, then lips and lids closed on the picture.

Letters: B frames, V vertices, P contour pairs, E the (right, left) eye.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F32, F64, MotionTrack
from emostage.face.topology import EYES, LIP_L, LIP_U
from emostage.face.turning import head_rotation
from emostage.portrait.closing import close_contour
from emostage.portrait.lidmotion import LidDrive, lid_drive, move_lids
from emostage.portrait.polygon import ramp
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import Sheet

_OWN_LIMIT = 1.2
_FAR_RAD = (math.radians(15), math.radians(24))
"""Turns out of the photo's pose over which the sides of the face become gentle: what was hardly photographed would smear."""
_LIP_SHARE = 0.4
"""Share of a closing gap that the upper lip moves."""
_SHUT_PX = 1.0
"""Lips nearer than about this (at face height 220 px) come to rest on each other."""


def _weight(expression_B52: Tensor, *names: str) -> Tensor:
    """Mean weight (B,) of some actions."""
    return expression_B52[:, [ARKIT_INDEX[name] for name in names]].mean(1)


def lip_seal(expression_B52: Tensor) -> Tensor:
    """How firmly an expression presses the lips together (B,), 0 to 1. An open mouth shape wins over pressed lips."""

    def weight(*names: str) -> Tensor:
        return _weight(expression_B52, *names)

    jaw, close, funnel = weight("jawOpen"), weight("mouthClose"), weight("mouthFunnel")
    rolled = torch.minimum(weight("mouthRollLower"), weight("mouthRollUpper"))
    pressed = torch.maximum(1.2 * weight("mouthPressLeft", "mouthPressRight"), torch.maximum(1.2 * close, 1.2 * rolled))
    lowered = weight("mouthLowerDownLeft", "mouthLowerDownRight")
    opened = jaw * (1 - close) + 0.3 * lowered + 0.3 * funnel
    return ramp(0.15, 0.6, pressed) * (1 - ramp(0.02, 0.12, opened))


def mouth_ends(expression_B52: Tensor) -> Tensor:
    """How round an opening mouth is at its ends, and how much of it sticks there: (B, 2), see `close_contour`.

    A dropped jaw rounds it, corners drawn back by a smile do not let it; pursed lips open in their middle only.
    """
    pursed_B = ramp(0.05, 0.6, 0.8 * _weight(expression_B52, "mouthPucker") + 0.7 * _weight(expression_B52, "mouthFunnel"))
    smile_B, stretch_B = (_weight(expression_B52, f"{name}Left", f"{name}Right") for name in ("mouthSmile", "mouthStretch"))
    drawn_B = ramp(0.15, 0.7, smile_B + stretch_B)
    dropped_B = ramp(0.04, 0.3, _weight(expression_B52, "jawOpen")) * (0.85 - 0.6 * drawn_B)
    return torch.stack([torch.maximum(dropped_B, 0.95 * pursed_B), 0.03 + 0.25 * pursed_B], 1)


class Rig:
    """A sheet ready to move: its arrays as tensors on a device, and what the photo needs to come back exactly."""

    def __init__(self, sheet: Sheet, device: torch.device | None = None) -> None:
        self.sheet = sheet
        self.device = device or torch.device("cpu")
        self._rest_V3, self._own_V3, self._breath_V3 = (self._on(a) for a in (sheet.rest_V3, sheet.own_V3, sheet.breath_V3))
        self._gentle_V3 = self._on(sheet.gentle_V3)
        self._deltas_52X = self._on(sheet.deltas_52V3).flatten(1)
        self._learnt_52X = self._on(sheet.learnt_52V3).flatten(1) if sheet.learnt_52V3.any() else None
        self._seen_52 = self._on(sheet.seen_52)
        self._own_52, self._skin_V1, self._pivot_3 = (
            self._on(sheet.own_52),
            self._on(sheet.skin_V)[:, None],
            self._on(sheet.pivot_3),
        )
        self._rotation_33, self._translation_3 = self._on(sheet.rotation_33), self._on(sheet.translation_3)
        self._centre_2, self._face_width = self._on(sheet.centre_2), float(np.linalg.norm(sheet.rest_V3[454] - sheet.rest_V3[234]))
        self._lips = (self._on(sheet.upper_lip_VP), self._on(sheet.lower_lip_VP))
        self._lids = [(self._on(u), self._on(w)) for u, w in zip(sheet.upper_lid_EVP, sheet.lower_lid_EVP, strict=True)]
        self._correction_V2 = torch.zeros(len(sheet.photo_V2), 2, device=self.device)
        source = self.pose(expression_B52=self._on(sheet.source_52)[None], angles_B3=torch.zeros(1, 3, device=self.device))
        self._correction_V2 = self._on(sheet.photo_V2) - source.points_BV2[0]

    def _on(self, array: F64) -> Tensor:
        return torch.as_tensor(np.array(array), dtype=torch.float32, device=self.device)

    def at(self, motion: MotionTrack, start: int, stop: int) -> Posed:
        """Frames start..stop of a motion."""

        def part(track: F32) -> Tensor:
            return torch.tensor(track[start:stop], dtype=torch.float32, device=self.device)

        return self.pose(
            expression_B52=part(motion.expression_T52),
            angles_B3=part(motion.rotation_T3),
            shift_B2=part(motion.shift_T2),
            scale_B=part(motion.scale_T),
            tongue_B=part(motion.tongue_T),
            breath_B=part(motion.breath_T),
        )

    def pose(
        self,
        *,
        expression_B52: Tensor,
        angles_B3: Tensor,
        shift_B2: Tensor | None = None,
        scale_B: Tensor | None = None,
        tongue_B: Tensor | None = None,
        breath_B: Tensor | None = None,
    ) -> Posed:
        """The sheet under an expression and a head motion: angles as in `head_rotation`, shift in face widths, scale 1 as
        photographed."""
        zero_B = torch.zeros(len(expression_B52), device=self.device)
        share_B = (expression_B52 @ self._own_52).clamp(0, _OWN_LIMIT)
        moved_BX = expression_B52 @ self._deltas_52X
        if self._learnt_52X is not None:
            moved_BX = moved_BX - (expression_B52 - self._seen_52).clamp_min(0) @ self._learnt_52X
        moved_BV3 = self._rest_V3 + moved_BX.view(len(expression_B52), -1, 3)
        moved_BV3 = moved_BV3 + share_B[:, None, None] * self._own_V3
        if breath_B is not None:
            moved_BV3 = moved_BV3 + breath_B[:, None, None] * self._breath_V3
        far_B = ramp(*_FAR_RAD, angles_B3[:, :2].norm(dim=1))
        moved_BV3 = moved_BV3 + far_B[:, None, None] * self._gentle_V3
        rotation_B33 = head_rotation(angles_B3)
        shift_B3 = self._shift(
            zero_B[:, None].expand(-1, 2) if shift_B2 is None else shift_B2, zero_B + 1 if scale_B is None else scale_B
        )
        turned_BV3 = (moved_BV3 - self._pivot_3) @ rotation_B33.mT + (self._pivot_3 + shift_B3[:, None])
        head_BV3 = torch.lerp(moved_BV3, turned_BV3, self._skin_V1)
        camera_BV3 = head_BV3 @ self._rotation_33.T + self._translation_3
        points_BV2 = camera_BV3[..., :2] / camera_BV3[..., 2:] * self.sheet.focal_px + self._centre_2
        seal_B = lip_seal(expression_B52)
        lids = lid_drive(expression_B52)
        return Posed(
            camera_BV3=camera_BV3,
            points_BV2=self._closed(points_BV2, expression_B52, seal_B, lids, share_B),
            closure_B2=lids.closure(),
            expression_B52=expression_B52,
            head_rotation_B33=rotation_B33,
            head_shift_B3=shift_B3,
            tongue_B=zero_B if tongue_B is None else tongue_B,
            seal_B=seal_B,
        )

    def _shift(self, shift_B2: Tensor, scale_B: Tensor) -> Tensor:
        """Head translation (B, 3) in head coordinates for a shift on the picture and an apparent scale."""
        depth = float(self.sheet.pivot_3 @ self.sheet.rotation_33[2] + self.sheet.translation_3[2])
        camera_B3 = torch.cat([shift_B2 * self._face_width, (depth * (1 / scale_B - 1))[:, None]], 1)
        return camera_B3 @ self._rotation_33

    def _closed(self, points_BV2: Tensor, expression_B52: Tensor, seal_B: Tensor, lids: LidDrive, share_B: Tensor) -> Tensor:
        """Points after closing lips and lids, with the photo's own contours restored at its own expression."""
        points_BV2 = close_contour(
            points_BV2,
            self._lips,
            (LIP_U, LIP_L),
            seal_B,
            upper_share=_LIP_SHARE,
            shut_px=_SHUT_PX * self.sheet.unit_px,
            ends_B2=mouth_ends(expression_B52),
        )
        for k, eye in enumerate(EYES):
            points_BV2 = move_lids(points_BV2, self._lids[k], eye, lids)
        own_B = ramp(0.4, 1.0, share_B) * (1 - seal_B) if bool(self.sheet.own_52.any()) else torch.ones_like(share_B)
        return points_BV2 + own_B[:, None, None] * self._correction_V2
