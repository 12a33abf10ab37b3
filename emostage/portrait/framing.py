"""How a portrait's picture lies in the film, and the window of the film in which the face is drawn.

The picture is brought to film size once; the plate is a whole-pixel window on it, so putting a drawn plate back is a copy and there
is no seam. Letters: H, W rows and columns of the film, h and w of a plate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, U8, Frozen, Portrait
from emostage.face.topology import CHIN, FOREHEAD
from emostage.portrait.background import cover
from emostage.portrait.plate import Plate

_ROOM_4 = (0.15, 0.35, 0.15, 0.22)
"""What must be seen around the face's landmarks, in face heights: left, top, right, bottom."""
_NEARLY = 1.2
"""A picture that would fill the film at this enlargement is rather cut a little closer than shown with a surround."""
Shot = Literal["whole", "bust", "close"]
_FACE_SHARE: Mapping[str, float] = MappingProxyType({"bust": 0.30, "close": 0.42})
"""Height of the face (landmarks 10 to 152) in the film's height that a shot shows at least."""
_HEAD_AT = 0.47
"""Where the middle of the head lies in a film that cuts the picture above and below."""
_HIGHEST = 0.8
"""Hair and hats are looked for this far above the face, in face heights."""
_SURROUND_BLUR, _SURROUND_DARK, _SURROUND_SHRINK = 0.03, 0.6, 8
_TO_BORDER = 0.3
"""The plate reaches to a border of the picture that is nearer than this, in face heights: what crosses it may move freely."""


@dataclass(frozen=True, kw_only=True)
class Framing(Frozen):
    """The picture at film size. Picture pixel p lies at film pixel p * scale_2 + offset_2.

    `still_HW3` is the film's frame when nothing moves; `picture_4` the part of it that shows the picture and `plate_4` the
    part in which the face is drawn: (left, top, right, bottom), right and bottom exclusive.
    """

    still_HW3: U8
    scale_2: F64
    offset_2: F64
    picture_4: tuple[int, int, int, int]
    plate_4: tuple[int, int, int, int]


def frame(portrait: Portrait, size_px: tuple[int, int], shot: Shot = "whole") -> Framing:
    """Fit a portrait's picture into a film of (width, height).

    The picture covers the film as long as head and neck are not cut; otherwise it is shown smaller, and what it leaves free is
    filled with its own blurred and darkened likeness. `bust` and `close` come nearer where the face would be small, as far as
    head and neck stay in the film. In films that are low for the head the neck is cut before the forehead.
    """
    film_2 = np.array(size_px, np.float64)
    rows, columns = portrait.picture_HW3.shape[:2]
    picture_2 = np.array([columns, rows], np.float64)
    face_4 = _face_box(portrait)
    fit, fill = float((film_2 / picture_2).min()), float((film_2 / picture_2).max())
    scale = float(np.clip((film_2 / (face_4[2:] - face_4[:2])).min(), fit, fill))
    scale = fill if fill <= _NEARLY * scale else scale
    head_4 = np.array([face_4[0], min(face_4[1], _head_top(portrait)), face_4[2], face_4[3]])
    if shot != "whole":
        room = float((film_2 / (head_4[2:] - head_4[:2])).min())
        scale = float(np.clip(_FACE_SHARE[shot] * film_2[1] / _face_height(portrait), scale, max(scale, room)))
    fitted = tuple(int(v) for v in np.maximum(1, np.round(picture_2 * scale)))
    if all(abs(side - whole) <= 1 for side, whole in zip(fitted, size_px, strict=True)):
        fitted = size_px
    scale_2 = np.array(fitted) / picture_2
    middle_2 = (head_4[:2] + head_4[2:]) / 2 * scale_2
    wanted_2 = np.minimum(film_2 * [0.5, _HEAD_AT] - middle_2, film_2 - head_4[2:] * scale_2)
    wanted_2 = np.maximum(wanted_2, -portrait.crop.to_picture(portrait.landmarks_L2[:468]).min(0) * scale_2)
    room_2 = film_2 - fitted
    offset_2 = np.round(np.where(room_2 >= 0, room_2 / 2, np.clip(wanted_2, np.minimum(room_2, 0), 0)))
    still_HW3, picture_4 = _still(portrait.picture_HW3, fitted, offset_2.astype(int), size_px)
    return Framing(
        still_HW3=still_HW3,
        scale_2=scale_2,
        offset_2=offset_2,
        picture_4=picture_4,
        plate_4=_window(portrait, scale_2, offset_2, picture_4),
    )


def _face_height(portrait: Portrait) -> float:
    """Forehead to chin in picture pixels."""
    return float(np.linalg.norm(portrait.landmarks_L2[FOREHEAD] - portrait.landmarks_L2[CHIN])) / portrait.crop.scale


def _face_box(portrait: Portrait) -> F64:
    """Face with hair and neck in picture pixels (left, top, right, bottom), as far as the picture shows them."""
    points_N2 = portrait.crop.to_picture(portrait.landmarks_L2[:468])
    low_2, high_2 = points_N2.min(0), points_N2.max(0)
    height = high_2[1] - low_2[1]
    rows, columns = portrait.picture_HW3.shape[:2]
    left, top, right, bottom = (share * height for share in _ROOM_4)
    box_4 = [low_2[0] - left, low_2[1] - top, high_2[0] + right, high_2[1] + bottom]
    return np.clip(box_4, 0, [columns, rows, columns, rows])


def _head_top(portrait: Portrait) -> float:
    """Picture y of the top of hair or hat, as far as the matte tells."""
    points_N2 = portrait.landmarks_L2[:468]
    low_2, high_2 = points_N2.min(0), points_N2.max(0)
    columns = slice(*(int(np.clip(x, 0, portrait.crop.size_px)) for x in (low_2[0], high_2[0])))
    person_S = portrait.matte_SS[:, columns].mean(1) > 0.25
    first = float(np.argmax(person_S)) if person_S.any() else float(low_2[1])
    top = max(first, float(low_2[1] - _HIGHEST * (high_2[1] - low_2[1])))
    return float(portrait.crop.to_picture(np.array([[0.0, top]]))[0, 1])


def _still(
    picture_HW3: U8, fitted: tuple[int, ...], offset_2: F64, size_px: tuple[int, int]
) -> tuple[U8, tuple[int, int, int, int]]:
    """The film's frame with the picture scaled to `fitted` at `offset`, and where the picture is in it."""
    width, height = size_px
    x, y = int(offset_2[0]), int(offset_2[1])
    left, top, right, bottom = max(0, x), max(0, y), min(width, x + fitted[0]), min(height, y + fitted[1])
    if (left, top, right, bottom) == (0, 0, width, height):
        still_HW3 = np.empty((height, width, 3), np.uint8)
    else:
        still_HW3 = _surround(picture_HW3, size_px)
    still_HW3[top:bottom, left:right] = _scaled(picture_HW3, fitted, (left - x, top - y, right - x, bottom - y))
    return still_HW3, (left, top, right, bottom)


def _surround(picture_HW3: U8, size_px: tuple[int, int]) -> U8:
    """A blurred and darkened likeness of the picture that fills the film; made small, because it has no detail."""
    width, height = size_px
    small = (-(-width // _SURROUND_SHRINK), -(-height // _SURROUND_SHRINK))
    soft = cv2.GaussianBlur(cover(picture_HW3, small), (0, 0), _SURROUND_BLUR * float(np.hypot(*small)))
    grown: U8 = cv2.resize((soft * _SURROUND_DARK).astype(np.float32), size_px, interpolation=cv2.INTER_CUBIC)
    return (grown + 0.5).clip(0, 255).astype(np.uint8)


def _scaled(picture_HW3: U8, fitted: tuple[int, ...], part_4: tuple[int, int, int, int]) -> U8:
    """A part (left, top, right, bottom) of the picture scaled to `fitted`; an enlarged picture is never held as a whole."""
    left, top, right, bottom = part_4
    rows, columns = picture_HW3.shape[:2]
    if fitted == (columns, rows):
        return picture_HW3[top:bottom, left:right]
    if fitted[0] < columns:
        return np.asarray(cv2.resize(picture_HW3, fitted, interpolation=cv2.INTER_AREA)[top:bottom, left:right], np.uint8)
    step_2 = np.array([columns / fitted[0], rows / fitted[1]])
    start_2 = (0.5 + np.array([left, top])) * step_2 - 0.5
    to_picture_23 = np.array([[step_2[0], 0.0, start_2[0]], [0.0, step_2[1], start_2[1]]])
    flags, size_px = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP, (right - left, bottom - top)
    enlarged_HW3: U8 = cv2.warpAffine(np.array(picture_HW3), to_picture_23, size_px, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return enlarged_HW3


def _window(portrait: Portrait, scale_2: F64, offset_2: F64, picture_4: tuple[int, int, int, int]) -> tuple[int, int, int, int]:
    """The portrait's crop in film pixels, as far as the film shows it; up to the picture's borders where they are near."""
    side = portrait.crop.size_px
    corners_22 = portrait.crop.to_picture(np.array([[0.0, 0.0], [side, side]])) * scale_2 + offset_2
    near = _TO_BORDER * _face_height(portrait) * float(scale_2.mean())
    (left, top), (right, bottom) = np.round(corners_22)
    first, last = picture_4[:2], picture_4[2:]
    low = [int(edge) if edge > border + near else border for edge, border in zip((left, top), first, strict=True)]
    high = [int(edge) if edge < border - near else border for edge, border in zip((right, bottom), last, strict=True)]
    return low[0], low[1], high[0], high[1]


def plate_of(portrait: Portrait, framing: Framing) -> Plate:
    """The plate of a portrait in the film: landmarks, camera and matte brought to film pixels."""
    left, top, right, bottom = framing.plate_4
    corner_2 = np.array([left, top], np.float64)

    def to_plate(points_N2: F64) -> F64:
        return portrait.crop.to_picture(points_N2) * framing.scale_2 + framing.offset_2 - corner_2

    half = portrait.crop.size_px / 2
    scale = float(framing.scale_2.mean()) / portrait.crop.scale
    drawn_4, shown_4 = framing.plate_4, framing.picture_4
    return Plate(
        photo_HW3=np.ascontiguousarray(framing.still_HW3[top:bottom, left:right]),
        landmarks_L2=to_plate(portrait.landmarks_L2),
        matte_HW=_resampled_matte(portrait, framing),
        fit=portrait.fit,
        focal_px=portrait.fit.focal_px * scale,
        centre_2=to_plate(np.array([[half, half]]))[0],
        open_4=(drawn_4[0] != shown_4[0], drawn_4[1] != shown_4[1], drawn_4[2] != shown_4[2], drawn_4[3] != shown_4[3]),
    )


def _resampled_matte(portrait: Portrait, framing: Framing) -> F32:
    """The matte at the pixels of the plate."""
    left, top, right, bottom = framing.plate_4
    corners_22 = (np.array([[left, top], [right, bottom]]) - framing.offset_2) / framing.scale_2
    (x0, y0), (x1, y1) = portrait.crop.to_crop(corners_22)
    step_x, step_y = (x1 - x0) / (right - left), (y1 - y0) / (bottom - top)
    to_crop_23 = np.array([[step_x, 0.0, x0 + step_x / 2 - 0.5], [0.0, step_y, y0 + step_y / 2 - 0.5]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size_px = (right - left, bottom - top)
    matte_hw: F32 = cv2.warpAffine(np.array(portrait.matte_SS), to_crop_23, size_px, flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return matte_hw.clip(0, 1)
