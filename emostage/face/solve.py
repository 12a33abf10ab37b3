"""Pose and bounded weights of the actions by Gauss-Newton on the 2-D residual: a known face in frame after frame, or a new one.

In every step what is free (pose, identity) is eliminated from the normal equations, and the weights are those of a non-negative
least-squares problem (Lawson & Hanson, *Solving Least Squares Problems*, 1974, ch. 23), so that none pulls below 0 against another.
T frames, N = 468 landmarks, Q unknown weights of which the first K are free; see `fit` for the model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emostage.core.tracks import F64
from emostage.face.fit import Basis, State, linearised, rotation, start

_FIRST_STEPS, _STEPS = 8, 2
_TINY = 1e-9


def solved(basis: Basis, targets_TN2: F64, *, free: int = 0) -> tuple[F64, F64, F64]:
    """Weights (T, Q), rotations (T, 3, 3) and translations (T, 3). All weights but the first `free` lie in [0, 1]. `targets_TN2`
    are pixels from the middle of a picture with the focal length `fit.FOCAL_PX`; each frame starts from the one before."""
    state = start(basis, targets_TN2[0])
    pose_only = replace(basis, field_QN3=basis.field_QN3[:0], prior_QQ=basis.prior_QQ[:0, :0])
    state = replace(state, weights_Q=state.weights_Q[:0])
    for _ in range(_FIRST_STEPS):
        state = _step(pose_only, targets_TN2[0], state, 0)
    state = replace(state, weights_Q=np.zeros(len(basis.field_QN3)))
    states = []
    for frame, target_N2 in enumerate(targets_TN2):
        for _ in range(_STEPS if frame else _FIRST_STEPS):
            state = _step(basis, target_N2, state, free)
        states.append(state)
    weights_TQ, rotation_T33, translation_T3 = (
        np.stack([getattr(s, name) for s in states]) for name in ("weights_Q", "rotation_33", "translation_3")
    )
    return weights_TQ, rotation_T33, translation_T3


def _step(basis: Basis, target_N2: F64, state: State, free: int) -> State:
    from scipy.optimize import nnls

    pose_M6, field_MQ, residual_M = linearised(basis, target_N2, state)
    free_MU, bound_MA = np.concatenate([pose_M6, field_MQ[:, :free]], 1), field_MQ[:, free:]
    normal_UU = free_MU.T @ free_MU
    normal_UU[6:, 6:] += basis.prior_QQ[:free, :free]
    normal_UU += _TINY * np.trace(normal_UU) * np.eye(len(normal_UU))
    wanted_M = field_MQ @ state.weights_Q - residual_M
    weights_A = state.weights_Q[free:]
    if len(weights_A):
        cross_UA = free_MU.T @ bound_MA
        solved_UX = np.linalg.solve(normal_UU, np.c_[cross_UA, free_MU.T @ wanted_M])
        normal_AA = bound_MA.T @ bound_MA + basis.prior_QQ[free:, free:] - cross_UA.T @ solved_UX[:, :-1]
        right_A = bound_MA.T @ wanted_M - cross_UA.T @ solved_UX[:, -1]
        lower_AA = np.linalg.cholesky(normal_AA)
        weights_A = np.minimum(nnls(lower_AA.T, np.linalg.solve(lower_AA, right_A))[0], 1.0)
    delta_U = np.linalg.solve(normal_UU, free_MU.T @ (wanted_M - bound_MA @ weights_A))
    return State(
        rotation_33=rotation(delta_U[:3]) @ state.rotation_33,
        translation_3=state.translation_3 + delta_U[3:6],
        weights_Q=np.concatenate([delta_U[6:], weights_A]),
    )
