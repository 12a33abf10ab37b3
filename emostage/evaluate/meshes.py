"""The face of a film in space, frame after frame, as one steady tracker sees it. T frames, L = 478 landmarks."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import F64, U8
from emostage.face.film import one_shot
from emostage.face.track import FaceMeshTracker, MeshTracker

_LEAST_SEEN = 0.7


def meshes(frames: Iterable[U8], *, name: str, fps: float, tracker: MeshTracker | None = None) -> F64:
    """Landmarks (T, L, 3) of the largest face in picture pixels, depth away from the camera; NaN where none is seen.

    Without a `tracker` one that follows the face from frame to frame is used. Raises EmostageError E117 at a cut, and when the
    face is hidden in more than three tenths of the frames.
    """
    if tracker is None:
        with FaceMeshTracker("video", max_faces=1) as steady:
            return meshes(frames, name=name, fps=fps, tracker=steady)
    hidden_L3 = np.full((478, 3), np.nan)
    mesh_TL3: F64 = np.stack([next(iter(tracker.meshes(frame_HW3)), hidden_L3) for frame_HW3 in one_shot(frames, name, fps)])
    seen = float(np.isfinite(mesh_TL3).all((1, 2)).mean())
    if seen < _LEAST_SEEN:
        message = f"the face is hidden in {1 - seen:.0%} of '{name}'"
        raise EmostageError.of("E117", message, "use a clip in which the person faces the camera all the time")
    return mesh_TL3
