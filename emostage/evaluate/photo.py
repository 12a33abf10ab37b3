"""How well a photo can be drawn: does its face do what is asked, does it come back unchanged, and does all else keep still."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from emostage.core.arkit import expression
from emostage.core.tracks import F32, F64, MotionTrack
from emostage.evaluate.readback import READ, asked, correlation, ramp
from emostage.evaluate.similarity import Mask, face_mask, psnr
from emostage.evaluate.steady import flicker, largest_difference
from emostage.face.film import read_face
from emostage.face.head import load_head
from emostage.face.portrait import read_portrait
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.portrait.photo import PhotoRenderer, Quality

SIZE_PX = 512
_RAMP_FRAMES, _HELD_FRAMES = 25, 10
_HELD = expression(mouthSmile=0.6, jawOpen=0.2, browInnerUp=0.5)
_FPS = Fraction(25)
_PERSON = 0.004
"""Matte above which a pixel belongs to the person."""
_NEAR = 0.045
"""How far from the person, in face heights, the background must keep still."""
_HEAD = 0.25
"""How far a head reaches beyond the landmarks of its face, in their extents."""


@dataclass(frozen=True, kw_only=True)
class PhotoFigures:
    """`readback`: correlation of each asked action with what is seen. `head_db`, `around_db`: PSNR of the frame without motion
    against the photo, in the head and around it. `background`: largest difference beside the person while only the face moves;
    `flicker`: rms difference of successive frames in a face that holds its expression; both in units of 1/255."""

    name: str
    readback: Mapping[str, float]
    head_db: float
    around_db: float
    background: int
    flicker: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def photo_figures(source: Path | str, *, quality: Quality = "standard", tracker: Tracker | None = None) -> PhotoFigures:
    """Measure the portrait in a picture file or `sample/NAME`, drawn close and square. Raises AssetError E07x."""
    if tracker is None:
        with FaceMeshTracker() as mesh:
            return photo_figures(source, quality=quality, tracker=mesh)
    head, size_px = load_head(), (SIZE_PX, SIZE_PX)
    portrait, _ = read_portrait(source, head=head)
    renderer = PhotoRenderer(portrait, head, size_px=size_px, shot="close", quality=quality)
    backing = renderer.backing
    near_L2 = backing.plate.landmarks_L2 + np.array([backing.left, backing.top])
    beside_HW = _beside(renderer, near_L2)
    weights_T = ramp(_RAMP_FRAMES)
    readback: dict[str, float] = {}
    background = 0
    for action in READ:
        frames = list(renderer.render(motion(asked(action, weights_T))))
        landmarks_TL2 = np.stack([read_face(tracker, frame_HW3, near_L2) for frame_HW3 in frames])
        readback[action] = correlation(action, weights_T, landmarks_TL2)
        background = max(background, largest_difference(frames, backing.still_HW3, beside_HW))
    head_HW = face_mask(near_L2, size_px, _HEAD)
    still_HW3 = next(iter(renderer.render(motion(renderer.painter.sheet.source_52[None]))))
    held = renderer.render(motion(np.repeat(_HELD[None], _HELD_FRAMES, 0)))
    return PhotoFigures(
        name=str(source) if isinstance(source, str) else source.name,
        readback=readback,
        head_db=psnr(still_HW3, backing.still_HW3, head_HW),
        around_db=psnr(still_HW3, backing.still_HW3, ~head_HW),
        background=background,
        flicker=flicker(held, face_mask(near_L2, size_px)),
    )


def motion(expression_T52: F32 | F64) -> MotionTrack:
    """A head that keeps still under the given expressions."""
    count = len(expression_T52)
    return MotionTrack(
        expression_T52=np.asarray(expression_T52, np.float32),
        rotation_T3=np.zeros((count, 3), np.float32),
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=np.ones(count, np.float32),
        tongue_T=np.zeros(count, np.float32),
        breath_T=np.zeros(count, np.float32),
        fps=_FPS,
    )


def _beside(renderer: PhotoRenderer, landmarks_L2: F64) -> Mask:
    """The pixels of the film away from the person: a moving cheek or chin may cover or uncover what is next to it."""
    backing = renderer.backing
    plate = backing.plate
    height, width = backing.still_HW3.shape[:2]
    person_HW = face_mask(landmarks_L2, (width, height))
    rows, columns = plate.matte_HW.shape
    person_HW[backing.top : backing.top + rows, backing.left : backing.left + columns] |= plate.matte_HW > _PERSON
    away_HW = cv2.distanceTransform((~person_HW).astype(np.uint8), cv2.DIST_L2, 5)
    beside_HW: Mask = away_HW > _NEAR * float(np.ptp(landmarks_L2[:468, 1]))
    return beside_HW
