"""The screen test: what one portrait does with every emotion, sound and turn, as pictures.

Letters: T pictures, L landmarks, H, W rows and columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, expression
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64, U8, MotionTrack, Portrait
from emostage.emotion.facs import POSTURE_E3, SILENT_E52
from emostage.face.head import load_head
from emostage.face.topology import CHIN, FOREHEAD, NOSE_TIP
from emostage.motion.blend import speech_expression
from emostage.motion.contacts import Contacts
from emostage.motion.phones import segments
from emostage.motion.targets import CHANNELS, TONGUE, target
from emostage.portrait.photo import PhotoRenderer

SIZE_PX = 640
"""Side of the film in which the test is shot, in close framing."""
SOUNDS = (
    ("p", "map"), ("f", "five"), ("θ", "thin"), ("t", "tea"), ("s", "sun"), ("ʃ", "she"), ("k", "key"),
    ("ɹ", "red"), ("l", "let"), ("iː", "see"), ("ɛ", "bed"), ("ɑː", "father"), ("oː", "law"), ("uː", "you"),
)  # fmt: skip
"""Phones, and a word that each is heard in."""
_LETTERS = {"θ": "th", "ʃ": "sh", "ɹ": "r", "iː": "ee", "ɛ": "e", "ɑː": "ah", "oː": "o", "uː": "oo"}
_TURNS = (
    ("20° to the left", (0.0, -20.0, 0.0)), ("20° to the right", (0.0, 20.0, 0.0)),
    ("up", (-12.0, 0.0, 0.0)), ("down", (12.0, 0.0, 0.0)),
)  # fmt: skip
_GAZES = (
    ("eyes closed", expression(eyeBlink=1.0)),
    ("looks left", expression(eyeLookOutRight=0.8, eyeLookInLeft=0.8)),
    ("looks right", expression(eyeLookOutLeft=0.8, eyeLookInRight=0.8)),
)


@dataclass(frozen=True, kw_only=True)
class Pose:
    """What a picture of the test shows: expression, head angles (pitch down, yaw, roll; degrees), and the tongue's tip."""

    caption: str
    expression_52: F64 = field(default_factory=lambda: np.zeros(ARKIT_COUNT))
    angles_deg: tuple[float, float, float] = (0.0, 0.0, 0.0)
    tongue: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Take:
    """One picture with its caption."""

    caption: str
    picture_HW3: U8


@dataclass(frozen=True, kw_only=True)
class ScreenTest:
    """`photo` as it is and `neutral` without its own expression; then seven `emotions` at full, the mouth in `sounds`, and
    `moves`: turns of the head, lids and eyes."""

    photo: Take
    neutral: Take
    emotions: tuple[Take, ...]
    sounds: tuple[Take, ...]
    moves: tuple[Take, ...]


def emotions() -> tuple[Pose, ...]:
    """The seven emotions at full intensity on a silent face."""
    return tuple(
        Pose(caption=name, expression_52=np.asarray(SILENT_E52[i], np.float64), angles_deg=_degrees(POSTURE_E3[i]))
        for i, name in enumerate(EMOTIONS)
        if i
    )


def sounds() -> tuple[Pose, ...]:
    """Every sound at its target."""
    return tuple(_sound(phone, word) for phone, word in SOUNDS)


def moves() -> tuple[Pose, ...]:
    """Turns to each side, up and down; eyes closed and looking aside."""
    turned = (Pose(caption=caption, angles_deg=angles_deg) for caption, angles_deg in _TURNS)
    return (*turned, *(Pose(caption=caption, expression_52=np.asarray(e_52, np.float64)) for caption, e_52 in _GAZES))


def shoot(portrait: Portrait, *, size_px: int = SIZE_PX, device: str = "cpu") -> ScreenTest:
    """Draw the test of a portrait."""
    renderer = PhotoRenderer(portrait, load_head(), size_px=(size_px, size_px), shot="close", quality="standard", device=device)
    backing = renderer.backing
    landmarks_L2 = backing.plate.landmarks_L2[:468] + np.array([backing.left, backing.top])
    face, mouth = _boxes(landmarks_L2, size_px)
    groups = ((Pose(caption="neutral"),), emotions(), sounds(), moves())
    frames = iter(renderer.render(track([pose for group in groups for pose in group])))
    neutral, felt, spoken, moved = (
        tuple(Take(caption=pose.caption, picture_HW3=_cut(next(frames), box)) for pose in group)
        for group, box in zip(groups, (face, face, mouth, face), strict=True)
    )
    photo = Take(caption="the photo", picture_HW3=_cut(backing.still_HW3, face))
    return ScreenTest(photo=photo, neutral=neutral[0], emotions=felt, sounds=spoken, moves=moved)


def track(poses: Sequence[Pose]) -> MotionTrack:
    """A motion with one frame for each pose."""
    zero_T = np.zeros(len(poses), np.float32)
    return MotionTrack(
        expression_T52=np.stack([pose.expression_52 for pose in poses]).astype(np.float32),
        rotation_T3=np.radians([pose.angles_deg for pose in poses]).astype(np.float32),
        shift_T2=np.zeros((len(poses), 2), np.float32),
        scale_T=zero_T + 1,
        tongue_T=np.array([pose.tongue for pose in poses], np.float32),
        breath_T=zero_T,
        fps=Fraction(25),
    )


def _sound(phone: str, word: str) -> Pose:
    segment = segments(phone)[0]
    wanted_7 = target(segment)[: len(CHANNELS)]
    touch = Contacts(
        seal_T=np.array([float(segment.place == "bilabial" and segment.closed)]),
        teeth_T=np.array([float(segment.place == "labiodental")]),
    )
    letters = _LETTERS.get(phone, phone)
    return Pose(
        caption=f"{letters}   {word}", expression_52=speech_expression(wanted_7[None], touch)[0], tongue=float(wanted_7[TONGUE])
    )


def _degrees(angles_3: NDArray[np.floating[Any]]) -> tuple[float, float, float]:
    pitch, yaw, roll = (float(v) for v in np.degrees(angles_3))
    return pitch, yaw, roll


def _boxes(landmarks_L2: F64, size_px: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Windows on the film: the head, upright 4 to 5, and the lower face, 4 to 3."""
    middle_2 = (landmarks_L2[FOREHEAD] + landmarks_L2[CHIN]) / 2
    height = float(np.linalg.norm(landmarks_L2[FOREHEAD] - landmarks_L2[CHIN]))
    mouth_2 = landmarks_L2[[NOSE_TIP, CHIN]].mean(0)
    face_4 = _box(middle_2 - [0, 0.16 * height], (1.52 * height, 1.9 * height), size_px)
    return face_4, _box(mouth_2, (0.76 * height, 0.57 * height), size_px)


def _box(middle_2: F64, sides_px: tuple[float, float], size_px: int) -> tuple[int, ...]:
    """A window (left, top, right, bottom) that is moved into the film."""
    sides_2 = np.minimum(np.round(sides_px), size_px)
    low_2 = np.clip(np.round(middle_2 - sides_2 / 2), 0, size_px - sides_2)
    return tuple(int(v) for v in (*low_2, *(low_2 + sides_2)))


def _cut(frame_HW3: U8, box_4: tuple[int, ...]) -> U8:
    left, top, right, bottom = box_4
    return np.ascontiguousarray(frame_HW3[top:bottom, left:right])
