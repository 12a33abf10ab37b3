"""Whether two faces are of one person: how well a similarity tells it. P pairs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64


@dataclass(frozen=True, kw_only=True)
class Verification:
    """`auc`, the chance that a pair of one person is more alike than a pair of two; `eer`, the share of wrong answers at the
    threshold where both kinds of error are as frequent; `same` and `strangers`, the mean similarities."""

    auc: float
    eer: float
    same: float
    strangers: float


def verification(embedding_ND: F64, person_N: NDArray[np.int64]) -> Verification:
    """All pairs of faces by the cosine of their unit embeddings. Raises ValueError when there are no pairs of a kind."""
    first, second = np.triu_indices(len(person_N), 1)
    alike_P = (embedding_ND @ embedding_ND.T)[first, second]
    one_P = person_N[first] == person_N[second]
    if one_P.all() or not one_P.any():
        raise ValueError("pairs of one person and of two are needed")
    order = np.argsort(alike_P, kind="stable")
    ranks_P = np.empty(len(order))
    ranks_P[order] = np.arange(1, len(order) + 1)
    same, other = int(one_P.sum()), int((~one_P).sum())
    auc = (ranks_P[one_P].sum() - same * (same + 1) / 2) / (same * other)
    missed_P, passed_P = np.cumsum(one_P[order]) / same, 1 - np.cumsum(~one_P[order]) / other
    at = int(np.argmin(np.abs(missed_P - passed_P)))
    return Verification(
        auc=float(auc),
        eer=float((missed_P[at] + passed_P[at]) / 2),
        same=float(alike_P[one_P].mean()),
        strangers=float(alike_P[~one_P].mean()),
    )
