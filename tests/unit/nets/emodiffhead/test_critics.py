"""Generator and critics in one descent: each loss reaches its own side, and the contest teaches what chance does."""

from __future__ import annotations

import pytest
import torch

from emostage.nets.emodiffhead.contest import GeneratorObjective, resting
from emostage.nets.emodiffhead.critics import Contest
from emostage.nets.emodiffhead.generator import FELT, Generator, GeneratorConfig

LIVING = (41, 43)


def batch(seed: int) -> dict[str, torch.Tensor]:
    g = torch.Generator().manual_seed(seed)
    face = torch.zeros(8, 32, 52)
    phase = 6.28 * torch.rand(8, 1, 1, generator=g)
    face[..., list(LIVING)] = 0.3 + 0.2 * torch.sin(torch.arange(32)[None, :, None] / 5 + phase)
    return {
        "audio": torch.randn(8, 32, 163, generator=g),
        "feeling": torch.rand(8, 32, FELT, generator=g),
        "expression": face,
        "edges": torch.ones(8, 32, 2),
    }


@pytest.fixture
def contest() -> Contest:
    torch.manual_seed(0)
    return Contest(Generator(GeneratorConfig(width=16, living=LIVING)), width=16)


def reached(net: torch.nn.Module) -> bool:
    return any(p.grad is not None and p.grad.abs().sum() > 0 for p in net.parameters())


@pytest.mark.parametrize(("loss", "generator", "critics"), [("won", True, False), ("lost", False, True), ("error", True, False)])
def test_each_loss_reaches_one_side_alone(contest: Contest, loss: str, generator: bool, critics: bool) -> None:
    losses = GeneratorObjective().losses(contest, batch(0), None)
    losses[loss].backward()
    assert (reached(contest.generator), reached(contest.critics)) == (generator, critics)


def test_winning_reaches_chance_and_leaves_the_expected_face_alone(contest: Contest) -> None:
    GeneratorObjective().losses(contest, batch(0), None)["won"].backward()
    assert reached(contest.generator.chance)
    assert not reached(contest.generator.parts)
    assert not reached(contest.generator.speech)


def test_a_contest_without_living_actions_has_no_critics_and_no_loss_of_theirs() -> None:
    alone = Contest(Generator(GeneratorConfig(width=16)), width=16)
    losses = GeneratorObjective().losses(alone, batch(0), None)
    assert alone.critics is None
    assert set(losses) == {"loss", "error", "velocity"}


def test_held_out_losses_are_always_the_same(contest: Contest) -> None:
    contest.eval()
    first, again = (GeneratorObjective().losses(contest, batch(0), torch.Generator().manual_seed(1)) for _ in range(2))
    assert all(torch.equal(first[name], again[name]) for name in first)


def test_critics_teach_faces_to_move(contest: Contest) -> None:
    contest.change_52.fill_(0.04)
    optimiser = torch.optim.Adam(contest.parameters(), lr=5e-3)
    objective = GeneratorObjective(adversarial=0.5)
    for step in range(60):
        optimiser.zero_grad()
        objective.losses(contest, batch(step), None)["loss"].backward()
        optimiser.step()
    contest.eval()
    with torch.inference_mode():
        made = objective.predict(contest, batch(99))
        still = contest.generator.spoken(contest.generator.hear(batch(99)["audio"]))
    living = list(LIVING)
    assert made[..., living].std(1).mean() > 2 * still[..., living].std(1).mean()
    assert made[..., living].std(1).mean() > 0.03


def test_chance_rests_at_the_ends() -> None:
    edges = torch.tensor([[[0.0, 1.0], [0.1, 1.0], [1.0, 1.0], [1.0, 0.1], [1.0, 0.0]]])
    shares = resting(edges)[0, :, 0]
    assert shares[0] == shares[-1] == 0
    assert shares[2] == 1
    assert 0 < shares[3] < shares[1] < 1
