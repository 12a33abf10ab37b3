"""Where the lines of a face run: one-sided dark strokes along curves between landmarks, in plate pixels.

Lines are those of P. Ekman and W. Friesen's Facial Action Coding System: nasolabial furrow (AU 9, 10, 12), glabellar furrows
(AU 4), forehead (AU 1, 2), crow's feet and lower-lid pouch (AU 6, 7), nose root (AU 9), mouth corner to chin (AU 15).
Letters: L landmarks, N points of a curve, H and W rows and columns of the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from emostage.core.keyframes import smoothstep
from emostage.core.tracks import F32, F64
from emostage.portrait.polygon import Box, spline

_REACH = 14.0


@dataclass(frozen=True, kw_only=True)
class Pen:
    """A stroke's look: `width` in drawing units, bright `ridge` beside it, `strength`, the `side` (+1, -1) to which it
    fades slowly, and `fade`, the stretch (of 0..1) over which it ends; None fades both ends alike."""

    width: float
    ridge: float
    strength: float = 0.7
    side: float = 1.0
    fade: tuple[float, float] | None = None


def stroke(points: Sequence[F64], pen: Pen, box: Box, unit_px: float) -> F32:
    """The stroke as change of log brightness (H, W) over a window: negative in the line, slightly positive on its ridge."""
    left, top, width, height = box
    curve_N2 = spline(torch.as_tensor(np.array(points)), 12).numpy()
    along_N = np.linspace(0, 1, len(curve_N2))
    if pen.fade is None:
        taper_N = np.sin(np.pi * np.clip(along_N, 0.02, 0.98)) ** 0.6
    else:
        taper_N = smoothstep(along_N, 0, 0.15) * (1 - smoothstep(along_N, *pen.fade))
    low = np.clip(np.floor(curve_N2.min(0) - _REACH * unit_px - [left, top]), 0, [width, height]).astype(int)
    high = np.clip(np.ceil(curve_N2.max(0) + _REACH * unit_px - [left, top]), 0, [width, height]).astype(int)
    picture_HW = np.zeros((height, width), np.float32)
    if (high <= low).any():
        return picture_HW
    x, y = np.meshgrid(np.arange(low[0], high[0]) + left + 0.5, np.arange(low[1], high[1]) + top + 0.5)
    away = np.stack([x, y], -1)[:, :, None] - curve_N2
    square = (away**2).sum(-1)
    nearest = square.argmin(-1)
    distance = np.sqrt(square.min(-1))
    tangent_N2 = np.gradient(curve_N2, axis=0)
    tangent_N2 /= np.linalg.norm(tangent_N2, axis=1, keepdims=True) + 1e-9
    offset = np.take_along_axis(away, nearest[..., None, None].repeat(2, -1), 2)[:, :, 0]
    beside = (tangent_N2[nearest, 0] * offset[..., 1] - tangent_N2[nearest, 1] * offset[..., 0]) * pen.side
    w = pen.width * unit_px
    slope = (
        np.exp(-np.maximum(beside, 0) / (3 * w))
        * np.exp(-2 * (np.minimum(beside, 0) / w) ** 2)
        * (1 - smoothstep(distance, 6 * w, 9 * w))
    )
    dark = np.exp(-0.5 * (distance / w) ** 2) + 0.35 * slope
    light = np.exp(-0.5 * ((beside + 2.6 * w) / (1.5 * w)) ** 2) * (1 - smoothstep(distance, 4 * w, 6 * w))
    picture_HW[low[1] : high[1], low[0] : high[0]] = (pen.ridge * light - dark) * taper_N[nearest] * pen.strength
    return np.asarray(cv2.GaussianBlur(picture_HW, (0, 0), max(0.5 * unit_px, 0.3)), np.float32)


def _mix(a: F64, b: F64, share: float) -> F64:
    return a * (1 - share) + b * share


def face_strokes(landmarks_L2: F64, box: Box, unit_px: float) -> dict[str, F32]:
    """All strokes of a face by name; sided ones end in Left or Right (the person's)."""
    p = landmarks_L2

    def draw(points: Sequence[F64], pen: Pen) -> F32:
        return stroke(points, pen, box, unit_px)

    maps: dict[str, F32] = {}
    for side, (wing, a, b, c, hand) in {"Left": (358, 423, 426, 436, 1.0), "Right": (129, 203, 206, 216, -1.0)}.items():
        fold = [_mix(p[a], p[wing], 0.8), _mix(p[a], p[b], 0.3), _mix(p[b], p[c], 0.1), _mix(p[b], p[c], 0.65)]
        maps[f"nasolabial{side}"] = draw(fold, Pen(width=2.6, ridge=0.25, strength=0.8, side=hand, fade=(0.30, 0.95)))
    root, between = p[8] - p[168], p[285] - p[55]
    furrows = [
        [
            _mix(p[8], p[9], 0.4) + o * between * 0.24 + 0.1 * root,
            p[9] + o * between * 0.22,
            _mix(p[9], p[151], 0.5) + o * between * 0.30,
        ]
        for o in (-1, 1)
    ]
    pens = [Pen(width=1.7, ridge=0.45, strength=0.8, side=-o) for o in (-1.0, 1.0)]
    maps["furrow"] = draw(furrows[0], pens[0]) + draw(furrows[1], pens[1])
    maps["forehead"] = _forehead(p, box, unit_px)
    for side, corner, inner, hand in (("Left", 263, 362, 1), ("Right", 33, 133, -1)):
        out = p[corner] - p[inner]
        across = np.array([-out[1], out[0]]) * hand
        feet = [
            draw(
                [p[corner] + out * r + across * a * k for r, k in ((0.10, 0.4), (0.31, 0.8), (0.52, 1.5))],
                Pen(width=0.9, ridge=0.5, strength=0.8),
            )
            for a in (-0.13, 0.05, 0.22)
        ]
        maps[f"crow{side}"] = np.sum(feet, 0, dtype=np.float32)
        pouch = (340, 346, 347, 348, 349, 350) if side == "Left" else (111, 117, 118, 119, 120, 121)
        maps[f"pouch{side}"] = draw([p[i] for i in pouch], Pen(width=1.8, ridge=0.35, strength=0.7, side=-1.0))
    bridge = [
        draw(
            [_mix(p[i], p[168], 0.5), _mix(p[i], p[6], 0.4), _mix(p[i], p[197], 0.4) + np.array([0, 1])], Pen(width=1.0, ridge=0.5)
        )
        for i in (193, 417)
    ]
    maps["noseRoot"] = np.sum(bridge, 0, dtype=np.float32)
    corners = [
        draw([_mix(p[c], p[a], 0.2), p[a], p[b]], Pen(width=1.9, ridge=0.3, side=s))
        for c, a, b, s in ((61, 43, 106, 1.0), (291, 273, 335, -1.0))
    ]
    maps["mouthCorner"] = np.sum(corners, 0, dtype=np.float32)
    return maps


def _forehead(p: F64, box: Box, unit_px: float) -> F32:
    top = (71, 68, 104, 69, 108, 151, 337, 299, 333, 298, 301)
    bottom = (70, 63, 105, 66, 107, 9, 336, 296, 334, 293, 300)
    lines = []
    for share, strength in ((0.55, 0.9), (0.85, 1.0), (1.12, 0.6)):
        pairs = list(enumerate(zip(top, bottom, strict=True)))[1:-1]
        curve = [_mix(p[b], p[t], share) + np.array([0, unit_px * np.sin(1.7 * n + 2 * share)]) for n, (t, b) in pairs]
        lines.append(stroke(curve, Pen(width=2.1, ridge=0.55, strength=strength), box, unit_px))
    return np.asarray(np.sum(lines, 0), np.float32)
