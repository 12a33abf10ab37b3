"""A person who was filmed and studied, what is asked for, and somebody who listens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from emostage.core.errors import Diagnostic
from emostage.core.identity import Consent
from emostage.evaluate.person.resemblance import Resemblance
from emostage.evaluate.person.shows import Sat
from emostage.face.head import load_head
from emostage.training.fit import Terms
from emostage.training.person.reading import read
from emostage.training.person.split import Split
from emostage.tuning.bench import Bench
from emostage.tuning.clock import Clock
from emostage.tuning.exam import Exam, Gain
from emostage.tuning.order import Order
from emostage.tuning.studied import Studied


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
        (asked.folder / "work").mkdir(parents=True, exist_ok=True)
        return Bench(order=asked, studied=known, exam=exam, listen=ear, clock=Clock(minutes=asked.minutes))  # type: ignore[arg-type]

    return make


@pytest.fixture
def judge() -> type[Judge]:
    return Judge


@pytest.fixture
def figures() -> Callable[..., Resemblance]:
    return seen
