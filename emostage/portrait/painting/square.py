"""The square of the film in which a painter paints, framed as the pictures are that painters learn from (`training.heads.camera`).

H, W rows and columns of the film, S of the square; L = 468 landmarks. 4-vectors are (left, top, right, bottom).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emostage.core.tracks import F32, F64, U8, Frozen, Portrait
from emostage.face.actions import millimetre
from emostage.face.head import Head, neck
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Seated
from emostage.portrait.background import KEEP
from emostage.portrait.backing import back
from emostage.portrait.framing import Framing, Shot, frame, plate_of

FACE_SHARE = 0.585
"""Height of the face, hairline to chin seen from the front, in sides of the square."""
MIDDLE_2 = (0.5, 0.60)
"""Where the middle of the face lies, in sides of the square."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Square(Frozen):
    """A square of `side_px` film pixels whose corner lies at `left`, `top` of the film's still frame `still_HW3`. `shown_4` is
    the part of the square, in its own pixels, that shows the picture; `open_4` is True for sides beyond which the picture goes
    on. `seated` is the person before the camera, `landmarks_L2` are shares of the side, `face_m` is the width of the face."""

    still_HW3: U8
    left: int
    top: int
    side_px: int
    shown_4: tuple[int, int, int, int]
    open_4: tuple[bool, bool, bool, bool]
    seated: Seated
    landmarks_L2: F64
    face_m: float

    @property
    def part(self) -> tuple[slice, slice]:
        """Rows and columns of the film that show the square."""
        left, top, right, bottom = self.shown_4
        return slice(self.top + top, self.top + bottom), slice(self.left + left, self.left + right)

    def picture(self) -> U8:
        """The photo in the square (S, S, 3); beyond the picture its border goes on."""
        return self.cut(self.still_HW3)

    def cut(self, frame_HW3: U8) -> U8:
        """The square (S, S, 3) of a frame of the film; beyond the picture its border goes on."""
        left, top, right, bottom = self.shown_4
        pad = ((top, self.side_px - bottom), (left, self.side_px - right), (0, 0))
        return np.pad(frame_HW3[self.part], pad, mode="edge")

    def fading(self, cells: int, widths_4: tuple[float, float, float, float]) -> F32:
        """A mask (cells, cells) that is 1 inside and falls to 0 at the open sides, over widths in sides of the square."""
        at_G = (np.arange(cells) + 0.5) / cells
        ramps = [
            _smooth(away_G / width) if is_open else np.ones(cells)
            for away_G, width, is_open in zip((at_G, at_G, 1 - at_G, 1 - at_G), widths_4, self.open_4, strict=True)
        ]
        return np.asarray((ramps[1] * ramps[3])[:, None] * (ramps[0] * ramps[2]), np.float32)


def square_of(
    portrait: Portrait, head: Head, size_px: tuple[int, int], background: str | Path = KEEP, shot: Shot = "whole"
) -> Square:
    """The square around a portrait's face in a film of (width, height). Raises AssetError for an unusable background."""
    framing = frame(portrait, size_px, shot)
    still_HW3 = framing.still_HW3 if background == KEEP else back(portrait, size_px, background, shot).still_HW3
    plate, fit = plate_of(portrait, framing), portrait.fit
    head_L3 = np.asarray(head.at_landmarks(fit.vertices_V3), np.float64)
    corner_2 = np.array(framing.plate_4[:2], np.float64)
    middle_3 = head_L3[[FOREHEAD, CHIN]].mean(0)
    depth = float(fit.rotation_33[2] @ middle_3 + fit.translation_3[2])
    side_px = max(2, round(plate.focal_px * float(np.linalg.norm(head_L3[FOREHEAD] - head_L3[CHIN])) / depth / FACE_SHARE))
    left, top = (int(v) for v in np.round(plate.project(middle_3[None])[0] + corner_2 - np.multiply(MIDDLE_2, side_px)))
    shown_4, open_4 = _seen(framing, left, top, side_px)
    return Square(
        still_HW3=still_HW3,
        left=left,
        top=top,
        side_px=side_px,
        shown_4=shown_4,
        open_4=open_4,
        seated=Seated(
            shape_K=fit.shape_K,
            rotation_33=fit.rotation_33,
            translation_3=fit.translation_3,
            focal=plate.focal_px / side_px,
            centre_2=(plate.centre_2 + corner_2 - (left, top)) / side_px,
            pivot_3=neck(head, millimetre(head_L3)),
        ),
        landmarks_L2=(plate.landmarks_L2[:468] + corner_2 - (left, top)) / side_px,
        face_m=float(np.linalg.norm(head_L3[454] - head_L3[234])),
    )


def _seen(framing: Framing, left: int, top: int, side: int) -> tuple[tuple[int, int, int, int], tuple[bool, bool, bool, bool]]:
    """The part of a square that shows the picture, and which of its sides lie inside of the picture."""
    first_x, first_y, last_x, last_y = framing.picture_4
    shown_4 = (max(0, first_x - left), max(0, first_y - top), min(side, last_x - left), min(side, last_y - top))
    return shown_4, (left > first_x, top > first_y, left + side < last_x, top + side < last_y)


def _smooth(x_G: F64) -> F64:
    """0 below 0, 1 above 1, smooth between."""
    x_G = np.clip(x_G, 0, 1)
    return np.asarray(x_G * x_G * (3 - 2 * x_G))
