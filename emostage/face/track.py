"""Finding faces: the tracker protocol and MediaPipe's face mesh behind it. L = 478 landmarks, H and W picture rows and columns."""

from __future__ import annotations

from typing import Any, Literal, Protocol

import numpy as np

from emostage.core.tracks import F64, U8
from emostage.face.solutions import Graph, square

_SMALL_FACE_PX = 256
_DETECTOR_CONFIDENCE = 0.35
_TILE_CONFIDENCE = 0.6
_TILES = (2, 4, 8)
_LARGEST_SIDE_PX = 4096


class Tracker(Protocol):
    """Anything that finds the 478 face-mesh landmarks of the faces in a picture."""

    def faces(self, picture_HW3: U8) -> list[F64]:
        """Landmarks (478, 2) in picture pixels (centres at .5) of every face, the largest face first."""
        ...


class MeshTracker(Tracker, Protocol):
    """A tracker that also tells how far the landmarks lie behind one another."""

    def meshes(self, picture_HW3: U8) -> list[F64]:
        """The same landmarks with their depth (478, 3), away from the camera, in picture pixels from the middle of the head."""
        ...


def extent_px(landmarks_L2: F64) -> float:
    """Larger side of the box around the landmarks."""
    return float(np.ptp(landmarks_L2[:468, :2], axis=0).max())


class FaceMeshTracker:
    """MediaPipe Face Mesh with irises (Kartynnik et al., arXiv:1907.06724; Grishchenko et al., arXiv:2006.10962).

    `picture` looks at every picture afresh; `video` follows the faces of the frame before, which is steadier but smooths
    over time. Faces too small for the mesh are searched for by BlazeFace (Bazarevsky et al., arXiv:1907.05047) and read
    from an enlarged window, except by who asks for one face (`max_faces` 1) and has found it: that costs half the time. Use as
    a context manager or call `close`. Raises DeviceError when MediaPipe cannot be started.
    """

    def __init__(self, mode: Literal["picture", "video"] = "picture", *, max_faces: int = 8) -> None:
        self._video, self._one = mode == "video", max_faces == 1
        self._mesh = _mesh(static_image_mode=not self._video, max_num_faces=max_faces)
        self._near: Graph | None = None
        self._far: Graph | None = None
        self._window: Graph | None = None

    def __enter__(self) -> FaceMeshTracker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stop the graphs."""
        for graph in (self._mesh, self._near, self._far, self._window):
            if graph is not None:
                graph.close()
        self._near = self._far = self._window = None

    def faces(self, picture_HW3: U8) -> list[F64]:
        """Landmarks (478, 2) of every face, the largest first. The picture is uint8 sRGB (H, W, 3).

        In pictures of more than 4096 pixels a side faces are looked for at a fraction of their size, which bounds time and memory.
        """
        return [mesh_L3[:, :2] for mesh_L3 in self.meshes(picture_HW3)]

    def meshes(self, picture_HW3: U8) -> list[F64]:
        """The same landmarks with their depth (478, 3), away from the camera, in picture pixels from the middle of the head."""
        shrink = -(-max(picture_HW3.shape[:2]) // _LARGEST_SIDE_PX)
        if shrink > 1:
            return [mesh_L3 * shrink for mesh_L3 in self._found(_reduced(picture_HW3, shrink))]
        return self._found(picture_HW3)

    def _found(self, picture_HW3: U8) -> list[F64]:
        found = _landmarks(self._mesh, picture_HW3)
        if not self._video and not (self._one and found):
            boxes = self._boxes(picture_HW3, _DETECTOR_CONFIDENCE) or (() if found else self._boxes_in_tiles(picture_HW3))
            for box in boxes:
                if not any(_inside(box, face) for face in found):
                    found += self._enlarged(picture_HW3, box)
        return sorted(found, key=extent_px, reverse=True)

    def score(self, picture_HW3: U8, landmarks_L2: F64) -> float:
        """How sure the close-range face detector is, in [0, 1], that the window around the landmarks shows a human face."""
        if self._near is None:
            self._near = Graph("face_detection", "detections", model_selection=0, min_detection_confidence=0.05)
        window, _, _ = _window(picture_HW3, landmarks_L2.mean(0), extent_px(landmarks_L2) * 2.0)
        return max((float(d.score[0]) for d in self._near(window) or ()), default=0.0)

    def _boxes(self, picture_HW3: U8, confidence: float) -> list[F64]:
        """Boxes (left, top, width, height) of the long-range detector, which sees faces down to a fifteenth of the picture."""
        if self._far is None:
            self._far = Graph("face_detection", "detections", model_selection=1, min_detection_confidence=_DETECTOR_CONFIDENCE)
        side = max(picture_HW3.shape[:2])
        sure = (d for d in self._far(square(picture_HW3)) or () if d.score[0] >= confidence)
        boxes = (d.location_data.relative_bounding_box for d in sure)
        return [np.array([b.xmin, b.ymin, b.width, b.height], np.float64) * side for b in boxes]

    def _boxes_in_tiles(self, picture_HW3: U8) -> list[F64]:
        """Boxes found in half-overlapping tiles, ever smaller until some show a face."""
        height, width = picture_HW3.shape[:2]
        for part in _TILES:
            side = max(height, width) // part
            if side < _SMALL_FACE_PX:
                break
            found: list[F64] = []
            for top in range(0, max(1, height - side // 2), side // 2):
                for left in range(0, max(1, width - side // 2), side // 2):
                    tile = np.ascontiguousarray(picture_HW3[top : top + side, left : left + side])
                    boxes = [box + np.array([left, top, 0, 0]) for box in self._boxes(tile, _TILE_CONFIDENCE)]
                    found += [box for box in boxes if not any(_overlap(box, known) for known in found)]
            if found:
                return found
        return []

    def _enlarged(self, picture_HW3: U8, box_4: F64) -> list[F64]:
        """Meshes (478, 3) read from a window around a detector's box, enlarged when the box is small."""
        if self._window is None:
            self._window = _mesh(static_image_mode=True, max_num_faces=1)
        window, corner_2, scale = _window(picture_HW3, box_4[:2] + box_4[2:] / 2, float(box_4[2:].max()) * 2.0)
        return [face_L3 / scale + np.array([*corner_2, 0.0]) for face_L3 in _landmarks(self._window, window)]


def _reduced(picture_HW3: U8, factor: int) -> U8:
    """Every `factor` by `factor` pixels made one; rows and columns that do not fill one are left out."""
    import cv2

    height, width = (max(1, side // factor) for side in picture_HW3.shape[:2])
    whole = picture_HW3[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _mesh(**options: Any) -> Graph:
    return Graph("face_mesh", "multi_face_landmarks", refine_landmarks=True, **options)


def _landmarks(graph: Graph, picture_HW3: U8) -> list[F64]:
    side = max(picture_HW3.shape[:2])
    found = graph(square(picture_HW3)) or ()
    return [np.array([(p.x, p.y, p.z) for p in face.landmark], np.float64) * side for face in found]


def _inside(box_4: F64, mesh_L3: F64) -> bool:
    """True when the middle of the landmarks lies in the box: both then show the same face."""
    return bool((np.abs(mesh_L3[:, :2].mean(0) - box_4[:2] - box_4[2:] / 2) < box_4[2:] / 2).all())


def _overlap(box_4: F64, other_4: F64) -> bool:
    """True when the boxes' middles lie closer together than half a box: both then show the same face."""
    apart_2 = np.abs(box_4[:2] + box_4[2:] / 2 - other_4[:2] - other_4[2:] / 2)
    return bool((apart_2 < np.minimum(box_4[2:], other_4[2:]) / 2).all())


def _window(picture_HW3: U8, centre_2: F64, side_px: float) -> tuple[U8, F64, float]:
    """A square window cut from the picture, its corner in picture pixels and the scale it was enlarged by (whole number)."""
    left, top = (int(v) for v in np.floor(centre_2 - side_px / 2))
    side = max(8, int(np.ceil(side_px)))
    window = np.zeros((side, side, 3), np.uint8)
    y0, y1 = max(top, 0), min(top + side, picture_HW3.shape[0])
    x0, x1 = max(left, 0), min(left + side, picture_HW3.shape[1])
    if y1 > y0 and x1 > x0:
        window[y0 - top : y1 - top, x0 - left : x1 - left] = picture_HW3[y0:y1, x0:x1]
    scale = max(1, -(-2 * _SMALL_FACE_PX // side)) if side < 2 * _SMALL_FACE_PX else 1
    if scale > 1:
        import cv2

        window = cv2.resize(window, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)
    return window, np.array([left, top], np.float64), float(scale)
