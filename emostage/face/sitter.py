"""The person of a film: who they are, how their face lies at rest, and how far its actions are seen.

The face mesh shows less of a movement than there is, of some much less: `SEEN` is what it shows, found by drawing the two sample
portraits with one action at a time and reading them again. T frames, L = 478 and N = 468 landmarks, Q read actions.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, indices
from emostage.core.tracks import F64, Crop, FaceFit, Frozen
from emostage.face.actions import photo_actions
from emostage.face.crop import window
from emostage.face.fit import FOCAL_PX, WEIGHT_N, Basis, fit, fit_video, project
from emostage.face.head import Head

SEEN: Mapping[str, tuple[float, float]] = MappingProxyType({
    "browDown": (0.22, 50.0), "browInnerUp": (0.40, 50.0), "browOuterUp": (0.40, 50.0),
    "eyeBlink": (0.50, 150.0), "eyeSquint": (0.32, 50.0), "eyeWide": (0.40, 50.0), "cheekSquint": (0.40, 150.0),
    "jawOpen": (0.90, 150.0), "mouthFunnel": (0.65, 250.0), "mouthPucker": (0.56, 250.0), "mouthStretch": (0.46, 250.0),
    "mouthSmile": (0.80, 150.0), "mouthFrown": (0.48, 150.0), "mouthDimple": (0.80, 400.0), "mouthPress": (0.65, 150.0),
    "mouthLowerDown": (0.45, 150.0), "mouthUpperUp": (0.80, 150.0), "noseSneer": (0.17, 100.0),
})  # fmt: skip
"""The actions that are read: the share of each that is seen, and the precision of its prior, both tried on drawn films."""
_SIDES = 4.0
"""How much more precise the prior of the difference between the two sides is."""
_MOST_FITS = 16
_ENDS_S, _ENDS_BONUS = 0.4, 0.9
"""People begin and end at rest: there a face may show more and still be taken for the neutral one."""
_BEST_SHARE = 0.25
_NEAR = 2
"""So many frames on either side of the neutral one are read with it."""
_REST = 0.3
"""Weights under this in the most neutral frame are how the person looks at rest; from twice as much on they are expression."""
CROP_PX = 512
"""Side of the window in which films are read."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sitter(Frozen):
    """A person in a film. `crop` is the window in which the film is read, `fit` who they are (its pose and expression are those of
    frame `neutral`); `rest_N3` their landmarks at rest and `actions_52N3` what is seen of the actions, in head coordinates; `named`
    says that the user chose the frame."""

    crop: Crop
    fit: FaceFit
    rest_N3: F64
    actions_52N3: F64
    neutral: int
    named: bool

    @property
    def near(self) -> slice:
        """The frames around the neutral one."""
        return slice(max(0, self.neutral - _NEAR), self.neutral + _NEAR + 1)

    def basis(self) -> Basis:
        """The unknowns of one frame."""
        return Basis(neutral_N3=self.rest_N3, field_QN3=self.actions_52N3[READ_Q], prior_QQ=prior_of_actions(), weight_N=WEIGHT_N)

    def targets(self, landmarks_TL2: F64) -> F64:
        """Film landmarks as what `solve.solved` wants."""
        scale = self.fit.focal_px / FOCAL_PX
        return (self.crop.to_crop(landmarks_TL2)[..., :468, :] - self.crop.size_px / 2) / scale


def sitter(head: Head, landmarks_TL2: F64, size_px: tuple[int, int], *, neutral: int | None = None, fps: float = 25.0) -> Sitter:
    """The person whose landmarks (T, 478, 2) were found in a film of (width, height).

    Without `neutral` the frame is taken that needs the least expression, and what it still clearly shows counts as expression; with
    it that frame's face is at rest whatever it shows.
    """
    crop = window(np.median(landmarks_TL2, 0), size_px, CROP_PX)
    crop_TL2 = crop.to_crop(landmarks_TL2)
    frames = _asked(len(crop_TL2)) if neutral is None else [neutral]
    fits = [fit(head, crop_TL2[t], crop.size_px) for t in frames]
    order = _by_neutrality(fits, frames, len(crop_TL2), fps)
    chosen = fits[order[0]]
    shape_K = np.mean([fits[i].shape_K for i in order[: max(1, round(_BEST_SHARE * len(order)))]], 0)
    vertices_V3 = head.vertices_V3 + np.tensordot(shape_K, head.shapes_KV3.astype(np.float64), 1)
    identity = replace(chosen, shape_K=shape_K, vertices_V3=vertices_V3)
    shown_52 = np.zeros(ARKIT_COUNT) if neutral is not None else _expressed(chosen.expression_52)
    neutral_N3 = head.at_landmarks(vertices_V3).astype(np.float64)
    true_52N3 = photo_actions(head, neutral_N3)
    seen_52N3 = true_52N3 * SEEN_52[:, None, None]
    found = Sitter(
        crop=crop, fit=identity, rest_N3=neutral_N3, actions_52N3=seen_52N3, neutral=frames[order[0]], named=neutral is not None
    )
    rest_N3 = _mean_face(head, identity, true_52N3, crop_TL2[found.near], crop.size_px) - np.tensordot(shown_52, seen_52N3, 1)
    return replace(found, rest_N3=rest_N3)


def seen_actions(head: Head, vertices_V3: F64) -> F64:
    """What is seen of the actions (52, N, 3) of a person whose head at rest is given."""
    return photo_actions(head, head.at_landmarks(vertices_V3).astype(np.float64)) * SEEN_52[:, None, None]


def _asked(count: int) -> list[int]:
    """Frames evenly spread over a film, its first and last among them."""
    return sorted({round(float(t)) for t in np.linspace(0, count - 1, min(count, _MOST_FITS))})


def _by_neutrality(fits: Sequence[FaceFit], frames: Sequence[int], count: int, fps: float) -> list[int]:
    """Indices of the fits, those that need the least expression and the least unusual face first."""
    ends = [min(t, count - 1 - t) < _ENDS_S * fps for t in frames]
    effort = [
        float(np.hypot(np.linalg.norm(f.expression_52), np.linalg.norm(f.shape_K))) * (_ENDS_BONUS if end else 1.0)
        for f, end in zip(fits, ends, strict=True)
    ]
    return [int(i) for i in np.argsort(effort, kind="stable")]


def _expressed(expression_52: F64) -> F64:
    """What of a fitted expression is more than a face at rest."""
    clear_52: F64 = expression_52 * np.clip(expression_52 / _REST - 1.0, 0.0, 1.0)
    return clear_52


def _mean_face(head: Head, identity: FaceFit, actions_52N3: F64, crop_TL2: F64, size_px: int) -> F64:
    """The mean face (N, 3) of some frames in head coordinates: exactly as seen, with the depth of the fitted head."""
    neutral_N3 = head.at_landmarks(identity.vertices_V3).astype(np.float64)
    faces = []
    for seen_L2, e_52, r_33, t_3 in zip(crop_TL2, *fit_video(head, crop_TL2, identity, size_px), strict=True):
        fitted_N3 = neutral_N3 + np.tensordot(e_52, actions_52N3, 1)
        off_N2 = seen_L2[:468] - size_px / 2 - project(fitted_N3, r_33, t_3, identity.focal_px)
        depth_N1 = (fitted_N3 @ r_33.T + t_3)[:, 2:]
        faces.append(fitted_N3 + np.c_[off_N2 * depth_N1 / identity.focal_px, np.zeros(len(off_N2))] @ r_33)
    mean_N3: F64 = np.mean(faces, 0)
    return mean_N3


def _share() -> F64:
    share_52 = np.zeros(ARKIT_COUNT)
    for name, (share, _) in SEEN.items():
        share_52[list(indices(name))] = share
    return share_52


def prior_of_actions() -> F64:
    """Prior precision (Q, Q) of the read actions: a ridge, and a tie between the two sides."""
    place = {int(q): i for i, q in enumerate(READ_Q)}
    prior_QQ = np.zeros((len(READ_Q), len(READ_Q)))
    for name, (_, precision) in SEEN.items():
        both = [place[q] for q in indices(name)]
        prior_QQ[both, both] = precision
        if len(both) == 2:
            tie = _SIDES * precision * np.array([[1.0, -1.0], [-1.0, 1.0]])
            prior_QQ[np.ix_(both, both)] += tie
    return prior_QQ


READ_Q: NDArray[np.intp] = np.array(sorted(q for name in SEEN for q in indices(name)))
"""Positions of the read actions in an expression."""
SEEN_52 = _share()
"""What is seen of each action."""
