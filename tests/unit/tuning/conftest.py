"""People who were filmed and studied, drawn and tracked here; what is asked for, and somebody who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.errors import Diagnostic
from emostage.core.identity import Consent
from emostage.core.tracks import MotionTrack
from emostage.evaluate.person.resemblance import Resemblance
from emostage.evaluate.person.shows import Sat
from emostage.face.film import read_face
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.face.track import FaceMeshTracker
from emostage.portrait.photo import PhotoRenderer
from emostage.training.fit import Terms
from emostage.training.footage.store import packed
from emostage.training.person.reading import read
from emostage.training.tracked.split import Split
from emostage.training.tracked.store import Take
from emostage.tuning.bench import Bench
from emostage.tuning.clock import Clock
from emostage.tuning.exam import Exam, Gain
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
def tracked_film(tracker: FaceMeshTracker) -> Take:
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
def tracked(tracked_film: Take) -> Studied:
    """What is known of the person of the film."""
    takes = Split(train=(tracked_film.part(0, FRAMES - HELD),), held=(tracked_film.part(FRAMES - HELD, FRAMES),))
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
def short_order(tmp_path: Path) -> Order:
    """A short one."""
    (tmp_path / "ada" / "work" / "learnt").mkdir(parents=True)
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


@dataclass
class Ear:
    """Hears everything."""

    begun: list[str] = field(default_factory=list)
    steps: list[tuple[int, int]] = field(default_factory=list)
    found: list[str] = field(default_factory=list)
    warned: list[Diagnostic] = field(default_factory=list)

    def begins(self, what: str) -> None:
        self.begun.append(what)

    def goes_on(self, done: int, of: int) -> None:
        self.steps.append((done, of))

    def finds(self, what: str) -> None:
        self.found.append(what)

    def warns(self, diagnostic: Diagnostic) -> None:
        self.warned.append(diagnostic)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture(scope="session")
def studied(sitting, films) -> Studied:
    """The astronaut in 28 frames that are trained on and 16 that are held out."""
    head = load_head()
    whole = films.take(sitting.renderer(), films.speaking(44))
    takes = Split(train=(whole.part(0, 28),), held=(whole.part(28, 44),))
    reading = read(sitting.face, whole, head)
    train, held = (replace(reading.part(a, b), take=take) for a, b, take in ((0, 28, takes.train[0]), (28, 44, takes.held[0])))
    return Studied(
        head=head,
        takes=takes,
        face=sitting.face,
        train=(train,),
        held=(held,),
        portrait=sitting.portrait,
        portrait_take=takes.train[0],
        number=0,
        sat=Sat(portrait=sitting.portrait, hold=train.hold(0), size_px=(64, 64), head=head),
        about={"sources": [{"file": "me.mp4"}], "film_s": 1.8},
    )


@pytest.fixture
def order(tmp_path: Path) -> Order:
    return Order(
        given=(tmp_path / "me.mp4",),
        name="ada",
        folder=tmp_path / "ada",
        consent=Consent(text="Ada Lovelace, by letter", given="2025-03-01"),
        terms=Terms(accelerator="cpu", devices=1),
        command="emostage finetune me.mp4",
    )


def seen(mouth: float, ssim: float = 0.9) -> Resemblance:
    """Figures whose mouths are so far off and so much alike."""
    return Resemblance(
        frames=9,
        psnr_db=30.0,
        ssim=0.9,
        mouth_psnr_db=25.0,
        mouth_ssim=ssim,
        face=1.0,
        mouth=mouth,
        eyes=1.0,
        opening=0.9,
        identity=0.8,
    )


@dataclass
class Judge:
    """An exam that finds what it is told to."""

    after: float = 1.0
    asked: list[tuple[Any, ...]] = field(default_factory=list)

    def gain(self, *asked: Any) -> Gain:
        self.asked.append(asked)
        return Gain(before=seen(2.0), after=seen(self.after))


@pytest.fixture
def bench_of(order: Order, studied: Studied, ear: Ear) -> Callable[..., Bench]:
    """Benches with changes to what was asked for, studied or found."""

    def make(exam: Exam | Judge | None = None, known: Studied = studied, **changes: Any) -> Bench:
        asked = replace(order, **changes)
        (asked.folder / "work" / "learnt").mkdir(parents=True, exist_ok=True)
        return Bench(order=asked, studied=known, exam=exam, listen=ear, clock=Clock(minutes=asked.minutes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def judge() -> type[Judge]:
    return Judge


@pytest.fixture
def figures() -> Callable[..., Resemblance]:
    return seen
