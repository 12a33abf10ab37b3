"""EMOdiffhead's painter: what it looks at, and takes of any length."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.nets.emodiffhead.net import EmoDiffHead, PainterConfig, build
from emostage.nets.emodiffhead.paint import WINDOW, EmoDiffHeadPainter
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.sketch import sketch

TINY = PainterConfig(widths=(16, 16, 32), blocks=1, embed=32, token=32)


@pytest.fixture(scope="module")
def net(awake) -> EmoDiffHead:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    return awake(EmoDiffHead(TINY))


def painted(net: EmoDiffHead, made, **more) -> torch.Tensor:  # type: ignore[no-untyped-def]
    return torch.cat([part.clean_N3HH for part in EmoDiffHeadPainter(net, steps=2).paint(made, seed=1, **more)])


def test_a_new_net_fetches_the_photo_and_sketches(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=2, shift=(0.1, 0.0))
    new = EmoDiffHead(TINY)
    frames = torch.cat([part.clean_N3HH for part in EmoDiffHeadPainter(new, steps=1).paint(made, seed=0)])
    moved = fetched(made.each("reference_B3HH"), made.flat("moved_BF3KK")[:, :2])
    assert torch.allclose(frames, sketch(made).over(moved), atol=1e-4)


@pytest.mark.parametrize("frames", [1, WINDOW, 2 * WINDOW + 1])
def test_every_frame_is_painted_and_the_same_every_time(net: EmoDiffHead, given, frames: int) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=frames)
    once = painted(net, made)
    assert once.shape == (frames, 3, 128, 128)
    assert torch.equal(once, painted(net, made))


@pytest.mark.parametrize("name", ["expression_BF52", "sound_BFWX", "moved_BF3KK", "own_B52", "reference_B3HH"])
def test_it_heeds_its_conditions(net: EmoDiffHead, given, name: str) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    other = replace(made, **{name: getattr(made, name) * 0.5})
    assert not torch.allclose(painted(net, made), painted(net, other), atol=1e-5)


def test_the_frames_before_are_context(net: EmoDiffHead, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=WINDOW + 1)
    alone = painted(net, made.part(WINDOW, WINDOW + 1))
    assert not torch.allclose(painted(net, made)[WINDOW:], alone, atol=1e-5)


def test_it_is_built_of_a_cards_configuration() -> None:
    made = build({"factor": 4, "widths": [16, 16, 32], "blocks": 1, "embed": 32, "tokens": 8, "token": 32, "sound": [9, 160]})
    assert made.config == TINY
