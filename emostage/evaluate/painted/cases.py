"""Which people and frames of held-out footage are painted: always the same. N frames, C clips."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES
from emostage.core.tracks import F64
from emostage.evaluate.painted.acts import Sitter
from emostage.training.footage.store import Footage

SMILE, UNSMILING = 0.35, 0.15
"""`mouthSmile` of both corners above which a portrait smiles, and below which a clip on average does not."""
_GAZE = np.array([name.startswith("eyeLook") for name in ARKIT_NAMES])
_TURN = 2.0
"""How much a radian of turn counts beside the length of an expression in choosing neutral portraits."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Case:
    """A person who sits for a portrait, and the consecutive frames that are painted from it."""

    sitter: Sitter
    frames_T: tuple[int, ...]


def clips(footage: Footage, count: int) -> list[Case]:
    """Clips of several frames: the first of everybody, then the second, and so on. Portraits are the most frontal frame of the
    person outside the clip."""
    seen: dict[int, int] = {}
    ranked = []
    for number in range(len(footage.starts_C1) - 1):
        frames_T = _frames(footage, number)
        if len(frames_T) > 1:
            shot = int(footage.frames["shot_N"][frames_T[0]])
            seen[shot] = seen.get(shot, 0) + 1
            ranked.append((seen[shot], shot, frames_T))
    ranked.sort(key=lambda each: each[:2])
    found = [_case(footage, frames_T) for _, _, frames_T in ranked[:count]]
    return [case for case in found if case is not None]


def smiling(footage: Footage, count: int) -> list[Case]:
    """People whose portrait smiles, and a clip in which they do not: one each."""
    smile_N = _smile(footage)
    found: list[Case] = []
    for case in clips(footage, len(footage.starts_C1)):
        shot, frames = case.sitter.shot, list(case.frames_T)
        among = np.flatnonzero((footage.frames["shot_N"] == shot) & (smile_N > SMILE))
        among = among[~np.isin(among, frames)]
        known = any(other.sitter.shot == shot for other in found)
        if len(among) and not known and smile_N[frames].mean() < UNSMILING:
            portrait = int(among[np.argmin(_turned(footage)[among])])
            found.append(Case(sitter=Sitter(footage=footage, portrait=portrait), frames_T=case.frames_T))
    return found[:count]


def neutral(footage: Footage, count: int) -> list[Sitter]:
    """The people who have the most neutral frontal portraits, the most neutral first."""
    expression_N52 = np.where(_GAZE, 0.0, footage.frames["expression_N52"].astype(np.float64))
    score_N: F64 = np.linalg.norm(expression_N52, axis=1) + _TURN * _turned(footage)
    shot_N = footage.frames["shot_N"]
    best = [int(n[np.argmin(score_N[n])]) for n in (np.flatnonzero(shot_N == s) for s in np.unique(shot_N))]
    return [Sitter(footage=footage, portrait=n) for n in sorted(best, key=lambda n: float(score_N[n]))[:count]]


def _case(footage: Footage, frames_T: tuple[int, ...]) -> Case | None:
    """The case of a clip; None where nothing is left to paint from."""
    others = np.flatnonzero(footage.frames["shot_N"] == footage.frames["shot_N"][frames_T[0]])
    others = others[~np.isin(others, frames_T)]
    if not len(others):
        return None
    portrait = int(others[np.argmin(_turned(footage)[others])])
    return Case(sitter=Sitter(footage=footage, portrait=portrait), frames_T=frames_T)


def _frames(footage: Footage, clip: int) -> tuple[int, ...]:
    return tuple(range(int(footage.starts_C1[clip]), int(footage.starts_C1[clip + 1])))


def _smile(footage: Footage) -> F64:
    """The weaker of both corners' smiles, (N,)."""
    corners = [ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthSmileRight"]]
    smile_N: F64 = footage.frames["expression_N52"][:, corners].astype(np.float64).min(1)
    return smile_N


def _turned(footage: Footage) -> NDArray[np.float64]:
    """How far heads are turned (N,), rad."""
    turned_N: F64 = np.linalg.norm(footage.frames["rotation_N3"].astype(np.float64), axis=1)
    return turned_N
