"""Dynamic programming that lays a chain of states along a sound. F frames, G states, K coefficients, W width of the band.

H. Sakoe, S. Chiba, Dynamic programming algorithm optimization for spoken word recognition, IEEE ASSP 26 (1978), in the one-sided
form: each frame has one state, which never goes back. Long sounds are laid coarsely first, then finely in a band around the coarse
path (S. Salvador, P. Chan, FastDTW, Intelligent Data Analysis 11, 2007), so memory grows with the length only.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32

_FULL_CELLS = 16_000_000
_COARSE = 20
_BAND = 400
_STAY, _SKIP = 0.12, 0.10
_FAR = np.float32(1e9)

Ints = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True)
class Chain:
    """States in order: `cepstra_GK` rows of length 1, and `silence_G`, the states that match silence and may be skipped."""

    cepstra_GK: F32
    silence_G: NDArray[np.bool_]


def lay(chain: Chain, cepstra_FK: F32, loud_F: F32) -> Ints:
    """The state of each frame. `cepstra_FK` has rows of length 1; `loud_F` in [0, 1] is what a frame costs in a silence state.

    A frame may stay in the state before, go on by one or skip one; the first frame lies in one of the first two states, the last
    in one of the last two.
    """
    frames, states = len(cepstra_FK), len(chain.silence_G)
    if frames * states <= _FULL_CELLS or states <= _BAND:
        return _laid(chain, cepstra_FK, loud_F, np.zeros(frames, np.intp), width=states)
    thin = Chain(cepstra_GK=_thinned(chain.cepstra_GK), silence_G=np.zeros(-(-states // _COARSE), bool))
    few_FK, few_F = _thinned(cepstra_FK), _thinned(loud_F[:, None])[:, 0]
    coarse_F = _laid(thin, few_FK, few_F, np.zeros(len(few_FK), np.intp), width=len(thin.silence_G), stay=0.02)
    middle_F = np.interp(np.arange(frames), (np.arange(len(coarse_F)) + 0.5) * _COARSE, (coarse_F + 0.5) * _COARSE)
    low_F = np.maximum.accumulate(np.clip(middle_F.astype(np.intp) - _BAND // 2, 0, states - _BAND))
    return _laid(chain, cepstra_FK, loud_F, _reaching(low_F, states - _BAND), width=_BAND)


def _reaching(low_F: Ints, last: int) -> Ints:
    """The band's lower edges, raised near the end so that it reaches `last` without outrunning two states a frame."""
    return np.maximum(low_F, last - 2 * np.arange(len(low_F) - 1, -1, -1))


def _thinned(values_FK: F32) -> F32:
    """Means over `_COARSE` rows."""
    count = -(-len(values_FK) // _COARSE)
    padded_FK = np.pad(values_FK, ((0, count * _COARSE - len(values_FK)), (0, 0)), mode="edge")
    thin_FK: F32 = padded_FK.reshape(count, _COARSE, -1).mean(1).astype(np.float32)
    return thin_FK


def _laid(chain: Chain, cepstra_FK: F32, loud_F: F32, low_F: Ints, *, width: int, stay: float = _STAY) -> Ints:
    """The cheapest path when frame F sees only the states from `low_F[F]` on, `width` of them."""
    frames = len(cepstra_FK)
    extra_4G = _moves(chain.silence_G, stay)
    back_FW = np.zeros((frames, width), np.uint8)
    total_W = np.full(width, _FAR, np.float32)
    total_W[:2] = 0.0
    for frame in range(frames):
        low = int(low_F[frame])
        part = slice(low, low + width)
        if frame:
            before_W = _before(total_W, low - int(low_F[frame - 1]))
            move_4W = np.stack([before_W[3 - step : 3 - step + width] for step in range(4)]) + extra_4G[:, part]
            back_FW[frame] = move_4W.argmin(0)
            total_W = move_4W.min(0)
        match_W = np.float32(0.5) - np.float32(0.5) * (chain.cepstra_GK[part] @ cepstra_FK[frame])
        total_W = np.minimum(total_W + np.where(chain.silence_G[part], loud_F[frame], match_W), _FAR)
    path_F = np.empty(frames, np.intp)
    state = int(low_F[-1]) + width - 2 + int(total_W[-2:].argmin()) if width > 1 else 0
    for frame in range(frames - 1, -1, -1):
        path_F[frame] = state
        if frame:
            state -= int(back_FW[frame, state - int(low_F[frame])])
    return path_F


def _moves(silence_G: NDArray[np.bool_], stay: float) -> F32:
    """What it costs to reach a state by moving 0, 1, 2 or 3 states; passing over silence is free."""
    passed_G = np.concatenate(([False], silence_G[:-1])).astype(np.float32)
    passed_two_G = passed_G + np.concatenate(([0.0, 0.0], silence_G[:-2].astype(np.float32)))[: len(silence_G)]
    stay_G = np.where(silence_G, 0.0, stay)
    costs = (stay_G, np.zeros(len(silence_G)), _SKIP * (1 - passed_G), _SKIP * (2 - passed_two_G))
    extra_4G: F32 = np.stack(costs).astype(np.float32)
    return extra_4G


def _before(total_W: F32, shift: int) -> F32:
    """The row before, in the coordinates of this one, with three cells more at its left."""
    row_W = np.full(len(total_W) + 3, _FAR, np.float32)
    source_W = np.concatenate((np.full(3, _FAR, np.float32), total_W))[shift:]
    row_W[: len(source_W)] = source_W
    return row_W
