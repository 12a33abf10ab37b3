"""From pictures to what is noised and denoised, and back: the codec that the painters share.

Only what a net is shown goes through the codec: the noisy frame, the portrait and the frames before. What a net answers is made
of pixels, the portrait's own pixels fetched along a flow and a change painted over them (`copying`), and goes to the film as it is.
So a codec that loses something costs the net some sight, but does not blur skin and hair that are fetched.

N pictures of H rows and columns in [-1, 1], C channels on G rows and columns.
"""

from __future__ import annotations

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
