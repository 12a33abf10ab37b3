"""The window in which people of footage are seen."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.core.tracks import Crop
from emostage.face.fit import rotation
from emostage.face.head import load_head
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Seated
from emostage.training.footage.framing import identity, placed, require_inside, window
from emostage.training.footage.plan import FIRST_HELD
from emostage.training.heads.camera import Camera

CAMERA = Camera(distance_m=1.0, face_share=0.58, middle_x=0.49, middle_y=0.61)


@pytest.mark.parametrize("turn", [(0.0, 0.0, 0.0), (0.3, 0.0, 0.0), (-0.1, 0.5, 0.2)])
def test_the_middle_of_the_face_lies_where_the_camera_puts_it(turn) -> None:
    head = load_head()
    seated = Seated(
        shape_K=np.zeros(len(head.shape_names)),
        rotation_33=rotation(np.array(turn)),
        translation_3=np.array([0.02, -0.04, 0.9]),
        focal=1.8,
        centre_2=np.array([0.5, 0.5]),
        pivot_3=np.zeros(3),
    )
    own = Crop(left=30.0, top=-12.0, scale=1.6, size_px=512)
    crop = window(head, seated, own, CAMERA, 128)
    ends_23 = head.at_landmarks(head.vertices_V3)[[FOREHEAD, CHIN]].astype(np.float64)
    through = seated.through(own, crop)
    np.testing.assert_allclose(through.seen(ends_23.mean(0)[None])[0], [CAMERA.middle_x, CAMERA.middle_y], atol=1e-9)
    across_23 = ends_23.mean(0) + np.array([[-0.5], [0.5]]) * seated.rotation_33[1] * np.linalg.norm(ends_23[0] - ends_23[1])
    assert np.linalg.norm(np.diff(through.seen(across_23), axis=0)) == pytest.approx(CAMERA.face_share, abs=1e-6)
    picture_12 = own.to_picture(seated.seen(ends_23) * 512)
    np.testing.assert_allclose(placed(picture_12[None], crop)[0], through.seen(ends_23), atol=1e-3)


@pytest.mark.parametrize(("left", "top"), [(-13.0, 20.0), (20.0, -13.0), (113.0, 20.0), (20.0, 113.0)])
def test_windows_far_beyond_the_picture_are_told(left: float, top: float) -> None:
    require_inside("ada.png", (200, 200), Crop(left=-11.0, top=111.0, scale=0.64, size_px=64))
    with pytest.raises(AssetError, match=r"E078 'ada.png' ends too near"):
        require_inside("ada.png", (200, 200), Crop(left=left, top=top, scale=0.64, size_px=64))


def test_people_with_names_have_numbers_of_their_own() -> None:
    numbers = {identity(f"mead/M{n:03d}") for n in range(1000)}
    assert len(numbers) == 1000
    assert min(numbers) > 1000 * FIRST_HELD
    assert max(numbers) < 2**63
    assert identity("mead/M001") in numbers
