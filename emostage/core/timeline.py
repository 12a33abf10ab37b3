"""The edit as data: clips of whole frames in order, with what joins them, and sounds placed on a 48 kHz film sound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

from emostage.core.tracks import AudioClip

TransitionKind = Literal["cut", "crossfade", "fade", "dip"]


@dataclass(frozen=True, kw_only=True)
class Transition:
    """How a clip begins: `cut`, `crossfade` (overlaps the clip before it by `frames`), `fade` (through black) or `dip`
    (through white); the last two fade the clip before out and this one in, half of `frames` each, without overlap."""

    kind: TransitionKind = "cut"
    frames: int = 0


def start_frames(frames: Sequence[int], into: Sequence[Transition]) -> tuple[int, ...]:
    """First film frame of each clip, from their lengths and the transitions into them; a crossfade overlaps the clip before."""
    starts, end = [], 0
    for count, transition in zip(frames, into, strict=True):
        starts.append(end - (transition.frames if transition.kind == "crossfade" else 0))
        end = starts[-1] + count
    return tuple(starts)


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A rendered piece of film: a silent H.264 file of exactly `frames` frames, and how it joins the clip before it."""

    path: Path
    frames: int
    transition: Transition = Transition()


@dataclass(frozen=True, kw_only=True)
class Sound:
    """A sound placed in the film: starts at `start_s`, changed by `gain_db`."""

    audio: AudioClip
    start_s: float
    gain_db: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Subtitle:
    """One subtitle: `text` said by `speaker` between two film times, with the film times of its words."""

    text: str
    speaker: str
    start_s: float
    end_s: float
    words: tuple[tuple[str, float, float], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """A whole film. `start_frames[i]` of clip i follows from the clips and their overlaps."""

    fps: Fraction
    size_px: tuple[int, int]
    clips: tuple[Clip, ...]
    sounds: tuple[Sound, ...] = ()
    subtitles: tuple[Subtitle, ...] = ()

    @property
    def start_frames(self) -> tuple[int, ...]:
        """First film frame of each clip."""
        return start_frames([clip.frames for clip in self.clips], [clip.transition for clip in self.clips])

    @property
    def frames(self) -> int:
        """Length of the film in frames."""
        return self.start_frames[-1] + self.clips[-1].frames if self.clips else 0
