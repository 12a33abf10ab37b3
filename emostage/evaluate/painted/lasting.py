"""A long take: whether faces blur or become others in it, and whether the joints of its windows show. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import pairwise

import cv2
import numpy as np
import torch

from emostage.core.tracks import F32, F64, U8
from emostage.evaluate.painted.acts import Act, Sitter
from emostage.evaluate.painted.artists import Painting
from emostage.evaluate.painted.cases import Case
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.similarity import Mask, face_mask
from emostage.nets.painting.given import Given

FPS = 25
PARTS = 10
"""A take acts the same so many times; its last part is compared with its first."""
_LEAST = 12
_BETWEEN = 5
"""Frames in which the acting of one clip becomes that of the next."""


@dataclass(frozen=True, kw_only=True)
class Lasting:
    """`sharpness`, `identity`: by what share the last tenth differs from the first, which acts the same; `borders`, the changes of
    the face from frame to frame where windows meet, as a share of those elsewhere (NaN when there are no borders)."""

    seconds: float
    sharpness: float
    identity: float
    borders: float


@dataclass(frozen=True, kw_only=True, eq=False)
class Looped(Given):
    """Conditions gone through `times` times, of which only one round is kept."""

    times: int

    @property
    def frames(self) -> int:
        """Frames of all rounds."""
        return self.expression_BF52.shape[1] * self.times

    def part(self, first: int, last: int) -> Given:
        """Frames `first` to `last` of all rounds."""
        at_F = torch.arange(first, last) % self.expression_BF52.shape[1]
        arrays = {f.name: getattr(self, f.name) for f in fields(Given)}
        return Given(**{name: array[:, at_F] if "_BF" in name else array for name, array in arrays.items()})


def lasting(artist: Painting, cases: Sequence[Case], recogniser: Recogniser, *, seconds: float) -> Lasting:
    """Have the person of the first case act the clips of all of them, over and over. Only faces are kept, one at a time."""
    sitter = cases[0].sitter
    act = acting(sitter, [case.sitter.true(case.frames_T) for case in cases], max(_LEAST, round(seconds * FPS / PARTS)) | 1)
    given = sitter.given(act)
    looped = Looped(**{f.name: getattr(given, f.name) for f in fields(Given)}, times=PARTS)
    portrait_D = recogniser.embed([sitter.picture], sitter.own("landmarks_NL2")[None])[0]
    masks = _masks(act, sitter.picture)
    sharp: list[float] = []
    alike: list[float] = []
    changes: list[float] = []
    borders: list[bool] = []
    before_HW3: U8 | None = None
    for chunk_NHW3 in artist.chunks(looped):
        for k, frame_HW3 in enumerate(chunk_NHW3):
            at = len(sharp) % len(act)
            sharp.append(sharpness(frame_HW3, masks[at]))
            alike.append(float(recogniser.embed([frame_HW3], act.landmarks_TL2[[at]])[0] @ portrait_D))
            if before_HW3 is not None:
                off_N3 = frame_HW3[masks[at]].astype(np.float64) - before_HW3[masks[at]]
                changes.append(float(np.sqrt((off_N3**2).mean())))
                borders.append(k == 0)
            before_HW3 = frame_HW3
    return Lasting(
        seconds=len(sharp) / FPS,
        sharpness=_grown(sharp, len(act)),
        identity=_grown(alike, len(act)),
        borders=_beside(np.array(changes), np.array(borders)),
    )


def acting(sitter: Sitter, clips: Sequence[Act], frames: int) -> Act:
    """So many frames of several clips one after the other, for another person, that begin as they end. An odd number of frames
    meets the joints of windows elsewhere in every round."""
    track_TX = _joined([np.concatenate([clip.expression_T52, clip.rotation_T3, clip.weights_T8], 1) for clip in clips], frames)
    return sitter.asked(track_TX[:, :52], rotation_T3=track_TX[:, 52:55], weights_T8=track_TX[:, 55:])


def sharpness(frame_HW3: U8, inside_HW: Mask) -> float:
    """Variance of the Laplacian of the luma over the pixels inside."""
    luma_HW = cv2.cvtColor(np.ascontiguousarray(frame_HW3), cv2.COLOR_RGB2GRAY).astype(np.float64)
    return float(cv2.Laplacian(luma_HW, cv2.CV_64F)[inside_HW].var())


def _joined(clips: Sequence[F32], frames: int) -> F32:
    """Clips forth and back and forth, eased from one to the next, cut to length and closed to a ring."""
    pieces: list[F32] = []
    while sum(len(piece) + _BETWEEN for piece in pieces) < frames + _BETWEEN:
        clip_TX = clips[len(pieces) % len(clips)]
        pieces.append(np.concatenate([clip_TX, clip_TX[-2::-1]]))
    share_B1 = (0.5 - 0.5 * np.cos(np.pi * (np.arange(_BETWEEN) + 1) / (_BETWEEN + 1)))[:, None]
    out = [pieces[0]]
    for before, after in pairwise(pieces):
        out += [before[-1] + share_B1 * (after[0] - before[-1]), after]
    whole_TX = np.concatenate(out)[: frames - _BETWEEN]
    ring_TX: F32 = np.concatenate([whole_TX, whole_TX[-1] + share_B1 * (whole_TX[0] - whole_TX[-1])]).astype(np.float32)
    return ring_TX


def _masks(act: Act, picture_HW3: U8) -> list[Mask]:
    height, width = picture_HW3.shape[:2]
    return [face_mask(points_L2.astype(np.float64) * [width, height], (width, height)) for points_L2 in act.landmarks_TL2]


def _grown(values: Sequence[float], round_frames: int) -> float:
    """The mean of the last round as a share of the first, less one."""
    return float(np.mean(values[-round_frames:]) / np.mean(values[:round_frames]) - 1.0)


def _beside(changes_T: F64, borders_T: F64) -> float:
    at_T = borders_T.astype(bool)
    return float(changes_T[at_T].mean() / changes_T[~at_T].mean()) if at_T.any() and not at_T.all() else float("nan")
