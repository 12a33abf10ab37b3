import numpy as np
import pytest

from emostage.portrait.framing import frame, plate_of

SIZES = [(512, 512), (854, 480), (480, 854), (1280, 720), (96, 64)]


@pytest.mark.parametrize("size", SIZES)
def test_the_film_has_its_size_and_the_plate_lies_in_it(portrait, size):
    framing = frame(portrait, size)
    assert framing.still_HW3.shape == (size[1], size[0], 3)
    left, top, right, bottom = framing.plate_4
    assert 0 <= left < right <= size[0]
    assert 0 <= top < bottom <= size[1]


@pytest.mark.parametrize("size", SIZES)
def test_the_whole_face_is_seen(portrait, size):
    framing = frame(portrait, size)
    points = portrait.crop.to_picture(portrait.landmarks_L2[:468]) * framing.scale_2 + framing.offset_2
    assert points.min() >= 0
    assert (points.max(0) <= size).all()


@pytest.mark.parametrize("size", SIZES)
def test_plate_and_picture_agree_point_by_point(portrait, size):
    framing = frame(portrait, size)
    plate = plate_of(portrait, framing)
    back = (plate.landmarks_L2 + framing.plate_4[:2] - framing.offset_2) / framing.scale_2
    assert np.abs(back - portrait.crop.to_picture(portrait.landmarks_L2)).max() < 1e-9
    left, top, right, bottom = framing.plate_4
    assert (plate.photo_HW3 == framing.still_HW3[top:bottom, left:right]).all()
    assert plate.matte_HW.shape == plate.photo_HW3.shape[:2]


def test_the_camera_of_the_plate_sees_the_head_where_the_crops_camera_does(portrait):
    framing = frame(portrait, (900, 600))
    plate = plate_of(portrait, framing)
    crop_px = portrait.crop.size_px
    head = portrait.fit.vertices_V3[::50]
    camera = head @ portrait.fit.rotation_33.T + portrait.fit.translation_3
    in_crop = camera[:, :2] / camera[:, 2:] * portrait.fit.focal_px + crop_px / 2
    in_film = portrait.crop.to_picture(in_crop) * framing.scale_2 + framing.offset_2
    assert np.abs(plate.project(head) + framing.plate_4[:2] - in_film).max() < 0.5


def test_a_film_of_the_pictures_shape_shows_exactly_the_picture(portrait):
    rows, columns = portrait.picture_HW3.shape[:2]
    framing = frame(portrait, (columns, rows))
    assert (framing.still_HW3 == portrait.picture_HW3).all()
    assert framing.picture_4 == (0, 0, columns, rows)


def test_a_film_too_wide_for_the_head_gets_a_surround(portrait):
    framing = frame(portrait, (2000, 200))
    left, top, right, bottom = framing.picture_4
    assert left > 0
    assert right < 2000
    assert (top, bottom) == (0, 200)
    assert framing.still_HW3[:, : left // 2].std() < framing.still_HW3[:, left:right].std()


def test_borders_are_open_only_where_the_film_goes_on(portrait):
    rows, columns = portrait.picture_HW3.shape[:2]
    assert all(plate_of(portrait, frame(portrait, (columns, rows))).open_4)
    left, top, right, bottom = frame(portrait, (columns, rows)).plate_4
    narrow = frame(portrait, (right - left - 40, bottom - top - 40))
    plate = plate_of(portrait, narrow)
    assert list(plate.open_4) == [a != b for a, b in zip(narrow.plate_4, narrow.picture_4, strict=True)]


@pytest.mark.parametrize("size", [(512, 512), (640, 360), (360, 640)])
def test_nearer_shots_show_a_larger_face_without_cutting_the_head(portrait, size):
    heights, tops = [], []
    for shot in ("whole", "bust", "close"):
        framing = frame(portrait, size, shot)
        points_N2 = portrait.crop.to_picture(portrait.landmarks_L2) * framing.scale_2 + framing.offset_2
        heights.append(np.linalg.norm(points_N2[10] - points_N2[152]) / size[1])
        tops.append(points_N2[:, 1].min())
        assert (points_N2 > 0).all()
        assert (points_N2 < size).all()
        assert framing.still_HW3.shape[:2] == size[::-1]
    assert heights[0] <= heights[1] <= heights[2]
    assert heights[2] > 0.2
    assert min(tops) > 0


def test_an_enlarged_window_is_the_picture_where_the_face_is(portrait):
    framing = frame(portrait, (512, 512), "close")
    left, top, right, bottom = framing.plate_4
    middle_2 = np.array([(left + right) / 2, (top + bottom) / 2])
    x, y = ((middle_2 - framing.offset_2) / framing.scale_2).astype(int)
    expected = portrait.picture_HW3[y - 3 : y + 4, x - 3 : x + 4].mean((0, 1))
    reach = int(3.5 * framing.scale_2[0])
    cx, cy = (int(v) for v in middle_2)
    seen = framing.still_HW3[cy - reach : cy + reach, cx - reach : cx + reach].mean((0, 1))
    assert np.abs(seen - expected).max() < 12
