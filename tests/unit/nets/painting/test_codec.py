"""The codec loses nothing."""

from __future__ import annotations

import torch

from emostage.nets.painting.codec import Shuffle


def test_space_to_depth_loses_nothing() -> None:
    pictures = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    latents = Shuffle(4).encode(pictures)
    assert latents.shape == (2, 48, 32, 32)
    assert torch.equal(Shuffle(4).decode(latents), pictures)
