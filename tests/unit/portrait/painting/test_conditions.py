from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_NAMES, expression
from emostage.nets.painting.given import CELLS, FINE_CELLS, REACH
from emostage.portrait.bench import talking
from emostage.portrait.build import build_sheet
from emostage.portrait.deform import Rig
from emostage.portrait.framing import frame, plate_of
from emostage.portrait.painting.conditions import Sitter, Told, around, unheard
from emostage.portrait.painting.square import square_of

SIZE = (256, 256)


@pytest.fixture(scope="module")
def square(portrait, head):
    return square_of(portrait, head, SIZE, shot="close")


@pytest.fixture(scope="module")
def given(square, portrait, head):
    sitter = Sitter(square, portrait.fit, head, torch.device("cpu"))

    def make(motion):
        count = len(motion)
        sound_NX = np.full((count + 2 * REACH, 160), -4, np.float32)
        weights_T8 = np.eye(8, dtype=np.float32)[np.arange(count) % 8]
        told = Told(
            sitter=sitter, reference_13HH=torch.zeros(1, 3, 64, 64), motion=motion, weights_T8=weights_T8, sound_NX=sound_NX
        )
        return told.part(0, count)

    return make


def test_a_still_motion_moves_nothing(given, track, portrait, square):
    told = given(track([portrait.fit.expression_52] * 3))
    assert told.back_BF3GG[0, :, :2].abs().max() == 0
    assert told.moved_BF3KK[0, :, :2].abs().max() == 0
    np.testing.assert_allclose(told.landmarks_BFL2[0], np.repeat(square.landmarks_L2[None], 3, 0), atol=1e-6)
    assert (told.expression_BF52[0] == told.own_B52).all()


def test_everything_has_the_shape_that_painters_want(given):
    told = given(talking(70))
    assert told.frames == 70
    assert told.back_BF3GG.shape == (1, 70, 3, CELLS, CELLS)
    assert told.moved_BF3KK.shape == (1, 70, 3, FINE_CELLS, FINE_CELLS)
    assert told.landmarks_BFL2.shape == (1, 70, 468, 2)
    assert told.sound_BFWX.shape == (1, 70, 2 * REACH + 1, 160)
    assert told.weights_BF8.shape == (1, 70, 8)
    assert all(getattr(told, name).dtype == torch.float32 for name in vars(told))


def test_a_turned_head_is_found_again_along_the_way_back(given, track, portrait, square):
    """Where a landmark is seen, the way back leads to where it lay."""
    own = portrait.fit.expression_52
    told = given(track([own, own], [(5, 12, 3), (-4, -10, 0)]))
    nose, brow, chin = 4, 9, 152
    for frame_number in range(2):
        for landmark in (nose, brow, chin):
            at = told.landmarks_BFL2[0, frame_number, landmark]
            cell = (at * CELLS).long()
            back = told.back_BF3GG[0, frame_number, :2, cell[1], cell[0]]
            left = at + back - torch.tensor(square.landmarks_L2[landmark], dtype=torch.float32)
            assert left.norm() < 0.35 * (at - told.own_landmarks_BL2[0, landmark]).norm() + 0.004


def test_heads_move_as_the_photo_renderer_moves_them(given, track, portrait, head, square):
    """Turned, shifted and nearer: the rigid parts of the face are where the sheet has them."""
    plate = plate_of(portrait, frame(portrait, SIZE, "close"))
    sheet = build_sheet(plate, head)
    own, rigid = sheet.source_52, [4, 6, 9, 168, 5]
    motion = track([own], [(6, 14, 4)], shift_T2=[(0.08, -0.05)], scale_T=[1.06])
    seen_L2 = Rig(sheet).at(motion, 0, 1).points_BV2[0, :468].numpy()
    moved_L2 = (seen_L2 - plate.landmarks_L2[:468]) / square.side_px
    told = given(motion)
    still = given(track([own]))
    found_L2 = (told.landmarks_BFL2 - still.landmarks_BFL2)[0, 0].numpy()
    size = np.linalg.norm(moved_L2[rigid], axis=1)
    assert (size > 0.03).all()
    assert (np.linalg.norm(found_L2[rigid] - moved_L2[rigid], axis=1) < 0.15 * size).all()


def test_an_open_jaw_lowers_the_chin_but_turns_no_head(given, track):
    told = given(track([expression(), expression(jawOpen=0.8)]))
    assert (told.landmarks_BFL2[0, 1, 152, 1] - told.landmarks_BFL2[0, 0, 152, 1]) > 0.02
    assert told.back_BF3GG[0, :, :2].abs().max() == 0
    chin = (told.landmarks_BFL2[0, 1, 152] * FINE_CELLS).long()
    assert (told.moved_BF3KK[0, 0, 1] - told.moved_BF3KK[0, 1, 1])[chin[1] - 1, chin[0]] > 0.01


def test_parts_of_a_take_are_those_of_the_whole(square, portrait, head):
    motion = talking(12)
    sound_NX = np.random.default_rng(0).normal(size=(20, 160)).astype(np.float32)
    told = Told(
        sitter=Sitter(square, portrait.fit, head, torch.device("cpu")),
        reference_13HH=torch.zeros(1, 3, 64, 64),
        motion=motion,
        weights_T8=np.eye(8, dtype=np.float32)[np.arange(12) % 8],
        sound_NX=sound_NX,
    )
    whole, part = told.part(0, 12), told.part(5, 9)
    for name in vars(part):
        wanted = getattr(whole, name)
        torch.testing.assert_close(getattr(part, name), wanted[:, 5:9] if "_BF" in name else wanted, atol=1e-5, rtol=1e-4)
    assert told.part(10, 99).frames == 2


@pytest.mark.parametrize("fps", [Fraction(25), Fraction(50), Fraction(24000, 1001), Fraction(30)])
def test_the_sound_of_a_frame_lies_in_the_middle_of_what_is_heard_around_it(fps):
    frames = 40
    moments_N = (np.arange(80) - REACH + 0.5) / 25
    heard_FWX = around(np.repeat(moments_N[:, None], 2, 1).astype(np.float32), slice(0, frames), fps)
    assert heard_FWX.shape == (frames, 2 * REACH + 1, 2)
    wanted_F = (np.arange(frames) + 0.5) / float(fps)
    assert np.abs(heard_FWX[:, REACH, 0] - wanted_F).max() <= 0.5 / 25 + 1e-6
    np.testing.assert_allclose(np.diff(heard_FWX[..., 0], axis=1), 1 / 25, atol=1e-5)


def told_of(square, portrait, head, motion, own):
    sitter = Sitter(square, portrait.fit, head, torch.device("cpu"), own)
    return unheard(sitter, torch.zeros(1, 3, 64, 64), motion).part(0, len(motion))


def test_of_somebody_who_is_known_by_nothing_the_same_is_told(square, portrait, head, track, own_face):
    motion = track([expression(), expression(jawOpen=0.5, mouthSmile=0.3)], [(0, 0, 0), (3, 8, 0)])
    nothing = own_face.in_picture(portrait, head, 0.0)
    plain, known = (told_of(square, portrait, head, motion, own) for own in (None, nothing))
    assert all(torch.equal(value, getattr(known, name)) for name, value in vars(plain).items())


def test_painters_are_told_where_the_mouth_of_a_known_person_goes(square, portrait, head, track, own_face):
    own = own_face.in_picture(portrait, head, 1.0)
    motion = track([own.expression_52, own.expression_52 + expression(jawOpen=0.5)])
    (own_52,), plain, known = (
        told_of(square, portrait, head, motion, own).own_B52,
        *(told_of(square, portrait, head, motion, o) for o in (None, own)),
    )
    held = [n for n, name in enumerate(ARKIT_NAMES) if not name.startswith(("eyeLook", "eyeBlink"))]
    np.testing.assert_allclose(own_52[held], own.expression_52[held], atol=1e-6)
    moved = [np.diff(told.landmarks_BFL2[0].numpy(), axis=0)[0] for told in (plain, known)]
    assert (moved[1] - moved[0])[[14, 17], 0].min() > 0.005, "to the side, which the linear head does not do"
    assert np.abs(moved[1] - moved[0])[[10, 151]].max() < 0.002
    np.testing.assert_allclose(known.landmarks_BFL2[0, 0], square.landmarks_L2, atol=0.01)
