"""Where lips must touch: full closures of p b m, lower lip to upper teeth for f v. T frames, C channels.

Averaged targets never quite close a mouth, and a closure of 60 ms can fall between two frames. So each contact is moved to the
nearest frame, which is closed in full at any frame rate, with ramps before and after. Lips are still near their top speed when they
meet (Löfqvist & Gracco, "Lip and jaw kinematics in bilabial stop consonant production", 1997), so the ramps are short: about two
frames at 25 fps, a choice of ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import floor

import numpy as np

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F64
from emostage.motion.articulation import Stretch
from emostage.motion.targets import FUNNEL, JAW, LOWER, PUCKER, UPPER, WIDE

CLOSE_S, OPEN_S = 0.090, 0.080
TEETH_S = 0.080
REST_S = (0.10, 0.10)
"""Lips leave their rest this long at the start of a clip, and return to it this long at the end."""
_SHORTEST_S = 0.055
_PLACE = 0.45
"""Where in the segment the contact is centred."""


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """Frame by frame in [0, 1]: `seal_T` lips pressed together, `teeth_T` lower lip at the upper teeth."""

    seal_T: F64
    teeth_T: F64


def contacts(spoken: Sequence[Stretch], times_T: F64) -> Contacts:
    """The contacts of `spoken` at evenly spaced frame times in seconds."""
    around = [*zip([None, *spoken[:-1]], spoken, [*spoken[1:], None], strict=True)] if spoken else []
    seal_T, teeth_T = np.zeros(len(times_T)), np.zeros(len(times_T))
    for before, s, after in around if len(times_T) else []:
        if s.segment.place == "bilabial" and s.segment.closed:
            _touch(seal_T, times_T, s, (_ramp(before, CLOSE_S), _ramp(after, OPEN_S)))
        elif s.segment.place == "labiodental":
            _touch(teeth_T, times_T, s, (_ramp(before, TEETH_S), _ramp(after, OPEN_S)))
    return Contacts(seal_T=smoothstep(seal_T), teeth_T=smoothstep(teeth_T))


def _ramp(neighbour: Stretch | None, usual_s: float) -> float:
    """Length of a ramp: shorter beside a short vowel, which must still be seen."""
    if neighbour is None or not neighbour.segment.vowel:
        return usual_s
    return min(usual_s, max(_SHORTEST_S, 0.5 * neighbour.length_s))


def _touch(out_T: F64, times_T: F64, s: Stretch, ramps_s: tuple[float, float]) -> None:
    """Adds one contact in place: centred on a frame, held, with ramps before and after."""
    step_s = float(times_T[1] - times_T[0]) if len(times_T) > 1 else 1.0
    centre_s = s.start_s + _PLACE * s.length_s
    frame = min(max(floor((centre_s - times_T[0]) / step_s + 0.5), 0), len(times_T) - 1)
    hold_s = max(0.012, 0.3 * s.length_s - 0.015)
    first = max(frame - int((ramps_s[0] + hold_s) / step_s) - 1, 0)
    around = slice(first, frame + int((ramps_s[1] + hold_s) / step_s) + 2)
    apart_s = times_T[around] - times_T[frame]
    ramp_s = np.where(apart_s < 0.0, *ramps_s)
    contact_T = np.clip(1.0 - np.maximum(np.abs(apart_s) - hold_s, 0.0) / ramp_s, 0.0, 1.0)
    out_T[around] = np.maximum(out_T[around], contact_T)


def close(channels_TC: F64, touch: Contacts) -> F64:
    """Mouth channels (T, C) with the contacts cut in: nothing opens in a closure, the jaw stays near for lip on teeth."""
    out_TC = channels_TC.copy()
    apart_T, free_T = 1.0 - touch.seal_T, 1.0 - touch.teeth_T
    out_TC[:, JAW] *= apart_T
    out_TC[:, [LOWER, UPPER]] *= apart_T[:, None] ** 1.5
    out_TC[:, WIDE] *= 1.0 - 0.6 * touch.seal_T
    out_TC[:, FUNNEL] *= 1.0 - 0.9 * touch.seal_T
    out_TC[:, JAW] = out_TC[:, JAW] * free_T + np.minimum(out_TC[:, JAW], 0.05) * touch.teeth_T
    out_TC[:, LOWER] *= free_T
    out_TC[:, PUCKER] *= 1.0 - 0.6 * touch.teeth_T
    return out_TC
