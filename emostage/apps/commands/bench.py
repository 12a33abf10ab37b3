"""`bench`: how fast this machine makes films."""

from __future__ import annotations

from enum import StrEnum
from statistics import median
from typing import Annotated

import typer

from emostage.apps.commands.render import Quality
from emostage.apps.streams import data, data_json


class Framing(StrEnum):
    """How much of the person is seen."""

    whole = "whole"
    bust = "bust"
    close = "close"


_PRESSES = 10
"""How often keys are pressed where nothing else is asked for."""


def bench(
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=600, help="About how much film to make.")] = 10.0,
    size: Annotated[str, typer.Option("--size", help="Picture size.")] = "512",
    quality: Annotated[Quality, typer.Option("--quality")] = Quality.draft,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")] = "auto",
    *,
    repeat: Annotated[
        int | None, typer.Option("--repeat", min=1, max=20, help="Measure so often, and take the fastest film (with --editor: 10).")
    ] = None,
    portrait: Annotated[str, typer.Option("--portrait", help="sample/NAME or a picture.")] = "sample/astronaut",
    framing: Annotated[Framing, typer.Option("--framing", help="How near the person is.")] = Framing.close,
    stages: Annotated[bool, typer.Option("--stages", help="Only the drawing: milliseconds a frame of each of its stages.")] = False,
    editor: Annotated[bool, typer.Option("--editor", help="The timeline editor: opening, keys, painting, picture.")] = False,
    lines: Annotated[int, typer.Option("--lines", min=6, max=5000, help="With --editor: lines of the scene.")] = 200,
    minutes: Annotated[
        float, typer.Option("--minutes", min=0, max=600, help="With --editor: and its memory through so much editing.")
    ] = 0.0,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Make a short film from nothing and say what each stage costs: seconds of work per second of film, and memory."""
    if editor:
        _bench_editor(lines, repeat or _PRESSES, minutes, json=json)
        return
    from emostage.apps.measure import Bench, measure, measure_drawing
    from emostage.apps.opening import read_size

    often = repeat or 1
    setting = Bench(
        seconds=seconds, size_px=read_size(size), quality=quality.value, device=device, portrait=portrait, framing=framing.value
    )
    if stages:
        drawings = [measure_drawing(setting) for _ in range(often)]
        _tell_drawing(min(drawings, key=lambda figures: figures["sum"]), json=json)
        return
    best = min((measure(setting) for _ in range(often)), key=lambda run: run.work_s)
    if json:
        data_json(best.as_dict() | {"repeat": often})
        return
    data(f"{best.film_s:.1f} s of film, {best.size_px[0]} x {best.size_px[1]}, {quality.value}, {best.fps:g} fps, {device}")
    for stage, work_s in best.stages.items():
        data(f"  {stage:<12} {work_s:8.2f} s   {work_s / best.film_s:6.3f} per second of film")
    data(f"  {'film':<12} {best.work_s:8.2f} s   {best.work_s / best.film_s:6.3f} per second of film (lasting work)")
    data(f"  {'first':<12} {best.once_s:8.2f} s   a first short line: imports, portrait, renderer")
    rest = best.work_s / best.film_s - best.picture_per_film_s
    data(f"  drawing and encoding {best.picture_per_film_s:.3f} s, speech, motion and all else {rest:.3f} s per second of film")
    data(f"  peak memory  {best.peak_mb:8.0f} MB")


def _bench_editor(lines: int, repeat: int, minutes: float, *, json: bool) -> None:
    from emostage.core.errors import UsageError

    try:
        from emostage.apps.measure_editor import EditorBench, measure_editor
    except ImportError as error:  # no pseudo-terminals on this system
        raise UsageError.of("E014", "the editor cannot be measured on this system", "it needs pseudo-terminals") from error
    measured = measure_editor(EditorBench(lines=lines, repeat=repeat, minutes=minutes))
    if json:
        data_json(measured.as_dict())
        return
    data(f"{measured.lines} lines; milliseconds, median and slowest of {repeat}")
    data(f"  {'':<24} {'answered':>16} {'all is seen':>16}")
    data(_row("opening", measured.opening_ms))
    for name, times_ms in measured.presses_ms.items():
        data(_row(f"key: {name}", measured.first_ms[name], times_ms))
    for table, cases in {"painting": measured.painting_ms, "picture": measured.picture_ms}.items():
        for name, times_ms in cases.items():
            data(_row(f"{table}: {name}", times_ms))
    if measured.memory_mb:
        held = ", ".join(f"{mb:.0f}" for mb in measured.memory_mb)
        data(f"  memory through {measured.keys} keys, {minutes:g} minutes: {held} MB")


def _row(name: str, *columns_ms: tuple[float, ...]) -> str:
    """A row of the table; what is painted at once has no first answer."""
    columns = [(), *columns_ms] if len(columns_ms) == 1 else list(columns_ms)
    return f"  {name:<24}" + "".join(f" {median(c):8.1f} {max(c):7.1f}" if c else " " * 17 for c in columns)


def _tell_drawing(figures: dict[str, float], *, json: bool) -> None:
    if json:
        data_json(figures)
        return
    film_per_s = figures.pop("film_per_s")
    for stage, spent_ms in figures.items():
        data(f"  {stage:<12} {spent_ms:8.2f} ms{'' if stage == 'prepare' else ' a frame'}")
    data(f"  drawing and encoding {film_per_s:.3f} s per second of film")
