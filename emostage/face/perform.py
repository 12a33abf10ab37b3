"""What the head of a portrait, or the person of a film, does: expression, pose, gaze and lids from tracked landmarks.

The fit weighs all landmarks alike; what people look at most, the opening of mouth and eyes, is then taken from the lips and
lids themselves. Nothing is smoothed over time: on the one talking face where it was tried, it did not help.
T frames, N = 468 landmarks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX
from emostage.core.tracks import F64, FaceFit, Frozen, Portrait
from emostage.face.actions import photo_actions
from emostage.face.fit import fit_video, project
from emostage.face.gaze import directions, look_weights
from emostage.face.head import Head
from emostage.face.lids import closures, widenings
from emostage.face.sitter import READ_Q, Sitter
from emostage.face.solve import solved
from emostage.face.topology import EYES

_JAW = ARKIT_INDEX["jawOpen"]
_BLINKS = tuple(ARKIT_INDEX[f"eyeBlink{eye.side}"] for eye in EYES)
_WIDES = tuple(ARKIT_INDEX[f"eyeWide{eye.side}"] for eye in EYES)
_IRISES = tuple(eye.iris for eye in EYES)
_UPPER_LIP, _LOWER_LIP = 13, 14

_Seen = Callable[[F64], F64]
"""Where (T, N, 2) the camera would see the landmarks under expressions (T, 52), in pixels from the middle of the crop."""


@dataclass(frozen=True, kw_only=True)
class Performed(Frozen):
    """`expression_T52` ARKit weights; `rotation_T33`, `translation_T3` take head coordinates to the camera of the portrait's
    fit."""

    expression_T52: F64
    rotation_T33: F64
    translation_T3: F64


_PARTS = ("expression_T52", "rotation_T33", "translation_T3")


def performed(portrait: Portrait, head: Head, landmarks_TL2: F64) -> Performed:
    """The performance seen in landmarks (T, 478, 2), in pixels of the portrait's picture.

    The first frame is the portrait's picture itself: its gaze and its lids count as straight ahead and open.
    """
    crop = portrait.crop
    crop_TL2 = crop.to_crop(landmarks_TL2)
    fitted = Performed(**dict(zip(_PARTS, fit_video(head, crop_TL2, portrait.fit, crop.size_px), strict=True)))
    neutral_N3 = head.at_landmarks(portrait.fit.vertices_V3).astype(np.float64)
    face = _Face(identity=portrait.fit, rest_N3=neutral_N3, actions_52N3=photo_actions(head, neutral_N3), shut=True)
    return _detailed(fitted, head, face, crop_TL2 - crop.size_px / 2)


def acted(sitter: Sitter, head: Head, landmarks_TL2: F64) -> Performed:
    """The performance of the person of a film, seen in landmarks (T, 478, 2) of the film. The first frame is to show the face at
    rest: its gaze and its lids count as straight ahead and open."""
    weights_TQ, rotation_T33, translation_T3 = solved(sitter.basis(), sitter.targets(landmarks_TL2))
    expression_T52 = np.zeros((len(weights_TQ), ARKIT_COUNT))
    expression_T52[:, READ_Q] = weights_TQ
    fitted = Performed(expression_T52=expression_T52, rotation_T33=rotation_T33, translation_T3=translation_T3)
    seen_TL2 = sitter.crop.to_crop(landmarks_TL2) - sitter.crop.size_px / 2
    face = _Face(identity=sitter.fit, rest_N3=sitter.rest_N3, actions_52N3=sitter.actions_52N3, shut=not sitter.named)
    return _detailed(fitted, head, face, seen_TL2)


@dataclass(frozen=True, kw_only=True)
class _Face(Frozen):
    """A known face: who it is, its landmarks at rest, what the actions do to them, and whether its lips are shut at rest."""

    identity: FaceFit
    rest_N3: F64
    actions_52N3: F64
    shut: bool


def _detailed(fitted: Performed, head: Head, face: _Face, seen_TL2: F64) -> Performed:
    """A fitted performance with jaw, lids and gaze as they are seen; `seen_TL2` are pixels from the middle of the crop."""
    rotation_T33, translation_T3 = fitted.rotation_T33, fitted.translation_T3
    expression_T52 = fitted.expression_T52.copy()

    def at(expression_T52: F64) -> F64:
        points_TN3 = face.rest_N3 + np.einsum("te,enc->tnc", expression_T52, face.actions_52N3)
        frames = zip(points_TN3, rotation_T33, translation_T3, strict=True)
        return np.stack([project(points_N3, r_33, t_3, face.identity.focal_px) for points_N3, r_33, t_3 in frames])

    expression_T52[:, _JAW] = _jaw(expression_T52, seen_TL2, at, shut=face.shut)
    expression_T52[:, _BLINKS] = 0.0
    unblinking_TN2, wide_T52 = at(expression_T52), expression_T52.copy()
    wide_T52[:, _WIDES] += 1.0
    closure_TE = closures(seen_TL2, unblinking_TN2)
    wider_TE = widenings(seen_TL2, unblinking_TN2, at(wide_T52))
    expression_T52[:, _WIDES] = np.minimum(expression_T52[:, _WIDES] + wider_TE, 1.0)
    expression_T52[:, _BLINKS] = closure_TE
    gaze_TE2 = directions(head, face.identity, seen_TL2[:, _IRISES], rotation_T33, translation_T3)
    return Performed(
        expression_T52=expression_T52 + look_weights(gaze_TE2, closure_TE),
        rotation_T33=rotation_T33,
        translation_T3=translation_T3,
    )


def _jaw(expression_T52: F64, seen_TL2: F64, at: _Seen, *, shut: bool) -> F64:
    """The jaw's weight (T,) that opens the lips as far as they are seen to be; at rest they are `shut`, or as they are."""
    other_T52, open_T52 = expression_T52.copy(), expression_T52.copy()
    other_T52[:, _JAW], open_T52[:, _JAW] = 0.0, 1.0
    rest_T, fitted_T, other_T, open_T = (_gap(at(e)) for e in (np.zeros_like(expression_T52), expression_T52, other_T52, open_T52))
    missing_T = _gap(seen_TL2) - (np.maximum(fitted_T - rest_T, 0) if shut else fitted_T)
    jaw_T: F64 = np.clip(expression_T52[:, _JAW] + missing_T / np.maximum(open_T - other_T, 1e-6), 0, 1)
    return jaw_T


def _gap(points_TN2: F64) -> F64:
    gap_T: F64 = np.linalg.norm(points_TN2[:, _LOWER_LIP] - points_TN2[:, _UPPER_LIP], axis=1)
    return gap_T
