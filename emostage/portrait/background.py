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
_BLUR_SHARE = 0.02
"""Sigma of a blurred background as a share of the picture's diagonal."""


def without_person(photo_HW3: U8, matte_HW: F32, unit_px: float) -> U8:
    """The photo with the person painted out.

    Low frequencies are filled from outside by pull-push; detail is mirrored across the person's outline, a little further
    out than the outline itself so that single hairs are not repeated.
    """
    reach = 2 * max(1, round(4 * unit_px)) + 1
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    free_HW = cv2.dilate(matte_HW, disc) < 0.03
    known_HW = free_HW.copy()
    known_HW[:5], known_HW[-5:], known_HW[:, :5], known_HW[:, -5:] = False, False, False, False
    if known_HW.mean() < 0.01:
        known_HW[5:8, 5:-5] = True
    source_HW3 = photo_HW3.astype(np.float32)
    low_HW3 = cv2.GaussianBlur(pull_push(source_HW3, known_HW.astype(np.float32)), (0, 0), 4)
    detail_HW3 = np.clip(_mirrored(source_HW3 - low_HW3, known_HW, _MIRROR_BEYOND_PX * unit_px), -_DETAIL_LIMIT, _DETAIL_LIMIT)
    filled_HW3 = np.clip(low_HW3 + detail_HW3 + 0.5, 0, 255).astype(np.uint8)
    return np.where(free_HW[..., None], photo_HW3, filled_HW3)


def _mirrored(detail_HW3: F32, known_HW: NDArray[np.bool_], beyond_px: float) -> F32:
    """Detail continued into the unknown by reflection at the nearest known pixel; faint where the mirror image is unknown too."""
    height, width = known_HW.shape
    _, (edge_row, edge_column) = distance_transform_edt(~known_HW, return_indices=True)
    row, column = np.mgrid[0:height, 0:width]
    away = np.hypot(edge_row - row, edge_column - column) + 1e-6
    mirror_row = 2 * edge_row - row + beyond_px * (edge_row - row) / away
    mirror_column = 2 * edge_column - column + beyond_px * (edge_column - column) / away
    at = np.clip(mirror_row, 0, height - 1).astype(int), np.clip(mirror_column, 0, width - 1).astype(int)
    mirrored: F32 = np.where(known_HW[at][..., None], detail_HW3[at], 0.3 * detail_HW3[edge_row, edge_column])
    return mirrored


def person_only(photo_HW3: U8, matte_HW: F32) -> U8:
    """The photo with the person's colours continued over the outline, so that no old background shines through a new one."""
    sure_HW = (matte_HW > 0.97).astype(np.float32)
    grown_HW3 = pull_push(photo_HW3.astype(np.float32), cv2.erode(sure_HW, np.ones((3, 3), np.uint8)))
    return np.where(matte_HW[..., None] > 0.97, photo_HW3, np.clip(grown_HW3 + 0.5, 0, 255)).astype(np.uint8)


def backdrop(background: str | Path, size_px: tuple[int, int], clean_HW3: U8) -> U8:
    """The new background (H, W, 3) of a film of (width, height): `blur`, `#rrggbb`, or a picture that is made to cover the film.

    `clean_HW3` is the film's picture without the person. Raises AssetError: E070-E072 for the picture's file.
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
        raise AssetError.of("E078", f"'{background}' is not a colour", "write it as #rrggbb, such as #101014")
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
