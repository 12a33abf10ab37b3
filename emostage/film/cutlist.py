"""Which frames of a film can be copied as they are encoded, and which must be drawn again: the cut list of a timeline.

A clip without B-frames may end after any frame, but can only begin at a keyframe. So a transition costs its own frames and those
up to the next keyframe; everything else is copied.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from emostage.core.errors import EmostageError
from emostage.core.timeline import Clip, Timeline, TransitionKind


@dataclass(frozen=True, kw_only=True)
class Run:
    """`count` frames of clip number `clip` from `first`; `copied`, or drawn again."""

    clip: int
    first: int
    count: int
    copied: bool


@dataclass(frozen=True, kw_only=True)
class Blend:
    """A transition into clip number `clip`: the `leaving` last frames of the clip before and the `entering` first of this one.

    A crossfade shows them at once (`leaving == entering`), a fade or dip one after the other.
    """

    kind: TransitionKind
    clip: int
    leaving: int
    entering: int

    @property
    def count(self) -> int:
        """Length in film frames."""
        return self.entering if self.kind == "crossfade" else self.leaving + self.entering


def cut(timeline: Timeline, keys: Sequence[Sequence[int] | None]) -> tuple[Run | Blend, ...]:
    """The pieces of a film in order. `keys[i]` are the keyframes of clip i; None when it cannot be copied at all.

    The counts add up to `timeline.frames`. Raises EmostageError E108 when a clip is too short for its transitions.
    """
    blends = [_blend(i, clip) for i, clip in enumerate(timeline.clips)]
    pieces: list[Run | Blend] = []
    for i, clip in enumerate(timeline.clips):
        blend, following = blends[i], blends[i + 1] if i + 1 < len(blends) else None
        begin = blend.entering if blend else 0
        end = clip.frames - (following.leaving if following else 0)
        if begin > end:
            message = f"clip {i + 1} lasts {clip.frames} frames, its transitions take {clip.frames + begin - end}"
            raise EmostageError.of("E108", message, "make the transitions shorter, or the line longer")
        if blend:
            pieces.append(blend)
        pieces += _runs(i, begin, end, keys[i])
    return tuple(pieces)


def _blend(index: int, clip: Clip) -> Blend | None:
    """The transition into a clip. The first clip has nothing before it: it can fade in, but not crossfade."""
    kind, frames = clip.transition.kind, clip.transition.frames
    if kind == "cut" or frames <= 0:
        return None
    if kind == "crossfade":
        if index == 0:
            raise EmostageError.of("E108", "the first clip cannot crossfade", "use fade, or begin with a cut")
        return Blend(kind=kind, clip=index, leaving=frames, entering=frames)
    return Blend(kind=kind, clip=index, leaving=frames // 2 if index else 0, entering=frames - frames // 2)


def _runs(clip: int, begin: int, end: int, keys: Sequence[int] | None) -> list[Run]:
    at = bisect_left(keys, begin) if keys is not None else 0
    key = min(int(keys[at]), end) if keys is not None and at < len(keys) else end
    runs = [Run(clip=clip, first=begin, count=key - begin, copied=False), Run(clip=clip, first=key, count=end - key, copied=True)]
    return [run for run in runs if run.count]
