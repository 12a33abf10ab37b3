"""What emostage sees in a portrait, as data and as a picture. L = 478 landmarks, N points, H, W rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.errors import Diagnostic
from emostage.core.tracks import F64, U8, Portrait
from emostage.face import topology
from emostage.face.actions import photo_actions
from emostage.face.findings import mouth_gap
from emostage.face.fit import REFERENCE_PX, euler_rad
from emostage.face.head import Head, load_head

_SIZE_PX = 1024
_FINE = 2
"""Lines are drawn at this multiple of the size and averaged."""
_SHOWN = 0.1
_WIRE, _MODEL, _UPPER, _LOWER, _IRIS, _OUTLINE = "#3aa0c8", "#e0a030", "#ff4040", "#40a0ff", "#40ff80", "#ffffff"
_AXES = ("#ff5050", "#50ff50", "#5080ff")
_CHAINS = (
    (topology.LIP_U, _UPPER), (topology.LIP_L, _LOWER), (topology.OVAL + topology.OVAL[:1], _OUTLINE),
    *((eye.upper, _UPPER) for eye in topology.EYES), *((eye.lower, _LOWER) for eye in topology.EYES),
)  # fmt: skip


def describe(portrait: Portrait, diagnostics: Sequence[Diagnostic] = ()) -> dict[str, Any]:
    """The portrait in numbers, ready for JSON: sizes in pixels of the picture, the fit's error in those of a crop of 512, angles in
    degrees, the photo's own expression."""
    pitch, yaw, roll = (round(float(v), 1) for v in np.degrees(euler_rad(portrait.fit.rotation_33)))
    points_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    (left, top), (right, bottom) = points_L2[:468].min(0), points_L2[:468].max(0)
    weights = dict(zip(ARKIT_NAMES, portrait.fit.expression_52, strict=True))
    return {
        "picture_px": [int(v) for v in portrait.picture_HW3.shape[1::-1]],
        "face_px": [round(float(v), 1) for v in (left, top, right - left, bottom - top)],
        "crop": {
            "left": round(portrait.crop.left, 2),
            "top": round(portrait.crop.top, 2),
            "side": round(portrait.crop.size_px / portrait.crop.scale, 2),
            "size_px": portrait.crop.size_px,
        },
        "pose_deg": {"pitch": pitch, "yaw": yaw, "roll": roll},
        "fit_error_px": round(portrait.fit.error_px * REFERENCE_PX / portrait.crop.size_px, 2),
        "mouth_gap": round(mouth_gap(portrait.landmarks_L2), 3),
        "expression": {name: round(float(weight), 2) for name, weight in weights.items() if weight >= _SHOWN},
        "person_share": round(float(portrait.matte_SS.mean()), 3),
        "fingerprint": portrait.fingerprint,
        "warnings": [{"code": d.code, "message": d.message, "hint": d.hint} for d in diagnostics],
    }


def draw_overlay(portrait: Portrait, diagnostics: Sequence[Diagnostic] = (), *, head: Head | None = None) -> U8:
    """The crop twice, side by side, as uint8 sRGB (H, W, 3).

    On the left with the landmarks' mesh, lips, lids, irises, pose axes and findings, on the right the matted person under
    the mesh of the fitted head.
    """
    head = head or load_head()
    found = Image.fromarray(draw_landmarks(portrait, _SIZE_PX))
    _text(ImageDraw.Draw(found), portrait, diagnostics)
    base = Image.fromarray(portrait.face_SS3).resize((_SIZE_PX, _SIZE_PX), Image.Resampling.BICUBIC)
    matted = Image.composite(base, Image.new("RGB", base.size, "#1e5a3c"), _alpha(portrait))
    _wire(ImageDraw.Draw(matted), _model_points(portrait, head) * _SIZE_PX / portrait.crop.size_px, _MODEL)
    return np.concatenate([np.asarray(found, np.uint8), np.asarray(matted, np.uint8)], 1)


def draw_landmarks(portrait: Portrait, size_px: int) -> U8:
    """The crop at a side of `size_px` with the landmarks' mesh, lips, lids, irises and the axes of the head, uint8 sRGB."""
    side = _FINE * size_px
    found = Image.fromarray(portrait.face_SS3).resize((side, side), Image.Resampling.BICUBIC)
    draw, scale, bold = ImageDraw.Draw(found), side / portrait.crop.size_px, max(2, round(side / _SIZE_PX))
    points_L2 = portrait.landmarks_L2 * scale
    _wire(draw, points_L2, _WIRE, max(1, bold // 2))
    for chain, colour in _CHAINS:
        draw.line([tuple(points_L2[i]) for i in chain], fill=colour, width=2 * bold)
    for eye in topology.EYES:
        radius = float(np.mean([np.linalg.norm(points_L2[i] - points_L2[eye.iris]) for i in eye.ring]))
        x, y = points_L2[eye.iris]
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_IRIS, width=2 * bold)
    _axes(draw, portrait, points_L2[topology.NOSE_TIP], scale, 4 * bold)
    return np.asarray(found.resize((size_px, size_px), Image.Resampling.BOX), np.uint8)


def _wire(draw: ImageDraw.ImageDraw, points_N2: F64, colour: str, width: int = 1) -> None:
    for triangle in topology.TRIANGLES_F3:
        corners = [tuple(points_N2[i]) for i in triangle]
        draw.line([*corners, corners[0]], fill=colour, width=width)


def _axes(draw: ImageDraw.ImageDraw, portrait: Portrait, origin_2: F64, scale: float, width: int) -> None:
    """The head's own axes from the tip of the nose: left (red), up (green), forward (blue)."""
    length = 0.2 * float(np.ptp(portrait.landmarks_L2[:468, 1])) * scale
    for axis_3, colour in zip(np.array([[1.0, 0, 0], [0, -1, 0], [0, 0, -1]]), _AXES, strict=True):
        tip_2 = origin_2 + length * (portrait.fit.rotation_33 @ axis_3)[:2]
        draw.line([tuple(origin_2), tuple(tip_2)], fill=colour, width=width)


def _text(draw: ImageDraw.ImageDraw, portrait: Portrait, diagnostics: Sequence[Diagnostic]) -> None:
    facts = describe(portrait)
    pose = "  ".join(f"{name} {angle:+.0f}" for name, angle in facts["pose_deg"].items())
    expression = "  ".join(f"{name} {weight:.2f}" for name, weight in sorted(facts["expression"].items(), key=lambda e: -e[1])[:4])
    lines = [f"{pose} deg   fit {facts['fit_error_px']} px", expression, *(f"{d.code} {d.message}" for d in diagnostics)]
    draw.rectangle((0, 0, _SIZE_PX, 14 + 22 * len(lines)), fill="#101014")
    for row, line in enumerate(lines):
        draw.text((10, 8 + 22 * row), line, fill="#ffd060" if row > 1 else "#ffffff", font_size=17)


def _alpha(portrait: Portrait) -> Image.Image:
    alpha = Image.fromarray((portrait.matte_SS * 255).astype(np.uint8))
    return alpha.resize((_SIZE_PX, _SIZE_PX), Image.Resampling.BILINEAR)


def _model_points(portrait: Portrait, head: Head) -> F64:
    """The landmarks of the fitted head in crop pixels (468, 2)."""
    fitted = portrait.fit
    neutral_L3 = head.at_landmarks(fitted.vertices_V3).astype(np.float64)
    posed_L3 = neutral_L3 + np.tensordot(fitted.expression_52, photo_actions(head, neutral_L3), 1)
    camera_L3 = posed_L3 @ fitted.rotation_33.T + fitted.translation_3
    points_L2: F64 = camera_L3[:, :2] / camera_L3[:, 2:] * fitted.focal_px + portrait.crop.size_px / 2
    return points_L2
