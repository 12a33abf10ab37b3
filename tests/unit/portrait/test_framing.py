from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.arkit import expression
from emostage.core.tracks import Crop
from emostage.portrait.framing import frame, plate_of
from emostage.portrait.photo import PhotoRenderer

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
    for size in ((512, 512), (300, 512), (120, 90), (900, 300)):
        framing = frame(portrait, size)
        ends = [a == b for a, b in zip(framing.plate_4, framing.picture_4, strict=True)]
        assert list(plate_of(portrait, framing).open_4) == [not end for end in ends]


def test_a_border_of_the_picture_near_the_plate_is_its_border(portrait):
    rows, columns = portrait.picture_HW3.shape[:2]
    plate_4 = frame(portrait, (columns, rows)).plate_4
    assert plate_4[1] == 0
    height = np.linalg.norm(portrait.landmarks_L2[10] - portrait.landmarks_L2[152]) / portrait.crop.scale
    for near, ends in ((0.2 * height, True), (0.5 * height, False)):
        lowered = round(near) - plate_4[1]
        picture_HW3 = np.pad(portrait.picture_HW3, ((lowered, 0), (0, 0), (0, 0)), mode="edge")
        moved = replace(portrait, picture_HW3=picture_HW3, crop=replace(portrait.crop, top=portrait.crop.top + lowered))
        assert (frame(moved, (columns, rows + lowered)).plate_4[1] == 0) == ends


@settings(max_examples=40, deadline=None)
@given(
    picture=st.tuples(st.integers(150, 900), st.integers(150, 900)),
    film=st.tuples(st.integers(48, 700), st.integers(48, 700)),
    face=st.floats(0.15, 0.8),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
    shot=st.sampled_from(["whole", "bust", "close"]),
)
def test_any_picture_fits_any_film(portrait, picture, film, face, at, shot):
    some = placed(portrait, picture, face, at)
    framing = frame(some, film, shot)
    plate = plate_of(some, framing)
    left, top, right, bottom = framing.plate_4
    outer = framing.picture_4
    assert framing.still_HW3.shape == (film[1], film[0], 3)
    assert 0 <= outer[0] <= left < right <= outer[2] <= film[0]
    assert 0 <= outer[1] <= top < bottom <= outer[3] <= film[1]
    assert plate.photo_HW3.shape[:2] == plate.matte_HW.shape == (bottom - top, right - left)
    assert abs(framing.scale_2[0] - framing.scale_2[1]) * min(picture) <= 2
    points_L2 = plate.landmarks_L2[:468] + np.array([left, top])
    cut_px = 3 + 0.08 * np.ptp(points_L2, axis=0).max()
    assert points_L2.min() > -cut_px
    assert (points_L2.max(0) < np.array(film) + cut_px).all()
    assert (framing.scale_2 >= frame(some, film, "whole").scale_2 - 1e-9).all()
    covered = (outer[2] - outer[0]) / film[0], (outer[3] - outer[1]) / film[1]
    assert max(covered) > 0.98


def test_a_low_film_cuts_the_neck_before_the_forehead(portrait):
    some = placed(portrait, (150, 150), 0.5, (0.0, 0.0))
    framing = frame(some, (90, 48))
    points_L2 = plate_of(some, framing).landmarks_L2[:468] + np.array(framing.plate_4[:2])
    assert points_L2[:, 1].min() > -1.0
    assert points_L2[:, 1].max() < 49.0


def placed(portrait, picture, face, at):
    """The portrait's face in a grey picture of (width, height), `face` of its smaller side high."""
    points_L2 = portrait.landmarks_L2[:468]
    extent = np.ptp(points_L2, axis=0).max()
    scale = extent / (face * min(picture))
    room_2 = np.array(picture) - np.ptp(points_L2, axis=0) / scale
    corner_2 = np.array(at) * room_2 - points_L2.min(0) / scale
    crop = Crop(left=corner_2[0], top=corner_2[1], scale=scale, size_px=portrait.crop.size_px)
    return replace(portrait, picture_HW3=np.full((picture[1], picture[0], 3), 90, np.uint8), crop=crop)


def test_the_surround_is_a_darker_and_calmer_likeness(portrait):
    still_HW3 = frame(portrait, (900, 90)).still_HW3
    left = frame(portrait, (900, 90)).picture_4[0]
    beside = still_HW3[:, : left - 2].astype(float)
    assert beside.mean() < 0.75 * portrait.picture_HW3.mean()
    assert np.abs(np.diff(beside, axis=1)).max() < 6


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


@pytest.mark.parametrize(("size", "shot"), [((360, 360), "whole"), ((420, 240), "bust"), ((200, 360), "close")])
def test_a_moving_face_is_put_back_without_a_seam(portrait, head, track, size, shot):
    renderer = PhotoRenderer(portrait, head, size_px=size, shot=shot, batch=1)
    still_HW3, (width, height) = renderer.backing.still_HW3.astype(int), renderer.backing.plate.size_px
    left, top, is_open = renderer.backing.left, renderer.backing.top, renderer.backing.plate.open_4
    right, bottom = left + width, top + height
    outside_HW = np.ones(still_HW3.shape[:2], bool)
    outside_HW[top:bottom, left:right] = False
    angles_deg = [(0, 12, 0), (-8, -12, 6), (10, 0, -6)]
    moves = track([expression(jawOpen=0.5)] * 3, angles_deg, breath_T=np.ones(3))
    for frame_HW3 in renderer.render(moves):
        moved_HW3 = frame_HW3.astype(int) - still_HW3
        assert (moved_HW3[outside_HW] == 0).all()
        assert np.abs(moved_HW3).max() > 60
        borders = (
            moved_HW3[top:bottom, left],
            moved_HW3[top, left:right],
            moved_HW3[top:bottom, right - 1],
            moved_HW3[bottom - 1, left:right],
        )
        for border, opens in zip(borders, is_open, strict=True):
            assert not opens or np.abs(border).mean() < 0.5
