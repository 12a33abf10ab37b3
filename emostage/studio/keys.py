"""The keys of a line as keyframes in clip time. Values come to rest at both ends of the clip, so that clips join without a jump.

Scenes write angles as the viewer sees them: yaw to the viewer's right, pitch up, roll clockwise, in degrees. From here on pitch
points down (`core.tracks.Directions`), in rad.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import radians
from typing import TypeVar

from emostage.core.errors import EmostageError
from emostage.core.keyframes import Easing, Keyframe, Turn, keyframes
from emostage.core.tracks import Gesture, Span
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Line
from emostage.studio.stages import Resolve

GLANCE_DEG = 12.0
EYES_MOVE_S = 0.12
HEAD_MOVE_S = 0.45
"""Eyes jump, heads follow slowly; chosen by eye."""

Key = TypeVar("Key", EmotionKey, GazeKey, HeadKey)

_LINEAR = Easing(name="linear")


@dataclass(frozen=True, kw_only=True)
class Clock:
    """What the times of a line refer to: its words and its length (a line's time 0 is where its speech begins), and where that
    lies in the clip."""

    words: tuple[Span, ...]
    duration_s: float
    offset_s: float
    end_s: float
    fps: Fraction
    resolve: Resolve

    def clip_times(self, keys: Sequence[EmotionKey | GazeKey | HeadKey]) -> Iterator[float]:
        """Clip time of each key. Raises SceneError with the key's place when a time does not fit the line."""
        previous_s: float | None = None
        for key in keys:
            try:
                previous_s = self.resolve(key.at, words=self.words, duration_s=self.duration_s, fps=self.fps, previous_s=previous_s)
            except EmostageError as error:
                raise error.at(key.at.place or key.place) from error
            yield min(max(previous_s + self.offset_s, 0.0), self.end_s)

    def in_time(self, keys: Sequence[Key]) -> list[tuple[Key, float]]:
        """Keys with their clip times in the order of time, in which those of a list and the cues of a text are mixed; of two at one
        time the later one in the line stays the later one."""
        return sorted(zip(keys, self.clip_times(keys), strict=True), key=lambda pair: pair[1])


def emotion_keys(line: Line, clock: Clock) -> tuple[Keyframe, ...]:
    """Emotion (8 weights) at the line's keys. A key with `over_s` is held off until then: the value before it stays, at first the
    mood. The way from the mood to the first key and back from the last one is the emotion stage's."""
    turns = (
        Turn(at_s=at_s, value=tuple(float(w) for w in key.weights_8), ease=key.ease, over_s=key.over_s)
        for key, at_s in clock.in_time(line.emotion)
    )
    return keyframes(turns, tuple(float(w) for w in line.mood_8))


def gaze_keys(line: Line, clock: Clock, cast: Sequence[str]) -> tuple[Keyframe, ...]:
    """Gaze (yaw, pitch down; rad) relative to the camera, from the first key on. Cast members stand side by side in cast order, so
    looking at one of them is a glance to that side."""

    def target(key: GazeKey) -> tuple[float, float]:
        if not isinstance(key.target, str):
            return (radians(key.target[0]), -radians(key.target[1]))
        if key.target in ("camera", line.on_screen) or key.target not in cast:
            return (0.0, 0.0)
        side = 1.0 if cast.index(key.target) > cast.index(line.on_screen) else -1.0
        return (side * radians(GLANCE_DEG), 0.0)

    held = [(at_s, target(key), key.ease) for key, at_s in clock.in_time(line.gaze)]
    return _moves(held, EYES_MOVE_S, clock.end_s, (0.0, 0.0))


def head_keys(line: Line, clock: Clock) -> tuple[tuple[Keyframe, ...], tuple[Gesture, ...]]:
    """Head posture (pitch down, yaw, roll; rad) from the first held posture on, and the gestures."""
    held: list[tuple[float, tuple[float, ...], Easing]] = []
    gestures = []
    for key, at_s in clock.in_time(line.head):
        if key.do is not None:
            gestures.append(Gesture(kind=key.do, at_s=at_s))
        if key.angles_deg is not None:
            yaw, pitch, roll = key.angles_deg
            held.append((at_s, (-radians(pitch), radians(yaw), radians(roll)), key.ease))
    return _moves(held, HEAD_MOVE_S, clock.end_s, (0.0, 0.0, 0.0)), tuple(gestures)


def _moves(
    held: Sequence[tuple[float, tuple[float, ...], Easing]], move_s: float, end_s: float, rest: tuple[float, ...]
) -> tuple[Keyframe, ...]:
    """A move to each value that begins at its time and takes `move_s`, and a move back to rest that ends with the clip."""
    frames: list[Keyframe] = []
    for at_s, value, ease in held:
        before = frames[-1].value if frames else rest
        begin_s = max(at_s, frames[-1].at_s) if frames else at_s
        frames.append(Keyframe(at_s=begin_s, value=before, ease=_LINEAR))
        frames.append(Keyframe(at_s=min(begin_s + move_s, end_s), value=value, ease=ease))
    if frames:
        frames.append(Keyframe(at_s=max(frames[-1].at_s, end_s - move_s), value=frames[-1].value, ease=_LINEAR))
        frames.append(Keyframe(at_s=end_s, value=rest))
    return tuple(frames)
