from __future__ import annotations

import numpy as np
from PIL import Image

from emostage.face.topology import EYES, MIRROR_L
from emostage.face.track import FaceMeshTracker, extent_px


def shrunk(picture: np.ndarray, factor: float) -> np.ndarray:
    height, width = picture.shape[:2]
    return np.asarray(Image.fromarray(picture).resize((round(width * factor), round(height * factor)), Image.Resampling.BICUBIC))


def on_grey(height: int, width: int, *pieces: tuple[int, int, np.ndarray]) -> np.ndarray:
    picture = np.full((height, width, 3), 128, np.uint8)
    for x, y, piece in pieces:
        picture[y : y + piece.shape[0], x : x + piece.shape[1]] = piece
    return picture


def test_finds_the_astronaut(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    (face,) = tracker.faces(astronaut)
    assert face.shape == (478, 2)
    right, left = face[EYES[0].iris], face[EYES[1].iris]
    assert np.linalg.norm(right - [205, 113]) < 12
    assert np.linalg.norm(left - [247, 110]) < 12
    assert tracker.score(astronaut, face) > 0.85


def test_noses_lie_before_ears(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    (mesh,) = tracker.meshes(astronaut)
    np.testing.assert_array_equal(mesh[:, :2], tracker.faces(astronaut)[0])
    assert mesh[4, 2] < mesh[[234, 454], 2].min() - 0.2 * extent_px(mesh)


def test_finds_nothing_in_nothing(tracker: FaceMeshTracker) -> None:
    assert tracker.faces(np.zeros((200, 300, 3), np.uint8)) == []
    noise = np.random.Generator(np.random.PCG64(5)).integers(0, 255, (256, 256, 3), np.uint8)
    assert tracker.faces(noise) == []


def test_places_are_pixels_of_pictures_of_any_shape(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    (face,) = tracker.faces(astronaut)
    for picture, corner in (
        (astronaut[:300], (0, 0)),
        (astronaut[:, 100:360], (100, 0)),
        (on_grey(600, 900, (300, 50, astronaut)), (-300, -50)),
    ):
        (moved,) = tracker.faces(np.ascontiguousarray(picture))
        assert np.abs(moved + corner - face).mean() < 4  # one reading; the noise of the network is a few pixels


def test_the_largest_face_comes_first(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    picture = on_grey(512, 900, (10, 100, shrunk(astronaut, 0.6)), (380, 0, astronaut))
    faces = tracker.faces(picture)
    assert len(faces) == 2
    assert extent_px(faces[0]) > 1.4 * extent_px(faces[1])
    assert faces[0][:, 0].mean() > 380 > faces[1][:, 0].mean()


def test_who_asks_for_one_face_is_not_given_another(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    near = np.ascontiguousarray(astronaut[:256, 100:356])
    picture = on_grey(256, 512, (0, 0, near), (256, 0, near))
    small = on_grey(900, 900, (500, 90, shrunk(astronaut, 0.55)))
    assert len(tracker.faces(picture)) == 2
    with FaceMeshTracker(max_faces=1) as single:
        assert len(single.faces(picture)) == 1
        np.testing.assert_array_equal(single.faces(astronaut), tracker.faces(astronaut))
        np.testing.assert_array_equal(single.faces(small), tracker.faces(small))


def test_small_faces_are_read_from_an_enlarged_window(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    small = shrunk(astronaut, 0.55)
    (face,) = tracker.faces(astronaut)
    picture = on_grey(900, 900, (500, 90, small))
    (found,) = tracker.faces(picture)
    assert np.abs(found - [500, 90] - face * 0.55).mean() < 2.5


def test_faces_far_away_are_found_in_tiles(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    (face,) = tracker.faces(astronaut)
    picture = on_grey(2400, 1600, (900, 1500, astronaut))
    (found,) = tracker.faces(picture)
    assert np.abs(found - [900, 1500] - face).mean() < 4


def test_a_mirrored_picture_has_mirrored_landmarks(tracker: FaceMeshTracker, astronaut: np.ndarray) -> None:
    (face,) = tracker.faces(astronaut)
    (mirrored,) = tracker.faces(np.ascontiguousarray(astronaut[:, ::-1]))
    assert np.abs((mirrored * [-1, 1] + [512, 0])[MIRROR_L] - face).mean() < 1.5


def test_video_mode_follows_a_moving_face(astronaut: np.ndarray) -> None:
    with FaceMeshTracker("video", max_faces=1) as follower:
        middles = [follower.faces(np.roll(astronaut, 6 * step, 1))[0][:, 0].mean() for step in range(6)]
    assert np.all(np.diff(middles) > 2)
