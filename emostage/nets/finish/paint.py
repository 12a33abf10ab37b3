"""The diffusion finish at work: one evaluation of the net a frame, under one noise for all frames."""

from __future__ import annotations

import torch
from torch import Tensor

from emostage.core.identity import Adapter
from emostage.diffusion.adapters import adapted
from emostage.diffusion.checkpoints import load, shipped
from emostage.nets.finish.learning import begun
from emostage.nets.finish.net import START, Finish, build
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given
from emostage.nets.painting.taking import one_noise


class NetFinisher:
    """Finishes with a trained net."""

    size_px = 128

    def __init__(self, net: Finish) -> None:
        self._net = net.eval()

    @torch.inference_mode()
    def finish(self, drawn_N3HH: Tensor, given: Given, *, seed: int) -> Painted:
        """The frames of one take (B = 1, F = N)."""
        latent_NCGG = self._net.codec.encode(drawn_N3HH)
        noise_1CGG = one_noise(self._net.codec, drawn_N3HH.shape[-1], seed, drawn_N3HH.device)
        level_N = latent_NCGG.new_full((len(latent_NCGG),), START)
        painted: Painted = self._net(begun(latent_NCGG, noise_1CGG), level_N, drawn_N3HH, given)
        return painted


def finisher(*, device: torch.device | str = "cpu", adapter: Adapter | None = None) -> NetFinisher:
    """The finisher that comes with emostage, with an adapter of its net. Raises AssetError E131, E133, or E136 for the adapter."""
    return NetFinisher(adapted(load(shipped("finish"), build), adapter).to(device))
