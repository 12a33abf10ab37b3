"""A motion in a few figures. T frames."""

from __future__ import annotations

from typing import Any

import numpy as np

from emostage.core.arkit import ARKIT_NAMES, indices
from emostage.core.tracks import F64, MotionTrack

_SHUT, _OPEN = 0.6, 0.3
_LONGEST_BLINK_S = 0.5
_STRONGEST, _LEAST = 8, 0.1


def figures(motion: MotionTrack) -> dict[str, Any]:
    """Length, blinks, the range of the head (5th to 95th percentile, as scenes count: yaw to the viewer's right, pitch up, roll
    clockwise) and the strongest actions with their 95th percentiles, as plain data."""
    seconds = float(len(motion) / motion.fps)
    count = blinks(motion)
    pitch_T, yaw_T, roll_T = np.degrees(motion.rotation_T3.astype(np.float64)).T
    turns = {"yaw": yaw_T, "pitch": -pitch_T, "roll": roll_T}
    return {
        "frames": len(motion),
        "fps": round(float(motion.fps), 3),
        "seconds": round(seconds, 3),
        "blinks": count,
        "blinks_per_minute": round(60 * count / seconds, 1),
        "head_deg": {name: [round(float(x), 1) + 0.0 for x in np.percentile(turn_T, (5, 95))] for name, turn_T in turns.items()},
        "actions": _strongest(np.percentile(motion.expression_T52.astype(np.float64), 95, axis=0)),
    }


def blinks(motion: MotionTrack) -> int:
    """How often both eyes shut and open again within half a second."""
    lid_T = motion.expression_T52[:, list(indices("eyeBlink"))].mean(1)
    count, shut_at, low = 0, None, True
    for t, lid in enumerate(lid_T):
        if lid >= _SHUT and low:
            shut_at, low = t, False
        elif lid <= _OPEN and not low:
            count += shut_at is not None and t - shut_at <= _LONGEST_BLINK_S * motion.fps
            low = True
    return count


def _strongest(level_52: F64) -> dict[str, float]:
    """The strongest actions but for gaze and blinks, the two sides of an action as one when they are alike."""
    found: dict[str, float] = {}
    for name, level in zip(ARKIT_NAMES, level_52, strict=True):
        if not name.startswith(("eyeLook", "eyeBlink")):
            found[name] = round(float(level), 2)
    for stem in {name.removesuffix("Left") for name in found if name.endswith("Left") and f"{name[:-4]}Right" in found}:
        left, right = found[f"{stem}Left"], found[f"{stem}Right"]
        if abs(left - right) <= 0.1 and stem not in ("jaw", "mouth"):
            del found[f"{stem}Left"], found[f"{stem}Right"]
            found[stem] = round((left + right) / 2, 2)
    ordered = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:_STRONGEST]
    return {name: level for name, level in ordered if level >= _LEAST}
