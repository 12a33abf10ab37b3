"""What happens in moments, read out of smooth curves: blinks that shut the eye, and eyes that rest or jump. T frames.

A net answers in likelihoods; half a blink and a gliding eye are what it says when it hesitates, and what nobody's eyes do.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from emostage.core.tracks import F64
from emostage.motion.blinks import QUIET_S, blink_at

LEAST_LID = 0.30
"""A bump of the lids this high is a blink, what is lower is none."""

LONGEST_S = 6.5
"""Eyes that stayed open for so long blink where they are likeliest to."""

APART_S = 0.45
"""Blinks are at least this far apart."""

SETTLE_RAD = 0.035
"""Eyes rest while the gaze that is wanted stays this near, two degrees."""

LEAST_REST_S = 0.16
"""Eyes rest at least this long between two jumps."""


def blink_times(lids_T: F64, fps: float) -> F64:
    """Seconds at which the lids are shut, from a lid curve at `fps`: the middle of each bump, and of the highest one in each
    stretch of more than `LONGEST_S`. A clip begins and ends half way between two blinks."""
    from scipy.signal import find_peaks

    peaks, found = find_peaks(np.pad(lids_T, 1), height=0.0, distance=max(1, round(APART_S * fps)), plateau_size=1)
    times_s, heights = (peaks - 0.5) / fps, found["peak_heights"]
    shut = [float(t) for t in times_s[heights >= LEAST_LID]]
    marks = [-LONGEST_S / 2, *shut, len(lids_T) / fps + LONGEST_S / 2]
    stretches = list(pairwise(marks))
    while stretches:
        begin_s, end_s = stretches.pop()
        inside = (times_s > begin_s + LONGEST_S / 4) & (times_s < end_s - LONGEST_S / 4)
        if end_s - begin_s > LONGEST_S and inside.any():
            likeliest_s = float(times_s[inside][heights[inside].argmax()])
            shut.append(likeliest_s)
            stretches += [(begin_s, likeliest_s), (likeliest_s, end_s)]
    return np.array(sorted(shut), np.float64)


def blinked(at_s: F64, times_T: F64, *, length: float = 1.0) -> F64:
    """Lid closure (T,) of blinks that are shut at `at_s` and `length` times as long as usual; none near the ends of the clip."""
    out_T = np.zeros(len(times_T))
    for moment_s in at_s.tolist():
        blink_at(out_T, times_T, moment_s, quiet_s=QUIET_S, length=length)
    return out_T


def fixated(gaze_T2: F64, fps: float) -> F64:
    """A gaze (yaw, pitch; rad) as fixations joined by jumps of one frame: each holds the median of what is wanted meanwhile."""
    out_T2 = np.empty_like(gaze_T2)
    least = max(1, round(LEAST_REST_S * fps))
    begin = 0
    for t in range(1, len(gaze_T2) + 1):
        ends = t == len(gaze_T2)
        if not ends and t - begin >= least:
            held_2 = np.median(gaze_T2[begin:t], 0)
            ahead_2 = np.median(gaze_T2[t : t + least], 0)
            ends = float(np.hypot(*(ahead_2 - held_2))) > SETTLE_RAD and float(np.hypot(*(gaze_T2[t] - held_2))) > SETTLE_RAD / 2
        if ends:
            out_T2[begin:t] = np.median(gaze_T2[begin:t], 0)
            begin = t
    return out_T2
