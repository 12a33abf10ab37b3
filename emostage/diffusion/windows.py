"""Takes of any length through nets of a fixed window: overlapping windows whose predictions are cross-faded at every step.

All windows see the same noisy take, so neighbours agree on their overlap before it is clean and nothing is handed on from one to
the next that could drift (Bar-Tal et al., MultiDiffusion, arXiv 2302.08113, equation 5, over time). T frames, W window.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import torch
from torch import Tensor


def starts(frames: int, window: int, overlap: int, turn: float = 0.0) -> tuple[int, ...]:
    """First frames of windows that cover a take; neighbours share at least `overlap` frames. One window for a short take.

    `turn` in [0, 1) moves all windows but those at the ends towards the start by that share of their distance.
    Raises ValueError unless 0 <= overlap < window.
    """
    if not 0 <= overlap < window:
        raise ValueError(f"an overlap of {overlap} does not fit a window of {window}")
    if frames <= window:
        return (0,)
    last = -(-(frames - overlap) // (window - overlap)) - 1
    stride = (frames - window) / last
    first = (min(max(round((k - turn) * stride), 0), frames - window) for k in range(last + (2 if turn else 1)))
    return tuple(dict.fromkeys(first))


def weights(window: int, overlap: int) -> Tensor:
    """How much each frame of a window counts (W,): 1 in the middle, falling along a cosine over the overlap, never 0."""
    ramp = torch.sin(torch.linspace(0, torch.pi / 2, overlap + 2)[1:-1]) ** 2 if overlap else torch.ones(0)
    out_W = torch.ones(window)
    out_W[:overlap] = torch.minimum(out_W[:overlap], ramp)
    out_W[window - overlap :] = torch.minimum(out_W[window - overlap :], ramp.flip(0))
    return out_W


def in_windows(
    predict: Callable[[Tensor], Tensor], frames: int, *, window: int, overlap: int, turn: float = 0.0, batch: int = 16
) -> Tensor:
    """The predictions (T, C) of all windows (`starts`), cross-faded.

    `predict` is given frame numbers (B, W) and answers (B, W, C).
    """
    size = min(window, frames)
    total_TC: Tensor | None = None
    weight_T1 = torch.zeros(frames, 1)
    fade_W1 = weights(size, min(overlap, size // 2))[:, None] if frames > size else torch.ones(size, 1)
    for numbers_BW in _batches(starts(frames, size, min(overlap, size - 1), turn), size, batch):
        for numbers_W, part_WC in zip(numbers_BW, predict(numbers_BW), strict=True):
            if total_TC is None:
                weight_T1, fade_W1 = weight_T1.to(part_WC.device), fade_W1.to(part_WC.device)
                total_TC = part_WC.new_zeros(frames, part_WC.shape[-1])
            here = slice(int(numbers_W[0]), int(numbers_W[-1]) + 1)
            total_TC[here] += fade_W1 * part_WC
            weight_T1[here] += fade_W1
    assert total_TC is not None
    return total_TC / weight_T1


def _batches(first: tuple[int, ...], size: int, batch: int) -> Iterator[Tensor]:
    for begin in range(0, len(first), batch):
        yield torch.tensor(first[begin : begin + batch])[:, None] + torch.arange(size)
