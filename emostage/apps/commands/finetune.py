"""`finetune`: an identity from a person's own footage."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Annotated, Any

import typer

from emostage.apps.commands import training
from emostage.apps.guard import show
from emostage.apps.streams import data, data_json, say, talk

if TYPE_CHECKING:
    from emostage.core.errors import Diagnostic
    from emostage.tuning.make import Made
    from emostage.tuning.order import Listener, Order

_EVERY_S = 10.0
"""Seconds between plain lines."""


Given = Annotated[list[Path], typer.Argument(help="Films of the person, folders of films or photos, or one photo.")]
Name = Annotated[str, typer.Option("--name", help="Whose identity it is, as in the cast of a scene.")]
Agreement = Annotated[str, typer.Option("--consent", help="Who agreed, how, and when: it goes into the card and films.")]
Out = Annotated[Path | None, typer.Option("-o", "--out", help="The folder of the identity; default: checkpoints/NAME.")]
Parts = Annotated[str, typer.Option("--parts", help="all, or some of face, manner, emodiffhead, emotivetalk, emotalker, finish.")]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with an identity that is finished.")]
MaxTime = Annotated[float, typer.Option("--max-time", min=0.5, help="Most minutes of all parts together.")]
Steps = Annotated[int, typer.Option("--steps", min=1, help="Most steps of each painter.")]
Rank = Annotated[int, typer.Option("--rank", min=1, max=64, help="Rank of the painters' matrices.")]
Seconds = Annotated[float, typer.Option("--seconds", min=1, max=3600, help="Most seconds of film that are used.")]
HeldOut = Annotated[
    float | None, typer.Option("--held-out", min=0.5, help="Seconds at the end of each film that are only measured on.")
]
Face = Annotated[int | None, typer.Option("--face", min=1, help="Of several people: 1 is seen largest and longest, 2 next.")]
Alike = Annotated[
    float, typer.Option("--alike", min=0.0, max=1.0, help="Likeness from which on a face is theirs; less where some are left out.")
]
Workers = Annotated[int, typer.Option("--workers", min=1, max=64, help="Processes that track.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the card as JSON.")]


def finetune(
    given: Given,
    name: Name,
    consent: Agreement = "",
    out: Out = None,
    parts: Parts = "face,manner,emotivetalk",
    *,
    resume: Resume = False,
    minutes: MaxTime = 20.0,
    steps: Steps = 600,
    rank: Rank = 8,
    seconds: Seconds = 180.0,
    held_out: HeldOut = None,
    face: Face = None,
    alike: Alike = 0.6,
    workers: Workers = 1,
    accelerator: training.Accelerator = "auto",
    devices: training.Devices = None,
    strategy: training.Strategy = "auto",
    precision: training.Precision = "bf16-mixed",
    seed: Annotated[int, training.seed("other adapters")] = 0,
    json: AsJson = False,
) -> None:
    """Tune emostage on a person: from their own films, or from photos, to an identity that a scene names.

    The footage is checked, tracked and divided; face, manner and painters are learnt; what does not help on the footage that was
    held out is left. A call that was stopped goes on where it was when it is repeated. The person must have agreed: --consent.
    """
    from emostage.training.fit import Terms
    from emostage.tuning.make import make_identity, require_free
    from emostage.tuning.order import Order, agreed, check_name, parts_of

    agreement, folder = agreed(consent), out or Path("checkpoints") / check_name(name)
    require_free(folder, resume=resume)
    order = Order(
        given=tuple(given),
        name=check_name(name),
        folder=folder,
        consent=agreement,
        parts=parts_of(parts),
        minutes=minutes,
        steps=steps,
        rank=rank,
        cap_s=seconds,
        face=face,
        alike=alike,
        held_out_s=held_out,
        workers=workers,
        terms=Terms(seed=seed, accelerator=accelerator, devices=devices, strategy=strategy, precision=precision),
    )
    order = replace(order, command=_told(order))
    with _listener() as listen:
        made = make_identity(order, listen)
    if json:
        data_json(made.card)
        return
    _report(made, name)


def _told(order: Order) -> str:
    """The command as a card tells it: files by their names alone, and of the options those that are not as usual."""
    from emostage.core.identity import Consent
    from emostage.training.fit import Terms
    from emostage.tuning.order import Order

    usual = Order(given=(), name="", folder=Path(), consent=Consent(text="", given=""))
    chosen = {**_options(order), "seed": order.terms.seed}
    plain = {**_options(usual), "seed": Terms().seed}
    files = " ".join(shlex.quote(path.name) for path in order.given[:5])
    options = "".join(f" --{name} {value}" for name, value in chosen.items() if value != plain[name])
    return f"emostage finetune {files} --name {shlex.quote(order.name)}{options} --consent ..."


def _options(order: Order) -> dict[str, Any]:
    return {
        "parts": ",".join(order.parts),
        "max-time": f"{order.minutes:g}",
        "steps": order.steps,
        "rank": order.rank,
        "seconds": f"{order.cap_s:g}",
        "held-out": order.held_out_s,
        "face": order.face,
        "alike": order.alike,
        "precision": order.terms.precision,
    }


def _report(made: Made, name: str) -> None:
    from emostage.tuning.order import scene_lines

    for part in made.learnt:
        for line in _figures(part.name, part.figures):
            say(line)
    for left in made.left:
        say(f"{left.name}: nothing is kept, {left.why}", "yellow")
    say(f"{made.folder} is written; write in a scene:")
    for line in scene_lines(name, made.folder, made.portrait):
        data(line)


def _figures(name: str, figures: Any) -> Iterator[str]:
    """What was measured of a part, in words."""
    found = [(engine, told) for engine, told in figures.items() if isinstance(told, dict) and "mouth_error_less_percent" in told]
    for engine, told in found:
        before, after = told["before"], told["after"]
        yield (
            f"{name} with '{engine}': landmark error of the mouth {before['mouth']:.2f} -> {after['mouth']:.2f} % "
            f"({-told['mouth_error_less_percent']:+.0f} %), SSIM of the mouth {before['mouth_ssim']:.3f} -> "
            f"{after['mouth_ssim']:.3f}, identity {before['identity']:.3f} -> {after['identity']:.3f}"
        )
    if "performance" in figures:
        before, after = figures["performance"]["before"], figures["performance"]["after"]
        yield (
            f"{name} beside the photo renderer: SSIM {before['ssim']:.3f} -> {after['ssim']:.3f}, "
            f"identity {before['identity']:.3f} -> {after['identity']:.3f}"
        )
    if not found and "performance" not in figures:
        yield f"{name}: learnt"


class _Plain:
    """A line of text now and then."""

    def __init__(self) -> None:
        self._what, self._told_s = "", 0.0

    def begins(self, what: str) -> None:
        """Tell it at once."""
        self._what, self._told_s = what, monotonic()
        say(what)

    def goes_on(self, done: int, of: int) -> None:
        """Tell it when nothing was told for a while."""
        if monotonic() - self._told_s >= _EVERY_S:
            self._told_s = monotonic()
            say(f"{self._what}: {done} of {of}")

    def finds(self, what: str) -> None:
        """Tell it at once."""
        self._told_s = monotonic()
        say(f"{self._what}: {what}")

    def warns(self, diagnostic: Diagnostic) -> None:
        """Tell it at once."""
        show((diagnostic,))


class _Bars(_Plain):
    """A bar on a terminal."""

    def __init__(self, progress: Any) -> None:
        super().__init__()
        self._progress, self._bar = progress, None

    def begins(self, what: str) -> None:
        """A new bar."""
        self._what = what
        if self._bar is not None:
            self._progress.remove_task(self._bar)
        self._bar = self._progress.add_task(what, total=None)

    def goes_on(self, done: int, of: int) -> None:
        """Move it."""
        if self._bar is not None:
            self._progress.update(self._bar, completed=done, total=of)


@contextmanager
def _listener() -> Iterator[Listener]:
    """Bars on a terminal, plain lines elsewhere."""
    if not talk().is_terminal or not sys.stderr.isatty():
        yield _Plain()
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=28), TimeElapsedColumn())
    with Progress(*columns, console=talk(), transient=True) as progress:
        yield _Bars(progress)
