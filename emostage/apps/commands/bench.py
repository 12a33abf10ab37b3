"""`bench`: how fast this machine makes films."""

from __future__ import annotations

from typing import Annotated

import typer

from emostage.apps.commands.render import Quality
from emostage.apps.streams import data, data_json


def bench(
    seconds: Annotated[float, typer.Option("--seconds", min=1, max=600, help="About how much film to make.")] = 10.0,
    size: Annotated[str, typer.Option("--size", help="Picture size.")] = "512",
    quality: Annotated[Quality, typer.Option("--quality")] = Quality.draft,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")] = "auto",
    *,
    repeat: Annotated[int, typer.Option("--repeat", min=1, max=20, help="Measure so often; the fastest counts.")] = 1,
    portrait: Annotated[str, typer.Option("--portrait", help="sample/NAME or a picture.")] = "sample/astronaut",
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Make a short film from nothing and say what each stage costs: seconds of work per second of film, and memory."""
    from emostage.apps.measure import Bench, measure
    from emostage.apps.opening import read_size

    setting = Bench(seconds=seconds, size_px=read_size(size), quality=quality.value, device=device, portrait=portrait)
    runs = [measure(setting) for _ in range(repeat)]
    best = min(runs, key=lambda run: run.work_s)
    if json:
        data_json(best.as_dict() | {"repeat": repeat})
        return
    data(f"{best.film_s:.1f} s of film, {best.size_px[0]} x {best.size_px[1]}, {quality.value}, {best.fps:g} fps, {device}")
    for stage, work_s in best.stages.items():
        data(f"  {stage:<12} {work_s:8.2f} s   {work_s / best.film_s:6.3f} per second of film")
    data(f"  {'film':<12} {best.work_s:8.2f} s   {best.work_s / best.film_s:6.3f} per second of film (lasting work)")
    data(f"  {'first':<12} {best.once_s:8.2f} s   a first short line: imports, portrait, renderer")
    data(f"  peak memory  {best.peak_mb:8.0f} MB")
