"""What a person's actions do to their face, found by drawing them and looking: the photo renderer performs what was read in a take,
its frames are read again, and what is still missing beside the real frames is laid to the actions.

Reading what is drawn keeps the habits of the landmark reader out: it shows less of a movement than there is, in real and in drawn
frames alike. T frames that are looked at, K actions that were seen, N = 468 landmarks.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.tracks import F64, U8, FrameStream, Frozen, MotionTrack, Portrait
from emostage.face.actions import millimetre, photo_actions
from emostage.face.film import read_face
from emostage.face.personal import PersonalFace, with_actions
from emostage.face.track import Tracker
from emostage.face.turning import head_rotation
from emostage.portrait.personal import Person
from emostage.portrait.photo import PhotoRenderer
from emostage.training.person.reading import Reading, portrait_in

MOST_FRAMES = 250
"""Frames that are looked at in all."""
LEAST_FRAMES = 12
"""Frames of a take without which it tells nothing."""
_SHARE, _OWN_MM = 0.2, 0.2
"""How far actions of one person usually are from those of another: a share of what they do, and some millimetres everywhere."""
_NOISE_MM = 1.5
"""What a frame shows beside its actions."""
_OFTEN = 95
"""Percentile of the weights of an action up to which it counts as seen: rarer ones tell too little."""
_SEEN = 1e-3
"""Standard deviation of a weight without which its action was not seen."""

Tell = Callable[[int, int], None]
"""Hears how many frames have been looked at, and of how many."""
Numbers = NDArray[np.intp]


@dataclass(frozen=True, kw_only=True, eq=False)
class Looked(Frozen):
    """Frames of a take that were drawn and read again: `expression_TK52` asked for, and what was missing at the landmarks
    (T, N, 3) in head coordinates."""

    expression_T52: F64
    missing_TN3: F64


def fit_actions(person: Person, readings: Sequence[Reading], tracker: Tracker, tell: Tell = lambda *_: None) -> PersonalFace:
    """A person's face with the actions that the readings of it show; the same face where there are too few frames."""
    films = [reading for reading in readings if len(reading.take) >= LEAST_FRAMES]
    shares = _shares([len(reading.take) for reading in films])
    looked: list[Looked] = []
    done = 0
    for reading, share in zip(films, shares, strict=True):
        found = _looked(person, reading, share, tracker)
        looked += [found] if found is not None else []
        done += share
        tell(done, sum(shares))
    face = person.face
    if not looked:
        return face
    head = films[0].head
    found_52N3 = _laid_to_actions(looked, photo_actions(head, face.rest_N3), face.rest_N3)
    seen_52 = np.percentile(np.concatenate([one.expression_T52 for one in looked]), _OFTEN, axis=0)
    return with_actions(face, face.actions_52N3 + found_52N3, seen_52)


def _shares(lengths: Sequence[int]) -> list[int]:
    """How many frames of each take are looked at."""
    total = sum(lengths)
    return [max(LEAST_FRAMES, round(length * min(1.0, MOST_FRAMES / total))) for length in lengths]


def _looked(person: Person, reading: Reading, count: int, tracker: Tracker) -> Looked | None:
    """Frames of a take, drawn and read again; None where its best frame is no portrait or too little can be read."""
    found = portrait_in(reading)
    if found is None:
        return None
    anchor, portrait = found
    numbers_T = np.unique(np.linspace(0, len(reading.take) - 1, count).round().astype(np.intp))
    motion = part(reading.motion(reading.hold(anchor)), numbers_T)
    renderer = drawn_by(portrait, reading, person)
    real_TL2 = reading.take.landmarks_TL2[numbers_T].astype(np.float64)
    drawn_TL2 = read_again(tracker, renderer.render(motion), real_TL2)
    missing_TN3 = _in_head(renderer, motion, (real_TL2 - drawn_TL2)[:, :468])
    known_T = np.isfinite(missing_TN3).all((1, 2)) & reading.take.seen_T[numbers_T]
    if known_T.sum() < LEAST_FRAMES:
        return None
    return Looked(expression_T52=motion.expression_T52[known_T].astype(np.float64), missing_TN3=missing_TN3[known_T])


def drawn_by(portrait: Portrait, reading: Reading, person: Person) -> PhotoRenderer:
    """The photo renderer of a portrait in pictures as large as those of a take, which knows the person."""
    known = person.in_picture(portrait, reading.head)
    return PhotoRenderer(portrait, reading.head, size_px=reading.take.size_px, known=known)


def part(motion: MotionTrack, numbers_T: Numbers | slice) -> MotionTrack:
    """Some frames of a motion."""
    names = ("expression_T52", "rotation_T3", "shift_T2", "scale_T", "tongue_T", "breath_T")
    return replace(motion, **{name: getattr(motion, name)[numbers_T] for name in names})


def read_again(tracker: Tracker, frames: FrameStream | Sequence[U8], near_TL2: F64) -> F64:
    """Landmarks (T, L, 2) of frames that were drawn, near where they are to be; NaN where there is no face."""
    return np.stack([read_face(tracker, frame_HW3, near_L2) for frame_HW3, near_L2 in zip(frames, near_TL2, strict=True)])


def _in_head(renderer: PhotoRenderer, motion: MotionTrack, off_TN2: F64) -> F64:
    """What lies so many pixels off in the frames of a motion, in head coordinates (T, N, 3)."""
    sheet, plate = renderer.painter.sheet, renderer.backing.plate
    with torch.inference_mode():
        depth_TN = renderer.painter.rig.at(motion, 0, len(motion)).camera_BV3[:, :468, 2].numpy().astype(np.float64)
    camera_TN3 = np.concatenate([off_TN2 * depth_TN[..., None] / plate.focal_px, np.zeros((*depth_TN.shape, 1))], 2)
    turned_T33 = head_rotation(torch.from_numpy(np.array(motion.rotation_T3))).numpy().astype(np.float64)
    found_TN3: F64 = np.einsum("tnc,tcd->tnd", camera_TN3, sheet.rotation_33 @ turned_T33)
    return found_TN3


def _laid_to_actions(looked: Sequence[Looked], actions_52N3: F64, rest_N3: F64) -> F64:
    """What each action (52, N, 3) does beyond what was drawn: the posterior mean of a linear model, landmark by landmark, whose
    prior allows each action a share of what it does anyway. What a take misses throughout belongs to its portrait."""
    mm = millimetre(rest_N3)
    expression_T52 = np.concatenate([one.expression_T52 - one.expression_T52.mean(0) for one in looked])
    missing_TN3 = np.concatenate([one.missing_TN3 - one.missing_TN3.mean(0) for one in looked])
    seen_K = np.flatnonzero(expression_T52.std(0) > _SEEN)
    weights_TK = expression_T52[:, seen_K]
    spread_KN = _SHARE * np.linalg.norm(actions_52N3[seen_K], axis=2) + _OWN_MM * mm
    normal_KK, right_NKX = weights_TK.T @ weights_TK, np.einsum("tk,tnx->nkx", weights_TK, missing_TN3)
    prior_NKK = np.einsum("kn,kj->nkj", (_NOISE_MM * mm / spread_KN) ** 2, np.eye(len(seen_K)))
    found_52N3 = np.zeros_like(actions_52N3)
    found_52N3[seen_K] = np.linalg.solve(normal_KK + prior_NKK, right_NKX).transpose(1, 0, 2)
    return found_52N3
