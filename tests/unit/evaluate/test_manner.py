from fractions import Fraction

import numpy as np

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import MotionTrack
from emostage.evaluate.manner import manner


def test_blinks_jumps_and_turns_are_counted():
    frames = 1500
    face_T52, turn_T3 = np.zeros((frames, 52), np.float32), np.zeros((frames, 3), np.float32)
    for first in range(50, frames, 100):
        face_T52[first : first + 4, ARKIT_INDEX["eyeBlinkLeft"]] = 1
    face_T52[:, ARKIT_INDEX["eyeLookOutLeft"]] = np.arange(frames) // 75 % 2 * 0.2
    turn_T3[:, 1] = np.radians(np.linspace(-6, 6, frames))
    still_T = np.zeros(frames, np.float32)
    found = manner(
        MotionTrack(
            expression_T52=face_T52,
            rotation_T3=turn_T3,
            shift_T2=np.zeros((frames, 2), np.float32),
            scale_T=still_T + 1,
            tongue_T=still_T,
            breath_T=still_T,
            fps=Fraction(25),
        )
    )
    assert found["blinks a minute"] == 15
    assert found["jumps of the eyes a minute"] == 19
    assert round(found["yaw, degrees"], 1) == 3.5
    assert round(found["head, degrees a second"], 1) == 0.2
    assert found["pitch, degrees"] == found["spread of the brows, %"] == 0
