"""Di-CTE: conditions, guidance masks, position."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from emostage.nets.emotivetalk.dicte import KINDS, Conditions, Dicte, DicteConfig, only

CONFIG = DicteConfig(motion=5, sound=7, width=32, blocks=2, heads=2)


@pytest.fixture
def net() -> Dicte:
    torch.manual_seed(0)
    net = Dicte(CONFIG).eval()
    for block in net.blocks:
        nn.init.normal_(block.modulation.weight, std=0.2)
        nn.init.normal_(block.modulation.bias, std=0.2)
    nn.init.normal_(net.absent)
    return net


def given(batch: int = 2, frames: int = 12) -> Conditions:
    g = torch.Generator().manual_seed(1)
    return Conditions(
        sound_BTS=torch.randn(batch, frames, CONFIG.sound, generator=g),
        emotion_BT8=torch.rand(batch, frames, 8, generator=g),
        reference_BG=torch.randn(batch, 4, generator=g),
        edges_BT2=torch.rand(batch, frames, 2, generator=g),
    )


NOISY, STEP = torch.randn(2, 12, 5, generator=torch.Generator().manual_seed(2)), torch.tensor([10, 900])


def test_every_block_begins_as_the_identity() -> None:
    net = Dicte(CONFIG)
    x = torch.randn(2, 6, CONFIG.width)
    turn = (torch.ones(6, 16), torch.zeros(6, 16))
    assert torch.equal(net.blocks[0](x, torch.randn(2, 6, CONFIG.width), turn), x)


@pytest.mark.parametrize("kind", range(KINDS))
def test_a_dropped_condition_has_no_say(net: Dicte, kind: int) -> None:
    one, other = given(), given()
    names = ("sound_BTS", "emotion_BT8", "reference_BG")
    object.__setattr__(other, names[kind], getattr(other, names[kind]) + 1.0)
    assert not torch.allclose(net(NOISY, STEP, one), net(NOISY, STEP, other))
    dropped = torch.zeros(2, KINDS, dtype=torch.bool)
    dropped[:, kind] = True
    assert torch.equal(net(NOISY, STEP, one, dropped), net(NOISY, STEP, other, dropped))


def test_keeping_all_is_dropping_none(net: Dicte) -> None:
    assert torch.equal(net(NOISY, STEP, given(), only(KINDS, 2)), net(NOISY, STEP, given()))
    assert only(1, 2).tolist() == [[False, True, True]] * 2


def test_a_feeling_acts_in_its_own_frames_first(net: Dicte) -> None:
    one, other = given(), given()
    other.emotion_BT8[:, 4] += 1.0
    change_T = (net(NOISY, STEP, one) - net(NOISY, STEP, other)).abs().sum((0, 2))
    assert change_T.argmax() == 4


def test_only_relative_position_counts(net: Dicte) -> None:
    flat = given(1, 40)
    same = Conditions(
        sound_BTS=flat.sound_BTS[:, :1].expand(-1, 40, -1),
        emotion_BT8=flat.emotion_BT8[:, :1].expand(-1, 40, -1),
        reference_BG=flat.reference_BG,
        edges_BT2=torch.ones(1, 40, 2),
    )
    out = net(torch.ones(1, 40, 5), torch.tensor([500]), same)
    assert torch.allclose(out, out[:, :1].expand(-1, 40, -1), atol=1e-5)


def test_windows_of_a_clip_keep_its_frames_together() -> None:
    clip = given(1, 30)
    cut = clip.windows(torch.tensor([[3, 4, 5], [20, 21, 22]]))
    assert torch.equal(cut.sound_BTS[1], clip.sound_BTS[0, 20:23])
    assert cut.reference_BG.shape == (2, 4)


def test_normal_and_natural_are_inverse(net: Dicte) -> None:
    net.mean_M.normal_()
    net.std_M.uniform_(0.1, 2.0)
    code = torch.randn(1, 3, 5)
    assert torch.allclose(net.natural(net.normal(code)), code, atol=1e-5)
