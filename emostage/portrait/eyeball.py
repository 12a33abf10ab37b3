"""The eyeballs of the photo: textures of white, iris and catch-light that are whole under the lids.

Letters: H and W rows and columns of a patch around one eye. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from emostage.core.tracks import F32, F64, Frozen
from emostage.face.contour import smooth
from emostage.portrait.eyepatch import EyePatch, cut
from emostage.portrait.fill import pull_push
from emostage.portrait.iris import agreed, colour_rings, find_irises, whole_iris
from emostage.portrait.plate import Plate
from emostage.portrait.skin import skin_colour

BALL_RADII = 2.08
"""Radius of the eyeball in radii of the iris."""
_CARUNCLE = (0.10, 0.20)
"""How far from the inner corner, in eye widths, the photo's own red certainly and perhaps reaches."""
_ROUND = 0.42
"""How much darker the white is at the eyeball's silhouette than at its front."""
_COLOURFUL, _DIMMEST = 0.22, 0.55
"""Most saturation of a white, and least lightness relative to the skin: darker or redder parts are not white."""


_VEINS = 0.07
"""Contrast that a white keeps of what the photo shows in it: no more, or the lids' shade and wet edges would stay on it."""


@dataclass(frozen=True, kw_only=True)
class Eyeball(Frozen):
    """Textures of one eye; patch pixel (x, y) is plate pixel (`left` + x, `top` + y).

    `photo_HW3` the photo; `inside_HW` 0..1 where it shows the eyeball; `white_HW4` the eyeball without iris and, as alpha, where an
    iris may lie (not on the red of the inner corner); `iris_HW4` the whole iris with alpha 0..1, `glint_HW3` the catch-light
    to be added on top, `glint_2` its place from the centre in iris radii; `centre_2`, `radius_px` the iris circle in plate
    pixels; `opening_px` the lid aperture; `white_3` a typical colour; `softness_px` the photo's blur.
    """

    left: int
    top: int
    photo_HW3: F32
    inside_HW: F32
    white_HW4: F32
    iris_HW4: F32
    glint_HW3: F32
    glint_2: F64
    centre_2: F64
    radius_px: float
    opening_px: float
    white_3: F64
    softness_px: float


def _roundness(from_iris_HW: F64) -> F64:
    """Shade (H, W) of a white ball lit from the front: 1 in the middle, falling to its sides."""
    front_HW: F64 = np.sqrt(1 - np.minimum(from_iris_HW / BALL_RADII, 0.98) ** 2)
    return 1 - _ROUND * (1 - front_HW)


def _plausible(white_3: F64, skin_3: F64) -> F64:
    """A colour made light and colourless enough for the white of an eye beside that skin."""
    grey = max(float(white_3.mean()), _DIMMEST * float(skin_3.mean()))
    lifted_3 = white_3 * grey / max(float(white_3.mean()), 1.0)
    spread = float(np.ptp(lifted_3)) / max(float(lifted_3.max()), 1.0)
    return np.asarray(grey + (lifted_3 - grey) * min(1.0, _COLOURFUL / max(spread, 1e-6)))


def _white(patch: EyePatch, from_iris_HW: F64, skin_3: F64) -> tuple[F32, F64]:
    """The eyeball's white completed under lids and iris (H, W, 4), see `Eyeball.white_HW4`, and its typical colour."""
    from_corner_HW = np.hypot(patch.x_W - patch.inner_2[0], patch.y_H1 - patch.inner_2[1]) / patch.width_px
    corner_HW = (1 - smooth(*_CARUNCLE, from_corner_HW)) * (patch.inside_HW > 0.5) * (from_iris_HW > 1.1)
    round_HW1 = _roundness(from_iris_HW)[..., None]
    flat_HW3 = patch.rgb_HW3 / round_HW1
    sure_HW = (patch.inside_HW > 0.9) & (patch.below_lid_HW > max(1.2, 0.14 * patch.opening_px)) & (from_iris_HW > 1.27)
    if sure_HW.sum() > 8:
        grey_HW = cv2.GaussianBlur(flat_HW3.mean(-1), (0, 0), 0.8)
        sure_HW &= grey_HW > max(float(np.percentile(grey_HW[sure_HW], 15)), 0.9 * _DIMMEST * float(skin_3.mean()))
        sure_HW = cv2.morphologyEx(sure_HW.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0
    known = sure_HW.sum() > 8
    white_3 = _plausible(np.percentile(flat_HW3[sure_HW], 62, axis=0) if known else skin_3 * 1.05, skin_3)
    seed_HW3 = np.where(sure_HW[..., None], flat_HW3, white_3).astype(np.float32)
    sigma_px = max(1.2, 0.04 * patch.width_px)
    spread_HW3 = cv2.GaussianBlur(pull_push(seed_HW3, np.where(sure_HW, 1.0, 0.004).astype(np.float32)), (0, 0), 2 * sigma_px)
    filled_HW3 = 0.6 * spread_HW3 + 0.4 * white_3
    soft_HW1 = np.clip(2 * cv2.GaussianBlur(sure_HW.astype(np.float32), (0, 0), 0.5 * sigma_px) - 1, 0, 1)[..., None]
    even_HW3 = filled_HW3 + np.clip(flat_HW3 - filled_HW3, -_VEINS * filled_HW3, _VEINS * filled_HW3) * soft_HW1
    red_HW1 = cv2.GaussianBlur(corner_HW, (0, 0), 0.5 * sigma_px)[..., None]
    whole_HW3 = (flat_HW3 * red_HW1 + even_HW3 * (1 - red_HW1)) * round_HW1
    room_HW = 1 - red_HW1[..., 0]
    return np.dstack([whole_HW3, room_HW]).astype(np.float32), white_3


def eyeballs(plate: Plate) -> tuple[Eyeball, Eyeball]:
    """Rebuild the person's right and left eye of the photo."""
    skin_3, irises = skin_colour(plate), find_irises(plate)
    patches = [cut(plate, eye) for eye in (0, 1)]
    away = [np.hypot(p.x_W - c[0], p.y_H1 - c[1]) / r for p, (c, r) in zip(patches, irises, strict=True)]
    profiles = agreed((colour_rings(patches[0], away[0]), colour_rings(patches[1], away[1])))
    right, left = (_ball(patches[e], away[e], irises[e], profiles[e], skin_3) for e in (0, 1))
    return right, left


def _ball(patch: EyePatch, from_iris_HW: F64, circle: tuple[F64, float], rings_R3: F64, skin_3: F64) -> Eyeball:
    centre_2, radius_px = circle
    white_HW4, white_3 = _white(patch, from_iris_HW, skin_3)
    edge = float(np.clip(1.3 * patch.softness_px / radius_px, 0.08, 0.18))
    iris_HW4, glint_HW3 = whole_iris(patch, from_iris_HW, rings_R3, edge)
    glow_HW = glint_HW3.mean(-1) + 1e-6 * (from_iris_HW < 1)
    place_2 = np.array([(glow_HW * patch.x_W).sum(), (glow_HW * patch.y_H1).sum()]) / max(float(glow_HW.sum()), 1e-9)
    return Eyeball(
        left=patch.left,
        top=patch.top,
        photo_HW3=patch.rgb_HW3,
        inside_HW=patch.inside_HW,
        white_HW4=white_HW4,
        iris_HW4=iris_HW4,
        glint_HW3=glint_HW3,
        glint_2=(place_2 - centre_2) / radius_px,
        centre_2=centre_2,
        radius_px=radius_px,
        opening_px=patch.opening_px,
        white_3=white_3,
        softness_px=patch.softness_px,
    )


def sclera_colour(plate: Plate) -> F64:
    """Mean colour (3,) of the whites of both eyes."""
    colour_3: F64 = np.mean([ball.white_3 for ball in eyeballs(plate)], 0)
    return colour_3
