"""`train emodiffhead | emotivetalk | emotalker`: the nets that paint; `train finish`: the net that finishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from emostage.apps.commands import filming, training
from emostage.apps.streams import data_json

NAMES = ("emodiffhead", "emotivetalk", "emotalker")
"""The painters by the name of their engine, in the order of `training.recipes.RECIPES`."""

USUAL: Mapping[str, Any] = MappingProxyType({**training.USUAL, "size": "small", "precision": "bf16-mixed"})
"""Options that need no telling."""


@dataclass(frozen=True, kw_only=True)
class _Taught:
    """A net that is trained by a command: what it does, what it is trained on, and the command that makes that."""

    name: str
    does: str
    data: str
    made_by: str

    @property
    def finishes(self) -> bool:
        """Whether it finishes and does not paint."""
        return self.data == "pairs"


_FINISH = _Taught(
    name="finish",
    does="that repairs the frames of moved photos at quality 'high'",
    data="pairs",
    made_by="emostage train corpus --finish",
)


def register(app: typer.Typer) -> None:
    """Add one command for each painter, and one for the finish."""
    for name in NAMES:
        does = f"with which the engine '{name}' paints"
        app.command(name)(_command(_Taught(name=name, does=does, data="footage", made_by="emostage train corpus --frames")))
    app.command(_FINISH.name)(_command(_FINISH))


def _command(taught: _Taught) -> Callable[..., None]:
    name = taught.name

    def train(
        data: Path,
        out: Annotated[Path | None, typer.Argument(help="Where the checkpoint goes.")] = None,
        *,
        films: filming.Data = None,
        workers: filming.Workers = 2,
        work: training.Work = None,
        steps: Annotated[int, training.steps("Steps of the optimiser.")] = 4000,
        minutes: Annotated[float | None, training.minutes("of this call")] = None,
        size: Annotated[str, typer.Option("--size", help="small for two cores, large for one large GPU.")] = "small",
        begin: Annotated[Path | None, typer.Option("--begin", help="A checkpoint's folder whose weights it begins with.")] = None,
        codec: Annotated[Path | None, typer.Option("--codec", help="A folder of 'train codec', to see through.")] = None,
        accelerator: training.Accelerator = "auto",
        devices: training.Devices = None,
        strategy: training.Strategy = "auto",
        precision: training.Precision = "bf16-mixed",
        seed: Annotated[int, training.seed("another net")] = 0,
    ) -> None:
        from emostage.core.errors import UsageError
        from emostage.training.fit import Terms
        from emostage.training.painters import Plan, coded, footage_lessons, train_from
        from emostage.training.recipes import SIZES, finish, finish_lessons, recipe

        chosen = next((known for known in SIZES if known == size), None)
        if chosen is None:
            raise UsageError.of("E018", f"there is no size '{size}'", f"one of: {', '.join(SIZES)}")
        if codec is not None and taught.finishes:
            raise UsageError.of("E018", "the finish sees pixels, so '--codec' is not for it", "leave it out")
        if films and taught.finishes:
            hint = "make footage of the films, and pairs of that: see 'emostage train corpus --help'"
            raise UsageError.of("E018", "the finish learns from pairs, so '--data' is not for it", hint)
        ready, place = filming.places(data, out, films, taught.data)
        terms = Terms(seed=seed, minutes=minutes, accelerator=accelerator, devices=devices, strategy=strategy, precision=precision)
        kept = training.kept(work, place)
        plan = Plan(out=place, work=kept, steps=steps, begin=begin, terms=terms)
        said = {"size": size, **training.lightning(terms), "begin": begin and begin.name, "codec": codec and codec.name}
        names = " ".join([name, *([ready.name] if ready else []), place.name])
        command = training.told(names, steps, terms, said, USUAL) + filming.told(films)
        wanted, read = (finish(chosen), finish_lessons) if taught.finishes else (recipe(name, chosen), footage_lessons)
        source = ready
        if films:
            made = filming.footage_of(kept, films, ready, workers=workers)
            source, read = (made, read) if ready is None else (ready, partial(footage_lessons, beside=made))
        assert source is not None
        if figures := train_from(source, wanted if codec is None else coded(wanted, codec), plan, command, read):
            data_json(figures)

    left_out = "" if taught.finishes else "; may be left out with --data"
    told_of = typer.Argument(metavar=taught.data.upper(), help=f"The folder of {taught.data} ('{taught.made_by}'){left_out}.")
    train.__annotations__["data"] = Annotated[Path, told_of]
    train.__doc__ = f"""Train the net {taught.does}.

    A run that was stopped goes on where it was; the net that did best on held-out people is kept.
    """
    return train
