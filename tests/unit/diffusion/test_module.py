"""The LightningModule."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor, nn

from emostage.diffusion.module import Batch, NetModule, Optimisation


class Line:
    """Fit y = net(x)."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        return {"loss": ((net(batch["x"]) - batch["y"]) ** 2).mean()}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        found: Tensor = net(batch["x"])
        return found


def test_the_rate_warms_up_and_falls_to_nothing() -> None:
    plan = Optimisation(steps=1000, warmup=100)
    shares = [plan.share(step) for step in range(1001)]
    assert shares[0] == pytest.approx(0.01)
    assert max(shares) == pytest.approx(1.0)
    assert shares[-1] == pytest.approx(0.0)
    assert all(a >= b for a, b in itertools.pairwise(shares[100:]))


def test_weights_decay_and_biases_do_not() -> None:
    module = NetModule(nn.Linear(3, 2), Line(), Optimisation(steps=10, decay=0.3))
    groups = module.configure_optimizers()["optimizer"].param_groups
    assert [(len(g["params"]), g["weight_decay"]) for g in groups] == [(1, 0.3), (1, 0.0)]


def test_it_predicts_what_the_objective_says() -> None:
    net = nn.Linear(3, 2)
    x = torch.ones(1, 3)
    assert torch.equal(NetModule(net, Line(), Optimisation(steps=1)).predict_step({"x": x}, 0), net(x))
