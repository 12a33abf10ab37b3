"""What a key asks for, apart from when: read from a checked scene, and written as an item of a list or as a cue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from emostage.core.emotion import EMOTIONS
from emostage.core.keyframes import Easing
from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.refs import KeyRef
from emostage.editing.scalars import number, quoted, seconds, written
from emostage.scene.model import EmotionKey, GazeKey, HeadKey

_PLAIN_EASE = "in-out"


@dataclass(frozen=True, kw_only=True)
class Feeling:
    """A mix of the eight emotions, or a `prompt` that is played with a `strength`; `over_s` as `scene.model.EmotionKey`."""

    weights_8: tuple[float, ...]
    prompt: str | None = None
    strength: float = 1.0
    over_s: float | None = None
    ease: str = _PLAIN_EASE


@dataclass(frozen=True, kw_only=True)
class Look:
    """A place to look at: `camera`, a person, or (yaw, pitch) in degrees."""

    target: str | tuple[float, float]
    ease: str = _PLAIN_EASE


@dataclass(frozen=True, kw_only=True)
class Move:
    """A gesture, or (yaw, pitch, roll) of the head in degrees."""

    do: str | tuple[float, float, float]
    ease: str = _PLAIN_EASE


Content = Feeling | Look | Move


def content_of(document: Document, ref: KeyRef) -> Content:
    """What a key asks for. Raises EditError E145 while the scene has errors, and for a key that is not there."""
    script = document.checked.script
    if script is None:
        raise EditError.of("E145", "the scene has errors; mend them first", "they are listed beside the timeline")
    keys: Sequence[EmotionKey | GazeKey | HeadKey] = ()
    if 0 <= ref.line < len(script.lines):
        line = script.lines[ref.line]
        keys = line.emotion if ref.track == "emotion" else line.gaze if ref.track == "gaze" else line.head
    if not 0 <= ref.number < len(keys):
        raise EditError.of("E145", "there is no such key", "choose a key of the timeline")
    key = keys[ref.number]
    ease = easing_text(key.ease)
    if isinstance(key, EmotionKey):
        return Feeling(weights_8=key.weights_8, prompt=key.prompt, strength=key.strength, over_s=key.over_s, ease=ease)
    if isinstance(key, GazeKey):
        return Look(target=key.target, ease=ease)
    return Move(do=key.do or key.angles_deg or (0.0, 0.0, 0.0), ease=ease)


def easing_text(ease: Easing) -> str:
    """An easing as scenes write it."""
    control = ", ".join(number(x) for x in ease.control or ())
    return f"cubic-bezier({control})" if ease.name == "cubic-bezier" else ease.name


def as_pairs(content: Content) -> tuple[tuple[str, str], ...]:
    """Keys and values, in YAML, of an item of a list, without its time."""
    if isinstance(content, Feeling):
        over = () if content.over_s is None else (("over", seconds(content.over_s)),)
        pairs = (*_felt(content), *over)
    elif isinstance(content, Look):
        pairs = (("look", _target(content.target)),)
    else:
        pairs = (("do", _target(content.do)),)
    return pairs if content.ease == _PLAIN_EASE else (*pairs, ("ease", written(content.ease, flow=True)))


def as_cue(content: Content) -> str:
    """The cue that asks for the same; how a key is eased into cannot be said in a cue."""
    if isinstance(content, Look):
        return f"[look {content.target if isinstance(content.target, str) else _numbers(content.target, ' ')}]"
    if isinstance(content, Move):
        assert isinstance(content.do, str)
        return f"[{content.do}]"
    over = "" if content.over_s is None else f" over {seconds(content.over_s)}"
    if content.prompt is not None:
        strength = "" if content.strength == 1.0 else f" {number(content.strength)}"
        return f'[like "{content.prompt}"{strength}{over}]'
    return f"[{mix_text(content.weights_8)}{over}]"


def can_be_cue(content: Content) -> bool:
    """Whether a cue can ask for it."""
    if isinstance(content, Move):
        return isinstance(content.do, str)
    return content.ease == _PLAIN_EASE and not (isinstance(content, Feeling) and content.prompt and '"' in content.prompt)


def named(weights_8: Sequence[float]) -> dict[str, float]:
    """The emotions of a mix with their weights, `neutral` where there is nothing else."""
    felt = {name: round(float(w), 3) for name, w in zip(EMOTIONS, weights_8, strict=True) if name != "neutral" and w >= 5e-4}
    return felt or {"neutral": 1.0}


def mix_text(weights_8: Sequence[float]) -> str:
    """A mix as text: `sad 0.3, afraid 0.2`."""
    return ", ".join(f"{name} {number(weight)}" for name, weight in named(weights_8).items())


def _felt(feeling: Feeling) -> tuple[tuple[str, str], ...]:
    if feeling.prompt is None:
        return tuple((name, number(weight)) for name, weight in named(feeling.weights_8).items())
    strength = () if feeling.strength == 1.0 else (("strength", number(feeling.strength)),)
    return (("like", quoted(feeling.prompt)), *strength)


def _target(target: str | tuple[float, ...]) -> str:
    return written(target, flow=True) if isinstance(target, str) else f"[{_numbers(target, ', ')}]"


def _numbers(values: Sequence[float], between: str) -> str:
    return between.join(number(value) for value in values)
