"""A motion, a sound and a feeling as what painters are given (`nets.painting.given`).

F frames, L = 468 landmarks, G = 32 cells, N frames of sound with X numbers each.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, F64, FaceFit, MotionTrack
from emostage.face.head import Head
from emostage.face.turning import Turning
from emostage.nets.painting.given import CELLS, RATE_HZ, REACH, Given
from emostage.portrait.deform import head_rotation
from emostage.portrait.painting.square import Square

_TOGETHER = 32
"""Frames whose heads are turned together."""


class Conditions:
    """A person in a square, ready to be told what to do. The photo's pose and place are rest."""

    def __init__(self, square: Square, fit: FaceFit, head: Head, device: torch.device) -> None:
        self._device, self._seated, self._face_m = device, square.seated, square.face_m
        self._turning = Turning(head, square.seated, device)
        self._still_133 = torch.eye(3, device=device)[None]
        self._own_152 = self._on(fit.expression_52)[None]
        self._own_1L2 = self._on(square.landmarks_L2)[None]
        self._beside_1L2 = self._own_1L2 - self._turning.landmarks(self._own_152, self._still_133)

    def of(self, reference_13HH: Tensor, motion: MotionTrack, weights_T8: F32, sound_NX: F32) -> Given:
        """What is given for a whole motion: about 17 kB a frame.

        `sound_NX` are mel levels in standard deviations at `RATE_HZ`, from `REACH` frames before the motion to `REACH` after it.
        Landmarks move as those of the fitted head and begin where they are found in the photo. Breath is left out.
        """
        parts = [self._moved(motion, start) for start in range(0, len(motion), _TOGETHER)]
        return Given(
            reference_B3HH=reference_13HH,
            own_B52=self._own_152,
            own_landmarks_BL2=self._own_1L2,
            back_BF3GG=torch.cat([back_F3GG for back_F3GG, _ in parts])[None],
            expression_BF52=self._on(motion.expression_T52)[None],
            landmarks_BFL2=torch.cat([landmarks_FL2 for _, landmarks_FL2 in parts])[None],
            sound_BFWX=around(self._on(sound_NX), len(motion), motion.fps)[None],
            weights_BF8=self._on(weights_T8)[None],
        )

    def _moved(self, motion: MotionTrack, start: int) -> tuple[Tensor, Tensor]:
        """The way back (F, 3, G, G) and the landmarks (F, L, 2) of some frames."""
        some = slice(start, start + _TOGETHER)
        rotation_F33 = head_rotation(self._on(motion.rotation_T3[some]))
        shift_F3 = self._shift(motion.shift_T2[some], motion.scale_T[some])
        still_F33 = self._still_133.expand(len(rotation_F33), -1, -1)
        back_F3GG = self._turning.displacement(still_F33, rotation_F33, CELLS, shift_F3)
        landmarks_FL2 = self._turning.landmarks(self._on(motion.expression_T52[some]), rotation_F33, shift_F3)
        return back_F3GG, landmarks_FL2 + self._beside_1L2

    def _shift(self, shift_F2: F32, scale_F: F32) -> Tensor:
        """How far the head moves (F, 3), in head coordinates, for a shift in face widths and an apparent scale."""
        seated = self._seated
        depth = float(seated.rotation_33[2] @ seated.pivot_3 + seated.translation_3[2])
        camera_F3 = np.concatenate([shift_F2 * self._face_m, (depth * (1 / scale_F - 1))[:, None]], 1)
        return self._on(camera_F3 @ seated.rotation_33)

    def _on(self, array: F32 | F64) -> Tensor:
        return torch.as_tensor(np.array(array, np.float32), device=self._device)


def around(sound_NX: Tensor, frames: int, fps: Fraction) -> Tensor:
    """The sound (F, W, X) around each frame, without copying it where pictures come as fast as sound."""
    windows_NWX = sound_NX.unfold(0, 2 * REACH + 1, 1).mT
    if fps == RATE_HZ:
        return windows_NWX[:frames]
    heard_F = ((torch.arange(frames, dtype=torch.float64) + 0.5) * float(RATE_HZ / fps)).floor().long()
    return windows_NWX[heard_F.to(sound_NX.device)]
