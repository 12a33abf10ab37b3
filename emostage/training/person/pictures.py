"""Tracked takes as footage for painters: square pictures in which the head keeps its place, framed as films are painted.

T frames of a take, N of them that are kept, L = 468 landmarks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

import cv2
import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, U8, Crop
from emostage.face.actor import Hold, motion_from
from emostage.face.crop import resample
from emostage.face.turning import Seated
from emostage.portrait.painting.square import FACE_SHARE, MIDDLE_2
from emostage.training.footage.filmed import done, heard, starts
from emostage.training.footage.framing import known, window
from emostage.training.footage.parts import told_by
from emostage.training.footage.store import PARTS, UNKNOWN, Array, Footage, joined, packed
from emostage.training.heads.camera import Camera
from emostage.training.person.reading import Reading
from emostage.training.tracked.store import FPS

SIZE_PX = 128
"""Side of the pictures."""
_HAIR_CELLS = 5
"""Cells beside the face that are taken for hair."""
CAMERA = Camera(distance_m=1.0, face_share=FACE_SHARE, middle_x=MIDDLE_2[0], middle_y=MIDDLE_2[1])
"""How films frame what is painted."""


def footage_of(readings: Sequence[Reading], size_px: int = SIZE_PX) -> Footage:
    """The footage of several takes, at least one, a shot each."""
    return joined([shot_of(reading, size_px) for reading in readings])


def shot_of(reading: Reading, size_px: int = SIZE_PX) -> Footage:
    """The frames of a take in which the face was really read, every run of them a clip. The window goes with the head, because
    painters of footage know of turns only; rotations are relative to how the head is held on the whole."""
    take, person = reading.take, reading.person
    hold = reading.hold_on_the_whole()
    at_rest = replace(person.fit, rotation_33=hold.rotation_33, translation_3=hold.place_3 - hold.rotation_33 @ hold.neck_3)
    seated = Seated.of(at_rest, person.crop.size_px, hold.neck_3)
    crop = window(reading.head, seated, person.crop, CAMERA, size_px)
    kept_N = np.flatnonzero(take.seen_T)
    crops = _following(reading, hold, crop, kept_N)
    placed = [each.to_crop(take.landmarks_TL2[n, :468]) / size_px for n, each in zip(kept_N, crops, strict=True)]
    landmarks_NL2 = np.stack(placed).astype(np.float16)
    return Footage(
        starts_C1=starts(kept_N),
        pictures=[packed(resample(take.picture(n), each)) for n, each in zip(kept_N.tolist(), crops, strict=True)],
        frames={
            **done(motion_from(reading.done, person, hold, Fraction(FPS)), kept_N, None),
            **heard(take.audio(), len(take), kept_N),
            "landmarks_NL2": landmarks_NL2,
            "parts_NGG": _parts(landmarks_NL2),
            "shot_N": np.zeros(len(kept_N), np.int32),
        },
        shots=known(seated.through(person.crop, crop), take.source, "filmed"),
        shape_SK=person.fit.shape_K.astype(np.float32)[None],
    )


def _parts(landmarks_NL2: Array) -> U8:
    """What each cell shows (N, G, G). What lies beside the face is taken for hair, and what is farther away for background: the
    window goes with the head, so that it moves, and painters must not learn that."""
    parts_NGG = told_by(landmarks_NL2)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * _HAIR_CELLS + 1, 2 * _HAIR_CELLS + 1))
    near_NGG = np.stack([cv2.dilate((parts_GG != UNKNOWN).astype(np.uint8), around) > 0 for parts_GG in parts_NGG])
    beside_NGG = np.where(near_NGG, PARTS.index("hair"), PARTS.index("background"))
    return np.where(parts_NGG == UNKNOWN, beside_NGG, parts_NGG).astype(np.uint8)


def _following(reading: Reading, hold: Hold, crop: Crop, kept_N: NDArray[np.intp]) -> list[Crop]:
    """The windows of some frames in which the neck lies where it does in `crop` when it is held so, and as far away."""
    performed = reading.done
    place_N3 = performed.rotation_T33[kept_N] @ hold.neck_3 + performed.translation_T3[kept_N]
    at_N2, at_rest_2 = _in_picture(reading, place_N3), _in_picture(reading, hold.place_3[None])[0]
    nearer_N = hold.place_3[2] / place_N3[:, 2]
    corner_2 = at_rest_2 - np.array([crop.left, crop.top])
    return [
        replace(crop, left=float(x), top=float(y), scale=crop.scale / float(nearer))
        for (x, y), nearer in zip(at_N2 - corner_2 * nearer_N[:, None], nearer_N, strict=True)
    ]


def _in_picture(reading: Reading, camera_N3: F64) -> F64:
    """Where points before the camera are seen in the pictures of a take (N, 2)."""
    crop = reading.person.crop
    return crop.to_picture(camera_N3[:, :2] / camera_N3[:, 2:] * reading.person.fit.focal_px + crop.size_px / 2)
