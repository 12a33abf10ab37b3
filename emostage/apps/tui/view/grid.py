"""A speaker's lines on one grid of film time, so that a row of any zoom is drawn at once instead of line by line.

T samples of film time, W columns of a lens, L lines of the film, 7 emotions but neutral.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from emostage.apps.tui.board import CURVE_RATE, PEAK_RATE, Board
from emostage.apps.tui.lens import Lens
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F32

I64 = NDArray[np.int64]
_KINDS = len(EMOTIONS) - 1
_NONE = -1
_FELT = 0.01
"""Weaker weights are not drawn."""
_BOARDS = 2
"""Boards whose grids are kept: the one that is seen and the one before."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Grid:
    """`spans` are the lines by index, start and end in seconds; `felt_T7` what is felt, at `CURVE_RATE`; `loud_T` the loudness, at
    `PEAK_RATE`; `order_L7` the emotions of each line, the one that is felt most first, counted without neutral."""

    spans: tuple[tuple[int, float, float], ...]
    felt_T7: F32 = field(repr=False)
    loud_T: F32 = field(repr=False)
    order_L7: I64 = field(repr=False)

    def owners(self, lens: Lens) -> I64:
        """The line of each column (W,), the later one where two meet; -1: none."""
        owners_W = np.full(lens.width, _NONE, np.int64)
        for index, start_s, end_s in self.spans:
            if end_s > lens.start_s and start_s < lens.end_s:
                owners_W[max(lens.column(start_s), 0) : max(lens.column(end_s), 0)] = index
        return owners_W

    def felt(self, lens: Lens) -> F32:
        """What is felt in each column on the mean (W, 7)."""
        edges_W = np.minimum(_edges(lens, CURVE_RATE), len(self.felt_T7) - 1)
        sums_W7 = np.add.reduceat(self.felt_T7, edges_W, axis=0)[:-1]
        felt_W7 = sums_W7 / np.maximum(np.diff(edges_W), 1).astype(np.float32)[:, None]
        return np.where(felt_W7 < _FELT, np.float32(0.0), felt_W7)

    def loud(self, lens: Lens) -> F32:
        """The loudest of each column (W,)."""
        return np.maximum.reduceat(self.loud_T, np.minimum(_edges(lens, PEAK_RATE), len(self.loud_T) - 1))[:-1]


def grid_of(board: Board, speaker: str) -> Grid:
    """The grid of a speaker's lines; where two overlap the later one."""
    grids = _grids(board)
    if speaker not in grids:
        grids[speaker] = _made(board, speaker)
    return grids[speaker]


@lru_cache(maxsize=_BOARDS)
def _grids(board: Board) -> dict[str, Grid]:
    """The grids of a board that are made, by speaker."""
    del board
    return {}


def _made(board: Board, speaker: str) -> Grid:
    count, peaks = ceil(board.duration_s * CURVE_RATE) + 1, ceil(board.duration_s * PEAK_RATE) + 1
    felt_T7 = np.zeros((count, _KINDS), np.float32)
    loud_T = np.zeros(peaks, np.float32)
    order_L7 = np.tile(np.arange(_KINDS), (max(len(board.lines), 1), 1))
    lines = [line for line in board.lines if line.speaker == speaker]
    spans = tuple((line.index, line.start_s, line.end_s) for line in lines)
    for line in lines:
        first, last = round(line.start_s * CURVE_RATE), min(round(line.end_s * CURVE_RATE), count)
        felt_T7[first:last] = 0.0
        weights_T8 = line.weights_T8[: max(last - first, 0)]
        felt_T7[first : first + len(weights_T8)] = weights_T8[:, 1:]
        order_L7[line.index] = np.argsort(-weights_T8[:, 1:].sum(0), kind="stable")
        begin = round(line.speech_start_s * PEAK_RATE)
        heard = line.peaks_P[: max(peaks - begin, 0)]
        loud_T[begin : begin + len(heard)] = heard
    return Grid(spans=spans, felt_T7=felt_T7, loud_T=loud_T, order_L7=order_L7)


def _edges(lens: Lens, rate: int) -> I64:
    """The samples at which columns begin, and that behind the last."""
    return ((lens.start_s + np.arange(lens.width + 1) * lens.step_s) * rate + 1e-6).astype(np.int64)
