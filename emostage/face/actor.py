"""What the person of a film does, as a motion that any portrait can be given. T frames, L = 478 landmarks."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F64, Frozen, MotionTrack
from emostage.face.actions import millimetre
from emostage.face.fit import euler_rad, rotation
from emostage.face.head import Head, neck
from emostage.face.perform import Performed, acted
from emostage.face.sitter import Sitter, sitter
from emostage.face.steady import steadied

_CHUNK, _WARM_UP = 400, 3
"""So many frames are read at once, which bounds memory, after so many that were read before."""
_TREMOR, _TREMOR_RAD, _TREMOR_WIDTHS = 0.03, 0.004, 0.002
"""The most tremor that is smoothed, in weights, rad and face widths."""
_LOOKS = tuple((f"eyeLook{a}{side}", f"eyeLook{b}{side}") for a, b in (("Out", "In"), ("Down", "Up")) for side in ("Left", "Right"))
"""Opposite actions of an eye."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Actor(Frozen):
    """The person of a film and what they do. The head at rest, to which `motion` is relative, lies at `rotation_33` and
    `translation_3` before the camera of `person.fit`, and turns about `pivot_3` (head coordinates)."""

    person: Sitter
    motion: MotionTrack
    rotation_33: F64
    translation_3: F64
    pivot_3: F64


def motion_of_actor(
    head: Head, landmarks_TL2: F64, size_px: tuple[int, int], fps: Fraction, *, neutral: int | None = None
) -> tuple[MotionTrack, int]:
    """The motion of `actor_of`, and the number of the frame that was taken for the face at rest."""
    found = actor_of(head, landmarks_TL2, size_px, fps, neutral=neutral)
    return found.motion, found.person.neutral


def actor_of(head: Head, landmarks_TL2: F64, size_px: tuple[int, int], fps: Fraction, *, neutral: int | None = None) -> Actor:
    """The person whose landmarks were found in a film of (width, height).

    Expressions are absolute from the face of the frame that shows it at rest, `neutral` or the most neutral one. Head and gaze are
    relative to how the person holds them on the whole (the median), or with a given `neutral` to that frame.
    """
    person = sitter(head, landmarks_TL2, size_px, neutral=neutral, fps=float(fps))
    done = read_acting(person, head, landmarks_TL2, np.median(landmarks_TL2[person.near], 0))
    hold = hold_of(person, head, done, person.near if neutral is not None else slice(None))
    return Actor(
        person=person,
        motion=motion_from(done, person, hold, fps),
        rotation_33=hold.rotation_33,
        translation_3=hold.place_3 - hold.rotation_33 @ hold.neck_3,
        pivot_3=hold.neck_3,
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Hold(Frozen):
    """How somebody holds head and eyes: `rotation_33` of the head, `neck_3` about which it turns in head coordinates, `place_3`
    where that is before the camera, and `looks_4`, the weights of the eyes' actions less those of the opposite ones."""

    rotation_33: F64
    neck_3: F64
    place_3: F64
    looks_4: F64


def hold_of(person: Sitter, head: Head, done: Performed, some: slice) -> Hold:
    """How head and eyes are held in some frames, in the median. How they move from there is the inverse of how `portrait.deform`
    moves a head; see also `portrait.follow`."""
    angles_T3 = np.array([euler_rad(r_33) for r_33 in done.rotation_T33[some]])
    neck_3 = neck(head, millimetre(person.rest_N3))
    place_T3 = done.rotation_T33[some] @ neck_3 + done.translation_T3[some]
    looks = [np.median(_looked(done.expression_T52[some], pair)) for pair in _LOOKS]
    return Hold(
        rotation_33=_turned(np.median(angles_T3, 0)), neck_3=neck_3, place_3=np.median(place_T3, 0), looks_4=np.array(looks)
    )


def motion_from(done: Performed, person: Sitter, hold: Hold, fps: Fraction) -> MotionTrack:
    """A performance as motion away from how head and eyes were held somewhere."""
    rotation_T3 = np.array([euler_rad(hold.rotation_33.T @ r_33) for r_33 in done.rotation_T33])
    moved_T3 = done.rotation_T33 @ hold.neck_3 + done.translation_T3 - hold.place_3
    depth, width = float(hold.place_3[2]), float(np.linalg.norm(person.rest_N3[454] - person.rest_N3[234]))
    steady = steadied(np.concatenate([rotation_T3 / _TREMOR_RAD, moved_T3 / width / _TREMOR_WIDTHS], 1), float(fps), most=1.0)
    rotation_T3, moved_T3 = steady[:, :3] * _TREMOR_RAD, steady[:, 3:] * _TREMOR_WIDTHS * width
    expression_T52 = steadied(_looking_ahead(done.expression_T52, hold), float(fps), most=_TREMOR)
    still_T = np.zeros(len(rotation_T3), np.float32)
    return MotionTrack(
        expression_T52=np.clip(expression_T52, 0.0, 1.0).astype(np.float32),
        rotation_T3=rotation_T3.astype(np.float32),
        shift_T2=(moved_T3[:, :2] / width).astype(np.float32),
        scale_T=(depth / (depth + moved_T3[:, 2])).astype(np.float32),
        tongue_T=still_T,
        breath_T=still_T,
        fps=fps,
    )


def read_acting(person: Sitter, head: Head, landmarks_TL2: F64, rest_L2: F64) -> Performed:
    """The whole performance, read piece by piece. Every piece begins with the face at rest, landmarks (478, 2) of the film, to
    which lids and gaze are relative."""
    pieces: list[Performed] = []
    for begin in range(0, len(landmarks_TL2), _CHUNK):
        warm = min(begin, _WARM_UP)
        piece = acted(person, head, np.concatenate([rest_L2[None], landmarks_TL2[begin - warm : begin + _CHUNK]]))
        kept = slice(1 + warm, None)
        pieces.append(
            Performed(
                expression_T52=piece.expression_T52[kept],
                rotation_T33=piece.rotation_T33[kept],
                translation_T3=piece.translation_T3[kept],
            )
        )
    return Performed(
        expression_T52=np.concatenate([p.expression_T52 for p in pieces]),
        rotation_T33=np.concatenate([p.rotation_T33 for p in pieces]),
        translation_T3=np.concatenate([p.translation_T3 for p in pieces]),
    )


def _turned(angles_3: F64) -> F64:
    """The rotation that `fit.euler_rad` takes apart."""
    pitch, yaw, roll = (float(a) for a in angles_3)
    about_x, about_y, about_z = np.eye(3) * [pitch, -yaw, roll]
    turned_33: F64 = rotation(about_z) @ rotation(about_y) @ rotation(about_x)
    return turned_33


def _looked(expression_T52: F64, pair: tuple[str, str]) -> F64:
    """How much more an eye looks one way than the other (T,)."""
    looked_T: F64 = expression_T52[:, ARKIT_INDEX[pair[0]]] - expression_T52[:, ARKIT_INDEX[pair[1]]]
    return looked_T


def _looking_ahead(expression_T52: F64, hold: Hold) -> F64:
    """Expressions whose eyes look straight ahead when they are held so."""
    ahead_T52 = expression_T52.copy()
    for pair, looks in zip(_LOOKS, hold.looks_4, strict=True):
        off_T = _looked(expression_T52, pair) - looks
        ahead_T52[:, ARKIT_INDEX[pair[0]]], ahead_T52[:, ARKIT_INDEX[pair[1]]] = np.clip(off_T, 0, 1), np.clip(-off_T, 0, 1)
    return ahead_T52
