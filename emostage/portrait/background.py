"""What is behind the person: the photo's own background without the person, or another one.

Letters: H, W rows and columns of a plate or of the film. Colours are sRGB 0..255.
"""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from emostage.core.errors import AssetError
from emostage.core.tracks import F32, U8
from emostage.face.picture import read_picture
from emostage.portrait.fill import pull_push

KEEP, BLUR = "keep", "blur"
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})")
_MIRROR_BEYOND_PX = 7.0
_DETAIL_LIMIT = 40.0
_OUTLINE_BLUR_PX = 6.0
_NEAR_PX = 22.0
_TRINKET_PX = 9.0
_BLUR_SHARE = 0.02
"""Sigma of a blurred background as a share of the picture's diagonal."""


def without_person(photo_HW3: U8, matte_HW: F32, unit_px: float) -> U8:
    """The photo with the person painted out.

    Near the person's outline the background is mirrored across it, soon from a little further out so that single hairs are
    not repeated; further in only its detail is, over low frequencies filled from outside by pull-push.
    """
    free_HW = cv2.dilate(matte_HW, _disc(4 * unit_px)) < 0.03
    known_HW = free_HW.copy()
    known_HW[:5], known_HW[-5:], known_HW[:, :5], known_HW[:, -5:] = False, False, False, False
    if known_HW.mean() < 0.01:
        known_HW[5:8, 5:-5] = True
    source_HW3 = _without_trinkets(photo_HW3, unit_px)
    low_HW3 = cv2.GaussianBlur(pull_push(source_HW3, known_HW.astype(np.float32)), (0, 0), 4)
    mirror = _Mirror(known_HW, unit_px)
    detail_HW3 = np.clip(mirror(source_HW3 - low_HW3), -_DETAIL_LIMIT, _DETAIL_LIMIT) * mirror.trust_HW[..., None]
    near_HW1 = (mirror.trust_HW * np.exp(-((mirror.away_px_HW / (_NEAR_PX * unit_px)) ** 2)))[..., None]
    filled_HW3 = (low_HW3 + detail_HW3) * (1 - near_HW1) + mirror(source_HW3) * near_HW1
    return np.where(free_HW[..., None], photo_HW3, np.clip(filled_HW3 + 0.5, 0, 255).astype(np.uint8))


def _without_trinkets(photo_HW3: U8, unit_px: float) -> F32:
    """The photo without small things that stand out, such as earrings and ribbons that the matte missed; fine grain is kept."""
    calm_HW3 = cv2.medianBlur(np.array(photo_HW3), min(2 * max(1, round(_TRINKET_PX * unit_px)) + 1, 255)).astype(np.float32)
    grain_HW3: F32 = photo_HW3 - calm_HW3
    stands_out_HW = (np.abs(grain_HW3).max(-1) > _DETAIL_LIMIT).astype(np.uint8)
    grain_HW3[cv2.dilate(stands_out_HW, _disc(1.5 * unit_px)) > 0] = 0
    grain_HW3 += calm_HW3
    return grain_HW3


class _Mirror:
    """Reflection of the known at its smoothed outline: `trust_HW` is 0 where the mirror image is unknown too."""

    def __init__(self, known_HW: NDArray[np.bool_], unit_px: float) -> None:
        height, width = known_HW.shape
        soft_px = _OUTLINE_BLUR_PX * unit_px
        smooth_HW = (cv2.GaussianBlur(known_HW.astype(np.float32), (0, 0), soft_px) > 0.5) & known_HW
        smooth_HW = smooth_HW if smooth_HW.any() else known_HW
        self.away_px_HW, edges = distance_transform_edt(~smooth_HW, return_indices=True)
        here = np.mgrid[0:height, 0:width].astype(np.float32)
        to_row, to_column = (cv2.GaussianBlur(way, (0, 0), soft_px) for way in edges.astype(np.float32) - here)
        away = np.hypot(to_row, to_column) + 1e-3
        stretch = 2 + _MIRROR_BEYOND_PX * unit_px * (1 - np.exp(-away / soft_px)) / away
        self._maps = (here[1] + stretch * to_column, here[0] + stretch * to_row)
        self.trust_HW: F32 = cv2.GaussianBlur(self(smooth_HW.astype(np.float32)), (0, 0), 2 * unit_px)

    def __call__(self, field: F32) -> F32:
        """The mirror image of a field (H, W) or (H, W, C)."""
        mirrored: F32 = cv2.remap(field, *self._maps, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101)
        return mirrored


def tightened(matte_HW: F32, unit_px: float) -> F32:
    """A generous matte drawn in, for a background that is not the photo's own."""
    inner_HW = cv2.erode(matte_HW, _disc(1.5 * unit_px))
    tight_HW: F32 = cv2.GaussianBlur(inner_HW, (0, 0), max(0.7 * unit_px, 0.4))
    return np.where(tight_HW > 0.985, np.float32(1), tight_HW)


def person_only(photo_HW3: U8, matte_HW: F32, unit_px: float) -> U8:
    """The photo with the person's colours continued over the outline, so that no old background shines through a new one."""
    sure_HW = cv2.erode((matte_HW > 0.97).astype(np.float32), _disc(2 * unit_px))
    grown_HW3 = pull_push(photo_HW3.astype(np.float32), sure_HW)
    soft_HW1 = cv2.GaussianBlur(sure_HW, (0, 0), max(unit_px, 0.4))[..., None]
    mixed_HW3: F32 = photo_HW3 * soft_HW1 + grown_HW3 * (1 - soft_HW1) + 0.5
    return mixed_HW3.clip(0, 255).astype(np.uint8)


def _disc(radius_px: float) -> U8:
    side = 2 * max(1, round(radius_px)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def backdrop(background: str | Path, size_px: tuple[int, int], clean_HW3: U8) -> U8:
    """The new background (H, W, 3) of a film of (width, height): `blur`, `#rrggbb`, or a picture that is made to cover the film.

    `clean_HW3` is the film's picture without the person. Raises AssetError: E014 for a broken colour, E071-E073 for
    the picture's file.
    """
    width, height = size_px
    if background == BLUR:
        sigma = _BLUR_SHARE * float(np.hypot(width, height))
        return np.asarray(cv2.GaussianBlur(clean_HW3, (0, 0), sigma), np.uint8)
    colour = _COLOUR.fullmatch(str(background))
    if colour:
        rgb = np.array([int(colour[1][i : i + 2], 16) for i in (0, 2, 4)], np.uint8)
        return np.broadcast_to(rgb, (height, width, 3)).copy()
    if isinstance(background, str) and background.startswith("#"):
        raise AssetError.of("E014", f"'{background}' is not a colour", "write it as #rrggbb, such as #101014")
    return cover(read_picture(Path(background)), size_px)


def cover(picture_HW3: U8, size_px: tuple[int, int]) -> U8:
    """A picture scaled and cut about its middle so that it fills (width, height)."""
    width, height = size_px
    rows, columns = picture_HW3.shape[:2]
    scale = max(width / columns, height / rows)
    fitted = (max(width, round(columns * scale)), max(height, round(rows * scale)))
    scaled = cv2.resize(picture_HW3, fitted, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    left, top = (fitted[0] - width) // 2, (fitted[1] - height) // 2
    return np.ascontiguousarray(scaled[top : top + height, left : left + width])
