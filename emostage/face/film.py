"""One face through a film: landmarks of every frame, read as in a photo. T frames, L = 478 landmarks.

Every frame is looked at afresh, because a tracker that follows a face smooths blinks and closing lips away; the mean of four views
takes most of the noise out instead (measured on a talking face 175 pixels between the outer eye corners: white noise of 0.7 pixels
for one view, 0.2 for four against eight).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import EmostageError
from emostage.core.tracks import F64, U8
from emostage.face.crop import resample, window
from emostage.face.refine import VIEWS, refine
from emostage.face.track import Tracker, extent_px

_CROP_PX = 512
_MARGIN = 1.8
"""Side of the window faces are read in, in landmark extents: the closer, the steadier."""
_JUMP, _ZOOM = 0.5, 1.35
"""A face that moves by this share of its extent, or grows by this factor, from one frame to the next is another shot's."""
_THUMB_STEP, _OTHER_PICTURE = 8, 35.0
"""Pictures sampled at every eighth pixel that differ by so many grey levels on average belong to two shots."""
_LEAST_SEEN = 0.7
_HIDDEN_L2 = np.full((478, 2), np.nan)


def read_face(tracker: Tracker, frame_HW3: U8, near_L2: F64) -> F64:
    """Landmarks (478, 2) of the face nearest to `near_L2` in frame pixels; NaN where there is none."""
    faces = tracker.faces(frame_HW3)
    if not faces:
        return _HIDDEN_L2
    nearest_L2 = min(faces, key=lambda face_L2: float(np.linalg.norm(face_L2.mean(0) - near_L2.mean(0))))
    crop = window(nearest_L2, (frame_HW3.shape[1], frame_HW3.shape[0]), _CROP_PX, _MARGIN)
    reading = refine(tracker, resample(frame_HW3, crop), crop.to_crop(nearest_L2), VIEWS[1:3])
    return crop.to_picture(reading.landmarks_L2)


def follow(
    tracker: Tracker, frames: Iterable[U8], first_L2: F64 | None = None, *, name: str = "the film", fps: float = 25.0
) -> F64:
    """Landmarks (T, 478, 2) of one person in every frame; `first_L2` are those of the first frame. Without them it is the person
    whose face is the largest in the first frame that shows any.

    Frames in which the face is hidden are filled in between their neighbours. Raises EmostageError E117 at a cut, and when the face
    is hidden in more than three tenths of the frames.
    """
    found: list[F64] = []
    last_L2 = first_L2
    for number, frame_HW3 in enumerate(one_shot(frames, name, fps)):
        if last_L2 is None:
            last_L2 = next(iter(tracker.faces(frame_HW3)), None)
        elif not found:
            found.append(last_L2)
            continue
        landmarks_L2 = _HIDDEN_L2 if last_L2 is None else read_face(tracker, frame_HW3, last_L2)
        found.append(landmarks_L2)
        if last_L2 is not None and np.isfinite(landmarks_L2).all():
            _require_same(last_L2, landmarks_L2, _cut(number, name, fps))
            last_L2 = landmarks_L2
    landmarks_TL2 = np.stack(found)
    seen_T = np.isfinite(landmarks_TL2).all((1, 2))
    if seen_T.mean() < _LEAST_SEEN:
        message = f"the face is hidden in {1 - seen_T.mean():.0%} of '{name}'"
        raise EmostageError.of("E117", message, "use a clip in which the person faces the camera all the time")
    return _filled(landmarks_TL2, seen_T)


def one_shot(frames: Iterable[U8], name: str, fps: float) -> Iterator[U8]:
    """The frames, as long as no picture is quite another one than the picture before."""
    before_hw: F64 | None = None
    for number, frame_HW3 in enumerate(frames):
        thumb_hw = frame_HW3[::_THUMB_STEP, ::_THUMB_STEP].mean(-1, dtype=np.float64)
        if before_hw is not None and float(np.abs(thumb_hw - before_hw).mean()) > _OTHER_PICTURE:
            raise _cut(number, name, fps)
        before_hw = thumb_hw
        yield frame_HW3


def _require_same(before_L2: F64, landmarks_L2: F64, cut: EmostageError) -> None:
    moved = float(np.linalg.norm(landmarks_L2.mean(0) - before_L2.mean(0))) / extent_px(before_L2)
    grown = extent_px(landmarks_L2) / extent_px(before_L2)
    if moved > _JUMP or not 1 / _ZOOM < grown < _ZOOM:
        raise cut


def _cut(number: int, name: str, fps: float) -> EmostageError:
    return EmostageError.of("E117", f"'{name}' cuts to another picture at {number / fps:.2f} s", "use a clip of a single shot")


def _filled(landmarks_TL2: F64, seen_T: NDArray[np.bool_]) -> F64:
    """Landmarks with hidden frames interpolated."""
    flat_TX = landmarks_TL2.reshape(len(landmarks_TL2), -1)
    times_T = np.arange(len(flat_TX))
    for x in range(flat_TX.shape[1]):
        flat_TX[:, x] = np.interp(times_T, times_T[seen_T], flat_TX[seen_T, x])
    return flat_TX.reshape(landmarks_TL2.shape)
