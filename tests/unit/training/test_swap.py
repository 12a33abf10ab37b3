"""Swapped codes against nets whose split is known: an ideal one, and one that mixes everything up."""

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX
from emostage.motion.blend import speech_expression
from emostage.motion.codes import LIP_CHANNELS, Lips
from emostage.nets.emotivetalk.vaid import Codes
from emostage.training.dataset import Corpus
from emostage.training.swap import UPPER_52, pairs, swapped

JAW = LIP_CHANNELS.index("jaw")


@dataclass(frozen=True)
class Ideal:
    """The jaw is the lip code and the upper face the expression code; `mixed` lets the jaw into the latter."""

    mixed: bool = False

    def from_face(self, face_BTE):
        upper_BTE = face_BTE * torch.from_numpy(UPPER_52)
        jaw_BT1 = face_BTE[..., [ARKIT_INDEX["jawOpen"]]]
        if self.mixed:
            upper_BTE = upper_BTE + jaw_BT1 * torch.from_numpy(UPPER_52)
        return Codes(lip_BTD=jaw_BT1, expression_BTD=upper_BTE)

    def lips(self, lip_BTD):
        out_BTL = torch.zeros(*lip_BTD.shape[:2], len(LIP_CHANNELS))
        out_BTL[..., JAW] = lip_BTD[..., 0]
        return out_BTL

    def felt(self, expression_BTD):
        return expression_BTD


@pytest.fixture
def held() -> Corpus:
    rng = np.random.default_rng(0)
    starts_K1 = np.array([0, 80, 200, 280, 400])
    frames = 400
    lips_NL = np.zeros((frames, len(LIP_CHANNELS)))
    lips_NL[:, JAW] = np.abs(np.convolve(rng.normal(0, 1, frames), np.hanning(9) / 4, "same")) * 0.1
    lips = Lips.of(lips_NL)
    face_NE = speech_expression(lips.channels_TC, lips.touch)
    face_NE[:, UPPER_52] = 0.3 * np.repeat(rng.random((8, int(UPPER_52.sum()))), 50, 0)
    rows = {"lips_N10": lips_NL, "expression_N52": face_NE}
    kinds = np.zeros(4, np.uint8)
    arrays = {name: each.astype(np.float16) for name, each in rows.items()}
    return Corpus(starts_K1=starts_K1, frames=arrays, kind_K=kinds, voice_K=kinds.astype(np.int32), voices=("nobody",), card={})


def test_takes_are_paired_over_equally_many_frames(held):
    found = list(pairs(held))
    assert found[0] == ((0, 80), (200, 280))
    assert found[1] == ((80, 200), (280, 400))
    assert len(found) == 4


def test_an_ideal_split_follows_its_owners(held):
    found = swapped(Ideal(), held)
    assert found["mouth"]["lip_code_owner"] > 0.98
    assert found["upper_face"]["expression_code_owner"] > 0.98
    assert abs(found["mouth"]["expression_code_owner"] - found["mouth"]["by_chance"]) < 0.05
    assert abs(found["upper_face"]["lip_code_owner"] - found["upper_face"]["by_chance"]) < 0.05
    assert found["felt_mouth_to_speech"]["lip_code_owner"] == 0


def test_a_net_that_hears_the_mouth_in_the_upper_face_is_found_out(held):
    clean, mixed = swapped(Ideal(), held), swapped(Ideal(mixed=True), held)
    assert mixed["upper_face"]["expression_code_owner"] < clean["upper_face"]["expression_code_owner"] - 0.05
    assert mixed["mouth"] == clean["mouth"]
