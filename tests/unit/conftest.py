"""Somebody of whom more is known than one photo tells: the astronaut, and films in which she is drawn by the photo renderer."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_COUNT, expression
from emostage.core.tracks import MotionTrack, Portrait
from emostage.face.head import load_head
from emostage.face.personal import PersonalFace, personal_face, with_actions
from emostage.face.portrait import read_portrait
from emostage.face.sitter import sitter
from emostage.portrait.personal import Person
from emostage.portrait.photo import PhotoRenderer
from emostage.training.footage.store import packed
from emostage.training.tracked.store import RATE_HZ, Take

SIDE = 192
"""Of the films' pictures."""


@dataclass(frozen=True)
class Sitting:
    """A portrait, and the face of its person, as far as the portrait tells it."""

    portrait: Portrait
    face: PersonalFace

    def renderer(self, person: Person | None = None, strength: float = 1.0, **more: object) -> PhotoRenderer:
        """What draws the person, who may be known better."""
        head = load_head()
        known = None if person is None else person.in_picture(self.portrait, head, strength)
        return PhotoRenderer(self.portrait, head, size_px=(SIDE, SIDE), known=known, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def sitting() -> Sitting:
    """The astronaut."""
    torch.set_num_threads(1)
    head = load_head()
    portrait, _ = read_portrait("sample/astronaut", crop_px=256, head=head)
    seen_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    rows, columns = portrait.picture_HW3.shape[:2]
    person = sitter(head, np.repeat(seen_L2[None], 3, 0), (columns, rows))
    return Sitting(portrait, personal_face(person, seen_L2))


def doing(*expressions: np.ndarray, rotation_deg: np.ndarray | None = None, **tracks: np.ndarray) -> MotionTrack:
    """A motion of these expressions."""
    zero_T = np.zeros(len(expressions), np.float32)
    turned = np.zeros((len(expressions), 3)) if rotation_deg is None else np.radians(rotation_deg)
    rest = {"shift_T2": np.zeros((len(zero_T), 2)), "scale_T": zero_T + 1, "tongue_T": zero_T, "breath_T": zero_T}
    moves = {"expression_T52": np.stack(expressions), "rotation_T3": turned, **rest, **tracks}
    return MotionTrack(**{name: np.asarray(move, np.float32) for name, move in moves.items()}, fps=Fraction(25))


def speaking(count: int, seed: int = 0) -> MotionTrack:
    """Somebody who opens the mouth, smiles, purses the lips and raises the brows, each at its own pace; at first at rest."""
    rng = np.random.default_rng(seed)
    names = {"jawOpen": 0.45, "mouthSmile": 0.5, "mouthPucker": 0.5, "browInnerUp": 0.6, "mouthUpperUp": 0.4}
    frames_T, pace_X = np.arange(count), rng.uniform(0.15, 0.5, len(names))
    weights_TX = 0.5 - 0.5 * np.cos(frames_T[:, None] * pace_X)
    shown = [expression(**{n: w * most for (n, most), w in zip(names.items(), row_X, strict=True)}) for row_X in weights_TX]
    return doing(*shown)


def landmarks_of(renderer: PhotoRenderer, motion: MotionTrack) -> np.ndarray:
    """Where the landmarks (T, 478, 2) lie in the frames that are drawn; irises stay between the corners of the eyes."""
    with torch.inference_mode():
        points_TV2 = renderer.painter.rig.at(motion, 0, len(motion)).points_BV2.numpy().astype(np.float64)
    plate = renderer.backing.plate
    moved_TE2 = (points_TV2[:, [33, 133, 362, 263]] - plate.landmarks_L2[[33, 133, 362, 263]]).reshape(-1, 2, 2, 2).mean(2)
    irises_TI2 = plate.landmarks_L2[468:478] + np.repeat(moved_TE2, 5, 1)
    corner_2 = np.array([renderer.backing.left, renderer.backing.top], np.float64)
    found_TL2: np.ndarray = np.concatenate([points_TV2[:, :468], irises_TI2], 1) + corner_2
    return found_TL2


def filmed(renderer: PhotoRenderer, motion: MotionTrack, name: str = "me.mp4#0000", *, seen: bool = True, hz: int = 220) -> Take:
    """The take of what is drawn, or, where it is not to be seen, of grey pictures; it hums."""
    grey = np.full((SIDE, SIDE, 3), 128, np.uint8)
    count = len(motion)
    pictures = [packed(frame) for frame in renderer.render(motion)] if seen else [packed(grey)] * count
    times_S = np.arange(count * RATE_HZ // 25) / RATE_HZ
    return Take(
        name=name,
        source=name.partition("#")[0],
        first_s=0.0,
        pictures=pictures,
        size_px=(SIDE, SIDE),
        landmarks_TL2=landmarks_of(renderer, motion).astype(np.float32),
        seen_T=np.ones(count, bool),
        samples_S=(8000 * np.sin(2 * np.pi * hz * times_S)).astype(np.int16) if hz else None,
    )


@dataclass(frozen=True)
class Films:
    """Makes films."""

    doing: Callable[..., MotionTrack] = staticmethod(doing)
    speaking: Callable[..., MotionTrack] = staticmethod(speaking)
    landmarks: Callable[..., np.ndarray] = staticmethod(landmarks_of)
    take: Callable[..., Take] = staticmethod(filmed)


@pytest.fixture(scope="session")
def films() -> Films:
    return Films()


def particular(face: PersonalFace) -> np.ndarray:
    """Actions (52, N, 3) of somebody whose mouth opens crookedly and whose smile goes up further on one side."""
    rest_N3 = face.rest_N3
    width = float(np.linalg.norm(rest_N3[454] - rest_N3[234]))
    near_N1 = np.exp(-(((rest_N3 - rest_N3[[13, 14]].mean(0)) / (0.25 * width)) ** 2).sum(1))[:, None]
    actions_52N3 = np.zeros((ARKIT_COUNT, len(rest_N3), 3))
    for name, way in {"jawOpen": (0.05, 0.06, 0), "mouthSmile": (0.03, -0.05, 0), "mouthPucker": (0.0, 0.05, 0)}.items():
        for action in np.flatnonzero(expression(**{name: 1.0})):
            actions_52N3[action] = width * near_N1 * np.array(way)
    return actions_52N3


@pytest.fixture(scope="session")
def own_face(sitting: Sitting, own_way: np.ndarray) -> PersonalFace:
    """The astronaut with actions of her own, all of which were seen."""
    return with_actions(sitting.face, own_way, np.ones(ARKIT_COUNT))


@pytest.fixture(scope="session")
def own_way(sitting: Sitting) -> np.ndarray:
    """Actions that are the astronaut's own."""
    return particular(sitting.face)
