from __future__ import annotations

import subprocess
import sys
from collections import Counter

import numpy as np
import pytest

from emostage.core.tracks import Portrait
from emostage.face import topology
from emostage.face.topology import BROWS, EYES, LIP_L, LIP_U, MIRROR_L, NOSTRILS, OUTER_LIP_L, OUTER_LIP_U, OVAL, TRIANGLES_F3


def test_counts_and_ranges() -> None:
    assert TRIANGLES_F3.shape == (852, 3)
    assert set(TRIANGLES_F3.ravel()) == set(range(468))
    assert len(OVAL) == len(set(OVAL)) == 36
    assert [len(c) for c in (LIP_U, LIP_L, OUTER_LIP_U, OUTER_LIP_L)] == [11] * 4
    assert all(len(eye.upper) == len(eye.lower) == 9 for eye in EYES)


def test_opposite_chains_share_their_ends_only() -> None:
    for upper, lower in ((LIP_U, LIP_L), (OUTER_LIP_U, OUTER_LIP_L), *((eye.upper, eye.lower) for eye in EYES)):
        assert set(upper) & set(lower) == {upper[0], upper[-1]} == {lower[0], lower[-1]}


def test_mirror_is_an_involution_that_maps_each_part_to_its_counterpart() -> None:
    assert (MIRROR_L[MIRROR_L] == np.arange(478)).all()
    for chain in (LIP_U, LIP_L, OUTER_LIP_U, OUTER_LIP_L, NOSTRILS):
        assert tuple(MIRROR_L[list(chain)]) == chain[::-1]
    right, left = EYES
    assert tuple(MIRROR_L[list(right.upper)]) == left.upper
    assert tuple(MIRROR_L[list(right.lower)]) == left.lower
    assert MIRROR_L[right.iris] == left.iris
    assert {tuple(MIRROR_L[list(chain)]) for chain in BROWS[0]} == set(BROWS[1])
    assert tuple(MIRROR_L[[topology.CHIN, topology.FOREHEAD, topology.NOSE_TIP]]) == (152, 10, 1)


def test_triangles_are_a_consistently_wound_surface_with_the_oval_lips_and_lids_as_borders() -> None:
    edges = Counter((t[k], t[(k + 1) % 3]) for t in TRIANGLES_F3.tolist() for k in range(3))
    assert max(edges.values()) == 1
    border = {point for edge in edges if edge[::-1] not in edges for point in edge}
    assert border == {*OVAL, *LIP_U, *LIP_L, *(p for eye in EYES for p in eye.upper + eye.lower)}


def test_triangles_face_the_camera_in_a_frontal_picture(hopper: tuple[Portrait, object]) -> None:
    a, b, c = (hopper[0].landmarks_L2[TRIANGLES_F3[:, k]] for k in range(3))
    area_F = np.cross(b - a, c - a)
    assert (area_F > 0).mean() > 0.97


def test_iris_rings_are_in_picture_order(hopper: tuple[Portrait, object]) -> None:
    points = hopper[0].landmarks_L2
    for eye in EYES:
        right, top, left, bottom = points[list(eye.ring)] - points[eye.iris]
        assert right[0] > 0 > left[0]
        assert bottom[1] > 0 > top[1]


@pytest.mark.parametrize("module", ["topology", "head", "fit", "picture", "crop"])
def test_data_and_mathematics_do_not_load_the_tracker(module: str) -> None:
    code = f"import sys, emostage.face.{module}; sys.exit(any(m in sys.modules for m in ('mediapipe', 'cv2', 'torch')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
