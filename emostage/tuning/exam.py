"""Before and after: what engines make of the held-out footage of a person, beside what was really there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from emostage.core.identity import Adapter
from emostage.core.plugins import PAINTERS, load
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.person.hearing import Following, following
from emostage.evaluate.person.resemblance import Real, Resemblance
from emostage.evaluate.person.shows import Draws, Sat, Shows, measured, painted, photographed, reenacted
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.motion.diffuse import StagePerformer
from emostage.portrait.personal import Person
from emostage.training.person.reading import Reading
from emostage.tuning.studied import Studied

MOST_FRAMES = 100
"""Frames that are looked at: the first of every held-out take until there are so many."""
LEAST_FRAMES = 12
STAGE = "stage"
"""The engine that moves the photo."""
_STEPS = 1


@dataclass(frozen=True, kw_only=True)
class Gain:
    """How like an engine's frames are to the real ones without the identity and with it."""

    before: Resemblance
    after: Resemblance

    @property
    def helps(self) -> bool:
        """Whether the mouth is nearer to where it should be, and looks no less like itself."""
        return self.after.mouth < self.before.mouth and self.after.mouth_ssim >= self.before.mouth_ssim

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a card."""
        less = 1.0 - self.after.mouth / self.before.mouth
        return {
            "before": self.before.as_dict(),
            "after": self.after.as_dict(),
            "mouth_error_less_percent": round(100 * less, 1),
        }


@dataclass(frozen=True, kw_only=True, eq=False)
class Exam:
    """The held-out takes, ready to be compared with."""

    studied: Studied
    readings: tuple[Reading, ...]
    real: tuple[Real, ...]
    tracker: Tracker
    _known: dict[str, Resemblance] = field(default_factory=dict)

    def before(self, engine: str) -> Resemblance:
        """What an engine does without the identity."""
        if engine not in self._known:
            self._known[engine] = self.of(self.shows(engine))
        return self._known[engine]

    def of(self, shows: Shows) -> Resemblance:
        """The figures of what is shown."""
        return measured(shows, self.readings, self.real)

    def gain(self, engine: str, person: Person | None, adapter: Adapter | None = None) -> Gain:
        """What an identity makes of an engine."""
        return Gain(before=self.before(engine), after=self.of(self.shows(engine, person, adapter)))

    def shows(self, engine: str, person: Person | None = None, adapter: Adapter | None = None) -> Shows:
        """An engine, as the identity makes it, given what the person did."""
        return reenacted(self._sat, self._draws(engine, person, adapter))

    def following(
        self, engine: str, manner: Adapter | None = None, person: Person | None = None, adapter: Adapter | None = None
    ) -> Following:
        """How well the mouths of an engine, as the identity makes it, follow the held-out sounds alone."""
        return following(StagePerformer(manner=manner), self._draws(engine, person, adapter), self.readings, self.tracker)

    @property
    def _sat(self) -> Sat:
        assert self.studied.sat is not None
        return self.studied.sat

    def _draws(self, engine: str, person: Person | None, adapter: Adapter | None) -> Draws:
        if engine == STAGE:
            return photographed(self._sat, person)
        return painted(self._sat, painter_of(engine, adapter), person)


@contextmanager
def exam(studied: Studied) -> Iterator[Exam | None]:
    """The exam of what is held out; None where nothing that moves is."""
    readings = tuple(_some(studied))
    if not readings:
        yield None
        return
    recogniser = Recogniser.of()
    with FaceMeshTracker(max_faces=2) as tracker:
        real = tuple(Real(reading.take, tracker, recogniser) for reading in readings)
        yield Exam(studied=studied, readings=readings, real=real, tracker=tracker)


def _some(studied: Studied) -> Iterator[Reading]:
    left = MOST_FRAMES
    for reading in studied.held:
        count = min(left, len(reading.take))
        if count >= LEAST_FRAMES:
            yield reading.part(0, count)
            left -= count


def painter_of(engine: str, adapter: Adapter | None) -> Any:
    """A painter, adapted or not. Raises UsageError E090, AssetError E131, E133, E136."""
    given: Mapping[str, Any] = {} if adapter is None else {"adapter": adapter}
    return load(PAINTERS, engine)(steps=_STEPS, device="cpu", **given)
