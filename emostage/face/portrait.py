"""From a picture to a `Portrait`: choose the face, cut the window, find the landmarks, fit the head, matte the person.

L = 478 landmarks, H, W picture rows and columns.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.tracks import F64, U8, Portrait
from emostage.face.crop import WIDE_MARGIN, resample, window
from emostage.face.findings import MIN_SCORE, examine, require_human
from emostage.face.fit import fit
from emostage.face.head import Head, load_head
from emostage.face.header import SAMPLE, require_room
from emostage.face.picture import read_picture
from emostage.face.refine import refine
from emostage.face.segment import matte
from emostage.face.topology import CHIN
from emostage.face.track import FaceMeshTracker

VERSION = "5"
"""Part of every fingerprint; raised when the same picture would give another portrait."""

_MOST_CUT = 0.02
"""Share of a side of the window that hair may cross."""

Face = int | tuple[float, float] | None


def read_portrait(
    source: Path | str, *, face: Face = None, crop_px: int | None = None, head: Head | None = None
) -> tuple[Portrait, tuple[Diagnostic, ...]]:
    """The portrait in a picture file or `sample/NAME`, and warnings about it (W07x).

    `face` chooses among several: None the largest, 1-based from the largest, or the picture point (x, y) nearest to it; `crop_px`
    is the side of the crop, by default as many pixels as the picture has there, 512 to 1024. Raises
    AssetError: E071-E073 for the file, E070 no face, E074 no such face, E075 not a human face, E076 too small, E077 turned
    too far, E078 cut off; DeviceError when the tracker cannot run.
    """
    picture_HW3 = read_picture(source)
    name = source if isinstance(source, str) and source.startswith(SAMPLE) else Path(source).name
    return portrait_of(picture_HW3, name=name, face=face, crop_px=crop_px, head=head)


def portrait_of(
    picture_HW3: U8, *, name: str = "the picture", face: Face = None, crop_px: int | None = None, head: Head | None = None
) -> tuple[Portrait, tuple[Diagnostic, ...]]:
    """The same for a picture already read, uint8 sRGB (H, W, 3); `name` is used in messages."""
    require_room(name, (picture_HW3.shape[1], picture_HW3.shape[0]))
    head = head or load_head()
    with FaceMeshTracker() as tracker:
        faces = _human_first(tracker, picture_HW3)
        chosen_L2 = faces[_choose(faces, face, name)]
        height, width = picture_HW3.shape[:2]
        crop = window(chosen_L2, (width, height), crop_px)
        face_SS3 = resample(picture_HW3, crop)
        reading = refine(tracker, face_SS3, crop.to_crop(chosen_L2))
        fitted = fit(head, reading.landmarks_L2, crop.size_px)
        require_human(name, tracker.score(picture_HW3, chosen_L2), reading, fitted, crop.size_px)
    portrait = Portrait(
        picture_HW3=picture_HW3,
        crop=crop,
        face_SS3=face_SS3,
        landmarks_L2=reading.landmarks_L2,
        matte_SS=matte(face_SS3, reading.landmarks_L2),
        fit=fitted,
        fingerprint=_fingerprint(picture_HW3, face, crop_px, head),
    )
    if _cuts_head(portrait):
        portrait = _widened(portrait, head)
    return portrait, examine(portrait, reading, name, 1 if face is not None else len(faces))


def _cuts_head(portrait: Portrait) -> bool:
    """Whether hair or hat reach beyond the window above the chin, where the picture goes on."""
    matte_SS, crop = portrait.matte_SS, portrait.crop
    side = crop.size_px / crop.scale
    chin = int(np.clip(portrait.landmarks_L2[CHIN, 1], 1, crop.size_px))
    beyond = _MOST_CUT * crop.size_px
    columns = portrait.picture_HW3.shape[1]
    edges = ((crop.top, matte_SS[0]), (crop.left, matte_SS[:chin, 0]), (columns - crop.left - side, matte_SS[:chin, -1]))
    return any(room > beyond / crop.scale and (edge_S > 0.5).sum() > beyond for room, edge_S in edges)


def _widened(portrait: Portrait, head: Head) -> Portrait:
    """The same portrait in a wider window."""
    height, width = portrait.picture_HW3.shape[:2]
    points_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    crop = window(points_L2, (width, height), portrait.crop.size_px, WIDE_MARGIN)
    face_SS3, landmarks_L2 = resample(portrait.picture_HW3, crop), crop.to_crop(points_L2)
    return replace(
        portrait,
        crop=crop,
        face_SS3=face_SS3,
        landmarks_L2=landmarks_L2,
        matte_SS=matte(face_SS3, landmarks_L2),
        fit=fit(head, landmarks_L2, crop.size_px),
    )


def _human_first(tracker: FaceMeshTracker, picture_HW3: U8) -> list[F64]:
    """The faces that the detector takes for human ones, the largest first; all of them when there is none."""
    faces = tracker.faces(picture_HW3)
    if len(faces) < 2:
        return faces
    return [face_L2 for face_L2 in faces if tracker.score(picture_HW3, face_L2) >= MIN_SCORE] or faces


def _choose(faces: list[F64], face: Face, name: str) -> int:
    """Index of the chosen face."""
    if not faces:
        hint = "use an upright picture in which a face is seen from the front, well lit and not covered"
        raise AssetError.of("E070", f"no face was found in '{name}'", hint)
    if face is None:
        return 0
    if isinstance(face, int):
        if not 1 <= face <= len(faces):
            there = "1 face" if len(faces) == 1 else f"{len(faces)} faces"
            raise AssetError.of("E074", f"'{name}' has no face {face}", f"there is {there}; 1 is the largest")
        return face - 1
    point_2 = np.asarray(face, np.float64)
    return int(np.argmin([np.linalg.norm(landmarks_L2.mean(0) - point_2) for landmarks_L2 in faces]))


def _fingerprint(picture_HW3: U8, face: Face, crop_px: int | None, head: Head) -> str:
    digest = hashlib.sha256(np.ascontiguousarray(picture_HW3).tobytes())
    digest.update(f"{VERSION} {picture_HW3.shape} {face!r} {crop_px} {head.fingerprint}".encode())
    return digest.hexdigest()
