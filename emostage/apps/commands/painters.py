"""`train emodiffhead | emotivetalk | emotalker`: the nets that paint; `train finish`: the net that finishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import typer

from emostage.apps.commands.recorded import told
from emostage.apps.streams import data_json

NAMES = ("emodiffhead", "emotivetalk", "emotalker")
"""The painters by the name of their engine, in the order of `training.recipes.RECIPES`."""

USUAL: Mapping[str, Any] = MappingProxyType({"size": "small", "strategy": "auto", "precision": "bf16-mixed"})
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
        out: Annotated[Path, typer.Argument(help="Where the checkpoint goes.")],
        *,
        work: Annotated[Path | None, typer.Option("--work", help="Where the run is kept, so that it can go on.")] = None,
        steps: Annotated[int, typer.Option("--steps", min=1, help="Steps of the optimiser.")] = 4000,
        minutes: Annotated[float | None, typer.Option("--minutes", min=0.1, help="Most minutes of this call.")] = None,
        size: Annotated[str, typer.Option("--size", help="small for two cores, large for one large GPU.")] = "small",
        begin: Annotated[Path | None, typer.Option("--begin", help="A checkpoint's folder whose weights it begins with.")] = None,
        codec: Annotated[Path | None, typer.Option("--codec", help="A folder of 'train codec', to see through.")] = None,
        accelerator: Annotated[str, typer.Option("--accelerator", help="auto, cpu, gpu, as Lightning has them.")] = "auto",
        devices: Annotated[int | None, typer.Option("--devices", min=1, help="How many; all of them unless said.")] = None,
        strategy: Annotated[str, typer.Option("--strategy", help="auto, ddp, as Lightning has them.")] = "auto",
        precision: Annotated[str, typer.Option("--precision", help="32-true, bf16-mixed, as Lightning has them.")] = "bf16-mixed",
        seed: Annotated[int, typer.Option("--seed", min=0, help="Another seed, another net.")] = 0,
    ) -> None:
        from emostage.core.errors import UsageError
        from emostage.training.painters import Plan, coded, footage_lessons, train_from
        from emostage.training.recipes import SIZES, finish, finish_lessons, recipe

        chosen = next((known for known in SIZES if known == size), None)
        if chosen is None:
            raise UsageError.of("E018", f"there is no size '{size}'", f"one of: {', '.join(SIZES)}")
        if codec is not None and taught.finishes:
            raise UsageError.of("E018", "the finish sees pixels, so '--codec' is not for it", "leave it out")
        plan = Plan(
            out=out,
            work=work or out.with_name(f"{out.name}-run"),
            steps=steps,
            seed=seed,
            accelerator=accelerator,
            devices=devices or "auto",
            strategy=strategy,
            precision=precision,
            minutes=minutes,
            begin=begin,
        )
        said = {"size": size, "devices": devices, "strategy": strategy, "precision": precision, "begin": begin and begin.name}
        said["codec"] = codec and codec.name
        command = told(f"emostage train {name} {data.name} {out.name} --steps {steps} --seed {seed}", said, USUAL)
        wanted, read = (finish(chosen), finish_lessons) if taught.finishes else (recipe(name, chosen), footage_lessons)
        if figures := train_from(data, wanted if codec is None else coded(wanted, codec), plan, command, read):
            data_json(figures)

    told_of = typer.Argument(metavar=taught.data.upper(), help=f"The folder of {taught.data} ('{taught.made_by}').")
    train.__annotations__["data"] = Annotated[Path, told_of]
    train.__doc__ = f"""Train the net {taught.does}.

    A run that was stopped goes on where it was; the net that did best on held-out people is kept.
    """
    return train
