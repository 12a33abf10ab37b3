"""Training adapters: only they learn, the base is to be beaten, a killed run ends like one that was not, memory may be short."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest
import torch
from lightning.pytorch import Trainer
from lightning.pytorch.callbacks import Callback
from PIL import Image
from torch import Tensor, nn

from emostage.core.errors import AssetError, DeviceError, UsageError
from emostage.diffusion.adapters import Lora, apply_adapter
from emostage.diffusion.checkpoints import CARD, load, save
from emostage.diffusion.module import Batch
from emostage.training import adapters
from emostage.training.adapters import Tuned, Tuning, tune
from emostage.training.fit import BEST, LAST, Terms
from emostage.training.pace import LEAST, Pace
from emostage.training.painters import Lessons, Recipe
from emostage.training.sheets import Samples
from emostage.training.telling import Heard

pytestmark = pytest.mark.filterwarnings("ignore")
TRUE = torch.tensor([[1.0, -2.0, 0.5], [0.0, 1.0, 1.0]])


@dataclass(frozen=True, kw_only=True)
class Config:
    width: int = 3


class Net(nn.Module):
    def __init__(self, config: Config) -> None:
        super().__init__()
        self.line, self.other = nn.Linear(config.width, 2), nn.Linear(200, 200)

    def forward(self, x: Tensor) -> Tensor:
        out: Tensor = self.line(x)
        return out


@dataclass(frozen=True)
class Objective:
    """Fit y = net(x) in noise. There is memory for `room` takes; `dies` calls `death` at that step."""

    room: int = 1000
    dies: int = -1
    worse: bool = False

    def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
        if generator is None and len(batch["x"]) > self.room:
            raise RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory: you tried")
        if generator is None and int(batch["number"][0]) == self.dies:
            raise KilledError
        noise = 0.3 * torch.randn(batch["y"].shape, generator=generator)
        loss = ((net(batch["x"]) - batch["y"] - noise) ** 2).mean()
        return {"loss": -loss if self.worse and generator is None else loss}

    def predict(self, net: nn.Module, batch: Batch) -> Tensor:
        found: Tensor = net(batch["x"])
        return found


class KilledError(Exception):
    """As if the process had ended."""


class Points(torch.utils.data.IterableDataset[Batch]):
    def __init__(self, takes: int = 8) -> None:
        super().__init__()
        self.takes = takes

    def __iter__(self) -> Iterator[Batch]:
        g, number = torch.Generator().manual_seed(0), 0
        while True:
            x = torch.randn(self.takes, 3, generator=g)
            yield {"x": x, "y": x @ TRUE.T, "number": torch.full((self.takes,), number)}
            number += 1


def recipe(objective: Objective = Objective()) -> Recipe:
    return Recipe(what="a line", config=Config(), build=Net, objective=objective)


def lessons(takes: int = 8) -> Lessons:
    return Lessons(examples=Points(takes), held=[next(iter(Points(32)))], about={"what": "points"})


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(5)
    folder = tmp_path_factory.mktemp("adapters") / "base"
    save(folder, Net(Config()), Config(), {"what": "a line"})
    return folder


@pytest.fixture(scope="module")
def whole(base: Path) -> Tuned:
    """A run that nobody killed, kept in the folder of the base."""
    return tune(recipe(), base, lessons(), plan(base.parent))


def plan(folder: Path, steps: int = 60, **more: object) -> Tuning:
    usual: dict[str, object] = {
        "check_every": 20,
        "rate": 0.05,
        "lora": Lora(rank=2, targets=("line",)),
        "patience": None,
        "smoothing": 0.9,
    }
    usual |= {"terms": Terms(accelerator="cpu", devices=1), **more}
    return Tuning(out=folder / "out" / "line.safetensors", work=folder / "run", steps=steps, **usual)  # type: ignore[arg-type]


def figures(tuned: Tuned) -> tuple[object, ...]:
    return tuned.outcome.before, tuned.outcome.best, tuned.outcome.step, tuned.outcome.curve, tuned.sha256


def test_it_learns_beside_the_base_and_the_file_holds_it(base: Path, whole: Tuned) -> None:
    net = load(base, lambda config: Net(Config(**config)))
    before = net.line.weight.clone()
    apply_adapter(net, base.parent / "out" / "line.safetensors")
    assert (net.line.weight - TRUE).abs().max() < 0.5 * (before - TRUE).abs().max()
    assert whole.better and whole.outcome.before is not None and whole.outcome.best < 0.5 * whole.outcome.before
    assert [step for step, _ in whole.outcome.curve] == [20, 40, 60]
    assert dict(whole.base) == {"name": "base", "sha256": json.loads((base / CARD).read_text())["sha256"]}
    assert whole.told()["better"] and (whole.lora.rank, whole.lora.alpha) == (2, 8.0)
    json.dumps(whole.told())


def test_what_is_kept_of_a_run_is_what_learns(base: Path, whole: Tuned) -> None:
    run = base.parent / "run"
    assert (base / "net.safetensors").stat().st_size > 80_000
    assert (run / LAST).stat().st_size < 40_000
    state = torch.load(run / LAST, weights_only=True)["state_dict"]
    assert all("lora_" in name for name in state) and len(state) == 2
    assert (run / BEST).stat().st_size < 1000


def test_nothing_is_written_that_is_no_better_than_the_base(base: Path, tmp_path: Path) -> None:
    tuned = tune(recipe(Objective(worse=True)), base, lessons(), plan(tmp_path, patience=2))
    assert not tuned.better and tuned.sha256 is None
    assert tuned.outcome.best == tuned.outcome.before
    assert not (tmp_path / "out").exists()
    assert not tuned.told()["better"]


@pytest.mark.parametrize("deaths", [(5,), (30, 47), (40, 41)])
def test_a_killed_run_ends_like_one_that_was_not(base: Path, whole: Tuned, tmp_path: Path, deaths: tuple[int, ...]) -> None:
    for step in deaths:
        with pytest.raises(KilledError):
            tune(recipe(Objective(dies=step)), base, lessons(), plan(tmp_path))
    assert figures(tune(recipe(), base, lessons(), plan(tmp_path))) == figures(whole)


def test_a_gain_that_may_be_chance_is_not_kept(base: Path, tmp_path: Path) -> None:
    tuned = tune(recipe(), base, lessons(), plan(tmp_path, steps=20, check_every=5, rate=1e-6))
    assert tuned.outcome.step > 0 and not tuned.better and tuned.sha256 is None
    assert not (tmp_path / "out").exists()


def test_a_run_ends_when_patience_does_and_stays_ended(base: Path, tmp_path: Path) -> None:
    made = plan(tmp_path, steps=2000, check_every=5, patience=2, rate=0.3)
    tuned = tune(recipe(), base, lessons(), made)
    last = tuned.outcome.curve[-1][0]
    assert last == tuned.outcome.step + 10 < 1000
    assert figures(tune(recipe(), base, lessons(), made)) == figures(tuned)
    assert torch.load(tmp_path / "run" / LAST, weights_only=True)["global_step"] == last


def test_short_memory_halves_the_batches_and_is_told(base: Path, tmp_path: Path) -> None:
    told: list[str] = []
    tuned = tune(recipe(Objective(room=2)), base, lessons(), plan(tmp_path), tell=told.append)
    assert told == [f"not enough memory for batches of {n} takes; going on with {n // 2}" for n in (8, 4)]
    assert tuned.better
    again = tune(recipe(Objective(room=2)), base, lessons(), plan(tmp_path, steps=80), tell=told.append)
    assert len(told) == 2 and again.outcome.curve[-1][0] == 80


def test_no_memory_for_a_single_take_is_told(base: Path, tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"E111.*not enough memory to train"):
        tune(recipe(Objective(room=0)), base, lessons(takes=2), plan(tmp_path), tell=lambda text: None)


def test_several_processes_do_not_halve_batches_each_by_itself(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*rest: object, **more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(adapters, "fit", full)
    with pytest.raises(DeviceError, match="E111"):
        tune(recipe(), base, lessons(), plan(tmp_path, terms=Terms(accelerator="cpu", devices=2, strategy="ddp")))
    assert not (tmp_path / "run" / "batch.json").exists()


def test_batches_grow_as_far_as_a_gpu_has_memory(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()

    class Seeing(Objective):
        def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
            found = super().losses(net, batch, generator)
            if generator is None:
                seen.add(len(batch["x"]))
            return found

    monkeypatch.setattr(adapters, "_gpu", lambda terms: torch.device("cpu"))
    made = plan(tmp_path, steps=20, most=16)
    tune(recipe(Seeing(room=40)), base, lessons(), made)
    assert seen == {8, 16, 32}
    assert json.loads((tmp_path / "run" / "batch.json").read_text()) == {"doublings": 2}
    (tmp_path / "run" / "batch.json").write_text("[]")
    with pytest.raises(AssetError, match="E131"):
        tune(recipe(), base, lessons(), made)


def test_other_errors_are_not_taken_for_short_memory(base: Path, tmp_path: Path) -> None:
    class Broken(Objective):
        def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
            raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes"):
        tune(recipe(Broken()), base, lessons(), plan(tmp_path))


def test_runs_of_another_kind_and_lost_ones_are_told(base: Path, tmp_path: Path) -> None:
    tune(recipe(), base, lessons(), plan(tmp_path, steps=20))
    for other in (plan(tmp_path, lora=Lora(rank=1, targets=("line",))), plan(tmp_path, rate=0.01)):
        with pytest.raises(UsageError, match="E018"):
            tune(recipe(), base, lessons(), other)
    with pytest.raises(UsageError, match="E018"):
        tune(recipe(), base, replace(lessons(), about={"what": "other points"}), plan(tmp_path))
    (tmp_path / "run" / LAST).write_bytes(b"nothing")
    with pytest.raises(AssetError, match="E131"):
        tune(recipe(), base, lessons(), plan(tmp_path))
    with pytest.raises(AssetError, match="E131"):
        tune(recipe(), tmp_path / "nothing", lessons(), plan(tmp_path))


def test_each_check_leaves_a_sheet(base: Path, tmp_path: Path) -> None:
    def paint(net: nn.Module) -> list[np.ndarray]:
        assert isinstance(net, Net) and not net.training
        shade = int(abs(float(net(torch.ones(1, 3)).sum())) * 20) % 256
        return [np.full((4, 4, 3), shade, np.uint8)] * 2

    grey = [np.full((4, 4, 3), value, np.uint8) for value in (10, 20)]
    samples = Samples(portraits=grey, truths=grey, paint=paint)
    with pytest.raises(KilledError):
        tune(recipe(Objective(dies=30)), base, lessons(), plan(tmp_path), samples=samples)
    tune(recipe(), base, lessons(), plan(tmp_path), samples=samples)
    sheets = {path.name: np.asarray(Image.open(path)) for path in sorted((tmp_path / "run" / "samples").glob("step-*"))}
    assert list(sheets) == ["step-000020.png", "step-000040.png", "step-000060.png"]
    first, last = sheets["step-000020.png"], sheets["step-000060.png"]
    assert first.shape == (8, 16, 3)
    assert (first[0, 0] == 10).all() and (first[4, 4] == 20).all()
    assert (first[:, 8:12] == last[:, 8:12]).all() and (last[:, 8:12] != last[:, 12:]).any()


def test_a_run_has_as_many_steps_as_there_is_time_for_and_keeps_them(
    base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[float] = []

    class Paced(Pace):
        def steps(self, seconds: float, *, every: int, most: int) -> int:
            asked.append(seconds)
            return min(most, 40 * len(asked))

    monkeypatch.setattr(adapters, "paced", lambda step, look, examples, held: Paced(step_s=1.0, check_s=1.0))
    made = plan(tmp_path, steps=500, terms=Terms(accelerator="cpu", devices=1, minutes=5.0))
    for _ in range(2):
        with pytest.raises(KilledError):
            tune(recipe(Objective(dies=25)), base, lessons(), made)
    tuned = tune(recipe(), base, lessons(), made)
    assert tuned.outcome.curve[-1][0] == 40 and len(asked) == 1
    assert 290 < asked[0] <= 300
    again = tune(recipe(), base, lessons(), replace(made, steps=510))
    assert again.outcome.curve[-1][0] == 80, "other steps are asked for"


def test_no_time_is_lost_on_the_pace_of_the_fewest_steps(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "paced", lambda *given: pytest.fail("there are as many steps, whatever they take"))
    terms = Terms(accelerator="cpu", devices=1, minutes=5.0)
    tuned = tune(recipe(), base, lessons(), plan(tmp_path, steps=LEAST, terms=terms))
    assert tuned.outcome.curve[-1][0] == LEAST


def test_a_run_on_a_machine_that_becomes_slow_has_fewer_steps(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "paced", lambda step, look, examples, held: Pace(step_s=0.001, check_s=0.001))
    rates: list[float] = []

    class Slow(Objective):
        def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
            time.sleep(0.02)
            return super().losses(net, batch, generator)

    class Rates(Callback):
        def on_train_batch_end(self, trainer: Trainer, *rest: object) -> None:
            rates.append(float(trainer.optimizers[0].param_groups[0]["lr"]))

    terms = Terms(accelerator="cpu", devices=1, minutes=0.08)
    tuned = tune(recipe(Slow()), base, lessons(), plan(tmp_path, steps=500, check_every=5, terms=terms), beside=[Rates()])
    kept = json.loads((tmp_path / "run" / "steps.json").read_text())
    assert kept["most"] == 500 and 10 < kept["steps"] < 300
    assert tuned.outcome.curve[-1][0] == kept["steps"], "the last step is looked at"
    assert rates[-1] < 0.02 * max(rates), "the rate has come down"


def test_a_run_on_a_machine_that_becomes_fast_has_more_steps(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapters, "paced", lambda step, look, examples, held: Pace(step_s=3.0, check_s=0.0))
    terms = Terms(accelerator="cpu", devices=1, minutes=5.0)
    tuned = tune(recipe(), base, lessons(), plan(tmp_path, steps=150, check_every=5, terms=terms))
    assert tuned.outcome.curve[-1][0] == 150, "as many as were asked for, and no more"


def test_measuring_the_pace_changes_nothing(base: Path, whole: Tuned, tmp_path: Path) -> None:
    timed = plan(tmp_path, terms=Terms(accelerator="cpu", devices=1, minutes=60.0))
    assert figures(tune(recipe(), base, lessons(), timed)) == figures(whole)


def test_a_short_time_is_kept(base: Path, tmp_path: Path) -> None:
    class Slow(Objective):
        def losses(self, net: nn.Module, batch: Batch, generator: torch.Generator | None) -> dict[str, Tensor]:
            time.sleep(0.02)
            return super().losses(net, batch, generator)

    begin_s = time.monotonic()
    short = plan(tmp_path, steps=10_000, check_every=10, terms=Terms(accelerator="cpu", devices=1, minutes=0.05))
    tuned = tune(recipe(Slow()), base, lessons(), short)
    assert time.monotonic() - begin_s < 5.0
    steps = json.loads((tmp_path / "run" / "steps.json").read_text())
    assert steps["most"] == 10_000 and steps["steps"] < 200
    assert tuned.outcome.curve


def test_others_hear_of_steps_and_looks(base: Path, tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    found: list[str] = []
    heard = Heard(lambda done, of: steps.append((done, of)), found.append)
    tuned = tune(recipe(), base, lessons(), plan(tmp_path), beside=[heard])
    assert steps == [(n, 60) for n in range(1, 61)]
    assert len(found) == 3
    assert f"{tuned.outcome.before:.4f} before" in found[0] and f"{tuned.outcome.best:.4f}" in found[-1]


SCRIPT = """
import os, signal, sys, warnings
from pathlib import Path
sys.path.insert(0, sys.argv[1])
warnings.filterwarnings("ignore")
from dataclasses import replace
import test_adapters as these
from emostage.training.fit import Terms
import torch

folder, how, base = Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4])


class Dying(these.Objective):
    def losses(self, net, batch, generator):
        if generator is None and int(batch["number"][0]) == 47:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().losses(net, batch, generator)


plan = these.plan(folder)
if how == "die":
    these.tune(these.recipe(Dying()), base, these.lessons(), plan)
two = replace(plan, terms=Terms(accelerator="cpu", devices=2, strategy="ddp"))
tuned = these.tune(these.recipe(), base, these.lessons(), two)
rank = torch.distributed.get_rank()
(folder / f"end-{rank}").write_text(f"{tuned.outcome.best} {tuned.sha256}")
"""


def script(base: Path, folder: Path, how: str) -> subprocess.CompletedProcess[bytes]:
    (folder / "train.py").write_text(SCRIPT, "utf-8")
    command = [sys.executable, str(folder / "train.py"), str(Path(__file__).parent), str(folder), how, str(base)]
    return subprocess.run(command, check=False, timeout=300, capture_output=True)


@pytest.mark.slow
def test_a_process_that_is_killed_leaves_a_run_that_goes_on(base: Path, whole: Tuned, tmp_path: Path) -> None:
    assert script(base, tmp_path, "die").returncode == -signal.SIGKILL
    assert figures(tune(recipe(), base, lessons(), plan(tmp_path))) == figures(whole)


@pytest.mark.slow
def test_two_processes_train_one_adapter(base: Path, tmp_path: Path) -> None:
    assert script(base, tmp_path, "live").returncode == 0
    first, other = ((tmp_path / f"end-{rank}").read_text().split() for rank in (0, 1))
    assert first[0] == other[0] and len(first[1]) == 64 and other[1] == "None"
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["line.safetensors"]
    net = load(base, lambda config: Net(Config(**config)))
    before = net.line.weight.clone()
    apply_adapter(net, tmp_path / "out" / "line.safetensors")
    assert (net.line.weight - TRUE).abs().max() < 0.5 * (before - TRUE).abs().max()
