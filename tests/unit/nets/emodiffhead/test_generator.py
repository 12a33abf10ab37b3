"""The expression generator: linear, rising with intensity, and lively only where it may be."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_NAMES
from emostage.nets.emodiffhead.generator import FELT, Generator, GeneratorConfig, draw

LIVING = (41, 43)


@pytest.fixture(scope="module")
def net() -> Generator:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(width=16, living=LIVING)).eval()
    torch.nn.init.normal_(generator.bend_E, std=0.5)
    return generator.requires_grad_(False)


@pytest.fixture
def sound() -> torch.Tensor:
    return torch.randn(2, 40, 163, generator=torch.Generator().manual_seed(1))


def feeling(*strengths: float) -> torch.Tensor:
    return torch.tensor([*strengths, *[0.0] * (FELT - len(strengths))]).expand(2, 40, -1)


def test_expressions_are_arkit_weights_without_a_gaze(net: Generator, sound: torch.Tensor) -> None:
    face = net(sound, feeling(0.5), draw(2, 40, torch.Generator().manual_seed(0)))
    assert face.shape == (2, 40, 52)
    assert 0 <= face.min() <= face.max() <= 1
    assert not face[..., [k for k, name in enumerate(ARKIT_NAMES) if name.startswith("eyeLook")]].any()


def test_no_feeling_adds_nothing(net: Generator, sound: torch.Tensor) -> None:
    assert not net.felt(net.hear(sound), feeling()).any()


def test_levels_rise_from_nothing_to_all(net: Generator) -> None:
    asked = torch.linspace(0, 1, 21)[:, None].expand(-1, FELT)[None]
    levels = net.levels(asked)[0]
    assert not levels[0].any()
    assert levels[-1].min() > 0.98
    assert (levels.diff(dim=0) > 0).all()


def test_what_is_felt_is_linear_in_the_level(net: Generator, sound: torch.Tensor) -> None:
    heard = net.hear(sound)
    full, half = (net.felt(heard, feeling(x)) for x in (1.0, 0.5))
    share = float(net.levels(feeling(0.5))[0, 0, 0] / net.levels(feeling(1.0))[0, 0, 0])
    assert torch.allclose(half, share * full, atol=1e-5)
    mixed = net.felt(heard, feeling(0.5, 0.25))
    assert torch.allclose(mixed, half + net.felt(heard, feeling(0.0, 0.25)), atol=1e-5)


def test_the_slope_at_full_intensity_is_finite(net: Generator) -> None:
    full = torch.ones(1, 1, FELT, requires_grad=True)
    bend = net.bend_E.detach().clone().requires_grad_()
    (1.0 - (1.0 - full).clamp(1e-4, 1.0) ** bend.exp()).sum().backward()
    assert torch.isfinite(bend.grad).all()


def test_chance_moves_living_actions_alone(net: Generator, sound: torch.Tensor) -> None:
    heard = net.hear(sound)
    one, other = (net.lively(heard, feeling(0.3), draw(2, 40, torch.Generator().manual_seed(s))) for s in (1, 2))
    moved = ((one - other).abs().amax((0, 1)) > 0).nonzero()[:, 0].tolist()
    assert moved == list(LIVING)


def test_who_has_no_living_actions_has_no_chance(sound: torch.Tensor) -> None:
    still = Generator(GeneratorConfig(width=16)).eval()
    assert not still.lively(still.hear(sound), feeling(0.3), draw(2, 40, None)).any()


def test_noises_are_smooth_of_unit_variance_and_drawn_from_their_generator() -> None:
    noise = draw(8, 2000, torch.Generator().manual_seed(0))
    again = draw(8, 2000, torch.Generator().manual_seed(0))
    assert torch.equal(noise, again)
    assert np.allclose(noise.std((0, 1)), 1.0, atol=0.15)
    assert noise.diff(dim=1).abs().mean() < 0.4 * noise.abs().mean()


def test_dropout_is_the_same_in_all_frames(sound: torch.Tensor) -> None:
    torch.manual_seed(0)
    net = Generator(GeneratorConfig(width=16, dropout=0.5)).train()
    dropped = net.drop(torch.ones(2, 40, 163))
    assert torch.equal(dropped, dropped[:, :1].expand_as(dropped))
    assert 0 < (dropped == 0).float().mean() < 1
