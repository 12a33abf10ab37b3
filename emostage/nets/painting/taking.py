"""A whole take through a net of a fixed window, a few frames at a time, so that memory does not grow with its length.

What is painted leaves in pixels. Latents carry the noise from step to step and are encoded anew from each painted frame; they
are decoded only to see what a correction of them means, and that change is added to the pixels. So a codec that loses something
does not blur what was fetched from the portrait, nor take it out of step with the larger picture (`copying.enlarged`).

Every frame of a take starts from the same noise, so what noise decides does not flicker. Neighbouring windows share frames, over
which they are cross-faded; nothing is handed on from window to window that could drift.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import torch
from torch import Tensor

from emostage.diffusion.flow import Correct, sample
from emostage.nets.painting.codec import Codec
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given, Take

Ask = Callable[[Tensor, Tensor, Given], Painted]
"""Noisy latents (N, C, G, G), levels (N,) and the conditions of a window to clean frames."""


def one_noise(codec: Codec, size_px: int, seed: int, device: torch.device) -> Tensor:
    """The noise (1, C, G, G) of a take, drawn on the CPU so that it is the same on every device."""
    cells = size_px // codec.factor
    noise = torch.randn((1, codec.channels, cells, cells), generator=torch.Generator().manual_seed(seed % 2**63))
    return noise.to(device)


def paint_window(
    ask: Ask,
    codec: Codec,
    given: Given,
    noise_NCGG: Tensor,
    *,
    steps: int,
    first: float = 1.0,
    correct: Callable[[Tensor, float, Given], Tensor] | None = None,
) -> Painted:
    """The frames of one window by `steps` evaluations of a net, from latents that are noisy to the level `first`. `correct` may
    change each predicted clean latent: what that changes in the decoded frame is changed in the painted one."""
    frames = given.frames * len(given.own_B52)
    last: list[Painted] = []

    def predict(noisy_NCGG: Tensor, level: float) -> Tensor:
        painted = ask(noisy_NCGG, noisy_NCGG.new_full((frames,), level), given)
        last[:] = [painted]
        return codec.encode(painted.clean_N3HH)

    corrected: Correct | None = (lambda clean, level: correct(clean, level, given)) if correct else None
    latents = sample(predict, noise_NCGG.expand(frames, -1, -1, -1), steps=steps, first=first, correct=corrected)
    painted = last[0]
    if correct is None:
        return painted
    change_N3HH = codec.decode(latents) - codec.decode(codec.encode(painted.clean_N3HH))
    return replace(painted, clean_N3HH=painted.clean_N3HH + change_N3HH)


def in_order(paint: Callable[[Given], Painted], given: Take, *, window: int, overlap: int) -> Iterator[Painted]:
    """A take of any length in windows that share `overlap` frames, cross-faded over them."""
    total, first = given.frames, 0
    held: Painted | None = None
    while first < total:
        last = min(first + window, total)
        painted = paint(given.part(first, last))
        if held is not None:
            painted = _faded(held, painted)
        if last == total:
            yield painted
            return
        yield _cut(painted, 0, last - first - overlap)
        held = _cut(painted, last - first - overlap, last - first)
        first = last - overlap


def _cut(painted: Painted, first: int, last: int) -> Painted:
    here = slice(first, last)
    return Painted(clean_N3HH=painted.clean_N3HH[here], flow_N2KK=painted.flow_N2KK[here], keep_N1HH=painted.keep_N1HH[here])


def _faded(before: Painted, now: Painted) -> Painted:
    """A window whose first frames come out of the one before."""
    count = min(len(before.clean_N3HH), len(now.clean_N3HH))
    share = (torch.arange(count, device=now.clean_N3HH.device) + 1.0) / (count + 1.0)

    def faded(old: Tensor, new: Tensor) -> Tensor:
        mixed = torch.lerp(old[:count], new[:count], share.view(-1, 1, 1, 1).to(new))
        return torch.cat([mixed, new[count:]])

    return Painted(
        clean_N3HH=faded(before.clean_N3HH, now.clean_N3HH),
        flow_N2KK=faded(before.flow_N2KK, now.flow_N2KK),
        keep_N1HH=faded(before.keep_N1HH, now.keep_N1HH),
    )
