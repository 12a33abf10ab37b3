"""Fitting the head to face-mesh landmarks: pose, identity and expression by damped Gauss-Newton steps on the 2-D residual.

The model is p = f (R X + t).xy / (R X + t).z + size/2 with X = V + shapes + actions (perspective 3DMM fitting; Blanz & Vetter,
"A Morphable Model for the Synthesis of 3D Faces", SIGGRAPH 1999, with a Gaussian prior on every weight). Differences between
the two sides of a face are penalised more than what both sides share, because the landmarks' noise is not symmetric.
N = 468 landmarks, K identity shapes, A fitted actions, Q = K + A unknown weights.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES
from emostage.core.tracks import F64, FaceFit
from emostage.face import topology
from emostage.face.actions import photo_actions
from emostage.face.head import Head

FITTED = (
    "brow", "cheekSquint", "eyeSquint", "eyeWide", "eyeBlink", "jawOpen", "mouthFrown", "mouthFunnel", "mouthPucker",
    "mouthLower", "mouthUpper", "mouthSmile", "mouthStretch", "noseSneer",
)  # fmt: skip
"""Beginnings of the actions that landmarks can tell; the others stay 0."""
_FITTED_A: NDArray[np.intp] = np.array([i for i, name in enumerate(ARKIT_NAMES) if name.startswith(FITTED)])

REFERENCE_PX, SPREAD = 512, 0.13
"""The priors are weighed for a picture of this size with a face whose landmarks have this rms distance from their middle."""
FOCAL_PER_SIZE = 1.8
"""Focal length in sizes of that picture, whatever window the face is seen in: a portrait lens, 31 degrees wide."""
FOCAL_PX = FOCAL_PER_SIZE * REFERENCE_PX
_STEPS, _POSE_STEPS, _TRACKING_STEPS = 18, 5, 5
_PRIOR_SHAPE, _PRIOR_PHENOTYPE, _PRIOR_ACTION = 150.0, 120.0, 90.0
_PRIOR_MOUTH_EYE = 600.0
"""Strong, so that a smile is explained by the expression and not by a wide mouth."""
_PRIOR_ROUNDED = 450.0
"""Strong, so that an open mouth is explained by the jaw and not by funnelled lips."""
_PRIOR_BROW_SHAPE, _PRIOR_BROW_ACTION = 100.0, 300.0
"""The other way round: one picture cannot tell raised brows from high ones, and high ones are the safer guess."""
_PRIOR_SIDES = 4.0
WEIGHT_N = np.ones(468)
WEIGHT_N[list(topology.LIPS + topology.LIDS)] = 2.0


@dataclass(frozen=True, kw_only=True)
class Basis:
    """What the unknown weights do at the landmarks: `field_QN3`, their priors as a matrix, bounds, and the landmark weights."""

    neutral_N3: F64
    field_QN3: F64
    prior_QQ: F64
    weight_N: F64


@dataclass(frozen=True, kw_only=True)
class State:
    """Pose and weights between two steps; X -> R X + t in metres."""

    rotation_33: F64
    translation_3: F64
    weights_Q: F64


def fit(head: Head, landmarks_L2: F64, size_px: int) -> FaceFit:
    """Fit `head` to landmarks (468 or 478, 2) in pixels of a square crop of `size_px`. Takes less than a tenth of a second.

    Actions stay within [0, 1]. Raises ValueError when the landmarks are not finite or have no extent.
    """
    basis = _basis(head)
    points_N2 = _checked(landmarks_L2)
    scale = spread_px(points_N2) / (SPREAD * REFERENCE_PX)
    target_N2 = (points_N2 - size_px / 2) / scale
    state = start(basis, target_N2)
    for step in range(_STEPS):
        state = _step(basis, target_N2, state, free=step >= _POSE_STEPS)
    shapes = len(head.shape_names)
    expression_52 = np.zeros(ARKIT_COUNT)
    expression_52[_FITTED_A] = state.weights_Q[shapes:]
    error_N2 = project(shaped(basis, state.weights_Q), state.rotation_33, state.translation_3, FOCAL_PX) - target_N2
    return FaceFit(
        rotation_33=state.rotation_33,
        translation_3=state.translation_3,
        focal_px=FOCAL_PX * scale,
        expression_52=expression_52,
        shape_K=state.weights_Q[:shapes].copy(),
        vertices_V3=head.vertices_V3 + np.tensordot(state.weights_Q[:shapes], head.shapes_KV3.astype(np.float64), 1),
        error_px=float(np.sqrt((error_N2**2).sum(1).mean()) * scale),
    )


def fit_video(head: Head, landmarks_TL2: F64, identity: FaceFit, size_px: int) -> tuple[F64, F64, F64]:
    """Expression and pose of a known person in a film: `expression_T52`, `rotation_T33`, `translation_T3`.

    `landmarks_TL2` (T, 468 or 478, 2) are pixels of square frames of `size_px`, `identity` is the fit to one picture of the
    person. Each frame starts from the one before.
    """
    basis = _basis_of_person(head, identity)
    scale = identity.focal_px / FOCAL_PX
    targets_TN2 = (np.stack([_checked(frame_L2) for frame_L2 in landmarks_TL2]) - size_px / 2) / scale
    state = start(basis, targets_TN2[0])
    states = []
    for frame, target_N2 in enumerate(targets_TN2):
        for step in range(_STEPS if frame == 0 else _TRACKING_STEPS):
            state = _step(basis, target_N2, state, free=frame > 0 or step >= _POSE_STEPS)
        states.append(state)
    expression_T52 = np.zeros((len(states), ARKIT_COUNT))
    expression_T52[:, _FITTED_A] = [state.weights_Q for state in states]
    return expression_T52, np.stack([s.rotation_33 for s in states]), np.stack([s.translation_3 for s in states])


def project(points_N3: F64, rotation_33: F64, translation_3: F64, focal: float) -> F64:
    """Head points (N, 3) to pixels (N, 2) from the middle of the crop."""
    camera_N3 = points_N3 @ rotation_33.T + translation_3
    projected: F64 = camera_N3[:, :2] / camera_N3[:, 2:] * focal
    return projected


def euler_rad(rotation_33: F64) -> tuple[float, float, float]:
    """Pitch (down), yaw and roll (both to the person's left) of R = Rz(roll) Ry(-yaw) Rx(pitch), as in MotionTrack."""
    pitch = np.arctan2(rotation_33[2, 1], rotation_33[2, 2])
    yaw = np.arcsin(np.clip(rotation_33[2, 0], -1, 1))
    roll = np.arctan2(rotation_33[1, 0], rotation_33[0, 0])
    return float(pitch), float(yaw), float(roll)


def spread_px(points_N2: F64) -> float:
    """Rms distance of points from their middle: a size of the face that hardly changes when it tilts or turns."""
    return float(np.sqrt(((points_N2 - points_N2.mean(0)) ** 2).sum(1).mean()))


def _checked(landmarks_L2: F64) -> F64:
    landmarks_N2 = np.asarray(landmarks_L2, np.float64)[:468]
    if landmarks_N2.shape != (468, 2) or not np.isfinite(landmarks_N2).all() or np.ptp(landmarks_N2, axis=0).min() < 1e-3:
        raise ValueError("a fit needs 468 finite landmarks that span an area")
    return landmarks_N2


@lru_cache(maxsize=2)
def _basis(head: Head) -> Basis:
    """Identity shapes and fitted actions of a head, both free."""
    names = [*head.shape_names, *(ARKIT_NAMES[i] for i in _FITTED_A)]
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    field_QN3 = np.concatenate([head.at_landmarks(head.shapes_KV3), photo_actions(head, neutral_N3)[_FITTED_A]])
    return Basis(
        neutral_N3=neutral_N3,
        field_QN3=field_QN3.astype(np.float64),
        prior_QQ=prior(names),
        weight_N=WEIGHT_N,
    )


def _basis_of_person(head: Head, identity: FaceFit) -> Basis:
    """Fitted actions only, on the neutral face of a person; brows are as free as the rest because the person is known."""
    names = [ARKIT_NAMES[i].removeprefix("brow") for i in _FITTED_A]
    neutral_N3 = head.at_landmarks(identity.vertices_V3).astype(np.float64)
    return Basis(
        neutral_N3=neutral_N3, field_QN3=photo_actions(head, neutral_N3)[_FITTED_A], prior_QQ=prior(names), weight_N=WEIGHT_N
    )


def prior(names: list[str]) -> F64:
    """Prior precision (Q, Q): a ridge, plus a tie between the two sides of each pair."""
    index = {name: q for q, name in enumerate(names)}
    prior_QQ = np.diag([_ridge(name) for name in names])
    for name, left in index.items():
        right = index.get("r-" + name[2:] if name.startswith("l-") else name[:-4] + "Right" if name.endswith("Left") else "")
        if right is not None:
            tie = _PRIOR_SIDES * _ridge(name)
            prior_QQ[[left, right], [left, right]] += tie
            prior_QQ[[left, right], [right, left]] -= tie
    return prior_QQ


def _ridge(name: str) -> float:
    if "=" in name:
        return _PRIOR_PHENOTYPE
    if "-" not in name:
        rounded = name in ("mouthFunnel", "mouthPucker")
        return _PRIOR_ROUNDED if rounded else _PRIOR_BROW_ACTION if name.startswith("brow") else _PRIOR_ACTION
    if name.startswith("eyebrows-"):
        return _PRIOR_BROW_SHAPE
    return _PRIOR_MOUTH_EYE if "mouth-" in name or "eye-" in name else _PRIOR_SHAPE


def start(basis: Basis, target_N2: F64) -> State:
    """The neutral face, upright, where the landmarks (pixels from the middle of the picture) are."""
    depth = np.ptp(basis.neutral_N3[:, 0]) * FOCAL_PX / np.ptp(target_N2[:, 0])
    translation_3 = np.array([*(target_N2.mean(0) * depth / FOCAL_PX), depth])
    return State(rotation_33=np.eye(3), translation_3=translation_3, weights_Q=np.zeros(len(basis.field_QN3)))


def shaped(basis: Basis, weights_Q: F64) -> F64:
    """The landmarks (N, 3) under weights, in head coordinates."""
    points_N3: F64 = basis.neutral_N3 + np.tensordot(weights_Q, basis.field_QN3, 1)
    return points_N3


def _step(basis: Basis, target_N2: F64, state: State, *, free: bool) -> State:
    """One Gauss-Newton step on rotation and translation, and on the weights when `free`."""
    pose_M6, field_MQ, residual_M = linearised(basis, target_N2, state, free=free)
    jacobian_MU = np.concatenate([pose_M6, field_MQ], 1)
    normal_UU, gradient_U = jacobian_MU.T @ jacobian_MU, jacobian_MU.T @ residual_M
    if free:
        normal_UU[6:, 6:] += basis.prior_QQ
        gradient_U[6:] += basis.prior_QQ @ state.weights_Q
    normal_UU += 1e-9 * np.trace(normal_UU) / len(normal_UU) * np.eye(len(normal_UU))
    delta_U = -np.linalg.solve(normal_UU, gradient_U)
    weights_Q = state.weights_Q + (delta_U[6:] if free else 0.0)
    actions = np.s_[-len(_FITTED_A) :]  # the actions come last
    weights_Q[actions] = np.clip(weights_Q[actions], 0.0, 1.0)
    return State(
        rotation_33=rotation(delta_U[:3]) @ state.rotation_33,
        translation_3=state.translation_3 + delta_U[3:6],
        weights_Q=weights_Q,
    )


def linearised(basis: Basis, target_N2: F64, state: State, *, free: bool = True) -> tuple[F64, F64, F64]:
    """What a small turn and shift (M, 6) and a change of the weights (M, Q; none unless `free`) do to the residual (M,), all of
    them weighed; M = 2 N coordinates."""
    turned_N3 = shaped(basis, state.weights_Q) @ state.rotation_33.T
    camera_N3 = turned_N3 + state.translation_3
    x_N, y_N, z_N = camera_N3.T
    residual_N2 = (camera_N3[:, :2] / z_N[:, None] * FOCAL_PX - target_N2) * basis.weight_N[:, None]
    to_pixel_N23 = np.zeros((len(z_N), 2, 3))
    to_pixel_N23[:, 0, 0] = to_pixel_N23[:, 1, 1] = FOCAL_PX / z_N
    to_pixel_N23[:, 0, 2], to_pixel_N23[:, 1, 2] = -FOCAL_PX * x_N / z_N**2, -FOCAL_PX * y_N / z_N**2
    to_pixel_N23 *= basis.weight_N[:, None, None]
    pose_N26 = np.concatenate([to_pixel_N23 @ _minus_cross(turned_N3), to_pixel_N23], 2)
    field_N3Q = basis.field_QN3[: None if free else 0].transpose(1, 2, 0)
    field_N2Q = (to_pixel_N23 @ state.rotation_33) @ field_N3Q
    return pose_N26.reshape(2 * len(z_N), 6), field_N2Q.reshape(2 * len(z_N), -1), residual_N2.reshape(-1)


def rotation(vector_3: F64) -> F64:
    """Rotation matrix of a rotation vector in rad (Rodrigues)."""
    angle = float(np.linalg.norm(vector_3))
    cross_33 = -_minus_cross(vector_3[None] / (angle + 1e-300))[0]
    matrix_33: F64 = np.eye(3) + np.sin(angle) * cross_33 + (1 - np.cos(angle)) * cross_33 @ cross_33
    return matrix_33


def _minus_cross(vectors_N3: F64) -> F64:
    """Matrices M with M w = -v x w = w x v: the change of a turned point under a small rotation w."""
    x_N, y_N, z_N = vectors_N3.T
    zero_N = np.zeros_like(x_N)
    matrix_N33: F64 = np.stack([zero_N, z_N, -y_N, -z_N, zero_N, x_N, y_N, -x_N, zero_N], 1).reshape(-1, 3, 3)
    return matrix_N33
