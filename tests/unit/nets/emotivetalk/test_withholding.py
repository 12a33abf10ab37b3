"""Withholding the face's own movement, in training and to see what EDI does alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.nets.emotivetalk.ethd import Ethd, EthdConfig
from emostage.nets.emotivetalk.paint import EmotiveTalkPainter
from emostage.nets.emotivetalk.withholding import withheld

TINY = EthdConfig(widths=(16, 16, 32), blocks=1, embed=32, token=32)


@pytest.fixture(scope="module")
def net(awake) -> Ethd:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    return awake(Ethd(TINY))


def test_each_take_loses_its_own_part_of_the_movement() -> None:
    moved, back = torch.randn(3, 2, 3, 64, 64), torch.zeros(3, 2, 3, 32, 32)
    left = withheld(moved, back, torch.tensor([0.0, 0.5, 1.0]))
    assert torch.equal(left[0], moved[0])
    assert torch.allclose(left[1], 0.5 * moved[1])
    assert not left[2].any()


def test_a_turn_of_the_head_is_never_withheld() -> None:
    back = torch.linspace(0, 1, 32).expand(1, 1, 3, 32, 32)
    left = withheld(torch.zeros(1, 1, 3, 64, 64), back, torch.ones(1))
    assert torch.allclose(left[..., 1:-1:2], (back[..., :-1] * 3 + back[..., 1:]).repeat_interleave(2, -2) / 4, atol=1e-6)


def test_a_net_that_is_not_shown_a_moved_face_only_knows_how_the_head_turns(net: Ethd, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=2)
    other = replace(made, moved_BF3KK=made.moved_BF3KK + 0.05)

    def frames(take, *, shown: bool) -> torch.Tensor:  # type: ignore[no-untyped-def]
        painter = EmotiveTalkPainter(net, steps=1, shown=shown)
        return torch.cat([part.clean_N3HH for part in painter.paint(take, seed=1)])

    assert torch.equal(frames(made, shown=False), frames(other, shown=False))
    assert not torch.allclose(frames(made, shown=True), frames(other, shown=True))
