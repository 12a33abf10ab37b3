"""`--data` of training commands: collections of films that are followed once, kept with the run, and learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from emostage.apps.streams import talk
from emostage.core.errors import UsageError

SIZE_PX = 128
"""Side of the pictures that painters learn from, unless footage says otherwise."""

Data = Annotated[
    list[str] | None,
    typer.Option(
        "--data",
        metavar="KIND:DIR",
        help="Real films: mead:DIR, crema-d:DIR, hdtf:DIR or videos:DIR. They are tracked once, into --work. May be repeated.",
    ),
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=256, help="With --data: processes that track films.")]


def places(first: Path, second: Path | None, films: Sequence[str] | None, what: str) -> tuple[Path | None, Path]:
    """What is learnt from, if anything lies ready, and where the checkpoint goes: with films the first may be left out.

    Raises UsageError E012 when there is one place only, and no films.
    """
    if second is not None:
        return first, second
    if films:
        return None, first
    raise UsageError.of("E012", "where the checkpoint goes is missing", f"give {what} and that, or that and --data")


def told(films: Sequence[str] | None) -> str:
    """The options as cards tell them: without what leads to the folders."""
    parts = (collection.partition(":") for collection in films or ())
    return "".join(f" --data {kind}:{Path(folder).name}" for kind, _, folder in parts)


def motion_of(work: Path, films: Sequence[str], *, sound: bool, workers: int) -> Path:
    """The motion corpus of some films, made where it is missing; with `sound` it keeps the plain sound. Raises as
    `training.films.make.collected` and `make_films`."""
    from emostage.training.films.make import collected, make_films

    found, out = collected(films), work / "films"
    with bar("films") as on_shard:
        make_films(out, found, sound=sound, workers=workers, command="emostage train motion" + told(films), on_shard=on_shard)
    return out


def footage_of(work: Path, films: Sequence[str], beside: Path | None, *, workers: int) -> Path:
    """Footage of some films, made where it is missing, in pictures as large as those of the footage `beside`.

    Films that cannot be used are passed over, and it is told of. Raises as `training.footage.plan.material_of` and `make_footage`,
    and AssetError E130 for the footage.
    """
    from emostage.apps.streams import say
    from emostage.training.footage.make import make_footage
    from emostage.training.footage.plan import material_of, plan_of
    from emostage.training.footage.store import read_card

    size_px = SIZE_PX if beside is None else int(read_card(beside)["size_px"])
    material, out = material_of(None, None, films), work / "films"
    plan = plan_of(material, people=0, size_px=size_px, seed=0)
    with bar("films") as on_shard:
        card = make_footage(out, plan, material, workers=workers, command="emostage train" + told(films), on_shard=on_shard)
    if skipped := card["skipped"]["files"]:
        say(f"{skipped} films were passed over; {out / 'card.json'} tells which and why")
    return out


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """A bar that is told how many shards of how many are made."""
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(what), BarColumn(bar_width=28), TextColumn("{task.completed}/{task.total}"), TimeRemainingColumn())
    with Progress(*columns, console=talk(), transient=True) as progress:
        task = progress.add_task("", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
