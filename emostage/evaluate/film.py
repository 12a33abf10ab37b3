"""A finished film held against its plan: its faces are tracked again and compared with what the script asked.

Letters: T frames, L landmarks, N = 468 landmarks that lie on the head.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTION_INDEX, EMOTIONS
from emostage.core.tracks import F64, Span
from emostage.evaluate.frontal import frontal
from emostage.evaluate.leaks import Leak, leaks
from emostage.evaluate.liveliness import Liveliness, drift, liveliness
from emostage.evaluate.measures import level, lip_gap
from emostage.evaluate.onsets import Onset, median_error, onsets
from emostage.evaluate.schedule import Closures, Monotony, blinking, closures, monotony, rising_stretches
from emostage.evaluate.shown import Shown
from emostage.evaluate.spoken import Spoken, spoken
from emostage.evaluate.twins import Pair, feels
from emostage.face.head import load_head
from emostage.face.refine import refine
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.film.probe import decode
from emostage.studio.perform import feelings
from emostage.studio.plan import LineJob, Plan
from emostage.studio.stages import Stages, real_stages


@dataclass(frozen=True, kw_only=True)
class Presence:
    """One person of a film: what their face and head do beside what was asked. `drift_deg_min` is how fast a head that is to be at
    rest turns away, in degrees a minute."""

    name: str
    leaks: tuple[Leak, ...]
    liveliness: Liveliness
    drift_deg_min: float


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was measured in a film. `faces` is the share of frames in which a face was found; `spoken` and the people's leaks
    need the film's twin."""

    frames: int
    faces: float
    emotions: tuple[Monotony, ...]
    lips: Closures
    onsets: tuple[Onset, ...] = ()
    people: tuple[Presence, ...] = ()
    spoken: tuple[Spoken, ...] = ()

    @property
    def onset_error(self) -> float:
        """Median of the frames by which feelings miss their moment."""
        return median_error(self.onsets)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with the derived rates."""
        lips = {**asdict(self.lips), "rate": self.lips.rate, "chance": self.lips.chance}
        return {**asdict(self), "lips": lips, "onset_error": self.onset_error}


def evaluate(
    plan: Plan,
    film: Path,
    *,
    unfelt: Path | None = None,
    stages: Stages | None = None,
    tracker: Tracker | None = None,
    on_clips: Callable[[Sequence[Shown]], None] | None = None,
) -> Evaluation:
    """Track every frame of `film`, rendered from `plan`, and measure feelings, lips and liveliness; with the film's twin `unfelt`,
    rendered from `twins.twin(plan)`, also what feelings do to speech and to neutral faces.

    Faces are read picture by picture, without smoothing over time, so that one-frame closures are seen; where an emotion rises
    each reading is the mean of several views, so that small movements are. `on_clips` is given what was seen, clip by clip.
    Raises EmostageError E106 when the film cannot be read.
    """
    stages = stages or real_stages()
    asked = [feelings(job, stages).weights_T8.astype(np.float64) for job in plan.jobs]
    rising = [rising_stretches(asked_T8) for asked_T8 in asked]
    closely = frozenset(
        job.start_frame + t
        for job, stretches in zip(plan.jobs, rising, strict=True)
        for t in (range(job.frames) if stretches else ())
    )
    landmarks_TL2 = _landmarks(film, tracker, closely)
    gap_T = lip_gap(level(landmarks_TL2))
    clips = [
        _shown(job, asked_T8, landmarks_TL2[job.start_frame : job.start_frame + job.frames])
        for job, asked_T8 in zip(plan.jobs, asked, strict=True)
    ]
    pairs = [] if unfelt is None else _pairs(clips, unfelt, tracker, closely)
    if on_clips is not None:
        on_clips(clips)
    phones = [_later(phone, clip.job.start_s) for clip in clips for phone in clip.phones]
    return Evaluation(
        frames=len(landmarks_TL2),
        faces=float(np.isfinite(gap_T).mean()) if len(gap_T) else 0.0,
        emotions=_longest(clips, rising),
        lips=closures(phones, gap_T, float(plan.film.fps)),
        onsets=tuple(o for clip in clips for e in EMOTIONS[1:] for o in onsets(e, clip.asked(e), clip.measured(e))),
        people=tuple(
            _presence(name, [c for c in clips if c.job.on_screen == name], [p for p in pairs if p.felt.job.on_screen == name])
            for name in _names(clips)
        ),
        spoken=tuple(spoken(pairs)),
    )


def _pairs(clips: Sequence[Shown], unfelt: Path, tracker: Tracker | None, closely: Collection[int]) -> list[Pair]:
    """The clips that feel something, each with its twin, whose pictures are read as closely."""
    feeling = [clip for clip in clips if feels(clip.job)]
    frames = [frame for clip in feeling for frame in range(clip.job.start_frame, clip.job.start_frame + clip.job.frames)]
    landmarks_TL2 = _landmarks(unfelt, tracker, frozenset(n for n, frame in enumerate(frames) if frame in closely))
    parts = np.split(landmarks_TL2, np.cumsum([clip.job.frames for clip in feeling])[:-1])
    return [
        Pair(felt=clip, unfelt=_shown(clip.job, clip.asked_T8, part_TL2)) for clip, part_TL2 in zip(feeling, parts, strict=True)
    ]


def _shown(job: LineJob, asked_T8: F64, clip_TL2: F64) -> Shown:
    """A clip of the film, freed of head pose."""
    seen = frontal(load_head(), clip_TL2)
    return Shown(
        job=job,
        asked_T8=asked_T8,
        level_TN2=level(seen.points_TN2),
        angles_T3=seen.angles_T3,
        gap_T=lip_gap(level(clip_TL2)),
    )


def _names(clips: Sequence[Shown]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(clip.job.on_screen for clip in clips))


def _presence(name: str, clips: Sequence[Shown], pairs: Sequence[Pair]) -> Presence:
    """What is measured of one person over all their clips."""
    angles_T3 = np.concatenate([np.where((c.neutral() & ~c.speaking())[:, None], c.angles_T3, np.nan) for c in clips])
    times_T = np.concatenate([clip.job.start_s + clip.times() for clip in clips])
    return Presence(
        name=name,
        leaks=tuple(leaks(pairs)),
        liveliness=liveliness([(c.angles_T3, c.eyes(), c.level_TN2) for c in clips], float(clips[0].job.fps)),
        drift_deg_min=drift(angles_T3, times_T),
    )


def _longest(clips: Sequence[Shown], rising: Sequence[Mapping[str, slice]]) -> tuple[Monotony, ...]:
    """The longest rise of each emotion."""
    found: dict[str, Monotony] = {}
    for clip, stretches in zip(clips, rising, strict=True):
        for result in _intensities(clip, stretches):
            if result.emotion not in found or result.frames > found[result.emotion].frames:
                found[result.emotion] = result
    return tuple(found.values())


def _landmarks(film: Path, tracker: Tracker | None, closely: Collection[int]) -> F64:
    """Landmarks (T, L, 2) of the largest face of every frame, NaN where there is none; the mean of several views in some frames."""
    if tracker is None:
        with FaceMeshTracker(max_faces=1) as mesh:
            return _landmarks(film, mesh, closely)
    found = []
    for number, frame_HW3 in enumerate(decode(film)):
        landmarks_L2 = next(iter(tracker.faces(frame_HW3)), np.full((478, 2), np.nan))
        if number in closely and np.isfinite(landmarks_L2).all():
            landmarks_L2 = refine(tracker, frame_HW3, landmarks_L2).landmarks_L2
        found.append(landmarks_L2)
    return np.stack(found)


def _intensities(clip: Shown, stretches: Mapping[str, slice]) -> Iterator[Monotony]:
    """The emotions that rise in a line."""
    open_TN2 = np.where(blinking(clip.level_TN2)[:, None, None], np.nan, clip.level_TN2)
    for name, stretch in stretches.items():
        yield monotony(name, clip.asked_T8[stretch, EMOTION_INDEX[name]], open_TN2[stretch])


def _later(phone: Span, by_s: float) -> Span:
    return Span(text=phone.text, start_s=phone.start_s + by_s, end_s=phone.end_s + by_s)
