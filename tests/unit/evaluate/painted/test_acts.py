import numpy as np
import pytest
import torch

from emostage.evaluate.painted.acts import Sitter
from emostage.evaluate.painted.cases import clips, neutral, smiling
from emostage.training.footage.examples import Cut, Shape, batch_of
from emostage.training.footage.performed import motion


def test_a_true_act_is_given_as_in_training(footage):
    frames = (1, 2, 3)
    given = Sitter(footage=footage, portrait=8).given(Sitter(footage=footage, portrait=8).true(frames))
    batch = batch_of(footage, [Cut(portrait=8, frames_F=frames, before_M=())], Shape())
    for name in type(given).__dataclass_fields__:
        assert torch.allclose(getattr(given, name), batch[name], atol=1e-6), name


def test_asked_landmarks_begin_where_they_are_in_the_portrait_and_move(footage):
    sitter = Sitter(footage=footage, portrait=8)
    act = sitter.asked(np.stack([sitter.own("expression_N52"), sitter.own("expression_N52") + np.eye(52)[17]]))
    assert np.abs(act.landmarks_TL2[0] - sitter.own("landmarks_NL2")).max() < 1e-6
    assert np.abs(act.landmarks_TL2[1] - act.landmarks_TL2[0]).max() > 0.002


def test_heads_of_the_photo_turn_from_where_the_portrait_looks(footage):
    sitter = Sitter(footage=footage, portrait=0)
    act = sitter.true((0, 7))
    turned = motion(sitter.own("rotation_N3"), act.expression_T52, act.rotation_T3).rotation_T3
    assert turned[0] == pytest.approx([0, 0, 0], abs=1e-6)
    assert turned[1] == pytest.approx([0, 0.15, 0], abs=1e-4)


def test_cases_are_the_same_every_time_and_never_paint_from_what_they_paint(footage):
    found = clips(footage, 5)
    assert [case.sitter.shot for case in found] == [0, 1]
    assert all(case.sitter.portrait not in case.frames_T for case in found)
    assert [case.frames_T for case in found] == [case.frames_T for case in clips(footage, 5)]
    assert len(clips(footage, 1)) == 1


def test_smiling_portraits_smile_and_neutral_ones_do_not(footage):
    assert [case.sitter.portrait for case in smiling(footage, 5)] == [9, 19]
    assert {sitter.portrait for sitter in neutral(footage, 5)} == {8, 18}
