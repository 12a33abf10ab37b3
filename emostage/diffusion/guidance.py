"""Classifier-free guidance (Ho & Salimans, arXiv 2207.12598) with a weight for each of several conditions.

Conditions are nested in order, as in InstructPix2Pix (arXiv 2211.09800, equation 3): with D_k the prediction under the first k
conditions, the guided prediction is D_0 + sum over k of w_k (D_k - D_(k-1)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from torch import Tensor


def coefficients(weights: Sequence[float]) -> dict[int, float]:
    """What D_k counts for, for every k that counts; with all weights 1 that is the full prediction alone."""
    ladder = [1.0, *weights, 0.0]
    found = {k: ladder[k] - ladder[k + 1] for k in range(len(ladder) - 1)}
    return {k: share for k, share in found.items() if abs(share) > 1e-9}


def guided(predict: Callable[[int], Tensor], weights: Sequence[float]) -> Tensor:
    """The guided prediction; `predict(k)` is D_k."""
    parts = [share * predict(k) for k, share in coefficients(weights).items()]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total
