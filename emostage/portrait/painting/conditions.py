"""A motion, a sound and a feeling as what painters are given (`nets.painting.given`).

F frames, L = 468 landmarks, N frames of sound with X numbers each.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import numpy as np
import torch
from torch import Tensor

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F32, F64, FaceFit, MotionTrack
from emostage.face.head import Head
from emostage.face.personal import Own
from emostage.face.turning import Face, Turning, TurningHead, head_rotation
from emostage.nets.painting.given import CELLS, FINE_CELLS, RATE_HZ, REACH, Given
from emostage.portrait.painting.square import Square


class Sitter:
    """A person in a square, ready to be told what to do. The photo's pose and place are rest; `own` tells of a person who is
    known."""

    def __init__(self, square: Square, fit: FaceFit, head: Head, device: torch.device, own: Own | None = None) -> None:
        self.device, self._seated, self._face_m = device, square.seated, square.face_m
        self.turning = Turning(TurningHead(head, device), square.seated, None if own is None else own.beyond)
        self.own_152 = self.on(fit.expression_52 if own is None else own.understood(fit.expression_52))[None]
        self.own_1L2 = self.on(square.landmarks_L2)[None]
        self._still_133 = torch.eye(3, device=device)[None]
        self.beside_1L2 = self.own_1L2 - self.turning.landmarks(self.own_152, self._still_133)
        self.marks_1M2 = self.turning.marks(self.own_152, self._still_133, None, self.own_1L2)

    def before(self, frames: int) -> Face:
        """The face of the photo, so many times."""
        return Face(rotation_B33=self._still_133.expand(frames, -1, -1), expression_B52=self.own_152.expand(frames, -1))

    def face(self, motion: MotionTrack, some: slice) -> Face:
        """The faces of some frames of a motion."""
        camera_F3 = np.concatenate([motion.shift_T2[some] * self._face_m, self._nearer(motion.scale_T[some])[:, None]], 1)
        return Face(
            rotation_B33=head_rotation(self.on(motion.rotation_T3[some])),
            expression_B52=self.on(motion.expression_T52[some]),
            shift_B3=self.on(camera_F3 @ self._seated.rotation_33),
        )

    def on(self, array: F32 | F64) -> Tensor:
        """An array as numbers on the device."""
        return torch.as_tensor(np.array(array, np.float32), device=self.device)

    def _nearer(self, scale_F: F32) -> F64:
        """How far the head goes away from the camera, m, to appear at a scale."""
        depth = float(self._seated.rotation_33[2] @ self._seated.pivot_3 + self._seated.translation_3[2])
        away_F: F64 = depth * (1.0 / scale_F.astype(np.float64) - 1.0)
        return away_F


@dataclass(frozen=True, kw_only=True, eq=False)
class Told:
    """What a sitter is told for a whole motion: a `Take` whose conditions are worked out when they are asked for.

    `sound_NX` are mel levels in standard deviations at `RATE_HZ`, from `REACH` frames before the motion to `REACH` after it.
    Landmarks move as those of the fitted head and begin where they are found in the photo. Breath is left out.
    """

    sitter: Sitter
    reference_13HH: Tensor
    motion: MotionTrack
    weights_T8: F32
    sound_NX: F32

    @property
    def own_B52(self) -> Tensor:  # noqa: N802
        """The photo's own expression."""
        return self.sitter.own_152

    @property
    def frames(self) -> int:
        """Frames of the motion."""
        return len(self.motion)

    def part(self, first: int, last: int) -> Given:
        """Frames `first` to `last`."""
        some, sitter = slice(first, min(last, self.frames)), self.sitter
        now = sitter.face(self.motion, some)
        assert now.expression_B52 is not None
        before = sitter.before(len(now.rotation_B33))
        landmarks_FL2 = sitter.turning.landmarks(now.expression_B52, now.rotation_B33, now.shift_B3) + sitter.beside_1L2
        turned, was = (Face(rotation_B33=f.rotation_B33, shift_B3=f.shift_B3) for f in (now, before))
        return Given(
            reference_B3HH=self.reference_13HH,
            own_B52=sitter.own_152,
            own_landmarks_BL2=sitter.own_1L2,
            own_marks_BM2=sitter.marks_1M2,
            back_BF3GG=sitter.turning.displacement(was, turned, CELLS)[None],
            moved_BF3KK=sitter.turning.displacement(before, now, FINE_CELLS)[None],
            expression_BF52=now.expression_B52[None],
            landmarks_BFL2=landmarks_FL2[None],
            marks_BFM2=sitter.turning.marks(now.expression_B52, now.rotation_B33, now.shift_B3, landmarks_FL2)[None],
            sound_BFWX=sitter.on(around(self.sound_NX, some, self.motion.fps))[None],
            weights_BF8=sitter.on(self.weights_T8[some])[None],
        )


def unheard(sitter: Sitter, reference_13HH: Tensor, motion: MotionTrack) -> Told:
    """What a sitter is told for nets that look at the motion alone: of sound and feeling there is nothing."""
    return Told(
        sitter=sitter,
        reference_13HH=reference_13HH,
        motion=motion,
        weights_T8=np.zeros((len(motion), len(EMOTIONS)), np.float32),
        sound_NX=np.zeros((ceil(len(motion) * RATE_HZ / motion.fps) + 2 * REACH, 1), np.float32),
    )


def around(sound_NX: F32, some: slice, fps: Fraction) -> F32:
    """The sound (F, W, X) around each of some frames."""
    heard_F = np.floor((np.arange(some.start, some.stop) + 0.5) * float(RATE_HZ / fps)).astype(np.intp)
    heard_FWX: F32 = sound_NX[heard_F[:, None] + np.arange(2 * REACH + 1)]
    return heard_FWX
