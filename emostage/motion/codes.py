"""A performance in two codes: what the lips say, and how it is said. T frames.

The split is the one of V-AID (EmotiveTalk, arXiv 2411.16726, section 3.2) in motion space: a lip code that speech alone decides,
and an expression code that feeling, prosody and chance decide. Both are plain channels, so nets can learn them and people can read
them; `motion.embody` joins them on one face.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, Frozen
from emostage.motion.contacts import Contacts
from emostage.motion.idle import ACTIONS
from emostage.motion.targets import CHANNELS

LIP_CHANNELS: tuple[str, ...] = (*CHANNELS, "seal", "teeth", "busy")
"""The lip code: mouth channels, contacts, and how busy the lips are."""

MANNER_CHANNELS: tuple[str, ...] = (
    *ACTIONS,
    *("lean", "lids", "gazeYaw", "gazePitch", "headPitch", "headYaw", "headRoll", "shiftRight", "shiftDown", "scale", "breath"),
)
"""The expression code: small actions beside speech and feeling, asymmetry, lids, gaze, head, body and breath."""

_A = len(ACTIONS)


@dataclass(frozen=True, kw_only=True)
class Lips(Frozen):
    """The lip code. `channels_TC` in the order of `targets.CHANNELS`; `seal_T`, `teeth_T`, `busy_T` in [0, 1]."""

    channels_TC: F64
    seal_T: F64
    teeth_T: F64
    busy_T: F64

    @property
    def touch(self) -> Contacts:
        """The contacts."""
        return Contacts(seal_T=self.seal_T, teeth_T=self.teeth_T)

    def values(self) -> F64:
        """As an array (T, 10) in the order of `LIP_CHANNELS`."""
        return np.concatenate([self.channels_TC, np.stack([self.seal_T, self.teeth_T, self.busy_T], 1)], 1)

    @classmethod
    def of(cls, values_TL: NDArray[np.floating[Any]]) -> Self:
        """The lip code of an array (T, 10)."""
        v_TL = np.asarray(values_TL, np.float64)
        count = len(CHANNELS)
        seal_T, teeth_T, busy_T = v_TL[:, count:].T
        return cls(channels_TC=v_TL[:, :count], seal_T=seal_T, teeth_T=teeth_T, busy_T=busy_T)


@dataclass(frozen=True, kw_only=True)
class Manner(Frozen):
    """The expression code. `accents_TA` weights to add to `idle.ACTIONS`; `lean_T` by how much the left side is the stronger;
    `lids_T` closure in [0, 1]; `gaze_T2` (yaw, pitch up; rad) relative to the camera; `turn_T3` (pitch down, yaw, roll; rad)
    beyond the feeling's posture; `shift_T2` in face widths; `scale_T` around 1; `breath_T` in [0, 1]."""

    accents_TA: F64
    lean_T: F64
    lids_T: F64
    gaze_T2: F64
    turn_T3: F64
    shift_T2: F64
    scale_T: F64
    breath_T: F64

    def values(self) -> F64:
        """As an array (T, 27) in the order of `MANNER_CHANNELS`; the scale as its difference from 1."""
        ones = (self.lean_T, self.lids_T)
        body = (self.scale_T - 1.0, self.breath_T)
        return np.concatenate([self.accents_TA, np.stack(ones, 1), self.gaze_T2, self.turn_T3, self.shift_T2, np.stack(body, 1)], 1)

    @classmethod
    def of(cls, values_TM: NDArray[np.floating[Any]]) -> Self:
        """The expression code of an array (T, 27)."""
        v_TM = np.asarray(values_TM, np.float64)
        return cls(
            accents_TA=v_TM[:, :_A],
            lean_T=v_TM[:, _A],
            lids_T=v_TM[:, _A + 1],
            gaze_T2=v_TM[:, _A + 2 : _A + 4],
            turn_T3=v_TM[:, _A + 4 : _A + 7],
            shift_T2=v_TM[:, _A + 7 : _A + 9],
            scale_T=1.0 + v_TM[:, _A + 9],
            breath_T=v_TM[:, _A + 10],
        )
