"""A film of somebody, drawn and tracked here, and what goes with the tuning of an identity."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.errors import Diagnostic
from emostage.core.identity import Consent
from emostage.core.tracks import MotionTrack
from emostage.face.film import read_face
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.face.track import FaceMeshTracker
from emostage.portrait.photo import PhotoRenderer
from emostage.training.fit import Terms
from emostage.training.footage.store import packed
from emostage.training.person.split import Split
from emostage.training.person.store import Take
from emostage.tuning.order import Order
from emostage.tuning.studied import Studied, of_takes

FRAMES, HELD = 26, 13
"""Of the film, and of those the last that are held out."""
SIDE = 160


def talking(count: int) -> MotionTrack:
    """Somebody who opens and shuts the mouth, and turns a little."""
    jaw_T = 0.6 * np.abs(np.sin(np.linspace(0, 2.2 * np.pi, count)))
    zero_T = np.zeros(count, np.float32)
    turn_T3 = np.zeros((count, 3), np.float32)
    turn_T3[:, 1] = 0.08 * np.sin(np.linspace(0, 2 * np.pi, count))
    return MotionTrack(
        expression_T52=(jaw_T[:, None] * expression(jawOpen=1.0)).astype(np.float32),
        rotation_T3=turn_T3,
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=zero_T + 1,
        tongue_T=zero_T,
        breath_T=zero_T,
        fps=Fraction(25),
    )


@pytest.fixture(scope="session")
def tracker():
    with FaceMeshTracker(max_faces=2) as mesh:
        yield mesh


@pytest.fixture(scope="session")
def film(tracker: FaceMeshTracker) -> Take:
    """The film, tracked."""
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    renderer = PhotoRenderer(portrait, load_head(), size_px=(SIDE, SIDE), shot="close", quality="standard")
    frames = [frame.copy() for frame in renderer.render(talking(FRAMES))]
    near_L2 = tracker.faces(frames[0])[0]
    return Take(
        name="me.mp4#000000",
        source="me.mp4",
        first_s=0.0,
        pictures=[packed(frame) for frame in frames],
        size_px=(SIDE, SIDE),
        landmarks_TL2=np.stack([read_face(tracker, frame, near_L2) for frame in frames]).astype(np.float32),
        seen_T=np.ones(FRAMES, bool),
    )


@pytest.fixture(scope="session")
def studied(film: Take) -> Studied:
    """What is known of the person of the film."""
    takes = Split(train=(film.part(0, FRAMES - HELD),), held=(film.part(FRAMES - HELD, FRAMES),))
    return of_takes(takes, {"sources": "made in a test"})


@pytest.fixture(scope="session")
def photographed() -> Studied:
    """What is known of somebody of whom there is a photo."""
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    rows, columns = portrait.picture_HW3.shape[:2]
    take = Take(
        name="me.png#000000",
        source="me.png",
        first_s=0.0,
        pictures=[packed(portrait.picture_HW3)],
        size_px=(columns, rows),
        landmarks_TL2=portrait.crop.to_picture(portrait.landmarks_L2)[None].astype(np.float32),
        seen_T=np.ones(1, bool),
    )
    return of_takes(Split(train=(take,), held=()), {"sources": "made in a test"})


class Hearing:
    """Hears how a tuning goes."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.done: list[tuple[int, int]] = []
        self.found: list[str] = []
        self.warned: list[Diagnostic] = []

    def begins(self, what: str) -> None:
        self.begun.append(what)

    def goes_on(self, done: int, of: int) -> None:
        self.done.append((done, of))

    def finds(self, what: str) -> None:
        self.found.append(what)

    def warns(self, diagnostic: Diagnostic) -> None:
        self.warned.append(diagnostic)


@pytest.fixture
def hearing() -> Hearing:
    return Hearing()


@pytest.fixture
def order(tmp_path: Path) -> Order:
    """A short one."""
    (tmp_path / "ada").mkdir()
    return Order(
        given=(Path("me.mp4"),),
        name="ada",
        folder=tmp_path / "ada",
        consent=Consent(text="made in a test", given="2026-11-30"),
        minutes=5.0,
        steps=4,
        rank=2,
        terms=Terms(accelerator="cpu", devices=1),
    )
