"""A known face in frame after frame: pose and bounded weights of the actions by Gauss-Newton on the 2-D residual.

In every step the pose is eliminated from the normal equations and the weights are those of a non-negative least-squares problem
(Lawson & Hanson, *Solving Least Squares Problems*, 1974, ch. 23), so that no weight pulls below 0 against another.
T frames, N = 468 landmarks, Q actions; see `fit` for the model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emostage.core.tracks import F64
from emostage.face.fit import Basis, State, linearised, rotation, start

_FIRST_STEPS, _STEPS = 8, 2
_TINY = 1e-9


def solved(basis: Basis, targets_TN2: F64) -> tuple[F64, F64, F64]:
    """Weights (T, Q) in [0, 1], rotations (T, 3, 3) and translations (T, 3). `targets_TN2` are pixels from the middle of a picture
    with the focal length `fit.FOCAL_PX`; each frame starts from the one before."""
    state = start(basis, targets_TN2[0])
    for _ in range(_FIRST_STEPS):
        state = _step(basis, targets_TN2[0], state, free=False)
    states = []
    for frame, target_N2 in enumerate(targets_TN2):
        for _ in range(_STEPS if frame else _FIRST_STEPS):
            state = _step(basis, target_N2, state, free=True)
        states.append(state)
    weights_TQ, rotation_T33, translation_T3 = (
        np.stack([getattr(s, name) for s in states]) for name in ("weights_Q", "rotation_33", "translation_3")
    )
    return weights_TQ, rotation_T33, translation_T3


def _step(basis: Basis, target_N2: F64, state: State, *, free: bool) -> State:
    from scipy.optimize import nnls

    pose_M6, field_MQ, residual_M = linearised(basis, target_N2, state, free=free)
    pose_66 = pose_M6.T @ pose_M6
    pose_66 += _TINY * np.trace(pose_66) * np.eye(6)
    weights_Q = state.weights_Q
    wanted_M = -residual_M
    if free:
        wanted_M = field_MQ @ weights_Q - residual_M
        cross_6Q = pose_M6.T @ field_MQ
        solved_6X = np.linalg.solve(pose_66, np.c_[cross_6Q, pose_M6.T @ wanted_M])
        normal_QQ = field_MQ.T @ field_MQ + basis.prior_QQ - cross_6Q.T @ solved_6X[:, :-1]
        right_Q = field_MQ.T @ wanted_M - cross_6Q.T @ solved_6X[:, -1]
        lower_QQ = np.linalg.cholesky(normal_QQ)
        weights_Q = np.minimum(nnls(lower_QQ.T, np.linalg.solve(lower_QQ, right_Q))[0], 1.0)
        wanted_M = wanted_M - field_MQ @ weights_Q
    delta_6 = np.linalg.solve(pose_66, pose_M6.T @ wanted_M)
    return replace(
        state,
        rotation_33=rotation(delta_6[:3]) @ state.rotation_33,
        translation_3=state.translation_3 + delta_6[3:],
        weights_Q=weights_Q,
    )
