"""A finished film held against its plan: its faces are tracked again and compared with what the script asked.

Letters: T frames, L landmarks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.tracks import F64, Span
from emostage.evaluate.frontal import frontal
from emostage.evaluate.measures import level, lip_gap
from emostage.evaluate.schedule import Closures, Monotony, blinking, closures, monotony, rising_stretches
from emostage.face.head import load_head
from emostage.face.refine import refine
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.film.probe import decode
from emostage.studio.plan import LineJob, Plan
from emostage.studio.stages import Stages, real_stages


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """What was measured in a film. `faces` is the share of frames in which a face was found."""

    frames: int
    faces: float
    emotions: tuple[Monotony, ...]
    lips: Closures

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON, with the derived rates."""
        return {**asdict(self), "lips": {**asdict(self.lips), "rate": self.lips.rate, "chance": self.lips.chance}}


def evaluate(plan: Plan, film: Path, *, stages: Stages | None = None, tracker: Tracker | None = None) -> Evaluation:
    """Track every frame of `film`, rendered from `plan`, and measure intensities and lip closures.

    Faces are read picture by picture, without smoothing over time, so that one-frame closures are seen; where an emotion rises
    each reading is the mean of several views, so that small movements are. Raises EmostageError E106 when the film cannot be read.
    """
    stages = stages or real_stages()
    asked = [stages.feel(job.emotion, job.mood_8, job.frames, job.fps).weights_T8.astype(np.float64) for job in plan.jobs]
    rising = [rising_stretches(asked_T8) for asked_T8 in asked]
    closely = frozenset(
        job.start_frame + t
        for job, stretches in zip(plan.jobs, rising, strict=True)
        for t in (range(job.frames) if stretches else ())
    )
    landmarks_TL2 = _landmarks(film, tracker, closely)
    gap_T = lip_gap(level(landmarks_TL2))
    found: dict[str, Monotony] = {}
    for job, asked_T8, stretches in zip(plan.jobs, asked, rising, strict=True):
        clip_TL2 = landmarks_TL2[job.start_frame : job.start_frame + job.frames]
        for result in _intensities(asked_T8, stretches, clip_TL2):
            if result.emotion not in found or result.frames > found[result.emotion].frames:
                found[result.emotion] = result
    phones = [phone for job in plan.jobs for phone in _phones(job)]
    return Evaluation(
        frames=len(landmarks_TL2),
        faces=float(np.isfinite(gap_T).mean()) if len(gap_T) else 0.0,
        emotions=tuple(found.values()),
        lips=closures(phones, gap_T, float(plan.film.fps)),
    )


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


def _intensities(asked_T8: F64, stretches: Mapping[str, slice], landmarks_TL2: F64) -> Iterator[Monotony]:
    """The emotions that rise in a line, measured on its landmarks freed of head pose."""
    if stretches:
        level_TN2 = level(frontal(load_head(), landmarks_TL2).points_TN2)
        level_TN2[blinking(level_TN2)] = np.nan
        for name, stretch in stretches.items():
            yield monotony(name, asked_T8[stretch, EMOTION_INDEX[name]], level_TN2[stretch])


def _phones(job: LineJob) -> Iterator[Span]:
    """Phones in film time of a written line that is seen being spoken."""
    if job.take is None or job.text is None or job.speaker != job.on_screen:
        return
    at_s = job.speech_start_s
    for phone in job.take.phones:
        yield Span(text=phone.text, start_s=phone.start_s + at_s, end_s=phone.end_s + at_s)
