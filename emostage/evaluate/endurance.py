"""A long take: what it costs, whether anything drifts, and whether the joints of its windows show. T frames, B blocks."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from multiprocessing import get_context
from typing import TypeVar

import numpy as np

from emostage.core.memory import peak_mb
from emostage.core.tracks import F64, AudioClip, MotionTrack, SpeechTake
from emostage.diffusion.windows import starts
from emostage.evaluate.examinee import Examinee
from emostage.evaluate.liveliness import jitter
from emostage.evaluate.manner import manner
from emostage.evaluate.soundclip import FPS, sound_clip
from emostage.studio.stages import real_stages

SHORT_S = 10.0
"""The take that a long one is compared with."""
BLOCKS, BLOCK_S = 20, 10.0
"""Most parts of a take whose means tell a trend, and least length of one; head poses are forgotten within it."""
SURE = 3.0
"""What is more standard errors than this away from nothing is no chance."""
MOST_COST = 0.1
"""Seconds of work per second of speech that an engine may take."""
MOST_MEMORY = 1.5
"""Times as much memory as for the short take that a long one may take."""

_SEED = 1
_LEAST_BLOCKS = 5
_ENDS_S = 1.0
_Found = TypeVar("_Found")


@dataclass(frozen=True, kw_only=True)
class Trend:
    """By how much a quantity grows in a minute, and the standard error of that, from means of equal blocks; NaN for short takes."""

    per_min: float
    noise: float

    @property
    def holds(self) -> bool:
        """Whether the growth is no more than chance explains."""
        return not abs(self.per_min) > SURE * self.noise


@dataclass(frozen=True, kw_only=True)
class Border:
    """A mean where neighbouring windows overlap as a share of the mean elsewhere, and the standard error of that."""

    ratio: float
    noise: float

    @property
    def holds(self) -> bool:
        """Whether it differs from 1 by no more than chance explains."""
        return not abs(self.ratio - 1.0) > SURE * self.noise


@dataclass(frozen=True, kw_only=True)
class Endurance:
    """`cost` in CPU seconds per second of speech by part (features, lips, manner, all); `peak_mb` after a short and after the long
    take; `trends` by quantity: head angles in degrees, mean expression weight, jitter; `borders` by quantity;
    `manner` as `manner.manner` tells it."""

    seconds: float
    cost: dict[str, float]
    peak_mb: dict[str, float]
    trends: dict[str, Trend]
    borders: dict[str, Border]
    manner: dict[str, float]

    @property
    def holds(self) -> dict[str, bool]:
        """What must hold of a long take, and whether it does."""
        return {
            "no trend": all(trend.holds for trend in self.trends.values()),
            "no borders": all(border.holds for border in self.borders.values()),
            "flat memory": self.peak_mb["long"] <= MOST_MEMORY * self.peak_mb["short"],
            "cost": self.cost["all"] <= MOST_COST,
        }


def endure_apart(engine: Examinee, speech: AudioClip, seconds: float) -> Endurance:
    """`endure` in a process of its own, whose memory nothing else has touched."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(endure, engine, speech, seconds).result()


def endure(engine: Examinee, speech: AudioClip, seconds: float) -> Endurance:
    """Perform `speech` over and over for `seconds`, by its sound alone."""
    stages = real_stages()
    performer, lips = engine.performer(stages), engine.lips()

    def take(length_s: float) -> tuple[MotionTrack, dict[str, float]]:
        sound = repeated(speech, length_s)
        features, features_s = _timed(lambda: stages.features(sound))
        clip = sound_clip(SpeechTake(audio=sound), features, stages)
        motion, all_s = _timed(lambda: performer.perform(clip, seed=_SEED))
        lips_s = _timed(lambda: lips(clip))[1] if lips else float("nan")
        spent = {"features": features_s, "lips": lips_s, "manner": max(0.0, all_s - lips_s), "all": features_s + all_s}
        return motion, {part: spent_s / length_s for part, spent_s in spent.items()}

    for _ in range(2):
        take(SHORT_S)
    short_mb = peak_mb()
    motion, cost = take(seconds)
    return Endurance(
        seconds=seconds,
        cost=cost,
        peak_mb={"short": short_mb, "long": peak_mb()},
        trends=trends(motion),
        borders=borders(motion),
        manner=manner(motion),
    )


def repeated(speech: AudioClip, seconds: float) -> AudioClip:
    """The sound over and over, `seconds` long."""
    wanted = round(seconds * speech.rate_hz)
    return AudioClip(samples_S=np.resize(speech.samples_S, wanted), rate_hz=speech.rate_hz)


def trends(motion: MotionTrack) -> dict[str, Trend]:
    """What grows or shrinks over a take, without its first and last second."""
    ends = round(_ENDS_S * motion.fps)
    angles_T3 = np.degrees(motion.rotation_T3.astype(np.float64))[ends:-ends]
    face_T52 = motion.expression_T52.astype(np.float64)[ends:-ends]
    blocks = max(1, min(BLOCKS, int(len(angles_T3) / (BLOCK_S * float(motion.fps)))))
    block_min = len(angles_T3) / blocks / float(motion.fps) / 60
    turned, faces = np.array_split(angles_T3, blocks), np.array_split(face_T52, blocks)
    values = {name: [block_T3[:, k].mean() for block_T3 in turned] for k, name in enumerate(("pitch", "yaw", "roll"))}
    values["spread"] = [float(np.linalg.norm(block_T3.std(0))) for block_T3 in turned]
    values["expression"] = [block_T52.mean() for block_T52 in faces]
    values["jitter"] = [jitter([block_T3]) for block_T3 in turned]
    return {name: _trend(np.array(means), block_min) for name, means in values.items()}


def _trend(means_B: F64, block_min: float) -> Trend:
    if len(means_B) < _LEAST_BLOCKS:
        return Trend(per_min=float("nan"), noise=float("nan"))
    at_B = (np.arange(len(means_B)) - (len(means_B) - 1) / 2) * block_min
    slope = float(at_B @ means_B / (at_B @ at_B))
    rest_B = means_B - means_B.mean() - slope * at_B
    return Trend(per_min=slope, noise=float(np.sqrt((rest_B @ rest_B) / (len(means_B) - 2) / (at_B @ at_B))))


def borders(motion: MotionTrack) -> dict[str, Border]:
    """Speed and jerk of head and face where the windows of `stage` overlap, beside the rest of each window. T frames."""
    from emostage.motion.diffuse import OVERLAP, WINDOW

    first = [round(frame * motion.fps / FPS) for frame in starts(round(len(motion) * FPS / motion.fps), WINDOW, OVERLAP)]
    overlap = round(OVERLAP * motion.fps / FPS)
    found: dict[str, Border] = {}
    moving = {"head": np.degrees(motion.rotation_T3.astype(np.float64)), "face": motion.expression_T52.astype(np.float64)}
    for part, values_TC in moving.items():
        for name, order in (("speed", 1), ("jerk", 3)):
            change_T = np.linalg.norm(np.diff(values_TC, order, axis=0), axis=1)
            found[f"{part} {name}"] = border(change_T, first, overlap)
    return found


def border(change_T: F64, first: list[int], overlap: int) -> Border:
    """The mean of a curve in the first `overlap` frames of the windows beginning at `first` beside that in the rest of them; NaN
    with fewer than three windows."""
    windows = [np.split(change_T[a:b], [overlap]) for a, b in pairwise(first[1:])]
    if len(windows) < 3:
        return Border(ratio=float("nan"), noise=float("nan"))
    inside, outside = (np.array([window[k].mean() for window in windows]) for k in (0, 1))
    ratio = float(inside.mean() / outside.mean()) if outside.mean() > 0 else float("nan")
    noise = float((inside - ratio * outside).std(ddof=1) / outside.mean() / np.sqrt(len(windows)))
    return Border(ratio=ratio, noise=noise)


def _timed(call: Callable[[], _Found]) -> tuple[_Found, float]:
    """What `call` returns, and the CPU seconds it took."""
    begun_s = time.process_time()
    found = call()
    return found, time.process_time() - begun_s
