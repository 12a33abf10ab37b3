"""One person through a piece of film: runs of pictures of the window that shows them, and landmarks.

T frames, L = 478 landmarks, N sights, H and W rows and columns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64, U8
from emostage.face.film import read_face
from emostage.face.track import Tracker, extent_px
from emostage.training.footage.store import packed
from emostage.training.tracked.films import Film, Window, fitted, pictures
from emostage.training.tracked.measure import Seen, seen
from emostage.training.tracked.people import Track
from emostage.training.tracked.store import LANDMARKS, MOST_PX
from emostage.training.tracked.survey import EVERY

LEAST_FRAMES = 12
"""Shorter stretches are left out."""
LONGEST_HIDDEN = 12
"""Frames for which the face may be hidden within a take."""
_ABOVE, _BESIDE, _BELOW = 0.7, 0.6, 0.6
"""Room around the landmarks, in face heights."""
_NEAR, _ZOOM = 0.6, 1.6
"""A face is the one that was surveyed when it lies no farther from it, in face heights, and is no other size than this factor."""
_JUMP, _GROWTH = 0.5, 1.35
"""A face that moves by this share of its extent, or grows by this factor, from one frame to the next is another shot's."""
_LARGEST_TURN_DEG = 60.0
"""Landmarks of a face that is turned farther are guesses."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Run:
    """Frames of a film from `first` on, without a cut, in which the person is seen: JPEG pictures of a window, and landmarks in
    their pixels; `measures` of some of the frames that show the face, at least one."""

    first: int
    window: Window
    pictures: tuple[bytes, ...]
    landmarks_TL2: F32
    seen_T: NDArray[np.bool_]
    measures: tuple[Seen, ...]

    def __len__(self) -> int:
        return len(self.pictures)


@dataclass(frozen=True, kw_only=True, eq=False)
class _Course:
    """Where a face is known to be in the frames of a run, between the sights."""

    centre_T2: F64
    height_T: F64
    yaw_T: F64


def ranges(track: Track, first: int, end: int, cuts: Sequence[int]) -> tuple[int, int]:
    """The frames (first, end) of a piece in which a track may show its face: to halfway to the looks that did not show it, not over
    cuts."""
    low = max(first, track.first - EVERY + 1, max((at for at in cuts if at <= track.first), default=0))
    high = min(end, track.last + EVERY, min((at for at in cuts if at > track.last), default=end))
    return low, high


def follow_track(
    film: Film, track: Track, first: int, end: int, *, tracker: Tracker, on_frame: Callable[[], None]
) -> Iterator[Run]:
    """The runs of the frames `first` to `end` in which the face of a track is seen."""
    course = _course(track, first, end)
    window = _window(track, film.size_px, first, end)
    shown: list[bytes] = []
    landmarks: list[F64] = []
    measures: list[Seen | None] = []
    for at, frame_HW3 in enumerate(pictures(film, first, end - first, window)):
        landmarks_L2 = _read(tracker, frame_HW3, course, at, window)
        shown.append(packed(frame_HW3))
        landmarks.append(landmarks_L2)
        is_seen = bool(np.isfinite(landmarks_L2).all())
        measured = is_seen and not any(measures[1 - EVERY :])
        measures.append(seen(frame_HW3, landmarks_L2, window.scale) if measured else None)
        on_frame()
    if not landmarks:
        return
    landmarks_TL2 = np.stack(landmarks)
    for a, b in _stretches(landmarks_TL2):
        seen_T = np.isfinite(landmarks_TL2[a:b]).all((1, 2))
        yield Run(
            first=first + a,
            window=window,
            pictures=tuple(shown[a:b]),
            landmarks_TL2=_filled(landmarks_TL2[a:b], seen_T).astype(np.float32),
            seen_T=seen_T,
            measures=tuple(m for m in measures[a:b] if m is not None),
        )


def _course(track: Track, first: int, end: int) -> _Course:
    frames_N = np.array([sight.frame for sight in track.sights])
    times_T = np.arange(first, end)
    values_N4 = np.array([(*sight.centre_px, sight.height_px, abs(sight.turn_deg[0])) for sight in track.sights])
    x_T, y_T, height_T, yaw_T = (np.interp(times_T, frames_N, column_N) for column_N in values_N4.T)
    return _Course(centre_T2=np.stack([x_T, y_T], 1), height_T=height_T, yaw_T=yaw_T)


def _window(track: Track, size_px: tuple[int, int], first: int, end: int) -> Window:
    """The part of a film that shows head, hair, neck and shoulders in all of some frames."""
    near = [s for s in track.sights if first - EVERY <= s.frame < end + EVERY] or list(track.sights)
    boxes_N4 = np.array([sight.box_px for sight in near])
    height = float(np.median([sight.height_px for sight in near]))
    (left, top), (right, bottom) = boxes_N4[:, :2].min(0), boxes_N4[:, 2:].max(0)
    return around((left, top, right, bottom), height, size_px)


def around(box_px: tuple[float, float, float, float], height: float, size_px: tuple[int, int]) -> Window:
    """The window around a (left, top, right, bottom) with room for hair, neck and shoulders, within a (width, height)."""
    left, top, right, bottom = box_px
    low = np.floor([left - _BESIDE * height, top - _ABOVE * height]).astype(int)
    high = np.ceil([right + _BESIDE * height, bottom + _BELOW * height]).astype(int)
    whole = np.array([max(2, side - side % 2) for side in size_px])
    low = np.clip(low, 0, whole - 2)
    low -= low % 2
    high = np.minimum(high + high % 2, whole)
    width, tall = (int(v) for v in np.maximum(high - low, 2))
    return fitted(int(low[0]), int(low[1]), width, tall, MOST_PX)


def _read(tracker: Tracker, frame_HW3: U8, course: _Course, at: int, window: Window) -> F64:
    """Landmarks in pixels of the window; NaN where the face that was surveyed is not seen."""
    corner_2 = np.array([window.left, window.top], np.float64)
    centre_2, height = (course.centre_T2[at] - corner_2) * window.scale, float(course.height_T[at]) * window.scale
    hidden_L2 = np.full((LANDMARKS, 2), np.nan)
    if course.yaw_T[at] > _LARGEST_TURN_DEG:
        return hidden_L2
    landmarks_L2 = read_face(tracker, frame_HW3, centre_2[None])
    if not np.isfinite(landmarks_L2).all():
        return hidden_L2
    low_2, high_2 = landmarks_L2[:468].min(0), landmarks_L2[:468].max(0)
    apart = float(np.linalg.norm((low_2 + high_2) / 2 - centre_2)) / height
    grown = float(high_2[1] - low_2[1]) / height
    return landmarks_L2 if apart < _NEAR and 1 / _ZOOM < grown < _ZOOM else hidden_L2


def _stretches(landmarks_TL2: F64) -> Iterator[tuple[int, int]]:
    """Frames (first, end) that a face goes through without jumps or long hiding, each beginning and ending with a face."""
    begin = last = None
    for at in np.flatnonzero(np.isfinite(landmarks_TL2).all((1, 2))).tolist():
        if begin is None or last is None:
            begin = at
        elif at - last - 1 > LONGEST_HIDDEN or _jumps(landmarks_TL2[last], landmarks_TL2[at], at - last):
            if last + 1 - begin >= LEAST_FRAMES:
                yield begin, last + 1
            begin = at
        last = at
    if begin is not None and last is not None and last + 1 - begin >= LEAST_FRAMES:
        yield begin, last + 1


def _jumps(before_L2: F64, after_L2: F64, frames: int) -> bool:
    moved = float(np.linalg.norm(after_L2.mean(0) - before_L2.mean(0))) / extent_px(before_L2)
    grown = extent_px(after_L2) / extent_px(before_L2)
    return moved > _JUMP * min(frames, 2) or not 1 / _GROWTH < grown < _GROWTH


def _filled(landmarks_TL2: F64, seen_T: NDArray[np.bool_]) -> F64:
    """Landmarks with hidden frames interpolated."""
    flat_TX = landmarks_TL2.reshape(len(landmarks_TL2), -1).copy()
    hidden_T = np.flatnonzero(~seen_T)
    if len(hidden_T):
        known_T = np.flatnonzero(seen_T)
        for x in range(flat_TX.shape[1]):
            flat_TX[hidden_T, x] = np.interp(hidden_T, known_T, flat_TX[known_T, x])
    return flat_TX.reshape(landmarks_TL2.shape)
