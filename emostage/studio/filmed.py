"""The performance of the person in a film, as a motion anybody in the cast can be given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import U8, FrameStream, MotionTrack

LEAST_FRAMES = 6


@dataclass(frozen=True, kw_only=True)
class Filmed:
    """The motion of a film, and the number of the frame that was taken for the face at rest."""

    motion: MotionTrack
    neutral: int


def read_film(path: Path, *, neutral: int | None = None, on_frame: Callable[[int, int], None] | None = None) -> Filmed:
    """Follow the person of a film. `neutral` is the number of the frame that shows the face at rest, by default the most neutral
    one; `on_frame(done, all)` is told of every frame.

    Raises AssetError: E106 when it is no film that can be read, E117 when it is too short, too long or too large, has cuts or hides
    the face, E076 when the face is too small, E014 when there is no such frame; DeviceError when the tracker cannot run.
    """
    from emostage.face.actor import motion_of_actor
    from emostage.face.film import follow
    from emostage.face.findings import MIN_FACE_PX
    from emostage.face.head import load_head
    from emostage.face.track import FaceMeshTracker, extent_px
    from emostage.film.watch import watch

    film = watch(path)
    if len(film) < LEAST_FRAMES:
        message = f"'{path.name}' is too short: {len(film)} frames"
        raise AssetError.of("E117", message, f"use a film of {LEAST_FRAMES} frames or more")
    if neutral is not None and not 0 <= neutral < len(film):
        raise AssetError.of("E014", f"'{path.name}' has no frame {neutral}", f"its frames are 0 to {len(film) - 1}")
    try:
        with FaceMeshTracker(max_faces=4) as tracker:
            landmarks_TL2 = follow(tracker, _told(film, on_frame), name=path.name, fps=float(film.fps))
    except EmostageError as error:
        raise (AssetError(*error.diagnostics) if type(error) is EmostageError else error) from error
    if (height_px := float(np.median([extent_px(face_L2) for face_L2 in landmarks_TL2]))) < MIN_FACE_PX:
        message = f"the face in '{path.name}' is too small: {height_px:.0f} pixels high"
        raise AssetError.of("E076", message, f"use a film in which the face is at least {MIN_FACE_PX} pixels high")
    motion, rest = motion_of_actor(load_head(), landmarks_TL2, film.size_px, film.fps, neutral=neutral)
    return Filmed(motion=motion, neutral=rest)


def _told(film: FrameStream, on_frame: Callable[[int, int], None] | None) -> Iterator[U8]:
    for done, frame_HW3 in enumerate(film, 1):
        yield frame_HW3
        if on_frame:
            on_frame(done, len(film))
