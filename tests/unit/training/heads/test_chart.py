"""Texture places and their inverse agree; the face gets most of the texture."""

from __future__ import annotations

import numpy as np

from emostage.face.head import load_head
from emostage.training.heads import chart


def test_places_of_texels_are_the_texels() -> None:
    azimuth_HW, latitude_HW = chart.texel_angles(32)
    place_HW2 = chart.places(chart.MIDDLE_3 + 0.1 * chart.directions(azimuth_HW, latitude_HW))
    line = (np.arange(32) + 0.5) / 16 - 1
    assert np.allclose(place_HW2[..., 0], line[None], atol=1e-9)
    assert np.allclose(place_HW2[..., 1], line[:, None], atol=1e-9)


def test_landmarks_are_found_again_on_the_texture() -> None:
    head = load_head()
    landmarks_L3 = np.asarray(head.at_landmarks(head.vertices_V3), np.float64)
    triangles_F3 = np.ascontiguousarray(head.triangles_F3[:, ::-1])
    points_HW3 = chart.texel_points(np.asarray(head.vertices_V3, np.float64), triangles_F3, 256).numpy()
    column, row = ((chart.places(landmarks_L3[[1, 10, 50, 280, 152]]) + 1) * 128).astype(int).T
    assert np.linalg.norm(points_HW3[row, column] - landmarks_L3[[1, 10, 50, 280, 152]], axis=1).max() < 0.003
