"""A motion in a few figures."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.tracks import MotionTrack
from emostage.motion.figures import figures


def motion(expression_T52, rotation_T3=None) -> MotionTrack:
    count = len(expression_T52)
    return MotionTrack(
        expression_T52=expression_T52.astype(np.float32),
        rotation_T3=np.zeros((count, 3), np.float32) if rotation_T3 is None else rotation_T3.astype(np.float32),
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=np.ones(count, np.float32),
        tongue_T=np.zeros(count, np.float32),
        breath_T=np.zeros(count, np.float32),
        fps=Fraction(25),
    )


def test_blinks_are_short_and_of_both_eyes():
    shown_T52 = np.zeros((250, 52))
    both, left = [ARKIT_INDEX["eyeBlinkLeft"], ARKIT_INDEX["eyeBlinkRight"]], ARKIT_INDEX["eyeBlinkLeft"]
    for begin in (20, 60, 130):
        shown_T52[begin : begin + 4, both] = 0.9
    shown_T52[80:110, both] = 1.0  # asleep
    shown_T52[150:154, left] = 1.0  # a wink
    told = figures(motion(shown_T52))
    assert (told["blinks"], told["blinks_per_minute"]) == (3, 18.0)
    assert told["actions"] == {}


def test_turns_are_told_as_scenes_write_them():
    angles_T3 = np.radians(np.linspace([0, 0, 0], [10, 20, -5], 101))
    told = figures(motion(np.zeros((101, 52)), angles_T3))["head_deg"]
    assert told["yaw"] == pytest.approx([1, 19], abs=0.1)
    assert told["pitch"] == pytest.approx([-9.5, -0.5], abs=0.1)
    assert told["roll"] == pytest.approx([-4.8, -0.2], abs=0.1)


def test_the_strongest_actions_come_first_and_sides_together():
    shown_52 = expression(mouthSmileLeft=0.6, mouthSmileRight=0.64, browDownLeft=0.5, jawOpen=0.9, cheekPuff=0.05)
    told = figures(motion(np.tile(shown_52, (10, 1))))["actions"]
    assert list(told.items()) == [("jawOpen", 0.9), ("mouthSmile", 0.62), ("browDownLeft", 0.5)]
