"""Codecs: nothing is lost by the one that ships, and one of diffusers can stand in its place."""

from __future__ import annotations

from pathlib import Path

import torch

from emostage.nets.painting.codec import Autoencoder, Shuffle


def test_space_to_depth_loses_nothing() -> None:
    pictures = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(0)) * 2 - 1
    latents = Shuffle(4).encode(pictures)
    assert latents.shape == (2, 48, 32, 32)
    assert torch.equal(Shuffle(4).decode(latents), pictures)


def test_an_autoencoder_of_diffusers_stands_in(tmp_path: Path) -> None:
    from diffusers.models.autoencoders.autoencoder_kl import AutoencoderKL

    torch.manual_seed(0)
    AutoencoderKL(
        block_out_channels=(8, 8, 8),
        down_block_types=("DownEncoderBlock2D",) * 3,
        up_block_types=("UpDecoderBlock2D",) * 3,
        latent_channels=4,
        norm_num_groups=4,
        scaling_factor=0.5,
    ).save_pretrained(tmp_path)
    codec = Autoencoder(tmp_path)
    latents = codec.encode(torch.zeros(1, 3, 32, 32))
    assert (codec.factor, codec.channels) == (4, 4)
    assert latents.shape == (1, 4, 8, 8)
    assert codec.decode(latents).shape == (1, 3, 32, 32)
