from __future__ import annotations

import numpy as np

from emostage.core.tracks import Portrait
from emostage.face.refine import refine
from emostage.face.topology import MIRROR_L
from emostage.face.track import FaceMeshTracker


class Blobs:
    """A tracker that sees a coloured blob as a face: all right points on the red one, all left points on the blue one."""

    def __init__(self, seen: int = 99) -> None:
        self.seen = seen

    def faces(self, picture_HW3: np.ndarray) -> list[np.ndarray]:
        self.seen -= 1
        if self.seen < 0:
            return []
        rows, columns = np.mgrid[0 : picture_HW3.shape[0], 0 : picture_HW3.shape[1]] + 0.5
        weights = [picture_HW3[..., c].astype(float) ** 2 for c in (0, 2)]
        middles = sorted(tuple(float((axis * w).sum() / w.sum()) for axis in (columns, rows)) for w in weights)
        points = np.zeros((478, 2))
        points[:] = np.mean(middles, 0)
        points[_RIGHT], points[_LEFT] = middles
        return [points]


_RIGHT = np.array([i for i in range(478) if MIRROR_L[i] > i])
_LEFT = MIRROR_L[_RIGHT]


def blobs() -> np.ndarray:
    rows, columns = np.mgrid[0:128, 0:128] + 0.5
    picture = np.zeros((128, 128, 3), np.uint8)
    for channel, (x, y) in ((0, (50.0, 60.0)), (2, (85.0, 70.0))):
        picture[..., channel] = 250 * np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / 60)
    return picture


def test_views_are_brought_back_exactly() -> None:
    truth = Blobs().faces(blobs())[0]
    reading = refine(Blobs(), blobs(), truth)
    assert reading.seen == 1.0
    assert reading.spread_px < 0.1
    np.testing.assert_allclose(reading.landmarks_L2, truth, atol=0.1)


def test_views_without_the_face_do_not_count() -> None:
    truth = Blobs().faces(blobs())[0]
    assert refine(Blobs(seen=4), blobs(), truth).seen == 0.5
    nothing = refine(Blobs(seen=0), blobs(), truth)
    assert nothing.seen == 0
    np.testing.assert_array_equal(nothing.landmarks_L2, truth)
    assert refine(Blobs(), blobs(), truth + 60).seen == 0  # that is another face


def test_the_mean_is_steadier_than_one_reading(tracker: FaceMeshTracker, hopper: tuple[Portrait, object]) -> None:
    face = hopper[0].face_SS3
    mirrored = np.ascontiguousarray(face[:, ::-1])

    def back(points: np.ndarray) -> np.ndarray:
        return (points * [-1, 1] + [512, 0])[MIRROR_L]

    single = [tracker.faces(face)[0], back(tracker.faces(mirrored)[0])]
    mean = [refine(tracker, face, single[0]).landmarks_L2, back(refine(tracker, mirrored, back(single[0])).landmarks_L2)]
    apart = [np.sqrt(((a - b)[:468] ** 2).sum(1).mean()) for a, b in (single, mean)]
    assert apart[1] < 0.7 * apart[0]
