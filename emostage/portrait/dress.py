"""The dress: the photo as it is stretched over the sheet in each frame.

Eyeballs and the mouth's inside are filled, so that nothing bright leaks through closed lips or lids; lashes leave as lids close;
lines come and go. Letters: B frames, H and W plate rows and columns. Colours are sRGB 0..255.
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32
from emostage.portrait.fill import pull_push
from emostage.portrait.lids import Patch, without_eyeball, without_lashes
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import ramp
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import LIPS_P2, Sheet
from emostage.portrait.skull import own_mouth
from emostage.portrait.teeth import mouth_interior
from emostage.portrait.wrinkles import Wrinkles

_OPEN_PX = 0.9
"""A photo whose lips are further apart than this, in drawing units, has its mouth interior replaced."""


def closed_mouth(plate: Plate, lip_gap_px: float) -> Patch | None:
    """The lips grown inwards in place of the photo's mouth interior; None when its lips are closed."""
    if lip_gap_px <= _OPEN_PX * plate.unit_px:
        return None
    width, height = plate.size_px
    lips_N2 = plate.landmarks_L2[np.array(LIPS_P2).ravel()]
    left, top = (int(v) for v in np.clip(lips_N2.min(0) - 40 * plate.unit_px, 0, [width - 2, height - 2]))
    right, bottom = (int(v) for v in np.clip(lips_N2.max(0) + 40 * plate.unit_px, [left + 2, top + 2], [width, height]))
    window = (slice(top, bottom), slice(left, right))
    mask_HW = cv2.dilate(mouth_interior(plate)[window], np.ones((3, 3), np.uint8))
    grown_HW3 = pull_push(plate.photo_HW3[window].astype(np.float32), (mask_HW < 0.02).astype(np.float32))
    return Patch(
        left=left,
        top=top,
        rgb_HW3=(grown_HW3 * [0.86, 0.76, 0.78]).astype(np.float32),
        alpha_HW=cv2.GaussianBlur(mask_HW, (0, 0), 0.6),
    )


class _Overlay:
    """A patch as tensors, laid over a batch of pictures in any strength."""

    def __init__(self, patch: Patch, device: str) -> None:
        rows, columns = patch.alpha_HW.shape
        self.part = (slice(patch.top, patch.top + rows), slice(patch.left, patch.left + columns))
        self._rgb_3HW = torch.as_tensor(patch.rgb_HW3.transpose(2, 0, 1).copy(), device=device)
        self._alpha_HW = torch.as_tensor(patch.alpha_HW.copy(), device=device)

    def lay(self, rgb_B3HW: Tensor, strength_B: Tensor) -> None:
        """Blend in place; does nothing where the strength is zero."""
        for i in (strength_B > 0).nonzero()[:, 0].tolist():
            under = rgb_B3HW[i][(..., *self.part)]
            under.lerp_(self._rgb_3HW, (self._alpha_HW * strength_B[i]).expand_as(under))


class Dress:
    """The textures of one photo. `person_HW3` is the person cut out of it, as in `backing.Backing`."""

    def __init__(self, plate: Plate, sheet: Sheet, person_HW3: F32, device: str = "cpu") -> None:
        self._sheet = sheet
        rgba_HW4 = np.concatenate([person_HW3, plate.matte_HW[..., None]], -1, dtype=np.float32)
        self.bare_4HW = torch.as_tensor(rgba_HW4.transpose(2, 0, 1).copy(), device=device)
        """Without anything that comes and goes; the last channel is the matte."""
        whole_1 = torch.ones(1, device=device)
        for eye in (0, 1):
            _Overlay(without_eyeball(plate, eye), device).lay(self.bare_4HW[None, :3], whole_1)
        self._lids = [_Overlay(without_lashes(plate, eye), device) for eye in (0, 1)]
        mouth = closed_mouth(plate, sheet.lip_gap_px)
        self._mouth = None if mouth is None else _Overlay(mouth, device)
        self._wrinkles = Wrinkles(plate, sheet, device)
        left, top, width, height = self._wrinkles.box
        self._face = (slice(top, top + height), slice(left, left + width))
        self._worn = [self._face, *(overlay.part for overlay in (*self._lids, self._mouth) if overlay is not None)]

    def textures(self, posed: Posed, used_B4HW: Tensor | None = None) -> Tensor:
        """(B, 4, H, W) float32 pictures to stretch over the sheet, with the matte in the last channel.

        They are written over `used_B4HW`, earlier ones that are no longer needed, which saves most of the work.
        """
        if used_B4HW is None:
            used_B4HW = self.bare_4HW.repeat(len(posed), 1, 1, 1)
        else:
            for part in self._worn:
                used_B4HW[(..., *part)] = self.bare_4HW[(..., *part)]
        rgb_B3HW = used_B4HW[:, :3]
        if self._mouth is not None:
            self._mouth.lay(rgb_B3HW, 1 - own_mouth(self._sheet, posed.expression_B52))
        for eye, lid in enumerate(self._lids):
            lid.lay(rgb_B3HW, ramp(0.3, 0.85, posed.closure_B2[:, eye]))
        self._wrinkles.apply(rgb_B3HW[(..., *self._face)], posed.expression_B52)
        return used_B4HW
