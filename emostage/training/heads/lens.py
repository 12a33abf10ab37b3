"""From linear light to a camera's picture: exposure curve, slight blur, noise, blocky colour. B frames, H, W pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

_NOISE_POOL = 4
"""Different pictures of noise that frames take turns with."""


@dataclass(frozen=True, kw_only=True)
class Lens:
    """`exposure` gain, `contrast` about 1, `blur_px` at 256 px, `noise` (of white), `chroma` strength of coarse colour."""

    exposure: float
    contrast: float
    blur_px: float
    noise: float
    chroma: float
    seed: int

    def develop(self, linear_B3HW: Tensor) -> Tensor:
        """sRGB pictures (B, 3, H, W) uint8."""
        size_px = linear_B3HW.shape[-1]
        exposed = linear_B3HW * self.exposure
        toned = (exposed * (1 + exposed / 6.0) / (1 + 0.75 * exposed)).clamp(0, 1)
        coded = torch.where(toned <= 0.0031308, 12.92 * toned, 1.055 * toned.clamp_min(1e-6) ** (1 / 2.4) - 0.055)
        coded = (0.5 + (coded - 0.5) * self.contrast).clamp(0, 1)
        coded = _blurred(coded, self.blur_px * size_px / 256)
        coded = _coarse_colour(coded, self.chroma)
        generator = torch.Generator().manual_seed(self.seed)
        grain = torch.randn(_NOISE_POOL, 3, size_px, size_px, generator=generator).to(coded)
        coded = coded + self.noise * grain[torch.arange(len(coded)) % _NOISE_POOL]
        return (coded * 255 + 0.5).clamp(0, 255).to(torch.uint8)


def draw_lens(rng: np.random.Generator) -> Lens:
    """A random camera: most are clean, some soft or noisy."""
    return Lens(
        exposure=float(np.exp(rng.normal(0.15, 0.14))),
        contrast=float(rng.normal(1.04, 0.05)),
        blur_px=float(np.clip(rng.normal(0.3, 0.35), 0, 1.2)),
        noise=float(np.clip(rng.normal(0.004, 0.006), 0, 0.025)),
        chroma=float(rng.choice([0.0, 0.5, 1.0])),
        seed=int(rng.integers(2**31)),
    )


def _blurred(picture_B3HW: Tensor, sigma_px: float) -> Tensor:
    if sigma_px < 0.2:
        return picture_B3HW
    reach = int(np.ceil(3 * sigma_px))
    kernel = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, device=picture_B3HW.device) / sigma_px) ** 2)
    kernel = (kernel / kernel.sum()).view(1, 1, -1)
    flat = torch.nn.functional.pad(picture_B3HW.flatten(0, 1)[:, None], (reach,) * 4, mode="replicate")
    across = torch.nn.functional.conv2d(flat, kernel[:, :, None])
    return torch.nn.functional.conv2d(across, kernel[..., None])[:, 0].view_as(picture_B3HW)


def _coarse_colour(picture_B3HW: Tensor, strength: float) -> Tensor:
    """Colour at half the resolution of brightness, as most codecs keep it (4:2:0)."""
    if not strength:
        return picture_B3HW
    grey_B1HW = (picture_B3HW * picture_B3HW.new_tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)
    tint = picture_B3HW - grey_B1HW
    coarse = torch.nn.functional.interpolate(torch.nn.functional.avg_pool2d(tint, 2), scale_factor=2, mode="bilinear")
    return grey_B1HW + tint + strength * (coarse - tint)
