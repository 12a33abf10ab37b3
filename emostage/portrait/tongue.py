"""The tongue: a soft mound behind the lower teeth that moves with the jaw and rises to the upper teeth. Little light reaches it
through a small opening.

Letters: B frames, H and W rows and columns of a box. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.portrait.polygon import Box, pixel_centres, ramp
from emostage.portrait.posed import Posed
from emostage.portrait.skull import Skull

_HALF_WIDTH_MM, _HALF_HEIGHT_MM, _BEHIND_MM, _BELOW_MM = 21.0, 9.5, 20.0, -0.5
_RISE_MM, _FORWARD_MM, _THICKEN_MM = 8.0, 9.0, 2.0


@dataclass(frozen=True, kw_only=True)
class Tongue:
    """`mouth_3` middle of the sealed lips in head units, `mm` head units in a millimetre, `colour_3` of its lit side."""

    mouth_3: Tensor
    mm: float
    colour_3: Tensor

    def paint(self, posed: Posed, skull: Skull, jaw_B3: Tensor, box: Box) -> tuple[Tensor, Tensor]:
        """Colour (B, 3, H, W) and alpha (B, 1, H, W) over a box, for jaw displacements `jaw_B3` in head units."""
        lift_B = posed.tongue_B
        zero_B = torch.zeros_like(lift_B)
        rise_B3 = torch.stack([zero_B, _BELOW_MM - _RISE_MM * lift_B, _BEHIND_MM - _FORWARD_MM * lift_B], -1) * self.mm
        centre_B3 = self.mouth_3 + jaw_B3 + rise_B3
        side_B3 = centre_B3 + torch.tensor([1.0, 0.0, 0.0], device=lift_B.device) * self.mm
        seen_B22 = skull.project(torch.stack([centre_B3, side_B3], 1), posed)
        mm_px_B11 = (seen_B22[:, 1] - seen_B22[:, 0]).norm(dim=-1)[:, None, None]
        x_W, y_H1 = pixel_centres(box, lift_B)
        across = (x_W - seen_B22[:, 0, 0, None, None]) / (_HALF_WIDTH_MM * mm_px_B11)
        half_height = (_HALF_HEIGHT_MM + _THICKEN_MM * lift_B)[:, None, None] * mm_px_B11
        down = (y_H1 - seen_B22[:, 0, 1, None, None]) / half_height
        radius = (across**2 + down**2).sqrt()
        alpha_BHW = 1 - ramp(0.78, 1.08, radius)
        groove = 0.10 * torch.exp(-((across / 0.14) ** 2)) * ramp(-1.0, -0.2, down) * (1 - 0.6 * lift_B[:, None, None])
        gleam = 0.16 * torch.exp(-(((down + 0.12) / 0.16) ** 2) - ((across.abs() - 0.2) / 0.14) ** 2)
        shade_BHW = 0.46 + 0.52 * ramp(-1.0, 0.1, down) - groove - 0.42 * across**2 - 0.22 * ramp(0.1, 0.9, down) + gleam
        shade_BHW = shade_BHW.clamp_min(0.08) * self._light(posed)[:, None, None]
        return self.colour_3.view(1, 3, 1, 1) * shade_BHW[:, None], alpha_BHW[:, None]

    def _light(self, posed: Posed) -> Tensor:
        """How much light the opening lets in: (B,)."""
        jaw_B, pucker_B, funnel_B = (
            posed.expression_B52[:, ARKIT_INDEX[name]] for name in ("jawOpen", "mouthPucker", "mouthFunnel")
        )
        lips_B = posed.expression_B52[:, [ARKIT_INDEX[f"mouthLowerDown{side}"] for side in ("Left", "Right")]].mean(1)
        return (0.45 + 0.50 * ramp(0.05, 0.40, jaw_B + 0.4 * lips_B)) * (1 - 0.55 * (pucker_B + 0.6 * funnel_B).clamp(0, 1))
