"""The shape that skin takes where muscles bunch it: height maps of folds, rolls and bulges, drawn along landmarks.

Folds are those of P. Ekman and W. Friesen's Facial Action Coding System: nasolabial (AU 9, 10, 12), glabella (AU 4), forehead
(AU 1, 2), crow's feet and lower lid (AU 6, 7), root and sides of the nose (AU 9), corner of the mouth (AU 14, 15), chin (AU 17).
Letters: L landmarks, N points of a curve, H and W rows and columns of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from scipy.spatial import cKDTree

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F32, F64
from emostage.portrait.polygon import Box, spline

_STEPS = 12
_WIDE, _CORE_SHARE = 3.2, 0.55
"""A fold is a narrow valley in a wide one, this many times as wide; the narrow one has this share of the depth in lined skin."""

_SOFT = 0.5
"""How much wider folds are in the smoothest skin."""
_PEBBLES = 0.24
"""Height of the pebbles of a bunched chin, in drawing units."""


@dataclass(frozen=True, kw_only=True)
class Fold:
    """A valley along a curve, lengths in drawing units: `width` (standard deviation of its core) and `depth`; `bulge` is the height
    of the soft roll beside it, `far` its distance, on the `side` (+1: to the left of the curve's direction on the screen, -1);
    `fade`: over which stretches (of 0..1 along the curve) it begins and ends; `broken` in [0, 1]: how irregular it is."""

    width: float
    depth: float
    bulge: float = 0.0
    far: float = 9.0
    side: float = 1.0
    fade: tuple[float, float] = (0.3, 0.6)
    broken: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Ground:
    """Where height maps are drawn: the window `box` of the plate, its drawing unit, the face's landmarks, how `lined` (0..1)
    the skin is, and the generator that makes lines irregular."""

    box: Box
    unit_px: float
    landmarks_L2: F64
    lined: float
    draws: np.random.Generator


def fold(points: Sequence[F64], shape: Fold, ground: Ground) -> F32:
    """Height (H, W) in plate pixels of a fold along the curve through `points`: negative in the valley, positive on the roll."""
    left, top, width, height = ground.box
    unit, wide = ground.unit_px, shape.width * (1 + _SOFT * (1 - ground.lined))
    curve_N2 = spline(torch.as_tensor(np.array(points)), _STEPS).numpy() / unit
    reach = max(3.5 * _WIDE * wide, (shape.far * 2.2 if shape.bulge else 0.0))
    low = np.clip(np.floor((curve_N2.min(0) - reach) * unit - [left, top]), 0, [width, height]).astype(int)
    high = np.clip(np.ceil((curve_N2.max(0) + reach) * unit - [left, top]), 0, [width, height]).astype(int)
    picture_HW = np.zeros((height, width), np.float32)
    if (high <= low).any():
        return picture_HW
    x, y = np.meshgrid(np.arange(low[0], high[0]) + left + 0.5, np.arange(low[1], high[1]) + top + 0.5)
    at = np.stack([x, y], -1) / unit
    distance, nearest = cKDTree(curve_N2).query(at)
    tangent_N2 = np.gradient(curve_N2, axis=0)
    tangent_N2 /= np.linalg.norm(tangent_N2, axis=1, keepdims=True) + 1e-9
    offset, along = at - curve_N2[nearest], tangent_N2[nearest]
    beside = (along[..., 1] * offset[..., 0] - along[..., 0] * offset[..., 1]) * shape.side
    taper_N = _taper(len(curve_N2), shape, ground.draws)
    past = np.maximum(distance - np.abs(beside), 0)
    core = _CORE_SHARE * (0.4 + 0.6 * ground.lined)
    valley = core * _bell(beside / wide) + (1 - core) * _bell(beside / (_WIDE * wide))
    roll = smoothstep(beside / shape.far, 0, 1) * _bell(np.maximum(beside / shape.far - 1, 0) * 1.6)
    picture_HW[low[1] : high[1], low[0] : high[0]] = (
        (shape.bulge * roll * _bell(past / (0.5 * shape.far)) - shape.depth * valley * _bell(past / (2 * wide)))
        * taper_N[nearest]
        * unit
    )
    return np.asarray(cv2.GaussianBlur(picture_HW, (0, 0), max(0.6 * unit, 0.5)), np.float32)


def _bell(x: F64) -> F64:
    return np.asarray(np.exp(-0.5 * x**2))


def _taper(count: int, shape: Fold, draws: np.random.Generator) -> F64:
    """Strength (N,) along a fold: nothing at its ends, and in broken lines stronger and weaker in between."""
    along_N = np.linspace(0, 1, count)
    first, last = shape.fade
    taper_N = smoothstep(along_N, 0, first) * (1 - smoothstep(along_N, last, 1))
    waves = sum(np.sin(2 * np.pi * (f * along_N + draws.uniform())) for f in (1.3, 2.7, 4.1)) / 3
    return np.asarray(taper_N * (1 - shape.broken * np.clip(0.5 + 0.9 * waves, 0, 1)))


def bulge(centre_2: F64, reach: tuple[float, float], height: float, ground: Ground) -> F32:
    """Height (H, W) in plate pixels of a soft hill around a plate point; `reach` (across, down) and `height` in drawing units."""
    left, top, width, rows = ground.box
    x = (np.arange(width) + left + 0.5 - centre_2[0]) / (reach[0] * ground.unit_px)
    y = (np.arange(rows) + top + 0.5 - centre_2[1]) / (reach[1] * ground.unit_px)
    return (height * ground.unit_px * np.outer(_bell(y), _bell(x))).astype(np.float32)


def face_creases(ground: Ground) -> dict[str, F32]:
    """Height maps of a face by name; sided ones end in Left or Right (the person's)."""
    maps: dict[str, F32] = {}
    for part in (_cheeks, _eyes, _brows, _forehead, _nose, _mouth):
        maps |= part(ground)
    return maps


_SIDES = (("Right", 0, -1.0), ("Left", 1, 1.0))
"""Name, column in the tables of landmarks, and the side of a downward curve on which the cheek lies."""


def _mix(a: F64, b: F64, share: float) -> F64:
    return a * (1 - share) + b * share


def _cheeks(ground: Ground) -> dict[str, F32]:
    p, maps = ground.landmarks_L2, {}
    for name, k, hand in _SIDES:
        wing, a, b, c, d = ((129, 203, 206, 216, 212), (358, 423, 426, 436, 432))[k]
        way = [
            _mix(p[a], p[wing], 0.85),
            _mix(p[a], p[b], 0.25),
            _mix(p[b], p[c], 0.1),
            _mix(p[b], p[c], 0.75),
            _mix(p[c], p[d], 0.4),
        ]
        shape = Fold(width=2.3, depth=1.5, bulge=1.3, far=16, side=hand, fade=(0.3, 0.6), broken=0.1)
        maps[f"nasolabial{name}"] = fold(way, shape, ground)
        apple = p[(50, 280)[k]]
        maps[f"cheek{name}"] = bulge(_mix(apple, p[a], 0.25), (19, 14), 1.7, ground)
    return maps


def _eyes(ground: Ground) -> dict[str, F32]:
    p, maps = ground.landmarks_L2, {}
    for name, k, hand in _SIDES:
        corner, inner = ((33, 133), (263, 362))[k]
        out = p[corner] - p[inner]
        across = np.array([-out[1], out[0]]) * hand
        feet = []
        for start, drop, length in ((-0.16, -0.10, 0.40), (0.00, 0.03, 0.50), (0.13, 0.17, 0.46), (0.25, 0.34, 0.34)):
            jitter = ground.draws.normal(0, 0.02, 4)
            shares = ((0.13, start), (0.13 + length * 0.5, start * 0.7 + drop * 0.5), (0.13 + length, drop + 0.1))
            ray = [p[corner] + out * (r + j) + across * (a + j) for (r, a), j in zip(shares, jitter, strict=False)]
            feet.append(fold(ray, Fold(width=0.9, depth=0.5, fade=(0.35, 0.45), broken=0.5), ground))
        maps[f"crow{name}"] = np.sum(feet, 0, dtype=np.float32)
        lid = ((130, 25, 110, 24, 23, 22, 26, 112), (359, 255, 339, 254, 253, 252, 256, 341))[k]
        under = ((111, 117, 118, 119, 120, 121), (340, 346, 347, 348, 349, 350))[k]
        bag = [_mix(p[a], p[b], 0.55) for a, b in zip(lid[1:7], under, strict=True)]
        shape = Fold(width=1.4, depth=0.9, bulge=1.0, far=4.0, side=-hand, fade=(0.35, 0.65), broken=0.25)
        maps[f"pouch{name}"] = fold(bag, shape, ground)
    return maps


def _brows(ground: Ground) -> dict[str, F32]:
    p = ground.landmarks_L2
    between, up = p[285] - p[55], p[9] - p[8]
    furrows = []
    for hand, start, end, depth in ((-1, -0.5, 1.5, 1.5), (1, -0.4, 1.2, 1.3)):
        way = [p[8] + up * t + hand * between * s for t, s in ((start, 0.20), ((start + end) / 2, 0.22), (end, 0.29))]
        furrows.append(fold(way, Fold(width=1.2, depth=depth, fade=(0.4, 0.45), broken=0.1), ground))
    masses = [bulge(_mix(p[a], p[b], 0.45), (7, 7), 1.1, ground) for a, b in ((55, 107), (285, 336))]
    root = [_mix(p[a], p[b], 0.2) for a, b in ((193, 55), (168, 8), (417, 285))]
    return {
        "furrow": np.sum([*furrows, *masses], 0, dtype=np.float32),
        "noseRoot": fold(root, Fold(width=2.8, depth=0.9, fade=(0.45, 0.55)), ground),
    }


def _forehead(ground: Ground) -> dict[str, F32]:
    """Lines along the brows: the middle ones of AU 1, the outer ones of AU 2, and the short slanting ones of AU 1 with AU 4."""
    p = ground.landmarks_L2
    low_N2 = p[[70, 63, 105, 66, 107, 9, 336, 296, 334, 293, 300]]
    high_N2 = p[[71, 68, 104, 69, 108, 151, 337, 299, 333, 298, 301]]
    along_N1 = np.linspace(-1, 1, 11)[:, None]
    high_N2 = high_N2 + (low_N2 - high_N2) * 0.25 * along_N1**2
    lines = []
    for share, depth in ((0.62, 0.95), (0.98, 1.1), (1.36, 0.8), (1.72, 0.5)):
        sway = ground.draws.normal(0, 0.05, (11, 1))
        way = low_N2 + (high_N2 - low_N2) * (share + sway)
        shape = Fold(width=1.5, depth=depth, bulge=0.35, far=6, side=1, fade=(0.2, 0.8), broken=0.75)
        lines.append(fold(way, shape, ground))
    rolls_HW = np.sum(lines, 0, dtype=np.float32)
    left, top, width, height = ground.box
    x_HW2 = np.stack(np.meshgrid(np.arange(width) + left + 0.5, np.arange(height) + top + 0.5), -1)
    right_2 = (p[300] - p[70]) / 2
    across_HW = (x_HW2 - (p[300] + p[70]) / 2) @ right_2 / (right_2 @ right_2)
    inner_HW = _bell(across_HW / 0.34).astype(np.float32)
    slants = []
    for hand, chain in ((-1, (107, 108, 151)), (1, (336, 337, 151))):
        for share in (0.45, 0.8):
            ends = [_mix(p[chain[0]], p[chain[1]], share - 0.1), _mix(p[chain[0]], p[chain[1]], share + 0.12)]
            way = [ends[0] + (p[chain[0]] - p[9]) * 0.7, ends[0], _mix(ends[1], p[chain[2]], 0.55)]
            slants.append(fold(way, Fold(width=1.5, depth=0.8, side=hand, fade=(0.4, 0.5), broken=0.4), ground))
    return {
        "forehead": rolls_HW * inner_HW,
        "foreheadRight": rolls_HW * (1 - inner_HW) * (across_HW < 0),
        "foreheadLeft": rolls_HW * (1 - inner_HW) * (across_HW >= 0),
        "slant": np.sum(slants, 0, dtype=np.float32),
    }


def _nose(ground: Ground) -> dict[str, F32]:
    p, maps = ground.landmarks_L2, {}
    for name, k, hand in _SIDES:
        top, side, cheek, ridge = ((193, 245, 128, 168), (417, 465, 357, 168))[k]
        base = ((114, 217), (343, 437))[k]
        lines = []
        for a, b, depth in ((0.0, 0.45, 0.8), (0.35, 0.8, 0.9), (0.75, 1.1, 0.6)):
            start = _mix(p[top], p[base[0]], a) + (p[ridge] - p[top]) * 0.35
            end = _mix(p[side], p[base[1]], b)
            middle = _mix(start, end, 0.5) + (p[cheek] - p[ridge]) * 0.03
            lines.append(fold([start, middle, end], Fold(width=1.1, depth=depth, side=hand, fade=(0.4, 0.5), broken=0.3), ground))
        maps[f"noseSide{name}"] = np.sum(lines, 0, dtype=np.float32)
    return maps


def _mouth(ground: Ground) -> dict[str, F32]:
    p, maps = ground.landmarks_L2, {}
    for name, k, hand in _SIDES:
        corner, a, b, out = ((61, 43, 106, 57), (291, 273, 335, 287))[k]
        droop = [_mix(p[corner], p[out], 0.5), _mix(p[a], p[out], 0.15), p[b]]
        shape = Fold(width=2.4, depth=1.1, bulge=0.7, far=8, side=hand, fade=(0.3, 0.5), broken=0.15)
        maps[f"mouthCorner{name}"] = fold(droop, shape, ground)
        away = p[corner] - p[(78, 308)[k]]
        away /= np.linalg.norm(away) + 1e-9
        down = np.array([-away[1], away[0]]) * hand
        unit = ground.unit_px
        dimple = [p[corner] + (away * r + down * d) * unit for r, d in ((7.0, -7.0), (9.0, 0.0), (7.5, 7.0))]
        maps[f"dimple{name}"] = fold(dimple, Fold(width=1.6, depth=1.0, bulge=0.7, far=6, side=hand, fade=(0.4, 0.6)), ground)
    lip = [_mix(p[a], p[b], 0.35) for a, b in ((181, 182), (84, 83), (17, 18), (314, 313), (405, 406))]
    maps["chin"] = fold(lip, Fold(width=2.2, depth=1.0, fade=(0.4, 0.6)), ground) + _pebbles(ground)
    return maps


def _pebbles(ground: Ground) -> F32:
    """The dimpled chin of AU 17."""
    p, (left, top, width, height) = ground.landmarks_L2, ground.box
    grains = ground.draws.normal(0, 1, (48, 48)).astype(np.float32)
    grains = cv2.GaussianBlur(grains, (0, 0), 1.0)
    grains /= grains.std()
    centre_2, unit = _mix(p[199], p[18], 0.15), ground.unit_px
    step = 2.4 * unit
    x, y = np.meshgrid(np.arange(width) + left + 0.5, np.arange(height) + top + 0.5)
    x, y = (x - centre_2[0]).astype(np.float32), (y - centre_2[1]).astype(np.float32)
    texture_HW = cv2.remap(grains, x / np.float32(step) + 23.5, y / np.float32(step) + 23.5, cv2.INTER_CUBIC)
    return np.asarray(_PEBBLES * unit * texture_HW * _bell(x / (13 * unit)) * _bell(y / (9 * unit)), np.float32)
