"""EmoTalker's painter: its conditions, and identity kept while it denoises."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.emotalker.paint import EmoTalkerPainter, Identity, still
from emostage.nets.painting.copying import fetched
from emostage.nets.painting.maps import MOVING, RINGS

TINY = DenoiserConfig(widths=(16, 16, 32), blocks=1, embed=32, token=32)


@pytest.fixture(scope="module")
def net(awake) -> EmoTalker:  # type: ignore[no-untyped-def]
    torch.manual_seed(0)
    return awake(EmoTalker(TINY))


def painted(net: EmoTalker, made, identity: Identity | None = None) -> torch.Tensor:  # type: ignore[no-untyped-def]
    return torch.cat([part.clean_N3HH for part in EmoTalkerPainter(net, steps=2, identity=identity).paint(made, seed=1)])


@pytest.mark.parametrize("name", ["landmarks_BFL2", "sound_BFWX", "weights_BF8", "reference_B3HH"])
def test_it_heeds_its_conditions(net: EmoTalker, given, name: str) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    other = replace(made, **{name: getattr(made, name) * 0.7})
    assert not torch.allclose(painted(net, made), painted(net, other), atol=1e-5)


def test_the_expression_vector_is_not_among_them(net: EmoTalker, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    assert torch.equal(painted(net, made), painted(net, replace(made, expression_BF52=made.expression_BF52 * 0)))


def test_the_constraint_draws_still_parts_to_the_portrait(net: EmoTalker, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=2)
    portrait = fetched(made.each("reference_B3HH"), made.flat("moved_BF3KK")[:, :2])
    free = (painted(net, made) - portrait).abs().mean()
    kept = (painted(net, made, Identity(start=0.95, pull=0.8)) - portrait).abs().mean()
    assert float(kept) < 0.6 * float(free)


def test_mouth_eyes_and_brows_are_never_still(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    points = torch.full_like(made.landmarks_BFL2, 0.9)
    for number, ring in enumerate(RINGS[name].points for name in MOVING):
        turn = torch.arange(len(ring)) * (2 * torch.pi / len(ring))
        points[0, 0, list(ring)] = torch.stack([0.15 * number + 0.1 + 0.05 * turn.cos(), 0.5 + 0.05 * turn.sin()], -1)
    mask = still(replace(made, landmarks_BFL2=points), 32)[0, 0]
    for number in range(len(MOVING)):
        assert float(mask[16, int((0.15 * number + 0.1) * 32)]) == 0.0
    assert float(mask[5, 5]) == 1.0
    assert float(mask[28, 28]) == 1.0


def test_nothing_is_still_where_the_portrait_is_not_seen(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    back = made.back_BF3GG.clone()
    back[:, :, 2, :, :8] = 0.0
    assert float(still(replace(made, back_BF3GG=back), 32)[..., :8].max()) == 0.0


def test_long_takes_are_the_same_every_time(net: EmoTalker, given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=9)
    once = painted(net, made, Identity())
    assert once.shape == (9, 3, 128, 128)
    assert torch.equal(once, painted(net, made, Identity()))
