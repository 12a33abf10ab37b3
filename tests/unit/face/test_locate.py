from __future__ import annotations

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.face.head import Head
from emostage.face.locate import SIZE_PX, Surface, locate, render
from emostage.face.track import FaceMeshTracker


@pytest.fixture(scope="module")
def surface(head: Head) -> Surface:
    return Surface(
        vertices_V3=head.vertices_V3.astype(np.float64), triangles_F3=head.triangles_F3.astype(np.int64), eyes_2V=head.eyes_2V
    )


def test_one_person_already_gives_every_landmark_near_its_place(head: Head, surface: Surface, tracker: FaceMeshTracker) -> None:
    closed = surface.vertices_V3
    opened = closed + 0.35 * head.actions_52V3[ARKIT_INDEX["jawOpen"]]
    places = locate(surface, [(closed, opened)], tracker)
    found = (closed[surface.triangles_F3[places.triangle_L]] * places.bary_L3[..., None]).sum(1)
    apart_mm = np.linalg.norm(found - head.at_landmarks(head.vertices_V3), axis=1) * 1e3
    assert np.median(apart_mm) < 2.0
    assert places.found >= 460
    assert places.asymmetry_m < 0.003


def test_rendering_shows_skin_eyes_and_background(head: Head, surface: Surface) -> None:
    shot = render(surface, surface.vertices_V3, np.array([0.3, -0.5, -0.8]))
    assert shot.picture_HW3.shape == (SIZE_PX, SIZE_PX, 3)
    assert shot.triangle_HW[5, 5] == -1
    assert (shot.picture_HW3[5, 5] == 90).all()
    balls = surface.eyes_2V.any(0)[surface.triangles_F3[:, 0]]
    assert 500 < balls[shot.triangle_HW[shot.triangle_HW >= 0]].sum() < 5000


def test_a_head_without_a_face_is_an_error(surface: Surface, tracker: FaceMeshTracker) -> None:
    backwards = surface.vertices_V3 * [-1, 1, -1]
    with pytest.raises(ValueError, match="no face"):
        locate(surface, [(backwards, backwards)], tracker)
