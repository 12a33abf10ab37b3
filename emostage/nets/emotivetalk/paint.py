"""EmotiveTalk paints a take: overlapping windows whose frames look at each other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import torch

from emostage.core.identity import Adapter
from emostage.diffusion.adapters import adapted
from emostage.diffusion.checkpoints import load, shipped
from emostage.nets.emotivetalk.ethd import Ethd, build
from emostage.nets.emotivetalk.withholding import withheld
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given, Take
from emostage.nets.painting.taking import in_order, one_noise, paint_window

WINDOW, OVERLAP = 6, 2
"""Frames that are painted together, and those that neighbouring windows share."""


class EmotiveTalkPainter:
    """Paints with a trained net in `steps` evaluations a frame; `decoupled` says whether EDI takes the photo's expression out, and
    `shown` whether the net is shown the photo with the face moved already, as films have it, or with the head turned only, as the
    paper has it."""

    size_px = 128

    def __init__(self, net: Ethd, *, steps: int, decoupled: bool = True, shown: bool = True) -> None:
        self._net, self._steps, self._decoupled, self._shown = net.eval(), steps, decoupled, shown

    @torch.inference_mode()
    def paint(self, given: Take, *, seed: int) -> Iterator[Painted]:
        """The frames of one take (B = 1) in order."""
        noise_1CGG = one_noise(self._net.codec, self.size_px, seed, given.own_B52.device)

        def window(part: Given) -> Painted:
            return paint_window(
                lambda noisy, level, told: self._net(noisy, level, told, decoupled=self._decoupled),
                self._net.codec,
                part if self._shown else _still(part),
                noise_1CGG,
                steps=self._steps,
            )

        yield from in_order(window, given, window=WINDOW, overlap=OVERLAP)


def _still(given: Given) -> Given:
    """The same with a face that only turns."""
    everything_B = given.own_B52.new_ones(len(given.own_B52))
    return replace(given, moved_BF3KK=withheld(given.moved_BF3KK, given.back_BF3GG, everything_B))


def painter(*, steps: int, device: torch.device | str = "cpu", adapter: Adapter | None = None) -> EmotiveTalkPainter:
    """The painter that comes with emostage, with an adapter of its net. Raises AssetError E131, E133, or E136 for the adapter."""
    return EmotiveTalkPainter(adapted(load(shipped("emotivetalk"), build), adapter).to(device), steps=steps)
