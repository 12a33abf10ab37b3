"""An engine examined without drawing: a long take, three languages, the visemes that are seen, and what a seed changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from emostage.core.tracks import AudioClip, SpeechTake
from emostage.evaluate.endurance import Endurance, endure_apart
from emostage.evaluate.examinee import Examinee
from emostage.evaluate.fluency import Fluency, Rendition, fluency
from emostage.evaluate.recital import Recited, recital
from emostage.evaluate.seeds import Seeds, seeds
from emostage.evaluate.soundclip import sound_clip
from emostage.evaluate.visemes import Visemes, visemes
from emostage.studio.stages import Performer, Stages

_LEAD_S = 0.3
_SEED = 1


@dataclass(frozen=True, kw_only=True)
class Lips:
    """How an engine speaks: each language, and the visemes of all of them."""

    languages: tuple[Fluency, ...]
    visemes: Visemes


@dataclass(frozen=True, kw_only=True)
class EngineExam:
    """What was found of an engine. `heard` are lips from the sound alone, `known` those of lines whose phones are known."""

    name: str
    endurance: Endurance
    heard: Lips
    known: Lips
    seeds: Seeds

    @property
    def holds(self) -> dict[str, bool]:
        """What must hold of an engine, and whether it does."""
        return self.endurance.holds | self.seeds.holds

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {**asdict(self), "holds": self.holds}


def examine(
    engine: Examinee,
    stages: Stages,
    *,
    minutes: float,
    texts: Sequence[Recited] | None = None,
    endured: Callable[[Examinee, AudioClip, float], Endurance] = endure_apart,
) -> EngineExam:
    """Examine an engine on a take of so many `minutes` and on `texts`, by default those of `recital`.

    Raises AssetError E131, E133 for its nets, and what `Stages.performer` and speaking raise.
    """
    texts = recital() if texts is None else texts
    performer = engine.performer(stages)
    first = texts[0].take
    clip = sound_clip(SpeechTake(audio=first.audio), stages.features(first.audio), stages, at_s=_LEAD_S)
    return EngineExam(
        name=engine.name,
        endurance=endured(engine, first.audio, 60.0 * minutes),
        heard=lips([_spoken(text, stages, performer, phones=False) for text in texts]),
        known=lips([_spoken(text, stages, performer, phones=True) for text in texts]),
        seeds=seeds(performer, clip),
    )


def lips(spoken: Sequence[Rendition]) -> Lips:
    """The figures of performed texts."""
    languages = dict.fromkeys(each.recited.language for each in spoken)
    return Lips(
        languages=tuple(fluency(name, [each for each in spoken if each.recited.language == name]) for name in languages),
        visemes=visemes(spoken),
    )


def _spoken(text: Recited, stages: Stages, performer: Performer, *, phones: bool) -> Rendition:
    features = stages.features(text.take.audio)
    take = text.take if phones else SpeechTake(audio=text.take.audio)
    motion = performer.perform(sound_clip(take, features, stages, at_s=_LEAD_S), seed=_SEED)
    return Rendition(recited=text, features=features, motion=motion, at_s=_LEAD_S)
