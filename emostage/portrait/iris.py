"""The irises of the photo: where they are, and each completed to a whole round disc with its catch-light apart.

Letters: H and W rows and columns of a patch around one eye. Colours are sRGB 0..255.
"""

from __future__ import annotations

import cv2
import numpy as np

from emostage.core.tracks import F32, F64
from emostage.face.contour import smooth
from emostage.portrait.eyepatch import EyePatch, cut
from emostage.portrait.plate import Plate

IRISES = (468, 473)
"""Landmark of the iris centre, followed by four on its rim: right eye, left eye."""

_RINGS, _PUPIL, _LIMBUS = 12, 7, 0.94
"""Rings of the colour profile; the first of them, which darken to the middle, where catch-lights would hide the pupil; the radius
beyond which the iris keeps its dark outermost colour."""
_SHADED = (0.30, 0.12)
"""How far below the upper lid, in apertures, a photo's iris is free of the lid's shade, and free of its lashes."""
_SPARK = (22.0, 48.0)
"""How much brighter than the iris around it a catch-light is: hardly, surely."""
_SPARK_RADIUS, _SPARK_AREA = 0.85, 0.16
"""Where in the iris catch-lights lie, and the share of its area that one fills at most: larger bright parts are no reflections."""


def _circle(plate: Plate, eye: int) -> tuple[F64, float]:
    """Centre (2,) and radius: the circle near the landmarks with the strongest dark-to-bright step at its sides."""
    first = IRISES[eye]
    centre_2 = plate.landmarks_L2[first]
    radius = float(np.linalg.norm(plate.landmarks_L2[first + 1 : first + 5] - centre_2, axis=1).mean())
    patch = cut(plate, eye)
    grey_HW = cv2.GaussianBlur(patch.rgb_HW3.mean(-1), (0, 0), 0.7)
    angles = np.radians(np.r_[-45:46:6, 135:226:6])
    rays_A2 = np.stack([np.cos(angles), np.sin(angles)], -1)
    radii_R = radius * np.linspace(0.85, 1.3, 10)

    def at(image: F32, points: F64) -> F32:
        local = (points - [patch.left + 0.5, patch.top + 0.5]).astype(np.float32)
        seen: F32 = cv2.remap(image, local[..., 0], local[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return seen

    best, found = 4.0, (centre_2, radius)
    for dx in np.arange(-3, 4) * radius / 12:
        for dy in np.arange(-2, 3) * radius / 12:
            middle = centre_2 + np.array([dx, dy])
            inner = middle + rays_A2 * (radii_R - 0.13 * radius)[:, None, None]
            outer = middle + rays_A2 * (radii_R + 0.13 * radius)[:, None, None]
            seen = at(patch.inside_HW, outer)
            step_R = (np.clip(at(grey_HW, outer) - at(grey_HW, inner), -20, 60) * seen).sum(1) / (seen.sum(1) + 4)
            score_R = step_R - 3 * np.abs(radii_R / radius - 1)
            i = int(score_R.argmax())
            if score_R[i] > best:
                best, found = float(score_R[i]), (middle, float(radii_R[i]))
    return found


def find_irises(plate: Plate) -> tuple[tuple[F64, float], tuple[F64, float]]:
    """Centre (2,) and radius in plate pixels of the right and the left iris. The radii differ by perspective only."""
    (right_2, right_px), (left_2, left_px) = _circle(plate, 0), _circle(plate, 1)
    widths = [float(np.linalg.norm(np.subtract(*plate.landmarks_L2[[first + 1, first + 3]]))) for first in IRISES]
    ratio = float(np.clip(np.sqrt(widths[0] / max(widths[1], 1e-6)), 0.95, 1.05))
    middle_px = (right_px * left_px) ** 0.5
    return (right_2, middle_px * ratio), (left_2, middle_px / ratio)


def colour_rings(patch: EyePatch, from_iris_HW: F64) -> F64 | None:
    """Median colour (rings, 3) of the iris at each radius, from what the lid does not shade; None where nothing is seen."""
    for depth in _SHADED:
        sure_HW = (patch.inside_HW > 0.95) & (patch.below_lid_HW > max(1.0, depth * patch.opening_px)) & (from_iris_HW < _LIMBUS)
        if sure_HW.sum() >= 4 * _RINGS:
            break
    ring_HW = np.clip((from_iris_HW * _RINGS).astype(int), 0, _RINGS - 1)
    rings_R3 = np.full((_RINGS, 3), np.nan)
    for ring in range(_RINGS):
        members = sure_HW & (ring_HW == ring)
        if members.sum() > 2:
            rings_R3[ring] = np.percentile(patch.rgb_HW3[members], 42, axis=0)
    known_R = ~np.isnan(rings_R3[:, 0])
    if known_R.sum() < 3:
        return None
    places_R = np.arange(_RINGS)
    filled_R3 = np.stack([np.interp(places_R, places_R[known_R], rings_R3[known_R, c]) for c in range(3)], 1)
    filled_R3[:_PUPIL] = np.minimum.accumulate(filled_R3[:_PUPIL][::-1])[::-1]
    return np.asarray(cv2.GaussianBlur(filled_R3[:, None], (1, 3), 0.8, borderType=cv2.BORDER_REPLICATE)[:, 0], np.float64)


def agreed(rings: tuple[F64 | None, F64 | None]) -> tuple[F64, F64]:
    """Profiles (rings, 3) of both eyes with one course from pupil to rim, each in its own light."""
    seen = [r for r in rings if r is not None] or [np.full((_RINGS, 3), 30.0)]
    right_R3, left_R3 = (seen[0] if r is None else r for r in rings)
    level_right_3, level_left_3 = (np.maximum(r[_RINGS // 2 :].mean(0), 4.0) for r in (right_R3, left_R3))
    course_R3 = 0.5 * (right_R3 / level_right_3 + left_R3 / level_left_3)
    return course_R3 * level_right_3, course_R3 * level_left_3


def whole_iris(patch: EyePatch, from_iris_HW: F64, rings_R3: F64, edge: float) -> tuple[F32, F32]:
    """The whole iris (H, W, 4), alpha 0..1 falling over 1 -+ `edge` radii, and its catch-light (H, W, 3) to be added."""
    place_HW = np.minimum(from_iris_HW, _LIMBUS) * _RINGS - 0.5
    even_HW3 = np.stack([np.interp(place_HW, np.arange(_RINGS), rings_R3[:, c]) for c in range(3)], -1)
    clear_HW = (patch.inside_HW > 0.95) & (patch.below_lid_HW > max(1.0, _SHADED[1] * patch.opening_px))
    seen_HW = cv2.erode((clear_HW & (from_iris_HW < _LIMBUS)).astype(np.float32), np.ones((3, 3), np.uint8))
    sigma_px = max(0.8, 0.05 * patch.opening_px)
    trust_HW1 = (cv2.GaussianBlur(seen_HW, (0, 0), sigma_px) * seen_HW)[..., None]
    excess_HW3 = patch.rgb_HW3 - even_HW3
    glow_HW = _sparks(excess_HW3.mean(-1) * clear_HW, from_iris_HW)[..., None]
    limit_HW3 = 8 + 0.12 * even_HW3
    detail_HW3 = np.clip(excess_HW3, -limit_HW3, limit_HW3) * trust_HW1 * (1 - glow_HW)
    alpha_HW = 1 - smooth(1 - edge, 1 + edge, from_iris_HW)
    glint_HW3 = np.maximum(excess_HW3, 0) * glow_HW
    return np.dstack([even_HW3 + detail_HW3, alpha_HW]).astype(np.float32), glint_HW3.astype(np.float32)


def _sparks(excess_HW: F64, from_iris_HW: F64) -> F32:
    """Where catch-lights are: (H, W) in [0, 1]."""
    near_HW = smooth(*_SPARK, excess_HW) * (1 - smooth(_SPARK_RADIUS, _SPARK_RADIUS + 0.12, from_iris_HW))
    count, labels_HW, stats, _ = cv2.connectedComponentsWithStats((near_HW > 0.1).astype(np.uint8), connectivity=8)
    most_px = max(_SPARK_AREA * float((from_iris_HW < 1).sum()), 4.0)
    small = [k for k in range(1, count) if stats[k, cv2.CC_STAT_AREA] <= most_px]
    kept_HW = cv2.dilate(np.isin(labels_HW, small).astype(np.float32), np.ones((3, 3), np.uint8))
    glow_HW: F32 = cv2.GaussianBlur(kept_HW, (0, 0), 0.7)
    return glow_HW
