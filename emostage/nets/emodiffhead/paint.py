"""EMOdiffhead paints a take: window after window, each with the last frames of the one before as motion context."""

from __future__ import annotations

from collections.abc import Iterator

import torch
from torch import Tensor

from emostage.core.identity import Adapter
from emostage.diffusion.adapters import adapted
from emostage.diffusion.checkpoints import load, shipped
from emostage.nets.emodiffhead.net import BEFORE, EmoDiffHead, build
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given, Take
from emostage.nets.painting.taking import one_noise, paint_window

WINDOW = 4
"""Frames that are painted together."""


class EmoDiffHeadPainter:
    """Paints with a trained net in `steps` evaluations a frame."""

    size_px = 128

    def __init__(self, net: EmoDiffHead, *, steps: int) -> None:
        self._net, self._steps = net.eval(), steps

    @torch.inference_mode()
    def paint(self, given: Take, *, seed: int) -> Iterator[Painted]:
        """The frames of one take (B = 1) in order."""
        noise_1CGG = one_noise(self._net.codec, self.size_px, seed, given.own_B52.device)
        before_M3HH: Tensor | None = None
        for first in range(0, given.frames, WINDOW):
            part = given.part(first, min(first + WINDOW, given.frames))
            painted = self._window(part, noise_1CGG, before_M3HH)
            if len(painted.clean_N3HH) >= BEFORE:
                before_M3HH = painted.clean_N3HH[-BEFORE:]
            yield painted

    def _window(self, given: Given, noise_1CGG: Tensor, before_M3HH: Tensor | None) -> Painted:
        seen_N = noise_1CGG.new_full((given.frames,), 0.0 if before_M3HH is None else 1.0)
        before_M3HH = given.reference_B3HH.expand(BEFORE, -1, -1, -1) if before_M3HH is None else before_M3HH
        before_NM3HH = before_M3HH[None].expand(given.frames, -1, -1, -1, -1)
        return paint_window(
            lambda noisy, level, part: self._net(noisy, level, part, before_NM3HH, seen_N),
            self._net.codec,
            given,
            noise_1CGG,
            steps=self._steps,
        )


def painter(*, steps: int, device: torch.device | str = "cpu", adapter: Adapter | None = None) -> EmoDiffHeadPainter:
    """The painter that comes with emostage, with an adapter of its net. Raises AssetError E131, E133, or E136 for the adapter."""
    return EmoDiffHeadPainter(adapted(load(shipped("emodiffhead"), build), adapter).to(device), steps=steps)
