from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.face.personal import Own
from emostage.face.topology import LIP_L, LIP_U
from emostage.face.turning import Beyond
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.sheet import SKIN

UPPER, LOWER = list(LIP_U), list(LIP_L)


def test_the_source_pose_returns_the_photo(sheet, rig):
    source = torch.tensor(sheet.source_52[None], dtype=torch.float32)
    posed = rig.pose(expression_B52=source, angles_B3=torch.zeros(1, 3))
    assert np.abs(posed.points_BV2[0].numpy() - sheet.photo_V2).max() < 1e-3


def test_the_source_vertices_project_onto_the_photo(plate, sheet):
    seen = plate.project(sheet.source_vertices)
    assert np.abs(seen - sheet.photo_V2).max() < 1e-6


def test_every_edge_inside_joins_two_triangles(sheet):
    edges = np.sort(np.concatenate([sheet.triangles_F3[:, p] for p in ([0, 1], [1, 2], [2, 0])]), 1)
    unique, counts = np.unique(edges, axis=0, return_counts=True)
    assert counts.max() == 2, "no edge belongs to three triangles"
    width, height = sheet.size_px
    rim = unique[counts == 1]
    ends = sheet.photo_V2[rim].reshape(-1, 2)
    outside = (ends[:, 0] < 0) | (ends[:, 1] < 0) | (ends[:, 0] > width) | (ends[:, 1] > height)
    assert outside.all(), "the only border of the sheet lies outside the picture"


def test_in_the_photo_the_triangles_tile_the_picture(sheet):
    corners = sheet.photo_V2[sheet.triangles_F3]
    first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    area = (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2
    assert area.min() > -3 * sheet.unit_px**2, "at most slivers at the sides of the face"
    low, high = sheet.photo_V2.min(0), sheet.photo_V2.max(0)
    assert area.sum() == pytest.approx(np.prod(high - low), rel=1e-4)


@pytest.mark.parametrize(
    "weights",
    [{}, {"mouthSmile": 0.6}, {"jawOpen": 0.4}, {"browInnerUp": 0.7}, {"mouthPucker": 0.7}, {"mouthFrown": 0.6, "browDown": 0.6}],
)
def test_skin_does_not_fold_at_moderate_expression(sheet, rig, weights):
    points = rig.pose(expression_B52=torch.tensor(expression(**weights))[None], angles_B3=torch.zeros(1, 3)).points_BV2[0].numpy()

    def areas(points_V2):
        corners = points_V2[sheet.triangles_F3[sheet.hole_F == SKIN]]
        first, second = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
        return (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]) / 2

    before, after = areas(sheet.photo_V2), areas(points)
    turned = (before > 0.5) & (after < -0.5)
    assert turned.sum() == 0


def test_neutral_lips_meet_exactly_although_the_photo_smiles_with_teeth(sheet, rig):
    assert sheet.lip_gap_px > 3
    neutral = rig.pose(expression_B52=torch.zeros(1, 52), angles_B3=torch.zeros(1, 3)).points_BV2[0]
    assert (neutral[LOWER] - neutral[UPPER]).abs().max() == 0


def test_motion_runs_out_before_borders_beyond_which_the_film_goes_on(plate, sheet):
    assert all(plate.open_4)
    width, height = sheet.size_px
    x, y = sheet.photo_V2.T
    rim = (x < 2) | (y < 2) | (x > width - 2) | (y > height - 2)
    assert sheet.skin_V[rim].max() == 0
    assert np.abs(sheet.deltas_52V3[:, rim]).max() == 0
    assert np.abs(sheet.breath_V3[rim]).max() == 0


def test_the_head_is_carried_whole_and_the_shoulders_are_not(plate, sheet):
    chin, top = plate.landmarks_L2[152], plate.landmarks_L2[10]
    face = np.arange(len(sheet.photo_V2)) < sheet.face_count
    assert (sheet.skin_V[face] == 1).all()
    low = sheet.photo_V2[:, 1] > chin[1] + 0.55 * (chin - top)[1]
    assert sheet.skin_V[low].max() < 0.02


def test_building_twice_gives_the_same_sheet(plate, head, sheet):
    again = build_sheet(plate, head, None)
    once_more = build_sheet(plate, head, None)
    assert (again.rest_V3 == once_more.rest_V3).all()
    assert (again.photo_V2 == sheet.photo_V2).all()


def own(sheet, trust: float, seen: float = 1.0, **actions: tuple[float, float, float]) -> Own:
    """Somebody who is known by so much, with actions that carry the whole face along, seen to some weight."""
    actions_52N3, seen_52 = np.zeros((52, 468, 3)), np.full(52, seen)
    for name, way in actions.items():
        actions_52N3[ARKIT_INDEX[name]] = np.array(way) * sheet.mm
    return Own(
        expression_52=expression(mouthSmile=0.2).astype(float),
        actions_52N3=actions_52N3,
        seen_52=seen_52,
        beyond=Beyond(actions_52L3=actions_52N3, learnt_52L3=actions_52N3, seen_52=seen_52),
        trust=trust,
    )


def test_without_trust_and_actions_the_sheet_is_the_same_bit_for_bit(plate, head, sheet):
    plain, known = build_sheet(plate, head, None), build_sheet(plate, head, None, own(sheet, 0.0))
    for name, value in vars(plain).items():
        assert np.array_equal(np.asarray(value), np.asarray(getattr(known, name))), name


@pytest.mark.parametrize(("trust", "seen"), [(0.4, 1.0), (1.0, 1.0), (1.0, 0.1)])
def test_known_by_any_amount_the_source_pose_returns_the_photo(plate, head, sheet, trust, seen):
    """Though the photo may show more of an action than was seen of it elsewhere."""
    known = build_sheet(plate, head, None, own(sheet, trust, seen, mouthSmileLeft=(3, -6, 0), jawOpen=(5, 5, 0)))
    plain, rig = Rig(sheet), Rig(known)
    posed = rig.pose(expression_B52=torch.tensor(known.source_52[None], dtype=torch.float32), angles_B3=torch.zeros(1, 3))
    assert np.abs(posed.points_BV2[0].numpy() - known.photo_V2).max() < 1e-3
    assert rig._correction_V2.abs().max() < plain._correction_V2.abs().max() + 0.1, "the geometry does so, not a correction"
    assert np.abs(plate.project(known.source_vertices) - known.photo_V2).max() < 1e-6
    assert not np.allclose(known.source_52, sheet.source_52, atol=0.02)


def test_the_expression_of_a_photo_whose_person_is_known_is_what_is_known(plate, head, sheet):
    smile = ARKIT_INDEX["mouthSmileLeft"]
    found = [build_sheet(plate, head, None, own(sheet, trust)).source_52[smile] for trust in (0.0, 0.5, 1.0)]
    assert found[2] == pytest.approx(0.2)
    assert abs(found[1] - 0.2) < abs(found[0] - 0.2)


def test_known_actions_move_the_sheet_beyond_those_of_everybody(plate, head, sheet):
    known = build_sheet(plate, head, None, own(sheet, 0.0, jawOpen=(4, 0, 0)))
    jaw, chin = ARKIT_INDEX["jawOpen"], 152
    beyond_3 = (known.deltas_52V3 - sheet.deltas_52V3)[jaw, chin] / sheet.mm
    assert beyond_3[0] == pytest.approx(4, abs=0.2) and np.abs(beyond_3[1:]).max() < 0.2
    other = ARKIT_INDEX["browInnerUp"]
    np.testing.assert_allclose(known.deltas_52V3[other], sheet.deltas_52V3[other], atol=1e-9)


def test_what_was_learnt_of_an_action_goes_no_further_than_it_was_seen(plate, head, sheet):
    some, all_of_it = (build_sheet(plate, head, None, own(sheet, 0.0, seen, jawOpen=(4, 0, 0))) for seen in (0.3, 1.0))
    shown_B52 = torch.tensor(np.stack([expression(jawOpen=weight) for weight in (0.0, 0.3, 0.8)]), dtype=torch.float32)
    chin_B = [
        Rig(one).pose(expression_B52=shown_B52, angles_B3=torch.zeros(3, 3)).points_BV2[:, 152, 0] for one in (some, all_of_it)
    ]
    torch.testing.assert_close(chin_B[0][1], chin_B[1][1], atol=1e-2, rtol=0)
    aside = [float(chin[2] - chin[0]) for chin in chin_B]
    assert aside[0] < 0.6 * aside[1]


def test_under_the_rims_of_glasses_nobody_moves_on(hopper, head):
    """What was learnt is held back there as what everybody does, and at every weight."""
    actions_52N3 = np.zeros((52, 468, 3))
    brow = ARKIT_INDEX["browInnerUp"]
    actions_52N3[brow] = np.array([0, -6, 0]) * hopper.sheet.mm
    known = build_sheet(hopper.plate, head, None, replace(own(hopper.sheet, 0.0, 0.2), actions_52N3=actions_52N3))
    np.testing.assert_allclose(known.learnt_52V3[brow], (known.deltas_52V3 - hopper.sheet.deltas_52V3)[brow], atol=1e-9)
