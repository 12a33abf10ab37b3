"""Training runs: they learn, keep the best, and go on where they were."""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from emostage.core.errors import DeviceError, EmostageError
from emostage.diffusion.module import Batch, Optimisation
from emostage.training.fit import Run, Terms, fit, held_out_curve, require_trainable
from emostage.training.telling import LOG

pytestmark = pytest.mark.filterwarnings("ignore")
TRUE = torch.tensor([[1.0, -2.0, 0.5]])


class Line:
    """Fit y = net(x)."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        return {"loss": ((net(batch["x"]) - batch["y"]) ** 2).mean()}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        found: Tensor = net(batch["x"])
        return found


class Points(torch.utils.data.IterableDataset[Batch]):
    def __iter__(self) -> Iterator[Batch]:
        g = torch.Generator().manual_seed(0)
        while True:
            x = torch.randn(16, 3, generator=g)
            yield {"x": x, "y": x @ TRUE.T}


def run(folder: Path, steps: int) -> Run:
    plan = Optimisation(steps=steps, rate=0.1, warmup=5, decay=0.0)
    return Run(folder=folder, optimisation=plan, check_every=20, smoothing=0.9, terms=Terms(accelerator="cpu", devices=1))


def trained(folder: Path, steps: int) -> tuple[nn.Linear, float]:
    net = nn.Linear(3, 1, bias=False)
    nn.init.zeros_(net.weight)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcome = fit(net, Line(), Points(), [next(iter(Points()))], run(folder, steps))
    return net, outcome.best


def test_it_learns_logs_and_keeps_the_best(tmp_path: Path) -> None:
    net, best = trained(tmp_path, 100)
    assert torch.allclose(net.weight, TRUE, atol=0.05)
    assert best < 0.01
    rows = (tmp_path / "logs" / "version_0" / "metrics.csv").read_text().splitlines()
    assert "held/loss" in rows[0]
    curve = held_out_curve(tmp_path)
    assert [step for step, _ in curve] == [20, 40, 60, 80, 100]
    assert min(loss for _, loss in curve) == pytest.approx(best, abs=1e-3)
    assert (tmp_path / "best.safetensors").is_file()


def test_a_finished_run_is_not_trained_again_and_a_longer_one_goes_on(tmp_path: Path) -> None:
    first, loss = trained(tmp_path, 40)
    again, same = trained(tmp_path, 40)
    assert torch.equal(first.weight, again.weight)
    assert same == loss
    longer, better = trained(tmp_path, 100)
    assert better < loss
    assert torch.load(tmp_path / "last.ckpt", weights_only=True)["global_step"] == 100
    assert not torch.equal(longer.weight, first.weight)


class Lost(Line):
    """Losses that are no numbers."""

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        return {"loss": torch.nan * super().losses(net, batch, generator)["loss"]}


def test_no_result_is_told(tmp_path: Path) -> None:
    with pytest.raises(EmostageError, match="no result"):
        fit(nn.Linear(3, 1), Lost(), Points(), [next(iter(Points()))], run(tmp_path, 5))


def test_a_run_shorter_than_the_time_between_checks_is_checked_at_its_end(tmp_path: Path) -> None:
    outcome = fit(nn.Linear(3, 1), Line(), Points(), [next(iter(Points()))], run(tmp_path, 5))
    assert outcome.step == 5
    assert outcome.told() == {"best_step": 5, "held_out_loss": round(outcome.best, 5), "held_out_curve": outcome.curve}


def test_every_check_is_told_and_nothing_else(tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd, monkeypatch) -> None:
    for name, usual in {"handlers": [], "propagate": True}.items():  # a command may have been run before
        monkeypatch.setattr(LOG, name, usual)
    caplog.set_level(logging.INFO, "emostage.training")
    net = nn.Linear(3, 1, bias=False)
    fit(net, Line(), Points(), [next(iter(Points()))], run(tmp_path, 40))
    begun, *checks = [record.getMessage() for record in caplog.records if record.name == "emostage.training"]
    assert begun.endswith("steps 1 to 40")
    assert [line.split(":")[0] for line in checks] == ["step 20 of 40", "step 40 of 40"]
    assert "best so far" in checks[0] and checks[1].endswith("less than a minute to go")
    told = capfd.readouterr()
    assert not told.out and not told.err
    fit(net, Line(), Points(), [next(iter(Points()))], run(tmp_path, 60))
    assert "steps 41 to 60" in caplog.text


@pytest.mark.parametrize("wrong", [{"accelerator": "abacus"}, {"precision": "7"}, {"strategy": "prayer"}])
def test_what_cannot_be_trained_on_is_told_before_anything_is_done(wrong):
    require_trainable(Terms(accelerator="cpu", devices=1))
    with pytest.raises(DeviceError, match="E110"):
        require_trainable(Terms(**({"accelerator": "cpu", "devices": 1} | wrong)))
