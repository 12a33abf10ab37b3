"""What is wrong or risky about a portrait, as diagnostics: errors when it cannot be used, warnings when it will show."""

from __future__ import annotations

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import F64, FaceFit, Portrait
from emostage.face import topology
from emostage.face.fit import REFERENCE_PX, euler_rad
from emostage.face.refine import Reading
from emostage.face.track import extent_px

MIN_SCORE = 0.5
MAX_ERROR_PX, MAX_SPREAD_PX, HARD_SPREAD_PX = 8.0, 8.0, 3.5
MIN_SEEN = 0.5
MIN_FACE_PX, SMALL_FACE_PX = 48, 90
MAX_TURN_DEG, MAX_TILT_DEG, TURNED_DEG = 42.0, 65.0, 25.0
OPEN_MOUTH = 0.18
"""Inner lip gap in eye distances (outer corners) from which a mouth counts as open."""


def require_human(name: str, score: float, reading: Reading, fitted: FaceFit, size_px: int) -> None:
    """Raise AssetError (E075) when a found face is not a human one.

    The mesh network says yes to animals as well, but finds a dog elsewhere in every view (measured: a spread of 16 to 19 pixels,
    or in one view of eight; photographs and paintings of people 0.7 to 1.9 pixels in all eight), and the close-range detector's
    `score` is lower (0.65 against 0.86 to 0.95). Pixels count at a crop of 512.
    """
    unit = size_px / REFERENCE_PX
    error_px, spread_px = fitted.error_px / unit, reading.spread_px / unit
    unsteady = spread_px > MAX_SPREAD_PX or reading.seen < MIN_SEEN
    if score < MIN_SCORE or error_px > MAX_ERROR_PX or unsteady:
        measured = f"detector {score:.2f}, misfit {error_px:.1f} px, spread {spread_px:.1f} px in {reading.seen:.0%} of the views"
        message = f"what looks like a face in '{name}' does not seem to be a human one ({measured})"
        raise AssetError.of("E075", message, "use an upright photograph or painting of a person, seen from the front")


def examine(portrait: Portrait, reading: Reading, name: str, faces: int) -> tuple[Diagnostic, ...]:
    """Warnings about a portrait in a picture of so many faces, of which none was chosen by the user when there are several.

    Raises AssetError for a face that is too small (E076), turned too far (E077) or cut off (E078).
    """
    extent = extent_px(portrait.landmarks_L2) / portrait.crop.scale
    width_px = float(np.ptp(portrait.landmarks_L2[:468, 0]) / portrait.crop.scale)
    if extent < MIN_FACE_PX:
        hint = f"use a picture in which the face is at least {MIN_FACE_PX} pixels high"
        raise AssetError.of("E076", f"the face in '{name}' is too small: {width_px:.0f} pixels wide", hint)
    pitch, yaw, roll = (float(v) for v in np.degrees(euler_rad(portrait.fit.rotation_33)))
    if max(abs(yaw), abs(pitch)) > MAX_TURN_DEG:
        hint = "use a picture that looks more towards the camera"
        raise AssetError.of("E077", f"the head in '{name}' is turned too far: {_turn(pitch, yaw)}", hint)
    if abs(roll) > MAX_TILT_DEG:
        message = f"the head in '{name}' is tilted by {abs(roll):.0f} degrees"
        raise AssetError.of("E077", message, "turn the picture upright in a picture program")
    if cut := _outside(portrait, [*topology.LIPS, *topology.LIDS]):
        raise AssetError.of("E078", f"the face in '{name}' is cut off at the {cut} of the picture", "show the whole face")
    found = []
    if faces > 1:
        found.append(("W070", f"'{name}' has {faces} faces; the largest is used", "choose with 'face: 2' or 'face: [x, y]'"))
    if max(abs(yaw), abs(pitch)) > TURNED_DEG:
        found.append(("W071", f"the head in '{name}' is turned: {_turn(pitch, yaw)}", "a frontal picture moves better"))
    if extent < SMALL_FACE_PX:
        found.append(
            ("W072", f"the face in '{name}' is small: {width_px:.0f} pixels wide", "a larger picture gives a sharper film")
        )
    if (gap := mouth_gap(portrait.landmarks_L2)) > OPEN_MOUTH:
        found.append(("W073", f"the mouth in '{name}' is open ({gap:.0%} of the eye distance)", "a closed mouth moves best"))
    if cut := _outside(portrait, [*topology.OVAL]):
        found.append(("W074", f"the face in '{name}' touches the {cut} of the picture", "leave room around the head"))
    if abs(roll) > TURNED_DEG:
        found.append(("W075", f"the head in '{name}' is tilted by {abs(roll):.0f} degrees", "level it for a calmer film"))
    if reading.spread_px / portrait.crop.size_px * REFERENCE_PX > HARD_SPREAD_PX:
        found.append(("W076", f"the face in '{name}' is hard to read", "look for blur, hard shadows, or something in front of it"))
    return tuple(Diagnostic(code=code, message=message, hint=hint) for code, message, hint in found)


def mouth_gap(landmarks_L2: F64) -> float:
    """Gap between the inner lips in distances of the outer eye corners."""
    right, left = (landmarks_L2[eye.upper[0]] for eye in topology.EYES)
    return float(np.linalg.norm(landmarks_L2[13] - landmarks_L2[14]) / np.linalg.norm(right - left))


def _turn(pitch_deg: float, yaw_deg: float) -> str:
    side = f"{abs(yaw_deg):.0f} degrees to the {'right' if yaw_deg > 0 else 'left'} of the picture"
    return side if abs(yaw_deg) >= abs(pitch_deg) else f"{abs(pitch_deg):.0f} degrees {'down' if pitch_deg > 0 else 'up'}"


def _outside(portrait: Portrait, points: list[int]) -> str:
    """The picture's sides that some of the landmarks touch or cross, in words."""
    height, width = portrait.picture_HW3.shape[:2]
    outline_N2 = portrait.crop.to_picture(portrait.landmarks_L2[points])
    (left, top), (right, bottom) = outline_N2.min(0), outline_N2.max(0)
    sides = {"left side": left < 1, "top": top < 1, "right side": right > width - 1, "bottom": bottom > height - 1}
    return " and ".join(name for name, touched in sides.items() if touched)
