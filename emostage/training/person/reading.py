"""Who is seen in tracked takes, and what they do there: one face for all of them. T frames of a take, L = 478 landmarks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from types import MappingProxyType

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.tracks import F64, Crop, Frozen, MotionTrack, Portrait
from emostage.face.actor import Hold, hold_of, motion_from, read_acting
from emostage.face.crop import window
from emostage.face.head import Head
from emostage.face.perform import Performed
from emostage.face.personal import PersonalFace, personal_face
from emostage.face.portrait import portrait_of
from emostage.face.sitter import CROP_PX, Sitter, sitter
from emostage.training.tracked.store import FPS, Take

_NEAR = 2
"""So many frames on either side of one tell how head and eyes are held in it."""
_TURN = 1.5
"""How much a radian of turn counts beside the length of an expression in choosing a portrait."""
_NO_WINDOWS: Mapping[str, Crop] = MappingProxyType({})
_FEW = 3
"""Frames without which nobody can be known."""


def known(takes: Sequence[Take], head: Head) -> PersonalFace:
    """The face of the person of the takes, its actions those of the linear head. Raises AssetError E117 for next to no frames."""
    landmarks_TL2 = np.concatenate([_in_window(take) for take in takes]) if takes else np.zeros((0, 478, 2))
    if len(landmarks_TL2) < _FEW:
        raise AssetError.of("E117", "there is too little footage to know a face", "give a film, or several photos")
    person = sitter(head, landmarks_TL2, (CROP_PX, CROP_PX), fps=float(FPS))
    return personal_face(person, np.median(landmarks_TL2[person.near], 0))


def _in_window(take: Take) -> F64:
    """The landmarks (T, L, 2) of a take in the window in which it is read."""
    return _window(take).to_crop(take.landmarks_TL2)


def _window(take: Take) -> Crop:
    """The window in which a take is read."""
    return window(np.median(take.landmarks_TL2, 0).astype(np.float64), take.size_px, CROP_PX)


def windows(takes: Sequence[Take]) -> dict[str, Crop]:
    """The windows of pieces of film by their names, so that parts of one piece are seen by one camera."""
    return {take.piece: _window(take) for take in takes}


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading(Frozen):
    """A take as it was read with a `head`: the `person` before its camera, and what is `done` there."""

    head: Head
    take: Take
    person: Sitter
    done: Performed

    def part(self, first: int, end: int) -> Reading:
        """Some frames of it."""
        some = {name: getattr(self.done, name)[first:end] for name in ("expression_T52", "rotation_T33", "translation_T3")}
        return replace(self, take=self.take.part(first, end), done=Performed(**some))

    def hold(self, number: int) -> Hold:
        """How head and eyes are held around a frame."""
        some = slice(max(0, number - _NEAR), number + _NEAR + 1)
        return hold_of(self.person, self.head, self.done, some)

    def hold_on_the_whole(self) -> Hold:
        """How they are held in the median of all frames."""
        return hold_of(self.person, self.head, self.done, slice(None))

    def motion(self, hold: Hold) -> MotionTrack:
        """What is done, away from how head and eyes were held somewhere."""
        return motion_from(self.done, self.person, hold, Fraction(FPS))


def read(face: PersonalFace, take: Take, head: Head, seen_in: Mapping[str, Crop] = _NO_WINDOWS) -> Reading:
    """What a person, who is known, does in a take; `seen_in` are windows of pieces that are known already."""
    person = face.sitter(head, seen_in.get(take.piece) or _window(take))
    rest_L2 = person.crop.to_picture(face.rest_L2)
    done = read_acting(person, head, take.landmarks_TL2.astype(np.float64), rest_L2)
    return Reading(take=take, person=person, done=done, head=head)


def neutral_frame(reading: Reading) -> tuple[int, float]:
    """The number of the frame that makes the best portrait (little expression, facing the camera, really seen), and how far it is
    from one that shows nothing."""
    effort_T = np.linalg.norm(reading.done.expression_T52, axis=1)
    facing_T = np.arccos(np.clip(reading.done.rotation_T33[:, 2, 2], -1, 1))
    cost_T = effort_T + _TURN * facing_T + np.where(reading.take.seen_T, 0.0, np.inf)
    return int(np.argmin(cost_T)), float(np.min(cost_T))


def portrait_in(reading: Reading) -> tuple[int, Portrait] | None:
    """The frame of a take that makes the best portrait, and that portrait; None where it makes none."""
    number, _ = neutral_frame(reading)
    try:
        return number, portrait_of(reading.take.picture(number), name=reading.take.source, head=reading.head)[0]
    except AssetError:
        return None
