"""EmoTalker paints a take, and keeps the person's identity while it denoises (arXiv 2401.08049, section 2.3).

Two constraints: the first latent Z_T is not all noise but a noised latent of the portrait, and every predicted clean latent z_t-hat
is drawn towards that of the portrait, moved as the linear head moves, except where mouth, eyes and brows are. N frames, C channels
and G cells of a latent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, max_pool2d

from emostage.core.identity import Adapter
from emostage.diffusion.adapters import adapted
from emostage.diffusion.checkpoints import load, shipped
from emostage.diffusion.flow import noised
from emostage.nets.emotalker.net import EmoTalker, build
from emostage.nets.painting import maps
from emostage.nets.painting.copying import Painted, fetched
from emostage.nets.painting.given import Given, Take
from emostage.nets.painting.sketch import sketch
from emostage.nets.painting.taking import in_order, one_noise, paint_window

WINDOW = 4
"""Frames that are painted together."""
_FINER, _BESIDE = 2, 1
"""Cells of a finer grid along a cell of the latents, and how many of them beside lips, lids and brows are not still."""


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
        moved_N3HH = fetched(given.each("reference_B3HH"), given.flat("moved_BF3KK")[:, :2])
        drawn = sketch(given)
        own_NCGG = self._net.codec.encode(drawn.over(moved_N3HH))
        still_N1GG = identity.pull * still(given, own_NCGG.shape[-1])
        start_NCGG = noised(own_NCGG, noise_1CGG, torch.full((1, 1, 1, 1), identity.start, device=own_NCGG.device))
        return paint_window(
            partial(self._net, drawn=drawn),
            self._net.codec,
            given,
            start_NCGG,
            steps=self._steps,
            first=identity.start,
            correct=lambda clean, level, part: torch.lerp(clean, own_NCGG, still_N1GG),  # noqa: ARG005
        )


def still(given: Given, cells: int) -> Tensor:
    """Where (N, 1, G, G) the portrait, moved as the linear head moves, shows what is to be seen, in [0, 1]: the skin of the head,
    without mouth, eyes and brows and what lies beside them."""
    size = _FINER * cells
    moving_N1RR = maps.drawn(given.flat("landmarks_BFL2"), maps.MOVING, size).amax(1, keepdim=True)
    near_N1RR = max_pool2d(moving_N1RR, 2 * _BESIDE + 1, 1, _BESIDE)
    soft_N1RR = avg_pool2d(near_N1RR, 3, 1, 1, count_include_pad=False)
    sure_N1GG = given.flat("back_BF3GG")[:, 2:]
    return sure_N1GG * (1.0 - avg_pool2d(soft_N1RR, _FINER))


def painter(*, steps: int, device: torch.device | str = "cpu", adapter: Adapter | None = None) -> EmoTalkerPainter:
    """The painter that comes with emostage, with an adapter of its net. Raises AssetError E131, E133, or E136 for the adapter."""
    return EmoTalkerPainter(adapted(load(shipped("emotalker"), build), adapter).to(device), steps=steps)
