"""Adapters of trained nets: what a net is to do for one person is learnt in matrices of low rank beside its own
(`diffusion.adapters`), in minutes and from little, and only written when it does better on what was held out.
"""

from __future__ import annotations

import gc
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from time import monotonic
from typing import Any

import torch
from lightning.pytorch.callbacks import Callback
from torch import Tensor, nn

from emostage.core.errors import AssetError, DeviceError
from emostage.core.whole import writing
from emostage.diffusion.adapters import Lora, insert, save_adapter
from emostage.diffusion.checkpoints import CARD, load
from emostage.diffusion.module import Batch, Optimisation
from emostage.nets.painting.layers import sizes
from emostage.training.fit import LAST, Outcome, Run, Terms, fit, leads
from emostage.training.memory import Resized, is_out_of_memory, most_that_fits, repeated, takes
from emostage.training.pace import LEAST, Replanning, keep_steps, kept_steps, paced
from emostage.training.painters import Lessons, Recipe
from emostage.training.sharding import claim, write_json
from emostage.training.sheets import Samples, Sheets

LOG = logging.getLogger("emostage.training")

_BATCH = "batch.json"
"""The file of a run that says how many takes its batches have."""
_REFUSED: type[Exception] = torch.serialization.pickle.UnpicklingError  # type: ignore[attr-defined]
"""What `torch.load` raises for a file that holds more than weights, or less."""
_LEAST = -10
"""Batches are not halved more often."""
_ADVICE = "free some memory, choose another --device or --precision, or train a smaller net"

Tell = Callable[[str], None]
"""Is told what was changed so that the training can go on."""


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """How an adapter is trained and where: `out` is its file, `work` the folder of the run. Where `terms` have minutes a run has as
    many of the `steps` as there is time for, told by its pace (`training.pace`). `patience` ends it after so many checks
    that were not better; an adapter that does not take the share `gain` off the held-out loss is not kept, for the best of many
    checks is a little better by chance. On a GPU batches grow to at most `most` times their takes, as far as there is memory."""

    out: Path
    work: Path
    steps: int = 600
    check_every: int = 40
    rate: float = 1e-3
    patience: int | None = 6
    smoothing: float = 0.97
    gain: float = 0.01
    most: int = 8
    lora: Lora = Lora()
    terms: Terms = Terms(precision="bf16-mixed")


@dataclass(frozen=True, kw_only=True)
class Tuned:
    """What came of it. `base` is name and SHA-256 of the checkpoint that was adapted; `better` says whether the held-out loss is
    enough below that of the base. `sha256` is that of the adapter's file, which is written only when it is better, and only by the
    process that leads."""

    base: Mapping[str, str]
    lora: Lora
    outcome: Outcome
    better: bool
    sha256: str | None = None

    def told(self) -> dict[str, Any]:
        """Figures for a card."""
        assert self.outcome.before is not None
        return {"held_out_loss_before": round(self.outcome.before, 5), **self.outcome.told(), "better": self.better}


def tune(
    recipe: Recipe,
    base: Path,
    lessons: Lessons,
    plan: Tuning,
    *,
    samples: Samples | None = None,
    tell: Tell = LOG.warning,
    beside: Sequence[Callback] = (),
) -> Tuned:
    """Adapt the net of a checkpoint to lessons; what is in `plan.work` is gone on with, and ends as if it had not been left.
    Callbacks `beside` hear of it.

    The base is looked at first, on what is held out. Where memory is short batches are halved, down to one take, and `tell` hears
    of it; several processes stop instead. Raises AssetError E131 for a base, or a state of the run, that cannot be read,
    UsageError E018 for a run of another kind, DeviceError E111 for want of memory, EmostageError E132 for no result.
    """
    net = load(base, lambda config: recipe.build(replace(recipe.config, **sizes(config))))
    about = {"name": base.resolve().name, "sha256": str(json.loads((base / CARD).read_text("utf-8"))["sha256"])}
    claim(plan.work, _kind(about, plan, lessons), "a run with another net, other data or another adapter")
    torch.manual_seed(plan.terms.seed)
    insert(net.train(), plan.lora)
    sheets = [Sheets(samples, plan.work)] if samples is not None else []
    outcome = _Fitting(recipe, net, lessons, plan, tell).fit([*sheets, *beside])
    assert outcome.before is not None
    better = outcome.step > 0 and outcome.best <= (1.0 - plan.gain) * outcome.before
    tuned = Tuned(base=about, lora=plan.lora, outcome=outcome, better=better)
    if not (tuned.better and leads()):
        return tuned
    with writing(plan.out.parent):
        plan.out.parent.mkdir(parents=True, exist_ok=True)
    return replace(tuned, sha256=save_adapter(plan.out, net))


def _kind(base: Mapping[str, str], plan: Tuning, lessons: Lessons) -> dict[str, Any]:
    """What must be the same of a run that is gone on with."""
    data = sha256(json.dumps(dict(lessons.about), sort_keys=True, default=str).encode()).hexdigest()
    kind = {"base": dict(base), "lora": asdict(plan.lora), "rate": plan.rate, "seed": plan.terms.seed, "data": data}
    return dict(json.loads(json.dumps(kind)))


class _Fitting:
    """One run, with batches that fit."""

    def __init__(self, recipe: Recipe, net: nn.Module, lessons: Lessons, plan: Tuning, tell: Tell) -> None:
        self._recipe, self._net, self._lessons, self._plan, self._tell = recipe, net, lessons, plan, tell
        self._begun = {name: p.detach().clone() for name, p in net.named_parameters() if p.requires_grad}
        self._alone = not _several(plan.terms)
        self._begin_s = monotonic()

    def fit(self, beside: list[Callback]) -> Outcome:
        doublings = self._doublings()
        while True:
            try:
                return self._once(doublings, beside)
            except (RuntimeError, MemoryError) as error:
                if not is_out_of_memory(error):
                    raise
                reason = str(error).splitlines()[0] if str(error) else "memory is used up"
            most = self._takes() * 2.0**doublings
            if not self._alone or most <= 1 or doublings <= _LEAST:
                raise DeviceError.of("E111", f"there is not enough memory to train: {reason}", _ADVICE)
            doublings -= 1
            self._tell(f"not enough memory for batches of {most:.0f} takes; going on with {max(most / 2, 1):.0f}")
            self._keep(doublings)
            self._forget()

    def _once(self, doublings: int, beside: list[Callback]) -> Outcome:
        plan, done = self._plan, _done(self._plan.work / LAST)
        self._net.load_state_dict(self._begun, strict=False)
        steps = self._steps(doublings)
        run = Run(
            folder=plan.work,
            optimisation=Optimisation(steps=steps, rate=plan.rate, warmup=min(20, steps // 4), decay=0.0),
            terms=replace(plan.terms, minutes=self._minutes_left()),
            check_every=plan.check_every,
            smoothing=plan.smoothing,
            patience=plan.patience,
            part=True,
        )
        examples = Resized(self._lessons.examples, doublings, begin=done)
        replanning = Replanning(plan.work, every=run.every, most=plan.steps)
        return fit(self._net, self._recipe.objective, examples, self._lessons.held, run, beside=[*beside, replanning])

    def _takes(self) -> int:
        """Most takes of the batches as they come."""
        batches = iter(self._lessons.examples)
        return max(takes(batch) for batch, _ in zip(batches, range(3), strict=False))

    def _doublings(self) -> int:
        """How often the batches are doubled: as the run was begun, or as far as a GPU has memory."""
        path = self._plan.work / _BATCH
        if path.is_file():
            return _read_doublings(path)
        device = _gpu(self._plan.terms)
        if device is None or not leads():
            return 0
        found = most_that_fits(self._attempt(device), self._plan.most)
        self._net.to("cpu")
        self._forget()
        doublings = max(found, 1).bit_length() - 1
        self._keep(doublings)
        return doublings

    def _attempt(self, device: torch.device) -> Callable[[int], None]:
        """A step with so many times the takes of the largest batch."""
        batches = [batch for batch, _ in zip(iter(self._lessons.examples), range(3), strict=False)]
        largest = max(batches, key=lambda batch: sum(value.numel() for value in batch.values()))
        return lambda times: self._step(device, repeated(largest, times))

    def _step(self, device: torch.device, batch: Batch) -> None:
        """A step after which the net is what it was."""
        self._loss(device, batch).backward()  # type: ignore[no-untyped-call]
        self._net.zero_grad()

    def _loss(self, device: torch.device, batch: Batch) -> Tensor:
        net, on = self._net.to(device), {name: value.to(device) for name, value in batch.items()}
        with torch.autocast(device.type, torch.bfloat16, enabled="bf16" in str(self._plan.terms.precision)):
            loss: Tensor = self._recipe.objective.losses(net, on, None)["loss"]
        return loss

    def _steps(self, doublings: int) -> int:
        """With how many steps the run was begun; of a new one, as many as there is time for."""
        plan = self._plan
        if plan.terms.minutes is None or plan.steps <= LEAST:
            return plan.steps
        if (kept := kept_steps(plan.work, plan.steps)) is not None:
            return kept
        if not leads():
            return plan.steps
        device = _gpu(plan.terms) or torch.device("cpu")

        @torch.no_grad()
        def look(batch: Batch) -> None:
            self._loss(device, batch)

        pace = paced(partial(self._step, device), look, Resized(self._lessons.examples, doublings), self._lessons.held)
        self._net.to("cpu")
        self._forget()
        left_s = 60 * (self._minutes_left() or 0.0)
        steps = pace.steps(left_s, every=plan.check_every, most=plan.steps)
        LOG.info("%.2f s a step, %.1f s a look: %d steps", pace.step_s, pace.check_s, steps)
        keep_steps(plan.work, steps, plan.steps)
        return steps

    def _minutes_left(self) -> float | None:
        minutes = self._plan.terms.minutes
        return None if minutes is None else max(minutes - (monotonic() - self._begin_s) / 60, 1 / 60)

    def _keep(self, doublings: int) -> None:
        write_json(self._plan.work / _BATCH, {"doublings": doublings})

    def _forget(self) -> None:
        """Give back what memory can be given back."""
        self._net.zero_grad(set_to_none=True)
        gc.collect()
        if torch.cuda.is_available():
            torch.cuda.empty_cache()


def _gpu(terms: Terms) -> torch.device | None:
    """The first GPU of CUDA, when it is to be trained on."""
    return torch.device("cuda") if terms.accelerator in ("auto", "gpu", "cuda") and torch.cuda.is_available() else None


def _several(terms: Terms) -> bool:
    """Whether several processes will train."""
    told = str(terms.devices)
    if told in ("None", "auto", "-1"):
        return _gpu(terms) is not None and torch.cuda.device_count() > 1
    numbers = re.findall(r"\d+", told)
    return len(numbers) > 1 or (numbers[:1] != ["1"] and told.isdecimal())


def _read_doublings(path: Path) -> int:
    """Raises AssetError E131."""
    try:
        return min(max(int(json.loads(path.read_text("utf-8"))["doublings"]), _LEAST), -_LEAST)
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _lost(path) from error


def _done(last: Path) -> int:
    """Steps that a run has done. Raises AssetError E131 when its state cannot be read."""
    if not last.exists():
        return 0
    try:
        return int(torch.load(last, map_location="cpu", weights_only=True, mmap=True)["global_step"])
    except (OSError, RuntimeError, ValueError, KeyError, TypeError, EOFError, _REFUSED) as error:
        raise _lost(last) from error


def _lost(path: Path) -> AssetError:
    return AssetError.of(
        "E131", f"the run in '{path.parent}' cannot be gone on with: '{path.name}' cannot be read", "remove the folder"
    )
