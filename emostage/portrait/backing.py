"""What stands around the moving person: the still frame of the film, the plate and what is behind the person in it.

Letters: H, W rows and columns of the film, h and w of the plate.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, U8, Frozen, Portrait
from emostage.face.segment import matte
from emostage.portrait.background import KEEP, backdrop, person_only, tightened, without_person
from emostage.portrait.framing import Framing, Shot, frame, plate_of
from emostage.portrait.plate import Plate

_MATTE_PX = 768
_JOIN_PX = 24.0


@dataclass(frozen=True, kw_only=True)
class Backing(Frozen):
    """`still_HW3` the film's frame when nothing moves; `left`, `top` the plate's place in it; `behind_hw3` the plate without the
    person; `person_hw3` what is added to it: the person, premultiplied by the matte.

    In the plate, still = person + (1 - matte) * behind exactly, so nothing changes where nothing moves."""

    still_HW3: U8
    left: int
    top: int
    plate: Plate
    behind_hw3: F32
    person_hw3: F32


def back(portrait: Portrait, size_px: tuple[int, int], background: str | Path, shot: Shot = "whole") -> Backing:
    """Frame the portrait in a film of (width, height) before its own or another background (`keep`, `blur`, `#rrggbb`, a path)."""
    framing = frame(portrait, size_px, shot)
    plate = plate_of(portrait, framing)
    if background == KEEP:
        behind_hw3 = without_person(plate.photo_HW3, plate.matte_HW, plate.unit_px)
        return _backing(framing.still_HW3, framing, plate, behind_hw3)
    matte_HW = _film_matte(portrait, framing, plate)
    clean_HW3 = without_person(framing.still_HW3, matte_HW, plate.unit_px)
    scenery_HW3 = backdrop(background, size_px, clean_HW3)
    person_HW3 = person_only(framing.still_HW3, matte_HW, clean_HW3, plate.unit_px)
    matte_HW = tightened(matte_HW, plate.unit_px)
    still_HW3 = (scenery_HW3 + (person_HW3.astype(np.float32) - scenery_HW3) * matte_HW[..., None] + 0.5).astype(np.uint8)
    left, top, right, bottom = framing.plate_4
    window = (slice(top, bottom), slice(left, right))
    photo_hw3, matte_hw = (np.ascontiguousarray(whole[window]) for whole in (person_HW3, matte_HW))
    plate = replace(plate, photo_HW3=photo_hw3, matte_HW=matte_hw)
    return _backing(still_HW3, framing, plate, scenery_HW3[window])


def _backing(still_HW3: U8, framing: Framing, plate: Plate, behind_hw3: NDArray[np.uint8 | np.float32]) -> Backing:
    """The still frame's plate taken apart into the person and what is behind."""
    left, top, right, bottom = framing.plate_4
    behind = behind_hw3.astype(np.float32)
    return Backing(
        still_HW3=still_HW3,
        left=left,
        top=top,
        plate=plate,
        behind_hw3=behind,
        person_hw3=still_HW3[top:bottom, left:right] - (1 - plate.matte_HW[..., None]) * behind,
    )


def _film_matte(portrait: Portrait, framing: Framing, plate: Plate) -> F32:
    """The person in the whole film frame: the plate's own matte, joined softly to a coarser one of the whole picture."""
    height, width = framing.still_HW3.shape[:2]
    left, top, right, bottom = framing.plate_4
    inside_hw = np.pad(np.ones((bottom - top, right - left), np.uint8), 1)
    for is_open, side in zip(plate.open_4, (np.s_[:, :1], np.s_[:1], np.s_[:, -1:], np.s_[-1:]), strict=True):
        inside_hw[side] = 0 if is_open else 1
    trust_HW = np.zeros((height, width), np.float32)
    trust_hw = cv2.distanceTransform(inside_hw, cv2.DIST_L2, 5)[1:-1, 1:-1] / _JOIN_PX if any(plate.open_4) else 1.0
    trust_HW[top:bottom, left:right] = np.clip(trust_hw, 0, 1)
    fine_HW = np.zeros((height, width), np.float32)
    fine_HW[top:bottom, left:right] = plate.matte_HW
    if not any(plate.open_4):
        return fine_HW
    return (trust_HW * fine_HW + (1 - trust_HW) * _picture_matte(portrait, framing)).astype(np.float32)


def _picture_matte(portrait: Portrait, framing: Framing) -> F32:
    """A matte of the whole picture at the film's pixels, 0 beside the picture."""
    rows, columns = portrait.picture_HW3.shape[:2]
    side = max(rows, columns)
    square = cv2.copyMakeBorder(np.array(portrait.picture_HW3), 0, side - rows, 0, side - columns, cv2.BORDER_REPLICATE)
    small = cv2.resize(square, (_MATTE_PX, _MATTE_PX), interpolation=cv2.INTER_AREA if side > _MATTE_PX else cv2.INTER_CUBIC)
    per_px = _MATTE_PX / side
    person = matte(small, portrait.crop.to_picture(portrait.landmarks_L2) * per_px)
    step_2 = per_px / framing.scale_2
    start_2 = (0.5 - framing.offset_2) * step_2 - 0.5
    to_small_23 = np.array([[step_2[0], 0, start_2[0]], [0, step_2[1], start_2[1]]])
    height, width = framing.still_HW3.shape[:2]
    spread_HW: F32 = cv2.warpAffine(person, to_small_23, (width, height), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP)
    left, top, right, bottom = framing.picture_4
    beside_HW = np.ones((height, width), bool)
    beside_HW[top:bottom, left:right] = False
    spread_HW[beside_HW] = 0
    return spread_HW
