"""ETHD: EDI, the face mask, time, and takes of any length."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.core.arkit import expression
from emostage.nets.emotivetalk.ethd import LIP_52, Ethd, EthdConfig, ExpressionBlock, Told
from emostage.nets.emotivetalk.paint import OVERLAP, WINDOW, EmotiveTalkPainter

TINY = EthdConfig(widths=(16, 16, 32), blocks=1, embed=32, token=32)


@pytest.fixture(scope="module")
def net(awake) -> Ethd:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    return awake(Ethd(TINY))


def painted(net: Ethd, made, *, decoupled: bool = True) -> torch.Tensor:  # type: ignore[no-untyped-def]
    painter = EmotiveTalkPainter(net, steps=2, decoupled=decoupled)
    return torch.cat([part.clean_N3HH for part in painter.paint(made, seed=1)])


def block(told: Told, x: torch.Tensor) -> torch.Tensor:
    """What EDI alone does to features."""
    torch.manual_seed(1)
    made = ExpressionBlock(16, 32)
    torch.nn.init.normal_(made.injection.join.weight)
    with torch.no_grad():
        return made(x, told) - x


def test_an_expression_that_is_the_photos_own_changes_nothing_under_edi() -> None:
    tokens, mask = torch.randn(1, 8, 32), torch.ones(1, 1, 8, 8)
    x = torch.randn(1, 16, 8, 8)
    told = Told(lip_NKD=tokens, driven_NKD=tokens, own_NKD=tokens, mask_N1GG=mask, frames=1, decoupled=True)
    assert torch.allclose(block(told, x), torch.zeros(1), atol=1e-5)
    assert float(block(replace(told, decoupled=False), x).abs().mean()) > 0.1


def test_expressions_are_put_in_only_where_the_face_is() -> None:
    mask = torch.zeros(1, 1, 8, 8)
    mask[..., :4] = 1.0
    told = Told(
        lip_NKD=torch.zeros(1, 8, 32),
        driven_NKD=torch.randn(1, 8, 32),
        own_NKD=torch.randn(1, 8, 32),
        mask_N1GG=mask,
        frames=1,
        decoupled=True,
    )
    change = block(told, torch.randn(1, 16, 8, 8)).abs()
    assert float(change[..., 4:].max()) < 1e-5 < float(change[..., :4].mean())


def test_smiles_are_expression_and_the_jaw_is_speech() -> None:
    assert not LIP_52[expression(mouthSmile=1.0, browInnerUp=1.0, mouthFrown=1.0) > 0].any()
    assert LIP_52[expression(jawOpen=1.0, mouthPucker=1.0, mouthPress=1.0) > 0].all()


@pytest.mark.parametrize("frames", [1, WINDOW, 2 * WINDOW + 3])
def test_every_frame_is_painted_and_the_same_every_time(net: Ethd, given, frames: int) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=frames)
    once = painted(net, made)
    assert once.shape == (frames, 3, 128, 128)
    assert torch.equal(once, painted(net, made))


def test_frames_of_a_window_look_at_each_other(net: Ethd, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=WINDOW)
    other = made.expression_BF52.clone()
    other[:, -1] = 0.0
    changed = painted(net, replace(made, expression_BF52=other))
    assert not torch.allclose(changed[0], painted(net, made)[0], atol=1e-6)
    assert OVERLAP < WINDOW


def test_edi_can_be_left_out(net: Ethd, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    assert not torch.allclose(painted(net, made), painted(net, made, decoupled=False), atol=1e-5)
    unlike = replace(made, own_B52=made.own_B52 * (1 - torch.from_numpy(LIP_52.astype("float32"))))
    assert torch.allclose(painted(net, made), painted(net, unlike), atol=1e-5)
