"""What is wrong or risky about a portrait, as diagnostics: errors when it cannot be used, warnings when it will show."""

from __future__ import annotations

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import FaceFit, Portrait
from emostage.face import topology
from emostage.face.fit import REFERENCE_PX, euler_rad
from emostage.face.track import extent_px

MIN_SCORE = 0.5
MAX_ERROR_PX = 8.0
MIN_FACE_PX, SMALL_FACE_PX = 48, 110
MAX_TURN_DEG, TURNED_DEG = 42.0, 25.0
OPEN_MOUTH = 0.12
"""Inner lip gap in eye distances (outer corners) from which a mouth counts as open."""


def require_human(name: str, score: float, fitted: FaceFit, size_px: int) -> None:
    """Raise AssetError (E075) when a found face is not a human one.

    The mesh network itself says yes to animals. `score` is the close-range detector's; the fit's error counts at 512 px.
    """
    error_px = fitted.error_px * REFERENCE_PX / size_px
    if score < MIN_SCORE or error_px > MAX_ERROR_PX:
        message = f"what looks like a face in '{name}' does not seem to be a human one"
        hint = f"use a picture of a person, a painting or a statue (detector {score:.2f}, misfit {error_px:.1f} px)"
        raise AssetError.of("E075", message, hint)


def examine(portrait: Portrait, name: str, faces: int, *, explicit: bool) -> tuple[Diagnostic, ...]:
    """Warnings about a portrait; raises AssetError for a face that is too small (E076) or turned too far (E077)."""
    width_px = float(np.ptp(portrait.crop.to_picture(portrait.landmarks_L2)[:468, 0]))
    extent = extent_px(portrait.landmarks_L2) / portrait.crop.scale
    if extent < MIN_FACE_PX:
        hint = f"use a picture in which the face is at least {MIN_FACE_PX} pixels wide"
        raise AssetError.of("E076", f"the face in '{name}' is too small: {width_px:.0f} pixels wide", hint)
    pitch, yaw, roll = np.degrees(euler_rad(portrait.fit.rotation_33))
    if max(abs(yaw), abs(pitch)) > MAX_TURN_DEG:
        hint = "use a picture that looks more towards the camera"
        raise AssetError.of("E077", f"the head in '{name}' is turned too far: {_turn(pitch, yaw)}", hint)
    found = []
    if faces > 1 and not explicit:
        found.append(("W070", f"'{name}' has {faces} faces; the largest is used", "choose with 'face: 2' or 'face: [x, y]'"))
    if max(abs(yaw), abs(pitch)) > TURNED_DEG:
        found.append(("W071", f"the head in '{name}' is turned: {_turn(pitch, yaw)}", "a frontal picture moves better"))
    if extent < SMALL_FACE_PX:
        found.append(
            ("W072", f"the face in '{name}' is small: {width_px:.0f} pixels wide", "a larger picture gives a sharper film")
        )
    if (gap := mouth_gap(portrait)) > OPEN_MOUTH:
        found.append(("W073", f"the mouth in '{name}' is open ({gap:.0%} of the eye distance)", "a closed mouth moves best"))
    if cut := _cut_sides(portrait):
        found.append(("W074", f"the face in '{name}' touches the {cut} of the picture", "leave room around the head"))
    if abs(roll) > TURNED_DEG:
        found.append(("W075", f"the head in '{name}' is tilted by {abs(roll):.0f} degrees", "level it for a calmer film"))
    return tuple(Diagnostic(code=code, message=message, hint=hint) for code, message, hint in found)


def mouth_gap(portrait: Portrait) -> float:
    """Gap between the inner lips in outer eye corner distances."""
    points_L2 = portrait.landmarks_L2
    eyes = np.linalg.norm(points_L2[topology.EYES[0].upper[0]] - points_L2[topology.EYES[1].upper[0]])
    return float(np.linalg.norm(points_L2[13] - points_L2[14]) / eyes)


def _turn(pitch_deg: float, yaw_deg: float) -> str:
    side = f"{abs(yaw_deg):.0f} degrees to the {'right' if yaw_deg > 0 else 'left'} of the picture"
    return side if abs(yaw_deg) >= abs(pitch_deg) else f"{abs(pitch_deg):.0f} degrees {'down' if pitch_deg > 0 else 'up'}"


def _cut_sides(portrait: Portrait) -> str:
    """The picture's sides that the face's outline touches or crosses, in words."""
    height, width = portrait.picture_HW3.shape[:2]
    outline_N2 = portrait.crop.to_picture(portrait.landmarks_L2[list(topology.OVAL)])
    (left, top), (right, bottom) = outline_N2.min(0), outline_N2.max(0)
    sides = {"left side": left < 1, "top": top < 1, "right side": right > width - 1, "bottom": bottom > height - 1}
    return " and ".join(name for name, touched in sides.items() if touched)
