"""What is behind the person: the photo's own background without the person, or another one.

Letters: H, W rows and columns of a plate or of the film. Colours are sRGB 0..255.
"""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import F32, U8
from emostage.face.contour import smooth
from emostage.face.picture import read_picture
from emostage.portrait.exemplar import filled
from emostage.portrait.fill import pull_push

KEEP, BLUR = "keep", "blur"
_COLOUR = re.compile(r"#([0-9a-fA-F]{6})")
_SKIRT_PX, _SHINES = 5.0, 0.02
"""Nothing this near to the person is taken for background; matte below the second is none."""
_PAINTED = (0.0, 0.2)
"""From none to all of the photo is painted over where the matte rises between these."""
_HALO_PX = 2.0
"""As far around the person the photo holds a halo of its colours, which goes with it."""
_RIM_PX, _FIRM = 0.7, (0.3, 0.95)
"""A matte below the first becomes 0 before another background, above the second 1."""
_UNMIXED = (0.25, 0.6)
"""From none to all of a pixel's colour is its own without the background where the matte rises between these."""
_AROUND_PX = 10.0
_CALM = (-25.0, -12.0)
"""Liveliness, negated, from which on a background is not calm at all, and up to which it is."""
_BLUR_SHARE = 0.02
"""Sigma of a blurred background as a share of the picture's diagonal."""


def without_person(photo_HW3: U8, matte_HW: F32, unit_px: float) -> F32:
    """The photo with the person painted out by pieces of the background; it is the photo itself away from the person.

    Next to the person it is painted out too, for what is seen there is their halo. Some way further the photo is kept before a
    lively background only: before a calm one, what is left there is stray hair or the rest of an earring.
    """
    skirt_HW = cv2.dilate(matte_HW, _disc(_SKIRT_PX * unit_px)) > _SHINES
    if skirt_HW.all():
        skirt_HW = matte_HW >= matte_HW.max()
    photo = photo_HW3.astype(np.float32)
    soft_HW = cv2.GaussianBlur(skirt_HW.astype(np.float32), (0, 0), 0.4 * _SKIRT_PX * unit_px)
    left_over_HW = smooth(0.5, 0.9, soft_HW) * smooth(*_CALM, -_liveliness(photo.mean(-1), ~skirt_HW, unit_px))
    haloed_HW = cv2.GaussianBlur(cv2.dilate(matte_HW, _disc(_HALO_PX * unit_px)), (0, 0), 0.5 * _HALO_PX * unit_px)
    share_HW = np.maximum(smooth(*_PAINTED, haloed_HW), left_over_HW).astype(np.float32)
    painted_HW3: F32 = photo + (filled(photo, ~skirt_HW) - photo) * share_HW[..., None]
    return painted_HW3


def _liveliness(grey_HW: F32, known_HW: NDArray[np.bool_], unit_px: float) -> F32:
    """Standard deviation of the known pixels around each pixel."""
    sigma_px = _AROUND_PX * unit_px
    weight_HW = cv2.GaussianBlur(known_HW.astype(np.float32), (0, 0), sigma_px) + 1e-6
    known_grey_HW = grey_HW * known_HW
    mean_HW, square_HW = (cv2.GaussianBlur(g, (0, 0), sigma_px) / weight_HW for g in (known_grey_HW, known_grey_HW**2))
    return np.asarray(np.sqrt(np.maximum(square_HW - mean_HW**2, 0)), np.float32)


def tightened(matte_HW: F32, unit_px: float) -> F32:
    """A matte without its faint rim, for a background that is not the photo's own."""
    inner_HW = cv2.GaussianBlur(matte_HW, (0, 0), max(_RIM_PX * unit_px, 0.3))
    return smooth(*_FIRM, np.minimum(inner_HW, matte_HW)).astype(np.float32)


def person_only(photo_HW3: U8, matte_HW: F32, clean_HW3: F32, unit_px: float) -> U8:
    """The photo with the person's colours continued over the outline, so that no old background shines through a new one.

    Where the person is a good share of a pixel, the rest, of which `clean_HW3` is the colour, is taken off; where it is little,
    the colours of the person within are continued.
    """
    photo = photo_HW3.astype(np.float32)
    sure_HW = cv2.erode((matte_HW > 0.97).astype(np.float32), _disc(0.5 * unit_px))
    grown_HW3 = pull_push(photo, sure_HW)
    alpha_HW1 = matte_HW[..., None].clip(0.1, 1)
    unmixed_HW3 = ((photo - (1 - alpha_HW1) * clean_HW3) / alpha_HW1).clip(0, 255)
    share_HW1 = smooth(*_UNMIXED, matte_HW)[..., None].astype(np.float32)
    mixed_HW3: F32 = grown_HW3 + (unmixed_HW3 - grown_HW3) * share_HW1 + 0.5
    return mixed_HW3.clip(0, 255).astype(np.uint8)


def _disc(radius_px: float) -> U8:
    side = 2 * max(1, round(radius_px)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def backdrop(background: str | Path, size_px: tuple[int, int], clean_HW3: F32) -> U8:
    """The new background (H, W, 3) of a film of (width, height): `blur`, `#rrggbb`, or a picture that is made to cover the film.

    `clean_HW3` is the film's picture without the person. Raises AssetError: E014 for a broken colour, E071-E073 for
    the picture's file.
    """
    width, height = size_px
    if background == BLUR:
        sigma = _BLUR_SHARE * float(np.hypot(width, height))
        soft_HW3: U8 = (cv2.GaussianBlur(clean_HW3, (0, 0), sigma) + 0.5).astype(np.uint8)
        return soft_HW3
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
