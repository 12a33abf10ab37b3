from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES, MIRROR_52
from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.face.head import Head, load_head
from emostage.face.topology import EYES, LIP_L, LIP_U, MIRROR_L, NOSE_TIP


def action_mm(head: Head, name: str) -> np.ndarray:
    return head.at_landmarks(head.actions_52V3[ARKIT_INDEX[name]]) * 1e3


def test_is_loaded_once_and_read_only(head: Head) -> None:
    assert load_head() is head
    with pytest.raises(ValueError, match="read-only"):
        head.vertices_V3[0] = 0


def test_card_tells_the_truth() -> None:
    folder = resource("checkpoints", "head")
    card = json.loads((folder / "card.json").read_text())
    data = (folder / "head.safetensors").read_bytes()
    assert card["sha256"] == hashlib.sha256(data).hexdigest()
    assert len(data) < 12_000_000
    assert card["figures"]["landmarks_found"] == 468


def test_axes_are_the_cameras(head: Head) -> None:
    points_L3 = head.at_landmarks(head.vertices_V3)
    assert points_L3[NOSE_TIP, 2] < points_L3[[234, 454], 2].min()  # the nose is nearer than the cheeks
    assert points_L3[10, 1] < points_L3[152, 1]  # the forehead is above the chin
    assert points_L3[EYES[0].upper[0], 0] < 0 < points_L3[EYES[1].upper[0], 0]  # the right eye is on the picture's left
    assert head.eye_centres_23[0, 0] < 0 < head.eye_centres_23[1, 0]


def test_landmarks_are_symmetric_and_proportioned_like_people(head: Head) -> None:
    points_L3 = head.at_landmarks(head.vertices_V3)
    mirrored_L3 = points_L3[MIRROR_L[:468]] * [-1, 1, 1]
    assert np.median(np.linalg.norm(points_L3 - mirrored_L3, axis=1)) < 5e-4
    assert 0.078 < np.linalg.norm(points_L3[33] - points_L3[263]) < 0.102
    assert 0.038 < np.linalg.norm(points_L3[61] - points_L3[291]) < 0.060
    gap_N3 = np.abs(points_L3[list(LIP_U)] - points_L3[list(LIP_L)])  # the neutral mouth is shut
    assert gap_N3[:, 1].max() < 0.003
    assert np.linalg.norm(gap_N3, axis=1).max() < 0.0045


def test_landmarks_lie_inside_their_triangles_on_skin(head: Head) -> None:
    assert (head.landmark_bary_L3 >= -1e-6).all()
    np.testing.assert_allclose(head.landmark_bary_L3.sum(1), 1, atol=1e-5)
    assert not head.eyes_2V[:, head.triangles_F3[head.landmark_triangle_L]].any()


@pytest.mark.parametrize(
    "name", [n for n in ARKIT_NAMES if n.endswith(("Left", "Right")) and not n.startswith(("jaw", "mouthL", "mouthR"))]
)
def test_sided_actions_move_the_side_they_name(head: Head, name: str) -> None:
    moved_V = np.linalg.norm(head.actions_52V3[ARKIT_INDEX[name]], axis=1)
    x_V = head.vertices_V3[:, 0]
    left = moved_V[x_V > 0].sum() / moved_V.sum()
    assert (left > 0.6) if name.endswith("Left") else (left < 0.4)


def test_jaw_and_mouth_go_where_they_are_told(head: Head) -> None:
    for name in ("jawLeft", "mouthLeft"):
        assert action_mm(head, name)[14, 0] > 4
    for name in ("jawRight", "mouthRight"):
        assert action_mm(head, name)[14, 0] < -4
    assert action_mm(head, "jawForward")[152, 2] < -5


def test_right_actions_are_the_mirrored_left_ones(head: Head) -> None:
    for index, name in enumerate(ARKIT_NAMES):
        moved_L3 = head.at_landmarks(head.actions_52V3[index])
        mirrored_L3 = head.at_landmarks(head.actions_52V3[MIRROR_52[index]])[MIRROR_L[:468]] * [-1, 1, 1]
        assert np.abs(moved_L3 - mirrored_L3).max() < 0.0035, name


@pytest.mark.parametrize(
    ("name", "landmark", "low_mm", "high_mm"),
    [
        ("mouthSmileLeft", 291, 9, 16),
        ("mouthFrownRight", 61, 5, 9),
        ("browInnerUp", 107, 7, 10.5),
        ("browOuterUpLeft", 293, 7, 10.5),
        ("browDownLeft", 334, 5, 9),
        ("eyeBlinkLeft", 386, 9, 13),
        ("jawOpen", 152, 30, 50),
    ],
)
def test_full_actions_are_as_large_as_peoples(head: Head, name: str, landmark: int, low_mm: float, high_mm: float) -> None:
    assert low_mm < np.linalg.norm(action_mm(head, name)[landmark]) < high_mm


def test_skin_follows_the_head_above_the_neck_only(head: Head) -> None:
    assert head.skin_V.min() >= 0
    assert head.skin_V.max() <= 1.001
    assert (head.skin_V[head.vertices_V3[:, 1] < 0] > 0.9).mean() > 0.95
    assert head.skin_V[head.vertices_V3[:, 1] > 0.24].max() < 0.1


def test_fields_of_any_rank_are_read_at_landmarks(head: Head) -> None:
    direct = head.at_landmarks(head.vertices_V3)
    np.testing.assert_allclose(head.at_landmarks(np.stack([head.vertices_V3] * 2)), np.stack([direct] * 2))
    ones = np.ones((*head.vertices_V3.shape[:1], 1), np.float32)
    np.testing.assert_allclose(head.at_landmarks(ones), 1, atol=1e-5)


@pytest.mark.parametrize("fault", ["no folder", "no card", "cut tensors", "wrong shape", "card is no json"])
def test_a_damaged_head_is_a_clear_error(tmp_path: Path, fault: str) -> None:
    folder = tmp_path / "head"
    if fault != "no folder":
        shutil.copytree(resource("checkpoints", "head"), folder)
        card, tensors = folder / "card.json", folder / "head.safetensors"
        if fault == "no card":
            card.unlink()
        if fault == "cut tensors":
            tensors.write_bytes(tensors.read_bytes()[:5000])
        if fault == "wrong shape":
            card.write_text(json.dumps(json.loads(card.read_text()) | {"shape_names": ["one"]}))
        if fault == "card is no json":
            card.write_text("{")
    with pytest.raises(AssetError) as caught:
        load_head(folder)
    assert caught.value.diagnostics[0].code == "E079"
