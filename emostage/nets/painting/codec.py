"""From pictures to what is noised and denoised, and back: the codec that the painters share.

It has the two methods of diffusers' autoencoders, so that a pretrained one (AutoencoderKL, AutoencoderTiny) can stand in its place
through `Autoencoder`. N pictures of H rows and columns in [-1, 1], C channels on G rows and columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from torch import Tensor, nn
from torch.nn.functional import pixel_shuffle, pixel_unshuffle


class Codec(Protocol):
    """`channels` of a latent and `factor`, how many pixels lie along a cell of it."""

    channels: int
    factor: int

    def encode(self, pictures_N3HH: Tensor) -> Tensor:
        """Latents (N, C, G, G) of about unit variance."""

    def decode(self, latents_NCGG: Tensor) -> Tensor:
        """Pictures of latents."""


class Shuffle(nn.Module):
    """Space to depth: the pixels of a cell are its channels, so nothing is lost."""

    def __init__(self, factor: int = 4) -> None:
        super().__init__()
        self.factor, self.channels = factor, 3 * factor * factor

    def encode(self, pictures_N3HH: Tensor) -> Tensor:
        """Pixels as channels; pictures in [-1, 1] have a deviation of about a half."""
        return 2.0 * pixel_unshuffle(pictures_N3HH, self.factor)

    def decode(self, latents_NCGG: Tensor) -> Tensor:
        """Channels as pixels."""
        return pixel_shuffle(0.5 * latents_NCGG, self.factor)


class Autoencoder(nn.Module):
    """A pretrained autoencoder of diffusers, frozen."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        from diffusers.models.auto_model import AutoModel

        self.net = AutoModel.from_pretrained(str(folder), use_safetensors=True, local_files_only=True).eval().requires_grad_(False)
        self.channels = int(self.net.config.latent_channels)
        self.factor = 2 ** (len(self.net.config.block_out_channels) - 1)
        self.scale = float(getattr(self.net.config, "scaling_factor", 1.0))

    def encode(self, pictures_N3HH: Tensor) -> Tensor:
        """The mode of the latents, scaled to about unit variance."""
        found = self.net.encode(pictures_N3HH)
        latents_NCGG: Tensor = found.latent_dist.mode() if hasattr(found, "latent_dist") else found.latents
        return self.scale * latents_NCGG

    def decode(self, latents_NCGG: Tensor) -> Tensor:
        """Pictures of latents."""
        pictures_N3HH: Tensor = self.net.decode(latents_NCGG / self.scale).sample
        return pictures_N3HH
