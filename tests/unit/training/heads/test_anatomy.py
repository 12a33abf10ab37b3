"""The mesh sorted into parts."""

from __future__ import annotations

import numpy as np

from emostage.face.topology import EYES, LIPS
from emostage.training.heads.anatomy import MOUTH, SKIN, SOCKET_LEFT, SOCKET_RIGHT, TONGUE, anatomy


def test_parts_lie_where_their_names_say() -> None:
    parts = anatomy()
    head = parts.head
    landmarks_L3 = head.at_landmarks(head.vertices_V3)
    middles = {part: head.vertices_V3[parts.triangles_F3[parts.part_F == part]].mean(1) for part in range(5)}
    front_m = landmarks_L3[list(LIPS), 2].min()
    for part in (MOUTH, TONGUE):
        assert np.abs(middles[part][:, 0]).max() < 0.05
        assert (middles[part][:, 2] > front_m - 0.001).all()
    for part, centre_3 in zip((SOCKET_RIGHT, SOCKET_LEFT), head.eye_centres_23, strict=True):
        assert np.linalg.norm(middles[part] - centre_3, axis=1).max() < 0.03


def test_the_skin_of_the_face_is_skin() -> None:
    parts = anatomy()
    inner = {*LIPS, *(point for eye in EYES for point in eye.upper + eye.lower)}
    outer = [point for point in range(468) if point not in inner]
    part_of = dict(zip(map(tuple, np.sort(parts.triangles_F3, 1)), parts.part_F, strict=True))
    corners_L3 = np.sort(parts.head.triangles_F3[parts.head.landmark_triangle_L[outer]], 1)
    seen = [part_of.get(tuple(corners_3), SKIN) for corners_3 in corners_L3]
    assert np.mean(np.array(seen) == SKIN) > 0.97
