"""How heads are held where one line of a shot goes over into the next of the same person.

A clip begins and ends at rest, so that clips join whoever made them. Within a shot a head that always came back to the same rest
would nod like clockwork; so each joint has a pose of its own, in which the line before ends and the line after begins. It is drawn
from the seed of the line before: new words change that line and the one after it, and no other.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from math import radians

import numpy as np

from emostage.scene.model import Shot
from emostage.studio.fingerprint import seed_of
from emostage.studio.plan import LineJob

Pose = tuple[float, float, float]
"""Pitch down, yaw, roll; rad."""

SPREAD_DEG: Pose = (1.2, 2.6, 1.6)
_MOST = 1.8
REST: Pose = (0.0, 0.0, 0.0)


def joints(jobs: Sequence[LineJob], seeds: Sequence[int], shots: Sequence[Shot]) -> list[tuple[Pose, Pose]]:
    """The poses in which jobs in film order, with their seeds, begin and end."""
    shot_of = {line.number: shot.index for shot in shots for line in shot.lines}
    enter, leave = [REST] * len(jobs), [REST] * len(jobs)
    for i, (before, after) in enumerate(pairwise(jobs)):
        if shot_of[before.number] == shot_of[after.number] and before.on_screen == after.on_screen:
            leave[i] = enter[i + 1] = _drawn(seeds[i], min(before.liveliness, after.liveliness))
    return list(zip(enter, leave, strict=True))


@lru_cache(maxsize=4096)
def _drawn(seed: int, liveliness: float) -> Pose:
    rng = np.random.default_rng(seed_of(seed, "joint"))
    drawn_3 = np.clip(rng.standard_normal(3), -_MOST, _MOST) * liveliness
    pitch, yaw, roll = (radians(float(x) * spread) for x, spread in zip(drawn_3, SPREAD_DEG, strict=True))
    return (pitch, yaw, roll)
