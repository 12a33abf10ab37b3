"""Which feelings a face shows: the inverse of `facs.express`.

Weights x >= 0 with a sum of at most 1 are sought that minimise |express(x) - expression|^2 over the actions that can be seen on a
face, by projected Gauss-Newton steps (Bertsekas, "Projected Newton methods for optimization problems with simple constraints",
1982) from the best of a few single feelings and pairs. T frames, E = 8 emotions, F = 7 feelings (without neutral), A seen actions.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.emotion.facs import Form, express

UNCLEAR = 0.3
"""A face whose strongest feeling is weaker shows none clearly."""

_SEEN = (
    *("brow", "eyeSquint", "eyeWide", "cheekSquint", "noseSneer", "jawOpen", "mouthSmile", "mouthFrown", "mouthDimple"),
    *("mouthPress", "mouthStretch", "mouthUpperUp", "mouthLowerDown", "mouthFunnel", "mouthPucker"),
)
_SPEECH = ("jawOpen", "mouthUpperUp", "mouthLowerDown", "mouthFunnel", "mouthPucker", "mouthPress", "mouthStretch")
"""What speaking moves as well: on a speaking face it tells nothing."""
_Seen = NDArray[np.intp]
_FEELINGS = len(EMOTIONS) - 1
_STEPS, _DAMPING, _SLOPE = 40, 1e-3, 1e-3
_EXACT, _STUCK = 1e-10, 1e2
_LEVELS = (0.25, 0.5, 0.75, 1.0)
_PAIRS = ((0.25, 0.25), (0.5, 0.5), (0.7, 0.3), (0.3, 0.7))


def weights_of_expression(expression_T52: ArrayLike, form: Form = "silent") -> F64:
    """Emotion weights (T, 8) of expressions (T, 52), or (8,) of one (52,): what `facs.express` makes most like them. Rows sum to 1,
    neutral being the rest. On a face in the `speaking` form what speech moves is not looked at."""
    given_T52 = np.asarray(expression_T52, np.float64)
    apart = () if form == "silent" else _SPEECH
    seen_A = np.array([a for a, name in enumerate(ARKIT_NAMES) if name.startswith(_SEEN) and not name.startswith(apart)])
    shown_TA = np.atleast_2d(given_T52)[:, seen_A]
    felt_TF = _start(shown_TA, form, seen_A)
    error_T = _error(felt_TF, shown_TA, form, seen_A)
    damping_T = np.full(len(felt_TF), _DAMPING)
    for _ in range(_STEPS):
        tried_TF = _feasible(felt_TF + _step(felt_TF, shown_TA, form, seen_A, damping_T))
        tried_T = _error(tried_TF, shown_TA, form, seen_A)
        better_T = tried_T < error_T
        felt_TF[better_T], error_T[better_T] = tried_TF[better_T], tried_T[better_T]
        damping_T = np.where(better_T, damping_T / 3.0, damping_T * 5.0)
        if ((error_T < _EXACT) | (damping_T > _STUCK)).all():
            break
    weights_T8 = np.concatenate([1.0 - felt_TF.sum(1, keepdims=True), felt_TF], 1)
    weights_T8[:, 0] = np.maximum(weights_T8[:, 0], 0.0)
    return np.asarray(weights_T8 if given_T52.ndim == 2 else weights_T8[0])


def _shown(felt_TF: F64, form: Form, seen_A: _Seen) -> F64:
    weights_T8 = np.concatenate([np.zeros((len(felt_TF), 1)), felt_TF], 1)
    return express(weights_T8, form)[:, seen_A]


def _error(felt_TF: F64, shown_TA: F64, form: Form, seen_A: _Seen) -> F64:
    error_T: F64 = ((_shown(felt_TF, form, seen_A) - shown_TA) ** 2).sum(1)
    return error_T


def _start(shown_TA: F64, form: Form, seen_A: _Seen) -> F64:
    """Of no feeling, single ones and pairs, at a few levels each, the one that is most like each face."""
    one_FF = np.eye(_FEELINGS)
    pairs = [a * one_FF[i] + b * one_FF[j] for a, b in _PAIRS for i, j in combinations(range(_FEELINGS), 2)]
    tried_XF = np.concatenate([np.zeros((1, _FEELINGS)), *(level * one_FF for level in _LEVELS), np.stack(pairs)])
    made_XA = _shown(tried_XF, form, seen_A)
    start_TF: F64 = tried_XF[((made_XA**2).sum(1) - 2.0 * shown_TA @ made_XA.T).argmin(1)]
    return start_TF


def _step(felt_TF: F64, shown_TA: F64, form: Form, seen_A: _Seen, damping_T: F64) -> F64:
    """Damped Gauss-Newton steps (T, F). Feelings that are at 0 and would go below are left out."""
    made_TA = _shown(felt_TF, form, seen_A)
    slope_FTA = []
    for feeling in range(_FEELINGS):
        nudged_TF = felt_TF.copy()
        nudged_TF[:, feeling] += np.where(felt_TF[:, feeling] > 0.5, -_SLOPE, _SLOPE)
        slope_FTA.append((_shown(nudged_TF, form, seen_A) - made_TA) / (nudged_TF - felt_TF)[:, feeling, None])
    slope_TAF = np.stack(slope_FTA, 2)
    normal_TFF = slope_TAF.transpose(0, 2, 1) @ slope_TAF
    downhill_TF = np.einsum("taf,ta->tf", slope_TAF, shown_TA - made_TA)
    bound_TF = (felt_TF <= 0.0) & (downhill_TF <= 0.0)
    normal_TFF *= ~(bound_TF[:, :, None] | bound_TF[:, None, :])
    normal_TFF += (damping_T[:, None] + bound_TF)[:, :, None] * np.eye(_FEELINGS)
    step_TF: F64 = np.linalg.solve(normal_TFF, np.where(bound_TF, 0.0, downhill_TF)[..., None])[..., 0]
    return step_TF


def _feasible(felt_TF: F64) -> F64:
    """Feelings that are not negative and add up to at most 1."""
    felt_TF = np.maximum(felt_TF, 0.0)
    feasible_TF: F64 = felt_TF / np.maximum(felt_TF.sum(1, keepdims=True), 1.0)
    return feasible_TF
