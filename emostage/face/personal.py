"""A face that is known better than one picture tells: how a person looks at rest, and what each action does to them alone.

Personalised blendshapes in the sense of H. Li et al., "Example-based facial rigging" (SIGGRAPH 2010): the actions of the linear
head and, beside them, what this person's face was seen to do under the same weights. N = 468 landmarks, L = 478 with irises, K
identity shapes; head coordinates (x right, y down, z away).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES
from emostage.core.tracks import F64, Crop, FaceFit, Frozen, Portrait
from emostage.face.actions import photo_actions
from emostage.face.crop import window
from emostage.face.head import Head
from emostage.face.perform import acted
from emostage.face.sitter import CROP_PX, Sitter, seen_actions
from emostage.face.turning import Beyond

_SHAPES: Mapping[str, tuple[int, ...]] = {
    "shape_K": (-1,), "rest_N3": (468, 3), "rest_L2": (478, 2), "focal_px": (), "actions_52N3": (ARKIT_COUNT, 468, 3),
    "seen_52": (ARKIT_COUNT,),
}  # fmt: skip
_LARGEST = 1e5
"""No number of a face is larger: places are in metres and pixels."""
_HELD_52 = np.array([name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])
"""Actions that are drawn on the picture, whatever the face's own are."""


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonalFace(Frozen):
    """A person. `shape_K` their identity weights; `rest_N3` their landmarks at rest in head coordinates, `rest_L2` the same (with
    irises) in the window in which films of them are read, and `focal_px` of its camera; `actions_52N3` what each action does to
    them beyond what it does to the linear head, up to the weights `seen_52` to which it was seen."""

    shape_K: F64
    rest_N3: F64
    rest_L2: F64
    focal_px: F64
    actions_52N3: F64
    seen_52: F64

    def sitter(self, head: Head, crop: Crop) -> Sitter:
        """The person before the camera of a window."""
        vertices_V3 = self.vertices(head)
        fit = FaceFit(
            rotation_33=np.eye(3),
            translation_3=np.zeros(3),
            focal_px=float(self.focal_px),
            expression_52=np.zeros(ARKIT_COUNT),
            shape_K=self.shape_K,
            vertices_V3=vertices_V3,
            error_px=0.0,
        )
        return Sitter(
            crop=crop, fit=fit, rest_N3=self.rest_N3, actions_52N3=seen_actions(head, vertices_V3), neutral=0, named=False
        )

    def in_picture(self, portrait: Portrait, head: Head, strength: float) -> Own:
        """The person in a portrait: what they show there, and how they move, by so much of what is known of them."""
        rows, columns = portrait.picture_HW3.shape[:2]
        shown_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
        crop = window(shown_L2, (columns, rows), CROP_PX)
        both_2L2 = np.stack([crop.to_picture(self.rest_L2), shown_L2])
        expression_52 = acted(self.sitter(head, crop), head, both_2L2).expression_T52[1]
        return Own(
            expression_52=expression_52,
            actions_52N3=strength * self.actions_52N3,
            seen_52=self.seen_52,
            beyond=self.beyond_linear(head, strength),
            trust=min(strength, 1.0),
        )

    def beyond_linear(self, head: Head, strength: float = 1.0) -> Beyond:
        """What the actions do to the person beyond what they do to the bare linear head, whose landmarks painters follow."""
        neutral_N3 = np.asarray(head.at_landmarks(self.vertices(head)), np.float64)
        bare_52N3 = np.asarray(head.at_landmarks(head.actions_52V3), np.float64)
        drawn_52N3 = np.where(_HELD_52[:, None, None], 0.0, photo_actions(head, neutral_N3) - bare_52N3)
        return Beyond(actions_52L3=min(strength, 1.0) * drawn_52N3, learnt_52L3=strength * self.actions_52N3, seen_52=self.seen_52)

    def vertices(self, head: Head) -> F64:
        """The vertices (V, 3) of the head at rest."""
        vertices_V3: F64 = head.vertices_V3 + np.tensordot(self.shape_K, head.shapes_KV3.astype(np.float64), 1)
        return vertices_V3


@dataclass(frozen=True, kw_only=True, eq=False)
class Own(Frozen):
    """A known face in a picture: the `expression_52` it shows there, what `actions_52N3` do beyond those that photos are given, up
    to the weights `seen_52`, what actions do `beyond` those of the bare linear head, and how far the face is to be trusted, in
    [0, 1]."""

    expression_52: F64
    actions_52N3: F64
    seen_52: F64
    beyond: Beyond
    trust: float

    def understood(self, expression_52: F64) -> F64:
        """An expression that was read without knowing the face, with what is known; lids and gaze stay."""
        known_52 = expression_52 + self.trust * (self.expression_52 - expression_52)
        return np.where(_HELD_52, expression_52, known_52)


def to_arrays(face: PersonalFace) -> dict[str, NDArray[Any]]:
    """The arrays of a file."""
    kinds = {"actions_52N3": np.float16}
    return {name: np.asarray(getattr(face, name)).astype(kinds.get(name, np.float32)) for name in _SHAPES}


def of_arrays(arrays: Mapping[str, NDArray[Any]]) -> PersonalFace:
    """The face in the arrays of a file. Raises ValueError when they are not what they should be."""
    for name, shape in _SHAPES.items():
        found = arrays.get(name)
        if found is None or found.dtype.kind != "f" or not _fits(found.shape, shape) or not np.isfinite(found).all():
            raise ValueError(f"{name} is missing or no {shape} numbers")
        if np.abs(found).max(initial=0.0) > _LARGEST:
            raise ValueError(f"{name} has numbers that no face has")
    face = PersonalFace(**{name: arrays[name].astype(np.float64) for name in _SHAPES})
    sizes = {"focal_px": face.focal_px, "rest_N3": np.ptp(face.rest_N3, axis=0), "rest_L2": np.ptp(face.rest_L2, axis=0)}
    for name, size in sizes.items():
        if (size <= 0).any():
            raise ValueError(f"{name} is of no size")
    return face


def _fits(found: tuple[int, ...], wanted: tuple[int, ...]) -> bool:
    return len(found) == len(wanted) and all(w in (-1, f) for f, w in zip(found, wanted, strict=True))


def personal_face(person: Sitter, rest_L2: F64) -> PersonalFace:
    """The face of somebody who was followed through a film, as far as it is known without having seen its actions; `rest_L2` are
    the landmarks (478, 2) of the film at rest."""
    return PersonalFace(
        shape_K=person.fit.shape_K,
        rest_N3=person.rest_N3,
        rest_L2=person.crop.to_crop(rest_L2),
        focal_px=np.array(person.fit.focal_px),
        actions_52N3=np.zeros((ARKIT_COUNT, len(person.rest_N3), 3)),
        seen_52=np.zeros(ARKIT_COUNT),
    )


def with_actions(face: PersonalFace, actions_52N3: F64, seen_52: F64) -> PersonalFace:
    """The same with other actions, seen to some weights; those of lids and gaze stay the linear head's."""
    return replace(face, actions_52N3=np.where(_HELD_52[:, None, None], 0.0, actions_52N3), seen_52=seen_52)
