"""The inside of the mouth, drawn between the moving lips: cavity, tongue, both rows of teeth, the lips' shadow and inner rim.

Upper teeth move with the skull, tongue and lower teeth with the jaw. Letters: B frames, N points of a lip chain, H and W rows and
columns of a box. Colours are sRGB 0..255.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES
from emostage.core.tracks import F64
from emostage.portrait.arch import arch_behind
from emostage.portrait.denture import LOWER, UPPER, paint, set_in
from emostage.portrait.eyeball import sclera_colour
from emostage.portrait.inside import Inside, MouthMap, Row, row_of
from emostage.portrait.layer import Canvas
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import Box, blur, box_around, coverage, pixel_centres, ramp, spline
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import LIPS_P2, Sheet
from emostage.portrait.skin import lip_colour, skin_colour
from emostage.portrait.skull import Skull, own_mouth
from emostage.portrait.teeth import photo_teeth
from emostage.portrait.tongue import Tongue

_JAW_POINTS = (87, 14, 317)
_JAW_FOLLOW_3 = (0.95, 1.0, 0.6)
_TEXELS_PX = 1.6
_SHADOW_3 = (0.80, 1.10, 1.18)
"""Exponents of the lips' shadow: light that comes through lips is red."""
_LOWER_3 = (0.86, 0.80, 0.74)
_VEIL_MM, _VEIL_DIM = 4.0, 0.35
"""Millimetres that teeth recede behind fully rounded lips, and how much darker they are there."""
_TOOTH_TINT_3, _SKIN_TINT_3 = (1.065, 1.0, 0.915), (1.18, 0.97, 0.85)


def tooth_colour(skin_3: F64, sclera_3: F64) -> F64:
    """Colour (3,) of teeth that were never seen: ivory in the light on the face, as far as skin and whites of the eyes tell it."""
    light_3 = np.clip(skin_3 / max(skin_3.mean(), 1) / _SKIN_TINT_3, 0.80, 1.15)
    tint_3 = np.array(_TOOTH_TINT_3) * light_3**0.55
    level = np.clip(max(1.05 * sclera_3.mean(), 1.03 * skin_3[0] / tint_3[0]), 60, 218)
    colour_3: F64 = np.clip(tint_3 * level, 0, 245)
    return colour_3


class Mouth:
    """The layer of the mouth's inside."""

    def __init__(self, plate: Plate, sheet: Sheet, device: str = "cpu", known: MouthMap | None = None) -> None:
        """Prepare the mouth of a plate, and of a person whose mouth is `known` from elsewhere."""
        self._sheet, self._skull, self._unit = sheet, Skull(sheet, device), sheet.unit_px

        def tensor(values: object) -> Tensor:
            return torch.as_tensor(np.array(values), dtype=torch.float32, device=device)

        teeth = photo_teeth(plate)
        skin_3, lip_3 = skin_colour(plate), lip_colour(plate)
        tooth_3 = teeth.colour_3 if teeth.colour_3 is not None else tooth_colour(skin_3, sclera_colour(plate))
        gum_3 = 0.55 * lip_3 + 0.45 * skin_3 * [0.95, 0.70, 0.72]
        arches = [arch_behind(sheet.mouth_3, sheet.mm, upper=up, edge_y=sheet.tooth_edge_y if up else None) for up in (True, False)]
        depth = float((sheet.mouth_3 @ sheet.rotation_33.T + sheet.translation_3)[2])
        texels_mm = float(np.clip(_TEXELS_PX * sheet.focal_px * sheet.mm / depth, 0.8, 12))
        strips = [paint(crowns, tooth_3, gum_3, texels_mm) for crowns in (UPPER, LOWER)]
        if teeth.colour_3 is not None:
            strips[0] = set_in(strips[0], arches[0], teeth, plate)
        inside = Inside(
            upper=row_of(arches[0], strips[0], device),
            lower=row_of(arches[1], strips[1], device),
            cavity_3=tensor(np.clip(skin_3 * [0.24, 0.10, 0.10], 4, 64)),
        )
        self.inside = inside if known is None else known.on(inside)
        self._chains = torch.as_tensor(np.array(LIPS_P2).T.copy(), device=device)
        self._jaw_52 = tensor([name.startswith("jaw") for name in ARKIT_NAMES])
        self._jaw_523 = tensor(sheet.deltas_52V3[:, list(_JAW_POINTS)].mean(1) * _JAW_FOLLOW_3)
        self._lip_3, self._rim_3 = tensor(lip_3), tensor(lip_3 * [0.82, 0.62, 0.64])
        tongue_3 = (0.5 * lip_3 + 0.5 * skin_3 * [0.88, 0.56, 0.62]) * [1.04, 0.82, 0.84]
        self._tongue = Tongue(mouth_3=tensor(sheet.mouth_3), mm=sheet.mm, colour_3=tensor(tongue_3))
        self._lower_131 = tensor(_LOWER_3).view(1, 3, 1, 1)
        self._shadow_131 = tensor(_SHADOW_3).view(1, 3, 1, 1)
        self._openness = min(sheet.lip_gap_px / (6 * sheet.unit_px), 1.0)

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend the contact line of closed lips and the inside of open ones."""
        upper_BN2, lower_BN2 = (spline(posed.points_BV2[:, chain]) for chain in self._chains)
        gap_B = (lower_BN2 - upper_BN2).norm(dim=-1).mean(-1)
        box = box_around(torch.cat([upper_BN2, lower_BN2], 1), 6 * self._unit)
        self._draw_contact(canvas, (upper_BN2 + lower_BN2) / 2, gap_B, box)
        shown_B = ramp(0.25 * self._unit, 1.3 * self._unit, gap_B) * (1 - own_mouth(self._sheet, posed.expression_B52))
        if float(shown_B.max()) > 0:
            _, colour, mask = self.laid(posed, self.inside)
            canvas.blend(box[0], box[1], colour, mask * shown_B[:, None, None, None])

    def laid(self, posed: Posed, inside: Inside) -> tuple[Box, Tensor, Tensor]:
        """What an inside looks like between the lips: the box it fills, its colour (B, 3, H, W) and how much of each pixel is it
        (B, 1, H, W). It can be differentiated by the inside."""
        upper_BN2, lower_BN2 = (spline(posed.points_BV2[:, chain]) for chain in self._chains)
        gap_B = (lower_BN2 - upper_BN2).norm(dim=-1).mean(-1)
        box = box_around(torch.cat([upper_BN2, lower_BN2], 1), 6 * self._unit)
        outline_BN2 = torch.cat([upper_BN2, lower_BN2.flip(1)], 1)
        mask = blur(coverage(outline_BN2, box), 0.45 * max(self._unit, 0.6))
        colour, front = self._unshaded(inside, posed, outline_BN2, lower_BN2, box)
        colour = self._shaded(colour, mask, posed, gap_B)
        colour = self._rimmed(colour, mask, gap_B)
        tucked = self._tuck(posed)[:, None, None, None]
        if float(tucked.max()) > 0:
            low_BN2 = lower_BN2.clone()
            low_BN2[..., 1] += 1.6 * self._unit * tucked[..., 0, 0] * self._belly(lower_BN2)
            over = blur(coverage(torch.cat([upper_BN2, low_BN2.flip(1)], 1), box), 0.45 * max(self._unit, 0.6))
            mask = torch.maximum(mask, over * front * tucked)
        return box, colour, mask

    def _belly(self, chain_BN2: Tensor) -> Tensor:
        return torch.sin(torch.linspace(0, torch.pi, chain_BN2.shape[1], device=chain_BN2.device)).clamp_min(0)

    def _weight(self, posed: Posed, name: str) -> Tensor:
        return posed.expression_B52[:, ARKIT_INDEX[name]]

    def _tuck(self, posed: Posed) -> Tensor:
        """How far the lower lip is drawn under the upper teeth (f, v): (B,) in [0, 1]."""
        rolled = self._weight(posed, "mouthRollLower") - self._weight(posed, "mouthRollUpper")
        return ramp(0.12, 0.42, rolled) * (1 - ramp(0.12, 0.3, self._weight(posed, "jawOpen"))) * (1 - posed.seal_B)

    def _draw_contact(self, canvas: Canvas, seam_BN2: Tensor, gap_B: Tensor, box: Box) -> None:
        """The dark line of closed lips, for photos whose lips were open and so have none."""
        strength_B = 0.85 * self._openness * torch.exp(-gap_B / (1.2 * self._unit))
        if float(strength_B.max()) < 0.02:
            return
        half_N = 0.7 * max(self._unit, 0.85) * self._belly(seam_BN2).sqrt()
        offset_N2 = torch.stack([torch.zeros_like(half_N), half_N], -1)
        line = coverage(torch.cat([seam_BN2 - offset_N2, (seam_BN2 + offset_N2).flip(1)], 1), box)
        dark_3 = self._lip_3 * self._lip_3.new_tensor([0.48, 0.36, 0.36])
        canvas.blend(box[0], box[1], dark_3.view(1, 3, 1, 1), blur(line, 0.7 * self._unit) * strength_B[:, None, None, None])

    def _unshaded(self, inside: Inside, posed: Posed, outline_BN2: Tensor, lower_BN2: Tensor, box: Box) -> tuple[Tensor, Tensor]:
        """Unshaded colour (B, 3, H, W) of the inside and alpha (B, 1, H, W) of the upper teeth."""
        x_W, y_H1 = pixel_centres(box, outline_BN2)
        low_B2, high_B2 = outline_BN2.aminmax(dim=1)
        middle_B2, span_B2 = (low_B2 + high_B2) / 2, (high_B2 - low_B2).clamp_min(1)
        away = (x_W - middle_B2[:, 0, None, None]) / (0.38 * span_B2[:, 0, None, None])
        depth = (y_H1 - low_B2[:, 1, None, None]) / span_B2[:, 1, None, None]
        dark = 1.35 - 0.65 * torch.exp(-(away**2)) * ramp(0, 0.5, depth)
        colour = inside.cavity_3.view(1, 3, 1, 1) * dark[:, None]
        jaw_B3 = (posed.expression_B52 * self._jaw_52) @ self._jaw_523
        flesh, alpha = self._tongue.paint(posed, self._skull, jaw_B3, box)
        colour = torch.lerp(colour, flesh, alpha.expand_as(colour))
        origin_B3, rays = self._skull.eye_point(posed), self._skull.rays_of_box(posed, box)
        tuck_B, veil_B = self._tuck(posed), self._veil(posed)
        dim = ((1 - _VEIL_DIM * veil_B)[:, None, None, None]) ** self._shadow_131
        row, alpha = inside.lower.seen(origin_B3 - jaw_B3, rays, -_VEIL_MM * veil_B)
        alpha = alpha * (1 - tuck_B)[:, None, None, None]
        colour = torch.lerp(colour, self._lower_131 * row * dim, alpha.expand_as(colour))
        inner = (0.55 * self._lip_3).view(1, 3, 1, 1)
        colour = torch.lerp(colour, inner, tuck_B[:, None, None, None].expand_as(colour))
        drop_B = self._drop(inside.upper, posed, origin_B3, lower_BN2) * tuck_B - _VEIL_MM * veil_B * (1 - tuck_B)
        row, alpha = inside.upper.seen(origin_B3, rays, drop_B)
        return torch.lerp(colour, row * dim, alpha.expand_as(colour)), alpha

    def _veil(self, posed: Posed) -> Tensor:
        """How far rounded lips come forward over the teeth: (B,) in [0, 1]. The rows recede behind them and lie in their shadow."""
        return ramp(0.06, 0.62, 0.6 * self._weight(posed, "mouthPucker") + 0.5 * self._weight(posed, "mouthFunnel"))

    def _tight(self, posed: Posed) -> Tensor:
        """How tightly the lips lie on the teeth: (B,) in [0, 1]. Corners drawn back and a raised upper lip let the light in."""
        names = ("mouthSmile", "mouthStretch", "mouthUpperUp")
        sides = [self._weight(posed, f"{name}{side}") for name in names for side in ("Left", "Right")]
        return ramp(0.15, 0.9, torch.stack(sides).sum(0) / 2)

    def _drop(self, upper: Row, posed: Posed, origin_B3: Tensor, lower_BN2: Tensor) -> Tensor:
        """How far (mm) the biting edge must come down, or go up, to rest on the lower lip: (B,)."""
        rest_B2 = lower_BN2[:, lower_BN2.shape[1] // 2]
        x, y = rest_B2[:, 0, None, None], rest_B2[:, 1, None, None] + 0.9 * self._unit
        _, height = upper.arch.hit(origin_B3, self._skull.rays(posed, x, y))
        return (-height[:, 0, 0]).clamp(-3, 4)

    def _shaded(self, colour: Tensor, mask: Tensor, posed: Posed, gap_B: Tensor) -> Tensor:
        """Shadow of the lips: deepest along their edge and under the upper lip, deeper in a small opening."""
        below = torch.nn.functional.pad(mask, (0, 0, 1, 0))[..., :-1, :]
        loose = (1 - 0.55 * self._tight(posed))[:, None, None, None]
        shade = 1 - 0.44 * loose * (1 - ramp(0.25, 0.95, blur(below, 1.5 * self._unit)))
        small = 0.24 * (1 - ramp(1.0 * self._unit, 8.0 * self._unit, gap_B))[:, None, None, None]
        round_B = (0.6 * self._weight(posed, "mouthPucker") + 0.4 * self._weight(posed, "mouthFunnel")).clamp(0, 1)
        shade = shade * (1 - small * loose) * (1 - 0.35 * round_B)[:, None, None, None]
        return colour * shade**self._shadow_131

    def _rimmed(self, colour: Tensor, mask: Tensor, gap_B: Tensor) -> Tensor:
        """The moist inner side of the lower lip, a soft rim that rounds the lip into the mouth."""
        reach = max(1, round(1.3 * self._unit))
        soft = blur(mask, 0.8 * self._unit)
        lifted = torch.nn.functional.pad(soft, (0, 0, 0, reach))[..., reach:, :]
        rim = (soft - lifted).clamp(0, 1) * ramp(2 * self._unit, 6 * self._unit, gap_B)[:, None, None, None] * 0.85
        return torch.lerp(colour, (self._rim_3).view(1, 3, 1, 1).expand_as(colour), rim.expand_as(colour))
