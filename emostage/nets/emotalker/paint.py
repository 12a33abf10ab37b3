"""EmoTalker paints a take, and keeps the person's identity while it denoises (arXiv 2401.08049, section 2.3).

Two constraints: the first latent Z_T is not all noise but a noised latent of the portrait, and every predicted clean latent z_t-hat
is drawn towards the portrait's outside the parts that speech and emotion move. N frames, C channels and G cells of a latent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from emostage.diffusion.checkpoints import load, shipped
from emostage.diffusion.flow import noised
from emostage.nets.emotalker.net import POINTS, EmoTalker, build
from emostage.nets.painting.copying import Painted, fetched
from emostage.nets.painting.given import Given, Take
from emostage.nets.painting.taking import in_order, one_noise, paint_window

WINDOW = 4
"""Frames that are painted together."""


@dataclass(frozen=True, kw_only=True)
class Identity:
    """How firmly identity is kept: `start` is the noise level of Z_T (1 is noise alone), `pull` how far z_t-hat goes towards the
    portrait where nothing moves."""

    start: float = 0.95
    pull: float = 0.5


class EmoTalkerPainter:
    """Paints with a trained net in `steps` evaluations a frame; without `identity` it is not constrained."""

    size_px = 128

    def __init__(self, net: EmoTalker, *, steps: int, identity: Identity | None = Identity()) -> None:
        self._net, self._steps, self._identity = net.eval(), steps, identity

    @torch.inference_mode()
    def paint(self, given: Take, *, seed: int) -> Iterator[Painted]:
        """The frames of one take (B = 1) in order."""
        noise_1CGG = one_noise(self._net.codec, self.size_px, seed, given.own_B52.device)
        yield from in_order(lambda part: self._window(part, noise_1CGG), given, window=WINDOW, overlap=0)

    def _window(self, given: Given, noise_1CGG: Tensor) -> Painted:
        identity = self._identity
        if identity is None:
            return paint_window(self._net, self._net.codec, given, noise_1CGG, steps=self._steps)
        own_NCGG = self._net.codec.encode(fetched(given.each("reference_B3HH"), given.flat("moved_BF3KK")[:, :2]))
        still_N1GG = identity.pull * still(given, own_NCGG.shape[-1])
        start_NCGG = noised(own_NCGG, noise_1CGG, torch.full((1, 1, 1, 1), identity.start, device=own_NCGG.device))
        return paint_window(
            self._net,
            self._net.codec,
            given,
            start_NCGG,
            steps=self._steps,
            first=identity.start,
            correct=lambda clean, level, part: torch.lerp(clean, own_NCGG, still_N1GG),  # noqa: ARG005
        )


def still(given: Given, cells: int) -> Tensor:
    """Where (N, 1, G, G) neither speech nor emotion moves anything and the portrait is surely seen, in [0, 1]: the head outside
    lips, lids, brows, cheeks and chin."""
    moving = torch.tensor([point for group in POINTS for point in group], device=given.own_B52.device)
    at_NP2 = (given.flat("landmarks_BFL2")[:, moving] * cells).floor().long().clamp(0, cells - 1)
    mask_NX = at_NP2.new_zeros((len(at_NP2), cells * cells), dtype=given.own_B52.dtype)
    mask_NX.scatter_(1, at_NP2[..., 1] * cells + at_NP2[..., 0], 1.0)
    near_N1GG = max_pool2d(mask_NX.view(-1, 1, cells, cells), 5, 1, 2)
    sure_N1GG = given.flat("back_BF3GG")[:, 2:]
    return avg_pool2d((1.0 - near_N1GG) * sure_N1GG, 3, 1, 1, count_include_pad=False)


def painter(*, steps: int, device: torch.device | str = "cpu") -> EmoTalkerPainter:
    """The painter that comes with emostage. Raises AssetError E131 or E133."""
    return EmoTalkerPainter(load(shipped("emotalker"), build).to(device), steps=steps)
