"""What single pictures show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.tracks import Crop
from emostage.face.actions import photo_actions
from emostage.face.fit import FOCAL_PER_SIZE, SPREAD, project
from emostage.face.portrait import read_portrait
from emostage.face.shown import expression_shown
from emostage.face.sitter import SEEN_52

FOCAL = FOCAL_PER_SIZE * 512
AWAY = np.array([0.0, 0.0, FOCAL_PER_SIZE / SPREAD * 0.046])


@pytest.fixture(scope="module")
def pictured(head, hopper):
    """A portrait of the head itself with an expression, as the face mesh shows it."""
    neutral_N3 = head.at_landmarks(head.vertices_V3).astype(np.float64)
    seen_52N3 = photo_actions(head, neutral_N3) * SEEN_52[:, None, None]

    def make(**weights):
        points_N3 = neutral_N3 + np.tensordot(expression(**weights).astype(np.float64), seen_52N3, 1)
        pixels_N2 = project(points_N3, np.eye(3), AWAY, FOCAL) + 256
        landmarks_L2 = np.concatenate([pixels_N2, np.zeros((10, 2))])
        return replace(hopper[0], landmarks_L2=landmarks_L2, crop=Crop(left=0.0, top=0.0, scale=1.0, size_px=512))

    return make


def test_a_face_at_rest_shows_nothing(head, pictured):
    assert expression_shown(pictured(), head).max() < 0.1


@pytest.mark.parametrize("name", ["mouthSmile", "jawOpen", "mouthFrown", "mouthUpperUp", "mouthPucker"])
def test_what_is_shown_is_seen(head, pictured, name):
    shown_52 = expression_shown(pictured(**{name: 0.8}), head)
    columns = [i for n, i in ARKIT_INDEX.items() if n.startswith(name)]
    assert shown_52[columns].min() > 0.3
    assert shown_52[columns].mean() == shown_52.max() or shown_52[columns].mean() > 0.8 * shown_52.max()


def test_a_smiling_photograph_smiles(head):
    portrait, _ = read_portrait("sample/astronaut", head=head)
    shown_52 = expression_shown(portrait, head)
    assert shown_52[[ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthSmileRight"]]].min() > 0.6
    assert shown_52[ARKIT_INDEX["mouthFrownLeft"]] < 0.1
