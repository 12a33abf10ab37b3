"""What lines describe in free words, read by the Emotion Intensity Block when a film is planned.

W034 a description that says nothing of a feeling: the face stays neutral.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from emostage.core.errors import Diagnostic, EmostageError
from emostage.nets.emotalker.reading import SURE
from emostage.scene.model import EmotionKey, Line
from emostage.studio.keys import Clock
from emostage.studio.plan import Described
from emostage.studio.stages import Stages

_LEAST = 0.03
"""Weaker strengths are the block's noise."""


@dataclass(frozen=True, kw_only=True)
class Understood:
    """A line whose prompts have become emotion weights, and what is odd about them."""

    line: Line
    findings: tuple[Diagnostic, ...]


def understood(line: Line, stages: Stages) -> Understood:
    """The line with `weights_8` in the keys that have a prompt. Raises AssetError E131, E133 or E134, with the place of the first,
    when nothing can read them."""
    asked = [key for key in line.emotion if key.prompt is not None]
    if not asked:
        return Understood(line=line, findings=())
    try:
        read = stages.understand([key.prompt or "" for key in asked])
    except EmostageError as error:
        raise error.at(asked[0].place) from error
    meant = {id(key): _strengthened(weights_8, key.strength) for key, (weights_8, _) in zip(asked, read, strict=True)}
    keys = tuple(replace(key, weights_8=meant[id(key)]) if id(key) in meant else key for key in line.emotion)
    findings = tuple(_unclear(key) for key, (_, sure) in zip(asked, read, strict=True) if sure < SURE)
    return Understood(line=replace(line, emotion=keys), findings=findings)


def described(line: Line, clock: Clock) -> tuple[Described, ...]:
    """The prompts of a line that was understood, in clip time."""
    return tuple(
        Described(at_s=at_s, prompt=key.prompt, strength=key.strength, weights_8=key.weights_8)
        for key, at_s in zip(line.emotion, clock.clip_times(line.emotion), strict=True)
        if key.prompt is not None
    )


def _strengthened(weights_8: Sequence[float], strength: float) -> tuple[float, ...]:
    """Weights at a strength, neutral being the rest. They are rounded, so that no machine's last bit makes a film anew."""
    felt = [round(weight * strength, 2) if weight >= _LEAST else 0.0 for weight in weights_8[1:]]
    return (round(max(0.0, 1.0 - sum(felt)), 2), *felt)


def _unclear(key: EmotionKey) -> Diagnostic:
    return Diagnostic(
        code="W034",
        message=f"'{key.prompt}' says nothing of a feeling",
        hint='describe one, such as like: "a little sad", or name it: emotion: sad 0.3',
        place=key.place,
    )
