"""A sampled expression code made a manner: events read out, at the film's frame rate, as lively as asked. T film frames."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from emostage.core.tracks import F64
from emostage.motion import breath, eyes, head, idle
from emostage.motion.codes import MANNER_CHANNELS, Manner
from emostage.motion.curves import at_rest, soften_frames
from emostage.motion.events import blink_times, blinked, fixated
from emostage.motion.hearing import MODEL_FPS

SOFT_S = 0.16
"""Length of the window that takes the sampler's grain out of slow channels."""


def alive(sampled_NM: F64, times_T: F64, *, liveliness: float) -> Manner:
    """The manner at film times of a code sampled at `MODEL_FPS`, scaled by `liveliness` (0 is a statue), at rest at both ends."""
    clock_N = (np.arange(len(sampled_NM)) + 0.5) / MODEL_FPS
    drawn = Manner.of(soften_frames(sampled_NM, clock_N, SOFT_S))
    events = Manner.of(sampled_NM)
    smooth = Manner.of(resampled(drawn.values(), clock_N, times_T))
    if liveliness <= 0.0 or len(times_T) == 0:
        return Manner.of(np.zeros((len(times_T), len(MANNER_CHANNELS))))
    nearest_T = np.clip(np.round(times_T * MODEL_FPS - 0.5).astype(np.intp), 0, len(sampled_NM) - 1)
    gaze_T2 = fixated(events.gaze_T2, MODEL_FPS)[nearest_T]
    rest_T = at_rest(times_T, *idle.REST_S)
    held_T = rest_T * liveliness
    return replace(
        smooth,
        accents_TA=smooth.accents_TA * held_T[:, None],
        lean_T=smooth.lean_T * held_T,
        lids_T=blinked(blink_times(events.lids_T, MODEL_FPS), times_T),
        gaze_T2=gaze_T2 * min(liveliness, eyes.MOST),
        turn_T3=smooth.turn_T3 * (at_rest(times_T, *head.REST_S) * liveliness)[:, None],
        shift_T2=smooth.shift_T2 * held_T[:, None],
        scale_T=1.0 + (smooth.scale_T - 1.0) * held_T,
        breath_T=np.clip(smooth.breath_T * rest_T * min(liveliness, breath.MOST), 0.0, 1.0),
    )


def resampled(values_NC: F64, clock_N: F64, times_T: F64) -> F64:
    """Columns at other times, by straight lines; ends are held."""
    if len(times_T) == len(clock_N) and np.allclose(times_T, clock_N):
        return values_NC
    return np.stack([np.interp(times_T, clock_N, column_N) for column_N in values_NC.T], 1)
