"""What a drawing layer is, and the canvas it draws on.

The parts of the renderer are built once per photo as `Part(plate, sheet, device)`. `dress.Dress` gives the photo as it is stretched
over the sheet in each frame, `light.Light` its shading relative to the photo; `mouth.Mouth` and `eyes.Eyes` are layers, drawn over
it in this order. Letters: B frames, H and W rows and columns of the canvas.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from torch import Tensor

from emostage.portrait.posed import Posed


@dataclass(frozen=True, kw_only=True)
class Canvas:
    """The box of the plate that is redrawn: `rgb_B3HW` float32 sRGB 0..255, its first pixel at plate pixel (`left`, `top`).

    Layers blend into `rgb_B3HW` in place and clip themselves to the box.
    """

    rgb_B3HW: Tensor
    left: int
    top: int

    def blend(self, left: int, top: int, colour_B3HW: Tensor, alpha_B1HW: Tensor) -> None:
        """Lay `colour` (B, 3 or broadcastable, h, w) over the canvas with `alpha` (B, 1, h, w) at plate pixel (left, top)."""
        under, (rows, columns) = self._common(left, top, alpha_B1HW)
        alpha = alpha_B1HW[..., rows, columns]
        colour = colour_B3HW[..., rows, columns] if colour_B3HW.shape[-2:] == alpha_B1HW.shape[-2:] else colour_B3HW
        under.lerp_(colour.expand_as(under), alpha.expand_as(under))

    def shade(self, left: int, top: int, gain_B3HW: Tensor) -> None:
        """Multiply the canvas by `gain` (B, 3, h, w) at plate pixel (left, top)."""
        under, (rows, columns) = self._common(left, top, gain_B3HW)
        under.mul_(gain_B3HW[..., rows, columns])

    def _common(self, left: int, top: int, part_BCHW: Tensor) -> tuple[Tensor, tuple[slice, slice]]:
        """What of the canvas lies under a part of the plate, as a view, and which rows and columns of the part that is."""
        height, width = part_BCHW.shape[-2:]
        rows, columns = self.rgb_B3HW.shape[-2:]
        x0, y0 = max(left, self.left), max(top, self.top)
        x1, y1 = max(x0, min(left + width, self.left + columns)), max(y0, min(top + height, self.top + rows))
        under = self.rgb_B3HW[..., y0 - self.top : y1 - self.top, x0 - self.left : x1 - self.left]
        return under, (slice(y0 - top, y1 - top), slice(x0 - left, x1 - left))


class Layer(Protocol):
    """Something drawn over the warped photo."""

    def draw(self, canvas: Canvas, posed: Posed) -> None:
        """Blend the layer into the canvas, frame by frame of `posed`."""
        ...
