"""What the whole painting must keep to: a still background, no seam, no hole, a turn in depth."""

import itertools

import cv2
import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.portrait.flow import FlowGrid
from emostage.portrait.photo import PhotoRenderer
from emostage.portrait.raster import rasterise
from emostage.portrait.region import Box
from emostage.portrait.warp import FineFlow, sample

SIZE = (256, 256)
POSES_DEG = [*itertools.product((-15, 0, 15), (-25, -12, 12, 25), (-15, 0, 15))]


@pytest.fixture(scope="module")
def renderer(portrait, head):
    return PhotoRenderer(portrait, head, size_px=SIZE)


@pytest.fixture(scope="module")
def away_px(renderer):
    """Distance of every film pixel from the person, in drawing units."""
    backing = renderer.backing
    person = np.zeros(SIZE[::-1], np.uint8)
    rows, columns = backing.plate.matte_HW.shape
    person[backing.top : backing.top + rows, backing.left : backing.left + columns] = backing.plate.matte_HW > 0
    return cv2.distanceTransform(1 - person, cv2.DIST_L2, 5) / backing.plate.unit_px


def test_while_only_the_face_moves_the_background_stands(renderer, track, away_px):
    faces = [
        expression(),
        expression(jawOpen=0.5),
        expression(mouthSmile=0.9, eyeBlink=1.0),
        expression(browDown=1.0, noseSneer=0.8),
    ]
    frames = np.stack(list(renderer.render(track(faces)))).astype(int)
    change = np.ptp(frames, axis=0).max(-1)
    assert change[away_px > 8].max() <= 2
    assert change[away_px == 0].max() > 20


def test_far_from_a_moving_head_nothing_changes(renderer, track, away_px):
    frames = np.stack(
        list(renderer.render(track([expression()] * 4, [(0, 0, 0), (0, 25, 0), (-12, -20, 8), (10, 0, -15)])))
    ).astype(int)
    far = away_px > 75
    assert far.sum() > 1000
    assert np.ptp(frames, axis=0)[far].max() == 0


@pytest.mark.parametrize("angles_deg", [(0, 18, 0), (-10, 0, 6)])
def test_no_seam_at_the_borders_of_what_is_redrawn(renderer, track, angles_deg):
    motion = track([expression(mouthSmile=0.4)], [angles_deg])
    frame = next(iter(renderer.render(motion))).astype(float)
    box, _ = renderer.painter.paint(motion, 0, 1)
    left, top = renderer.backing.left, renderer.backing.top
    width, height = renderer.backing.plate.size_px
    across = np.abs(np.diff(frame, axis=1)).mean(-1), np.abs(np.diff(frame, axis=0)).mean(-1).T
    for x0, y0, x1, y1 in ((box.left, box.top, box.right, box.bottom), (0, 0, width, height)):
        for gradient, (first, last), (low, high) in (
            (across[0], (left + x0, left + x1), (top + y0, top + y1)),
            (across[1], (top + y0, top + y1), (left + x0, left + x1)),
        ):
            for border in (b for b in (first, last) if 4 < b < gradient.shape[1] - 4):
                at_border = gradient[low:high, border - 1].mean()
                beside = [gradient[low:high, border - 1 + k].mean() for k in (-3, -2, 2, 3)]
                assert at_border <= 1.15 * max(beside) + 0.2


def test_no_turn_tears_a_hole(sheet, rig):
    width, height = sheet.size_px
    angles_B3 = torch.tensor(np.radians(POSES_DEG), dtype=torch.float32)
    triangles_F3 = torch.tensor(sheet.triangles_F3)
    for angle_13 in angles_B3.split(1):
        posed = rig.pose(expression_B52=torch.zeros(1, 52), angles_B3=angle_13)
        seen = rasterise(posed.points_BV2 / 4, posed.camera_BV3[..., 2], triangles_F3, (width // 4, height // 4))
        assert (seen >= 0).all(), f"a hole at {np.degrees(angle_13.numpy())}"


def test_the_face_stays_whole_at_every_turn(plate, sheet, rig):
    grid = FlowGrid(sheet, 2.0, torch.device("cpu"))
    matte_11HW = torch.tensor(plate.matte_HW.copy())[None, None]
    for angles in ((0, 25, 0), (0, -25, 0), (15, 12, -15), (-15, -12, 15)):
        posed = rig.pose(expression_B52=torch.zeros(1, 52), angles_B3=torch.tensor(np.radians([angles]), dtype=torch.float32))
        flow = grid.flow(posed)
        box = Box(left=0, top=0, right=sheet.size_px[0], bottom=sheet.size_px[1])
        alpha_HW = sample(matte_11HW, FineFlow(flow, sheet.size_px).look(box).at_B2HW, "bilinear")[0, 0].numpy()
        inner_N2 = posed.points_BV2[0, [1, 4, 6, 9, 50, 280, 152, 168, 199]].numpy()
        columns, rows = inner_N2.round().astype(int).T
        assert alpha_HW[rows, columns].min() > 0.98


def test_a_turn_moves_the_nose_farther_than_the_ears_and_these_farther_than_the_shoulders(plate, sheet, rig):
    chin = plate.landmarks_L2[152]
    low = np.flatnonzero((sheet.photo_V2[:, 1] > chin[1] + 90 * sheet.unit_px) & (sheet.free_V > 0.5))
    for yaw in (-1.0, 1.0):
        steps = torch.tensor([[0.0, yaw * np.radians(d), 0.0] for d in (0, 6, 12, 18, 24)], dtype=torch.float32)
        x_BV = rig.pose(expression_B52=torch.zeros(5, 52), angles_B3=steps).points_BV2[..., 0]
        moved_BV = (x_BV - x_BV[:1]) * yaw
        nose, ears, shoulders = moved_BV[:, 1], moved_BV[:, [234, 454]].mean(1), moved_BV[:, low].abs().amax(1)
        assert (nose.diff() > 0).all()
        assert (nose[1:] > 1.5 * ears[1:]).all()
        assert (ears[1:] > 2 * shoulders[1:]).all()
