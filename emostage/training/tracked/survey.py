"""A first look at a piece of film or a photo: who is seen where at every fifth frame, and where the picture changes.

K frames looked at, L = 478 landmarks, D numbers of an embedding.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.tracks import F64, U8
from emostage.face.crop import resample, window
from emostage.face.findings import MIN_SCORE
from emostage.face.refine import VIEWS, refine
from emostage.face.track import FaceMeshTracker
from emostage.training.tracked.likeness import Knower

EVERY = 5
"""Each so-manieth frame is searched for faces."""
_HUMAN_EVERY = 3
"""Of each so-manieth of those it is seen whether its faces are human ones."""
SURVEY_PX = 960
_MOST_FACES = 4
_CROP_PX, _MARGIN = 512, 1.8
_KNOWN_PX = 256
_THUMB_STEP = 8
_OTHER_PICTURE, _SPIKE, _SPIKES, _BESIDE = 35.0, 5.0, 2.5, 12
"""Pictures that differ by so many grey levels on average belong to two shots; by so many, when that is so many times what any of so
many frames before and after differ by."""
_LIMIT = 64 << 20


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A face in frame `frame` of its film: the (left, top, right, bottom) of its landmarks in pixels of the film, its yaw and pitch
    in degrees, and its embedding. `spread_px` is how far views of it disagree, in a crop of 512 pixels; None where that was not
    looked at."""

    frame: int
    box_px: tuple[float, float, float, float]
    turn_deg: tuple[float, float]
    embedding_D: tuple[float, ...]
    spread_px: float | None = None

    @property
    def centre_px(self) -> tuple[float, float]:
        """Middle of the box."""
        left, top, right, bottom = self.box_px
        return (left + right) / 2, (top + bottom) / 2

    @property
    def height_px(self) -> float:
        """Forehead to chin, for an upright face."""
        return max(1.0, self.box_px[3] - self.box_px[1])


@dataclass(frozen=True, kw_only=True)
class Survey:
    """What was seen in frames `first` to `first + count` of a film; `cuts` are the frames that begin another shot."""

    first: int
    count: int
    cuts: tuple[int, ...]
    sights: tuple[Sight, ...]


def surveyed(
    frames: Iterable[U8], first: int, scale: float, tracker: FaceMeshTracker, knower: Knower, *, on_look: Callable[[], None]
) -> Survey:
    """Look at frames, of which the first is number `first` of its film and a pixel is `1 / scale` of the film's."""
    thumbs: list[U8] = []
    sights: list[Sight] = []
    for at, frame_HW3 in enumerate(frames):
        thumbs.append(frame_HW3[::_THUMB_STEP, ::_THUMB_STEP].mean(-1).astype(np.uint8))
        if at % EVERY == 0:
            closely = at % (EVERY * _HUMAN_EVERY) == 0
            sights += sights_in(frame_HW3, first + at, scale, tracker, knower, closely=closely)
            on_look()
    return Survey(first=first, count=len(thumbs), cuts=tuple(first + at for at in _cuts(thumbs)), sights=tuple(sights))


def sights_in(frame_HW3: U8, number: int, scale: float, tracker: FaceMeshTracker, knower: Knower, *, closely: bool) -> list[Sight]:
    """The faces of one frame, the largest first."""
    found = []
    for mesh_L3 in tracker.meshes(frame_HW3)[:_MOST_FACES]:
        landmarks_L2 = mesh_L3[:, :2]
        if tracker.score(frame_HW3, landmarks_L2) < MIN_SCORE:
            continue
        (left, top), (right, bottom) = (landmarks_L2[:468].min(0) / scale, landmarks_L2[:468].max(0) / scale)
        spread_px = _spread_px(frame_HW3, landmarks_L2, tracker) if closely else None
        found.append(
            Sight(
                frame=number,
                box_px=(float(left), float(top), float(right), float(bottom)),
                turn_deg=_turn_deg(mesh_L3),
                embedding_D=_embedded(frame_HW3, landmarks_L2, knower),
                spread_px=spread_px,
            )
        )
    return found


def _turn_deg(mesh_L3: F64) -> tuple[float, float]:
    """Yaw and pitch by the depth that comes with the landmarks: ear to ear, forehead to chin."""
    across_3, down_3 = mesh_L3[454] - mesh_L3[234], mesh_L3[152] - mesh_L3[10]
    yaw, pitch = np.arctan2(across_3[2], np.hypot(*across_3[:2])), np.arctan2(down_3[2], np.hypot(*down_3[:2]))
    return round(float(np.degrees(yaw)), 1), round(float(np.degrees(pitch)), 1)


def _spread_px(frame_HW3: U8, landmarks_L2: F64, tracker: FaceMeshTracker) -> float:
    """How far views of a face disagree; as far as can be when few of them show one."""
    crop = window(landmarks_L2, (frame_HW3.shape[1], frame_HW3.shape[0]), _CROP_PX, _MARGIN)
    reading = refine(tracker, resample(frame_HW3, crop), crop.to_crop(landmarks_L2), VIEWS[1:3])
    return round(reading.spread_px, 2) if reading.seen >= 0.5 else float(_CROP_PX)


def _embedded(frame_HW3: U8, landmarks_L2: F64, knower: Knower) -> tuple[float, ...]:
    crop = window(landmarks_L2, (frame_HW3.shape[1], frame_HW3.shape[0]), _KNOWN_PX, _MARGIN)
    embedding_D = knower.embed(resample(frame_HW3, crop), crop.to_crop(landmarks_L2) / _KNOWN_PX)
    return tuple(round(float(x), 4) for x in embedding_D)


def _cuts(thumbs: Sequence[U8]) -> list[int]:
    """Numbers of the frames that are quite another picture than the one before: by themselves, or against their neighbours. A cut
    too many costs little."""
    change_K = np.array([0.0, *(_differ(a, b) for a, b in pairwise(thumbs))])
    found = []
    for at in range(1, len(change_K)):
        beside = np.concatenate([change_K[max(1, at - _BESIDE) : at], change_K[at + 1 : at + 1 + _BESIDE]])
        spike = change_K[at] > max(_SPIKE, _SPIKES * float(beside.max(initial=0.0)))
        if change_K[at] > _OTHER_PICTURE or (spike and len(beside) >= _BESIDE):
            found.append(at)
    return found


def _differ(one_hw: U8, other_hw: U8) -> float:
    return float(np.abs(one_hw.astype(np.int16) - other_hw).mean())


def to_json(survey: Survey) -> dict[str, Any]:
    """A survey as data."""
    return {"first": survey.first, "count": survey.count, "cuts": survey.cuts, "sights": [asdict(s) for s in survey.sights]}


def read_survey(path: Path) -> Survey | None:
    """The survey of a file; None when there is none, or none that is whole."""
    try:
        if path.stat().st_size > _LIMIT:
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
        return Survey(
            first=int(told["first"]),
            count=int(told["count"]),
            cuts=tuple(int(at) for at in told["cuts"]),
            sights=tuple(_sight(one) for one in told["sights"]),
        )
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _sight(told: dict[str, Any]) -> Sight:
    left, top, right, bottom = (float(x) for x in told["box_px"])
    yaw, pitch = (float(x) for x in told["turn_deg"])
    spread = told["spread_px"]
    return Sight(
        frame=int(told["frame"]),
        box_px=(left, top, right, bottom),
        turn_deg=(yaw, pitch),
        embedding_D=tuple(float(x) for x in told["embedding_D"]),
        spread_px=None if spread is None else float(spread),
    )
