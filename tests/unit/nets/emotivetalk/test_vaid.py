"""V-AID: codes of sounds and faces."""

from __future__ import annotations

import pytest
import torch

from emostage.core.arkit import ARKIT_COUNT, MOUTH_MASK_52
from emostage.nets.emotivetalk.decouple import explained, pull
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

CONFIG = VaidConfig(audio=163, width=24, code=8)
TONE = torch.zeros(1, 201, CONFIG.tone)


@pytest.fixture
def net() -> Vaid:
    torch.manual_seed(0)
    return Vaid(CONFIG).eval()


def test_a_frame_hears_a_little_around_it_and_feels_far_around_it(net: Vaid) -> None:
    sound = torch.zeros(1, 201, CONFIG.audio, requires_grad=True)
    codes = net.from_sound(net.hear(sound), TONE)
    codes.lip_BTD[0, 100].sum().backward()
    near = sound.grad[0].abs().sum(1).nonzero()[:, 0]
    assert near.min() == 100 - 14
    assert near.max() == 100 + 14
    sound.grad = None
    net.from_sound(net.hear(sound), TONE).expression_BTD[0, 100].sum().backward()
    far = sound.grad[0].abs().sum(1).nonzero()[:, 0]
    assert far.min() < 100 - 60
    assert far.max() > 100 + 60


def test_the_lip_code_of_a_face_sees_the_mouth_alone(net: Vaid) -> None:
    face = torch.rand(1, 4, ARKIT_COUNT)
    other = face.clone()
    other[..., ~torch.from_numpy(MOUTH_MASK_52.copy())] = 0.0
    assert torch.equal(net.from_face(face).lip_BTD, net.from_face(other).lip_BTD)
    assert not torch.equal(net.from_face(face).expression_BTD, net.from_face(other).expression_BTD)


def test_lips_come_in_their_own_units(net: Vaid) -> None:
    net.lips_mean_L.fill_(0.3)
    net.lips_std_L.fill_(2.0)
    code = torch.randn(1, 3, CONFIG.code)
    assert torch.allclose(net.lips(code), 2.0 * net.normal_lips(code) + 0.3)


def test_strengths_are_shares(net: Vaid) -> None:
    shares = net.emotion(torch.randn(2, 3, CONFIG.code))
    assert torch.allclose(shares.sum(-1), torch.ones(2, 3), atol=1e-5)
    assert (shares >= 0).all()


def test_pulling_rewards_codes_of_the_same_frame() -> None:
    face = torch.randn(2, 40, 8, generator=torch.Generator().manual_seed(0))
    assert pull(face, face) < pull(face.roll(7, 1), face)


def test_a_code_explains_its_linear_images_and_nothing_of_strangers() -> None:
    a, b = torch.randn(2, 1, 20000, 6, generator=torch.Generator().manual_seed(0)).unbind(0)
    assert float(explained(a, b)) < 0.01
    mixed = a @ torch.randn(6, 3, generator=torch.Generator().manual_seed(1)) + 5.0
    assert float(explained(a, mixed)) > 0.97
    assert 0.3 < float(explained(a, a + b)) < 0.6
