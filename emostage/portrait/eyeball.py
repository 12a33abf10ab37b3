"""The eyeballs of the photo: where each iris is, and textures of white, iris and catch-light that are whole under the lids.

Letters: E eyes (person's right, left), H and W rows and columns of a patch around one eye. Colours are sRGB 0..255.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64, Frozen
from emostage.portrait.fill import pull_push
from emostage.portrait.plate import Plate
from emostage.portrait.polygon import coverage, spline
from emostage.portrait.sheet import LIDS_EP2
from emostage.portrait.skin import skin_colour

IRISES = (468, 473)
"""Landmark of the iris centre, followed by four on its rim: right eye, left eye."""

_RINGS = 11


@dataclass(frozen=True, kw_only=True)
class Eyeball(Frozen):
    """Textures of one eye; patch pixel (x, y) is plate pixel (`left` + x, `top` + y).

    `white_HW3` the eyeball without iris; `iris_HW4` the whole iris with alpha 0..1, `glint_HW3` the catch-light to be added on
    top; `centre_2`, `radius_px` the iris circle in plate pixels; `opening_px` the lid aperture; `white_3`, `lash_3` typical
    colours.
    """

    left: int
    top: int
    white_HW3: F32
    iris_HW4: F32
    glint_HW3: F32
    centre_2: F64
    radius_px: float
    opening_px: float
    white_3: F64
    lash_3: F64


@dataclass(frozen=True, kw_only=True)
class _Patch:
    """One eye cut out: picture, lid mask, pixel centres in plate pixels, distance below the upper lid."""

    left: int
    top: int
    rgb_HW3: F32
    inside_HW: F32
    x_W: F64
    y_H1: F64
    below_lid_HW: F64


def lid_chains(plate: Plate, eye: int) -> tuple[F64, F64]:
    """Upper and lower lid of the photo as fine curves (N, 2), both from the viewer's left to right."""
    pairs_P2 = np.array(LIDS_EP2[eye])
    upper, lower = spline(torch.as_tensor(plate.landmarks_L2[pairs_P2.T])).numpy()
    return (upper, lower) if upper[0, 0] <= upper[-1, 0] else (upper[::-1], lower[::-1])


def outline_mask(outline_N2: F64, left: int, top: int, width: int, height: int) -> F32:
    """Anti-aliased (H, W) mask of a clockwise outline."""
    points = torch.as_tensor(np.ascontiguousarray(outline_N2), dtype=torch.float32)[None]
    mask_HW: F32 = coverage(points, (left, top, width, height))[0, 0].numpy()
    return mask_HW


def eye_window(plate: Plate, eye: int, reach: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of a square around an eye, `reach` eye widths to each side, kept inside the plate."""
    points_N2 = plate.landmarks_L2[np.array(LIDS_EP2[eye]).ravel()]
    middle_2, half_px = points_N2.mean(0), reach * float(np.ptp(points_N2[:, 0]))
    width, height = plate.size_px
    left, top = (int(v) for v in np.clip(middle_2 - half_px, 0, None))
    right, bottom = (int(v) for v in np.ceil(np.minimum(middle_2 + half_px, [width, height])))
    return left, top, max(right, left + 8), max(bottom, top + 8)


def _cut(plate: Plate, eye: int) -> _Patch:
    left, top, right, bottom = eye_window(plate, eye, 1.1)
    upper, lower = lid_chains(plate, eye)
    x_W, y_H1 = np.arange(left, right) + 0.5, (np.arange(top, bottom) + 0.5)[:, None]
    return _Patch(
        left=left,
        top=top,
        rgb_HW3=plate.photo_HW3[top:bottom, left:right].astype(np.float32),
        inside_HW=outline_mask(np.concatenate([upper, lower[::-1]]), left, top, right - left, bottom - top),
        x_W=x_W,
        y_H1=y_H1,
        below_lid_HW=y_H1 - np.interp(x_W, np.maximum.accumulate(upper[:, 0]), upper[:, 1]),
    )


def find_iris(plate: Plate, eye: int) -> tuple[F64, float]:
    """Centre (2,) and radius in plate pixels: the circle near the landmarks with the strongest dark-to-bright step at its sides."""
    first = IRISES[eye]
    centre_2 = plate.landmarks_L2[first]
    radius = float(np.linalg.norm(plate.landmarks_L2[first + 1 : first + 5] - centre_2, axis=1).mean())
    patch = _cut(plate, eye)
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


def _white(patch: _Patch, from_iris_HW: F64, opening_px: float, skin_3: F64) -> tuple[F32, F64]:
    """The eyeball's white completed under lids and iris, and its typical colour."""
    sure_HW = (patch.inside_HW > 0.9) & (patch.below_lid_HW > max(1.2, 0.12 * opening_px)) & (from_iris_HW > 1.27)
    if sure_HW.sum() > 8:
        grey_HW = patch.rgb_HW3.mean(-1)
        sure_HW &= cv2.GaussianBlur(grey_HW, (0, 0), 0.8) > np.percentile(grey_HW[sure_HW], 15)
        sure_HW = cv2.morphologyEx(sure_HW.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8)) > 0
    known = sure_HW.sum() > 8
    white_3: F64 = np.percentile(patch.rgb_HW3[sure_HW], 62, axis=0).astype(np.float64) if known else skin_3 * 1.05
    seed_HW3 = np.where(sure_HW[..., None], patch.rgb_HW3, white_3).astype(np.float32)
    spread_HW3 = cv2.GaussianBlur(pull_push(seed_HW3, np.where(sure_HW, 1.0, 0.002).astype(np.float32)), (0, 0), 1.2)
    filled_HW3 = 0.5 * spread_HW3 + 0.5 * white_3
    soft_HW1 = np.clip(2 * cv2.GaussianBlur(sure_HW.astype(np.float32), (0, 0), 0.9) - 1, 0, 1)[..., None]
    return (cv2.GaussianBlur(patch.rgb_HW3, (0, 0), 0.4) * soft_HW1 + filled_HW3 * (1 - soft_HW1)).astype(np.float32), white_3


def _rings(rgb_HW3: F32, sure_HW: NDArray[np.bool_], from_iris_HW: F64) -> F64:
    """Median colour of the iris at each radius, spread over the patch: what hidden iris pixels look like."""
    ring_HW = np.clip((from_iris_HW * 8).astype(int), 0, _RINGS - 1)
    profile = np.full((_RINGS, 3), np.nan)
    for ring in range(_RINGS):
        members = sure_HW & (ring_HW == ring)
        if members.sum() > 2:
            profile[ring] = np.median(rgb_HW3[members], 0)
    known = ~np.isnan(profile[:, 0])
    if not known.any():
        profile[:], known[:] = 30.0, True
    places = np.arange(_RINGS)
    filled = [np.interp(places, places[known], profile[known, c]) for c in range(3)]
    return np.stack([np.interp(from_iris_HW * 8 - 0.5, places, f) for f in filled], -1)


def _iris(patch: _Patch, from_iris_HW: F64, opening_px: float) -> tuple[F32, F32]:
    """The whole iris (H, W, 4) without its catch-light, and the catch-light (H, W, 3)."""
    sure_HW = (patch.inside_HW > 0.9) & (patch.below_lid_HW > max(1.0, 0.10 * opening_px)) & (from_iris_HW < 1.22)
    rings_HW3 = _rings(patch.rgb_HW3, sure_HW, from_iris_HW)
    weight_HW = cv2.GaussianBlur(sure_HW.astype(np.float32), (0, 0), 0.8) * sure_HW
    seen_HW3 = patch.rgb_HW3 * weight_HW[..., None] + rings_HW3 * (1 - weight_HW[..., None])
    excess_HW = (seen_HW3 - rings_HW3).mean(-1) * (from_iris_HW < 0.95)
    spark_HW = cv2.GaussianBlur(np.clip((excess_HW - 25) / 25, 0, 1).astype(np.float32), (0, 0), 0.5)[..., None]
    spark_HW = np.minimum(spark_HW * 1.5, 1)
    alpha_HW = 1 - np.clip((from_iris_HW - 0.98) / 0.22, 0, 1) ** 2 * (3 - 2 * np.clip((from_iris_HW - 0.98) / 0.22, 0, 1))
    dull_HW3 = seen_HW3 * (1 - spark_HW) + rings_HW3 * spark_HW
    return np.dstack([dull_HW3, alpha_HW]).astype(np.float32), np.maximum(seen_HW3 - dull_HW3, 0).astype(np.float32)


def eyeball(plate: Plate, eye: int) -> Eyeball:
    """Rebuild one eye of the photo (0 the person's right, 1 the left)."""
    patch, (centre_2, radius_px) = _cut(plate, eye), find_iris(plate, eye)
    from_iris_HW = np.hypot(patch.x_W - centre_2[0], patch.y_H1 - centre_2[1]) / radius_px
    upper, lower = lid_chains(plate, eye)
    opening_px = max(float((lower - upper)[len(upper) // 2, 1]), 1.0)
    white_HW3, white_3 = _white(patch, from_iris_HW, opening_px, skin_colour(plate))
    iris_HW4, glint_HW3 = _iris(patch, from_iris_HW, opening_px)
    edge_HW = (np.abs(patch.below_lid_HW) < 2.5 * plate.unit_px) & (from_iris_HW < 1.6)
    dark = patch.rgb_HW3[edge_HW] if edge_HW.any() else patch.rgb_HW3.reshape(-1, 3)
    return Eyeball(
        left=patch.left,
        top=patch.top,
        white_HW3=white_HW3,
        iris_HW4=iris_HW4,
        glint_HW3=glint_HW3,
        centre_2=centre_2,
        radius_px=radius_px,
        opening_px=opening_px,
        white_3=white_3,
        lash_3=np.percentile(dark, 6, axis=0),
    )


def sclera_colour(plate: Plate) -> F64:
    """Mean colour (3,) of the whites of both eyes."""
    colour_3: F64 = np.mean([eyeball(plate, eye).white_3 for eye in (0, 1)], 0)
    return colour_3
