"""How like two sets of expression codes are: how much and how fast each group of channels moves, and how far their distributions
are apart. N frames, M channels of the code, D features.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from emostage.core.tracks import F64
from emostage.motion.hearing import MODEL_FPS
from emostage.training.motion import GROUP_M

GROUPS: Mapping[str, int] = {"accents": 0, "gaze": 1, "head": 2, "body": 3, "lids": -1}
"""Groups of channels, by their number in `motion.GROUP_M`."""

_SHUT = 0.5
_LEAST = 1e-9


def statistics(codes: Sequence[F64]) -> dict[str, float]:
    """Of each group over takes (N, M): `spread` (standard deviation about each take's mean), `speed` (mean change a frame) and
    `energy` (mean square change a frame); the share of frames with shut lids, and blinks a minute."""
    found: dict[str, float] = {}
    for name, group in GROUPS.items():
        inside = [code_NM[:, group == GROUP_M] for code_NM in codes]
        change_NC = np.concatenate([np.diff(code_NC, axis=0) for code_NC in inside])
        found[f"{name}_spread"] = float(np.sqrt(np.concatenate([c - c.mean(0) for c in inside]).var(0).sum()))
        found[f"{name}_speed"] = float(np.abs(change_NC).sum(1).mean())
        found[f"{name}_energy"] = float((change_NC**2).sum(1).mean())
    shut = [code_NM[:, GROUPS["lids"] == GROUP_M][:, 0] > _SHUT for code_NM in codes]
    found["shut_lids"] = float(np.concatenate(shut).mean())
    blinks = sum(int((np.diff(shut_N.astype(np.int8), prepend=0) > 0).sum()) for shut_N in shut)
    found["blinks_per_min"] = blinks * MODEL_FPS * 60 / sum(len(shut_N) for shut_N in shut)
    return found


def over(found: Mapping[str, float], taught: Mapping[str, float]) -> dict[str, float]:
    """Statistics as shares of the teacher's."""
    return {name: round(found[name] / max(taught[name], _LEAST), 3) for name in taught}


def distances(codes: Sequence[F64], taught: Sequence[F64]) -> dict[str, float]:
    """The Fréchet distance of each group from the teacher's (Dowson & Landau, 1982, equation 3; squared), on its channels about
    their take's mean and their changes a frame, each in the teacher's standard deviations, divided by their number; 0 is no
    difference."""
    found = {}
    for name, group in GROUPS.items():
        ours_ND, theirs_ND = (_features(each, group) for each in (codes, taught))
        scale_D = np.maximum(theirs_ND.std(0), _LEAST)
        found[name] = round(frechet(ours_ND / scale_D, theirs_ND / scale_D) / len(scale_D), 3)
    return found


def _features(codes: Sequence[F64], group: int) -> F64:
    inside = [code_NM[:, group == GROUP_M] for code_NM in codes]
    middled = [code_NC - code_NC.mean(0) for code_NC in inside]
    return np.concatenate([np.concatenate([c[1:], np.diff(c, axis=0)], 1) for c in middled])


def frechet(one_ND: F64, other_ND: F64) -> float:
    """Squared Fréchet distance of the normal distributions with the means and covariances of two sets of features."""
    cov_DD, other_DD = np.cov(one_ND, rowvar=False), np.cov(other_ND, rowvar=False)
    values_D, axes_DD = np.linalg.eigh(other_DD)
    root_DD = (axes_DD * np.sqrt(np.maximum(values_D, 0.0))) @ axes_DD.T
    shared = float(np.sqrt(np.maximum(np.linalg.eigvalsh(root_DD @ cov_DD @ root_DD), 0.0)).sum())
    apart_D = one_ND.mean(0) - other_ND.mean(0)
    return max(0.0, float(apart_D @ apart_D + np.trace(cov_DD) + np.trace(other_DD)) - 2.0 * shared)
