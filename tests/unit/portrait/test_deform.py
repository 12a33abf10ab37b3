import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.face.topology import EYES, LIP_L, LIP_U
from emostage.face.turning import head_rotation
from emostage.portrait.deform import lip_seal

UPPER, LOWER = list(LIP_U), list(LIP_L)
NOSE, CROWN, CHIN = 1, 10, 152


def posed(rig, angles_deg=(0.0, 0.0, 0.0), weights=None, **more):
    return rig.pose(
        expression_B52=torch.tensor(expression(**(weights or {})))[None],
        angles_B3=torch.tensor(np.radians(angles_deg)[None], dtype=torch.float32),
        **more,
    )


def test_rotations_are_proper_and_zero_is_none():
    rotation = head_rotation(torch.randn(20, 3))
    assert torch.allclose(rotation @ rotation.mT, torch.eye(3).expand(20, 3, 3), atol=1e-5)
    assert torch.allclose(torch.linalg.det(rotation), torch.ones(20), atol=1e-5)
    assert torch.equal(head_rotation(torch.zeros(1, 3))[0], torch.eye(3))


@pytest.mark.parametrize(
    ("axis", "point", "coordinate"),
    [(0, NOSE, 1), (1, NOSE, 0), (2, CROWN, 0)],
    ids=["pitch moves the nose down", "yaw moves it to the person's left", "roll takes the crown there"],
)
def test_the_head_turns_the_way_it_is_told_and_ever_further(rig, axis, point, coordinate):
    places = []
    for degrees in (-15, -8, -3, 0, 3, 8, 15):
        angles = [0.0, 0.0, 0.0]
        angles[axis] = degrees
        places.append(float(posed(rig, angles).points_BV2[0, point, coordinate]))
    assert np.all(np.diff(places) > 0.1)


def test_shift_and_scale_move_the_face_on_the_picture(rig):
    here = posed(rig).points_BV2[0]
    right = posed(rig, shift_B2=torch.tensor([[0.1, 0.0]])).points_BV2[0]
    width = float((here[454] - here[234]).norm())
    assert float(right[NOSE, 0] - here[NOSE, 0]) == pytest.approx(0.1 * width, rel=0.15)
    assert abs(float(right[NOSE, 1] - here[NOSE, 1])) < 0.02 * width
    near = posed(rig, scale_B=torch.tensor([1.1])).points_BV2[0]
    grown = float((near[CROWN] - near[CHIN]).norm() / (here[CROWN] - here[CHIN]).norm())
    assert grown == pytest.approx(1.1, abs=0.03)


def test_a_breath_lifts_the_shoulders_and_hardly_the_face(rig, sheet):
    lift = (posed(rig).points_BV2 - posed(rig, breath_B=torch.ones(1)).points_BV2)[0, :, 1]
    shoulders = torch.tensor((sheet.skin_V < 0.2) & (np.abs(sheet.breath_V3).max(1) > 1.5 * sheet.mm))
    assert float(lift[shoulders].median()) > 2 * float(lift[NOSE]) > 0


@pytest.mark.parametrize("weights", [{"mouthPress": 0.6}, {"mouthClose": 0.6}, {"mouthRollLower": 0.6, "mouthRollUpper": 0.6}])
@pytest.mark.parametrize("emotion", [{}, {"mouthSmile": 0.7}, {"mouthFrown": 0.6, "browDown": 1.0}])
def test_pressed_lips_leave_no_gap(rig, weights, emotion):
    points = posed(rig, (3.0, 5.0, -2.0), {**emotion, **weights}).points_BV2[0]
    assert (points[LOWER] - points[UPPER]).abs().max() == 0


def test_an_open_vowel_wins_over_pressed_lips():
    both = torch.tensor(np.stack([expression(mouthPress=0.6), expression(mouthPress=0.6, jawOpen=0.3)]))
    seal = lip_seal(both)
    assert seal[0] == 1
    assert seal[1] == 0


def test_lips_never_cross(rig):
    rng = np.random.default_rng(3)
    weights = torch.tensor(rng.uniform(0, 0.8, (40, 52)) * (rng.uniform(size=(40, 52)) < 0.2), dtype=torch.float32)
    points = rig.pose(expression_B52=weights, angles_B3=torch.zeros(40, 3)).points_BV2
    axis = points[:, UPPER[-1:]] - points[:, UPPER[:1]]
    down = torch.stack([-axis[..., 1], axis[..., 0]], -1) / axis.norm(dim=-1, keepdim=True)
    gap = ((points[:, LOWER] - points[:, UPPER]) * down).sum(-1)
    assert gap.min() > -1.5 * rig.sheet.unit_px  # the photo's own contour may come back with its landmark noise


def test_the_mouth_opens_with_the_jaw(rig):
    gaps = [float((p[14] - p[13])[1]) for j in (0.0, 0.1, 0.2, 0.4) for p in posed(rig, weights={"jawOpen": j}).points_BV2]
    assert gaps[0] == 0
    assert np.all(np.diff(gaps) > 0.5)


@pytest.mark.parametrize("eye", EYES, ids=lambda eye: eye.side)
def test_a_blink_closes_the_eye_exactly_and_only_that_eye(rig, eye):
    points = posed(rig, weights={f"eyeBlink{eye.side}": 1.0}).points_BV2[0]
    upper, lower = points[list(eye.upper)], points[list(eye.lower)]
    assert (upper - lower).abs().max() == 0
    other = EYES[0] if eye is EYES[1] else EYES[1]
    open_before = posed(rig).points_BV2[0]
    assert torch.allclose(points[list(other.upper)], open_before[list(other.upper)], atol=0.05)


def test_lids_close_evenly(rig):
    gaps = [
        float((p[145] - p[159])[1]) for b in (0.0, 0.25, 0.5, 0.75, 1.0) for p in posed(rig, weights={"eyeBlink": b}).points_BV2
    ]
    assert np.all(np.diff(gaps) < 0)
    assert gaps[-1] == 0


def test_a_motion_is_posed_as_its_frames_are(rig, track):
    motion = track([expression(jawOpen=0.3), expression(mouthSmile=0.5)], [(1, 2, 3), (-4, 0, 2)])
    together = rig.at(motion, 0, 2).points_BV2
    alone = torch.cat([rig.at(motion, i, i + 1).points_BV2 for i in range(2)])
    assert torch.allclose(together, alone, atol=1e-3)


def gaps(rig, weights):
    """Height of the opening at the pairs of the inner lips."""
    points = posed(rig, weights=weights).points_BV2[0]
    return (points[LOWER] - points[UPPER])[:, 1]


OO = {"mouthPucker": 0.8, "mouthFunnel": 0.5, "jawOpen": 0.1}


@pytest.mark.parametrize("weights", [{"jawOpen": 0.4}, OO], ids=["aa", "oo"])
def test_a_mouth_opens_round(rig, weights):
    height = gaps(rig, weights)
    assert float(height.max()) < 1.1 * float(height[5])
    assert float(height[3] + height[7]) / 2 > 0.6 * float(height[5]), "a pointed mouth"


def test_pursed_lips_stick_at_their_corners(rig):
    apart_oo, apart_aa = (int((gaps(rig, weights) > 0.5 * rig.sheet.unit_px).sum()) for weights in (OO, {"jawOpen": 0.25}))
    assert apart_oo < apart_aa
