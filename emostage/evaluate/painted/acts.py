"""A person of footage who sits for a picture, and what that person is asked to do. T frames, L = 468 landmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import torch
from torch import Tensor

from emostage.core.emotion import NEUTRAL_8
from emostage.core.tracks import F32, F64, U8, Frozen
from emostage.face.head import load_head
from emostage.face.turning import Face, Turning, TurningHead, head_rotation
from emostage.nets.painting.given import CELLS, FINE_CELLS, Given
from emostage.training.dataset import mel_levels
from emostage.training.footage.acting import SILENCE_X
from emostage.training.footage.store import REACH, SOURCES, Footage

_TOGETHER = 16
"""Frames whose heads are turned together."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Act(Frozen):
    """What is asked, frame by frame, as footage has it: expression and rotation, the sound around each frame, emotion weights, and
    where the landmarks are to be in shares of the picture's side."""

    expression_T52: F32
    rotation_T3: F32
    sound_TWX: U8
    weights_T8: F32
    landmarks_TL2: F32

    def __len__(self) -> int:
        return len(self.expression_T52)


@dataclass(frozen=True, kw_only=True, eq=False)
class Sitter:
    """The person of a shot, with frame `portrait` of the footage as the only picture that is known."""

    footage: Footage
    portrait: int

    @property
    def shot(self) -> int:
        """The person's number."""
        return int(self.footage.frames["shot_N"][self.portrait])

    @property
    def filmed(self) -> bool:
        """Whether the person was filmed, and not drawn."""
        return SOURCES[int(self.footage.shots["source_S"][self.shot])] == "filmed"

    @cached_property
    def picture(self) -> U8:
        """The portrait (H, W, 3)."""
        return self.footage.picture(self.portrait)

    def own(self, name: str) -> F32:
        """What is known of the portrait: an array of `store.FRAMES`."""
        return np.asarray(self.footage.frames[name][self.portrait], np.float32)

    @cached_property
    def turning(self) -> Turning:
        """The person's head, ready to be turned."""
        return Turning(_head(), self.footage.seated(self.shot))

    def true(self, frames: Sequence[int]) -> Act:
        """What the person does in frames of the footage."""
        told = {name: self.footage.frames[name][list(frames)] for name in self.footage.frames}
        return Act(
            expression_T52=told["expression_N52"].astype(np.float32),
            rotation_T3=told["rotation_N3"].astype(np.float32),
            sound_TWX=told["sound_NWX"],
            weights_T8=told["weights_N8"].astype(np.float32),
            landmarks_TL2=told["landmarks_NL2"].astype(np.float32),
        )

    def asked(self, expression_T52: F32 | F64, *, rotation_T3: F32 | None = None, weights_T8: F32 | F64 | None = None) -> Act:
        """Silent expressions; the head keeps still and the feeling is neutral unless told. Landmarks move as those of the linear
        head and begin where they are in the portrait."""
        count = len(expression_T52)
        rotation_T3 = np.repeat(self.own("rotation_N3")[None], count, 0) if rotation_T3 is None else rotation_T3
        weights_T8 = np.repeat(np.array(NEUTRAL_8)[None], count, 0) if weights_T8 is None else weights_T8
        beside_L2 = self.own("landmarks_NL2") - self._linear(self.own("expression_N52")[None], self.own("rotation_N3")[None])[0]
        return Act(
            expression_T52=np.asarray(expression_T52, np.float32),
            rotation_T3=np.asarray(rotation_T3, np.float32),
            sound_TWX=np.broadcast_to(SILENCE_X, (count, 2 * REACH + 1, len(SILENCE_X))),
            weights_T8=np.asarray(weights_T8, np.float32),
            landmarks_TL2=self._linear(expression_T52, rotation_T3) + beside_L2,
        )

    def given(self, act: Act) -> Given:
        """What a painter is given."""
        parts = [self._moved(act, slice(first, first + _TOGETHER)) for first in range(0, len(act), _TOGETHER)]
        picture_13HH = torch.from_numpy(self.picture.copy()).permute(2, 0, 1).float()[None] / 127.5 - 1.0
        return Given(
            reference_B3HH=picture_13HH,
            own_B52=_one(self.own("expression_N52")),
            own_landmarks_BL2=_one(self.own("landmarks_NL2")),
            own_marks_BM2=self._marks(*(self.own(name)[None] for name in ("expression_N52", "rotation_N3", "landmarks_NL2"))),
            back_BF3GG=torch.cat([back for back, _ in parts])[None],
            moved_BF3KK=torch.cat([moved for _, moved in parts])[None],
            expression_BF52=_one(act.expression_T52),
            landmarks_BFL2=_one(act.landmarks_TL2),
            marks_BFM2=self._marks(act.expression_T52, act.rotation_T3, act.landmarks_TL2)[None],
            sound_BFWX=_one(mel_levels(np.array(act.sound_TWX))),
            weights_BF8=_one(act.weights_T8),
        )

    def _linear(self, expression_T52: F32 | F64, rotation_T3: F32) -> F32:
        """Landmarks (T, L, 2) of the linear head."""
        rotation_T33 = head_rotation(torch.from_numpy(np.array(rotation_T3, np.float32)))
        found: F32 = self.turning.landmarks(torch.from_numpy(np.array(expression_T52, np.float32)), rotation_T33).numpy()
        return found

    def _marks(self, expression_T52: F32, rotation_T3: F32, landmarks_TL2: F32) -> Tensor:
        """Where the marks (T, M, 2) of a face are seen."""
        expression, rotation, landmarks = (torch.from_numpy(np.array(a)) for a in (expression_T52, rotation_T3, landmarks_TL2))
        return self.turning.marks(expression, head_rotation(rotation), None, landmarks)

    def _moved(self, act: Act, some: slice) -> tuple[Tensor, Tensor]:
        """The ways back (T, 3, G, G) and (T, 3, K, K) to the portrait."""
        count = len(act.expression_T52[some])
        before = _face(*(np.repeat(self.own(name)[None], count, 0) for name in ("rotation_N3", "expression_N52")))
        now = _face(act.rotation_T3[some], act.expression_T52[some])
        was, turned = (Face(rotation_B33=face.rotation_B33) for face in (before, now))
        return self.turning.displacement(was, turned, CELLS), self.turning.displacement(before, now, FINE_CELLS)


def _face(rotation_T3: F32, expression_T52: F32) -> Face:
    return Face(
        rotation_B33=head_rotation(torch.from_numpy(np.array(rotation_T3))),
        expression_B52=torch.from_numpy(np.array(expression_T52)),
    )


def _one(array: F32) -> Tensor:
    return torch.from_numpy(np.array(array, np.float32))[None]


@lru_cache(maxsize=1)
def _head() -> TurningHead:
    return TurningHead(load_head())
