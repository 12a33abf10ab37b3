"""A scene as checked, frozen data: what the script says, with every default filled in and every name resolved.

Times stay symbolic (`TimeRef`) until the speech of the line exists; `scene.times.resolve` turns them into seconds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Literal

from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import Place
from emostage.core.keyframes import Easing

AnchorKind = Literal["start", "end", "word", "seconds", "percent", "frames", "previous"]


@dataclass(frozen=True, kw_only=True)
class TimeRef:
    """A time of a line. `value` is the word's index in the line's words, seconds (negative: from the end), percent or frames;
    `offset_s` is added. `previous` counts from the key before."""

    kind: AnchorKind
    value: float = 0.0
    offset_s: float = 0.0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class EmotionKey:
    """Reach the mix `weights_8` at `at`. With `over_s` the change begins that long before `at` at the earliest.
    `prompt` (with `strength`) asks the Emotion Intensity Block instead of `weights_8`."""

    at: TimeRef
    weights_8: tuple[float, ...]
    ease: Easing = Easing()
    over_s: float | None = None
    prompt: str | None = None
    strength: float = 1.0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class GazeKey:
    """Look at the camera, at a cast member, or at (yaw to the viewer's right, pitch up) in degrees from `at` on."""

    at: TimeRef
    target: str | tuple[float, float]
    ease: Easing = Easing()
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class HeadKey:
    """Do a gesture at `at`, or hold the head at (yaw to the viewer's right, pitch up, roll clockwise) in degrees from `at` on."""

    at: TimeRef
    do: Literal["nod", "shake", "tilt"] | None = None
    angles_deg: tuple[float, float, float] | None = None
    ease: Easing = Easing()
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Prosody:
    """How a voice is bent: rate factor, pitch in semitones, volume in dB."""

    rate: float = 1.0
    pitch_st: float = 0.0
    volume_db: float = 0.0


@dataclass(frozen=True, kw_only=True)
class IdentityRef:
    """The identity that was tuned on a person: the folder of its adapter, and the share of what it learnt, 0 (nothing) to 1.5."""

    path: Path
    strength: float = 1.0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class CastMember:
    """A person of the film. `portrait` is a path or `sample/NAME`; `face` chooses among several faces: 1-based from the
    largest, or the picture point nearest to it; `framing` how near the camera is; `mood_8` is the resting emotion."""

    name: str
    portrait: Path | str
    face: int | tuple[float, float] | None = None
    framing: Literal["whole", "bust", "close"] = "whole"
    voice: str = "espeak/en-us"
    mood_8: tuple[float, ...] = NEUTRAL_8
    liveliness: float = 1.0
    identity: IdentityRef | None = None
    prosody: Prosody = Prosody()
    place: Place | None = None


SourceKind = Literal["audio", "picture", "film", "motion"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """What a line's feeling is taken from: its own recording (`audio`), the face in a picture, or the performance in a film or a
    motion file; `strength` is the share of it against the mood."""

    kind: SourceKind
    file: Path | None = None
    strength: float = 1.0
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Take:
    """A recorded performance of a line: the motion file, from its second `start_s` on. It moves the `lips` as well, or leaves
    them to the speech; `gain` strengthens it; with `fit` it is played faster or slower so that it lasts as long as the speech."""

    file: Path
    lips: Literal["keep", "speech"]
    start_s: float = 0.0
    gain: float = 1.0
    fit: bool = False
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line or silent beat of a shot.

    `text` is the spoken text without cues (None for a beat or a recording without transcript), `words` its tokens;
    `pauses` are (word index, seconds) of silence before a word (index = number of words: after the last). `audio` is a
    recording; `beat_s` the length of a silent beat (None, without text and recording: that of `motion`). `speaker` is who speaks,
    `on_screen` who is seen.
    `index` counts the lines of the film from 0; `number` is what `--only` takes (1-based).
    """

    index: int
    speaker: str
    on_screen: str
    text: str | None = None
    words: tuple[str, ...] = ()
    pauses: tuple[tuple[int, float], ...] = ()
    audio: Path | None = None
    beat_s: float | None = None
    engine: str = "stage"
    voice: str = "espeak/en-us"
    prosody: Prosody = Prosody()
    mood_8: tuple[float, ...] = NEUTRAL_8
    liveliness: float = 1.0
    emotion: tuple[EmotionKey, ...] = ()
    emotion_from: Source | None = None
    motion: Take | None = None
    gaze: tuple[GazeKey, ...] = ()
    head: tuple[HeadKey, ...] = ()
    place: Place | None = None

    @property
    def number(self) -> int:
        """The line's number as people count."""
        return self.index + 1


@dataclass(frozen=True, kw_only=True)
class TransitionIn:
    """How a shot begins; `seconds` long."""

    kind: Literal["cut", "crossfade", "fade", "dip"] = "cut"
    seconds: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Shot:
    """Lines seen in one place. `layout` names who is on screen (None: whoever speaks)."""

    index: int
    name: str
    lines: tuple[Line, ...]
    layout: tuple[str, ...] | None = None
    transition: TransitionIn = TransitionIn()
    place: Place | None = None


@dataclass(frozen=True, kw_only=True)
class Film:
    """Settings of the whole film. `engine` is that of lines for which no other is written; `background`: `keep`, `blur`, `#rrggbb`
    or a picture path; `loudness` in LUFS."""

    size_px: tuple[int, int] = (512, 512)
    fps: Fraction = Fraction(25)
    seed: int = 0
    engine: str = "stage"
    quality: Literal["draft", "standard", "high"] = "standard"
    background: str | Path = "keep"
    subtitles: bool | Literal["burn"] = False
    loudness: float = -16.0


@dataclass(frozen=True, kw_only=True)
class Script:
    """A whole checked scene."""

    path: Path
    title: str
    film: Film
    cast: dict[str, CastMember]
    shots: tuple[Shot, ...]
    unfinished: tuple[str, ...] = field(default=())
    """Language features the scene uses that cannot be rendered yet, as `key: explanation`."""

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """All lines in film order."""
        return tuple(line for shot in self.shots for line in shot.lines)

    @cached_property
    def shot_names(self) -> tuple[str, ...]:
        """The name of the shot of every line."""
        return tuple(shot.name for shot in self.shots for _ in shot.lines)
