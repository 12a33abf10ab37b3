"""`plan`: what a scene comes to, without drawing it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emostage.apps.streams import data, page, say

if TYPE_CHECKING:
    from emostage.studio.cache import Cache
    from emostage.studio.plan import LineJob, Plan


def plan(
    scene: Annotated[Path, typer.Argument(help="The scene file.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="Write the plan as .json, or .npz with curves.")] = None,
    plot: Annotated[Path | None, typer.Option("--plot", help="Draw waveform, words, emotions and cuts into a PNG.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="In place of the scene's seed.")] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="In place of the scene's engines.")] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON (emostage.plan.v1).")] = False,
    confine: Annotated[bool, typer.Option("--confine", help="Files outside the scene's folder are errors.")] = False,
) -> None:
    """Show exact times, words and emotions of every line."""
    from emostage.apps.guard import show
    from emostage.apps.opening import Settings, open_scene
    from emostage.studio import document, preflight
    from emostage.studio.cache import Cache
    from emostage.studio.compile import compile_script
    from emostage.studio.stages import real_stages

    script = open_scene(scene, Settings(seed=seed, engine=engine, confine=confine))
    for path, suffixes, what in ((out, (".json", ".npz"), "a plan"), (plot, (".png",), "a plot")):
        if path is not None:
            preflight.check_output(path, preflight.inputs(script), suffixes=suffixes, what=what)
    stages, cache = real_stages(), Cache()
    made = compile_script(script, cache=cache, stages=stages, on_film=lambda name: say(f"watching {name}"))
    show(made.findings)
    for path in (out, plot):
        if path is not None:
            preflight.make_folder(path)
    if out is not None and out.suffix.lower() == ".json":
        document.write_json(made, out)
    elif out is not None:
        document.write_arrays(made, out, stages)
    if plot is not None:
        from emostage.studio.plot import write_plot

        write_plot(made, plot, stages)
    if json:
        data(document.as_text(made))
    elif out is None and plot is None:
        _table(made, cache)
    for path in (out, plot):
        if path is not None:
            say(f"{path} is written")
    if script.unfinished:
        say(f"not yet rendered: {'; '.join(script.unfinished)}", "yellow")


def _table(made: Plan, cache: Cache) -> None:
    from rich.table import Table

    from emostage.studio.run import CLIPS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("line", "shot", "who", "start", "length", "frames"):
        table.add_column(name, justify="left" if name in ("shot", "who") else "right", no_wrap=True)
    table.add_column("emotion", overflow="fold")
    table.add_column("text", overflow="fold", ratio=1)
    table.add_column("", no_wrap=True)
    for job in made.jobs:
        who = job.speaker if job.speaker == job.on_screen else f"{job.speaker} ({job.on_screen})"
        start = f"{int(job.start_s) // 60}:{job.start_s % 60:05.2f}"
        drawn = "✓" if cache.get(CLIPS, job.fingerprint) else ""
        cells = (str(job.number), job.shot, who, start, f"{job.duration_s:.2f} s", str(job.frames), _feelings(job))
        table.add_row(*cells, job.caption, drawn)
    page().print(table)
    film = made.film
    facts = f"{made.duration_s:.2f} s, {made.frames} frames at {float(film.fps):g} fps, {film.size_px[0]} x {film.size_px[1]}"
    say(f"{facts}, {film.quality}, seed {film.seed}")
    for engine, lines in _engines(made).items():
        say(f"{engine}{lines}")
    for person, played in made.played.items():
        say(f"{person} plays the identity '{played.name}' at strength {played.strength:g}: {', '.join(played.parts) or 'no part'}")


def _engines(made: Plan) -> dict[str, str]:
    """Who performs and who draws, and in which lines unless in all."""
    from emostage.studio.engines import STEPS, finish_of

    lines: dict[str, list[str]] = {}
    for job in made.jobs:
        engine = job.engine
        steps = STEPS[made.film.quality]
        painted = f"painted by {engine.painter} in {steps} step{'s' * (steps > 1)}"
        finished = ", finished by a net" if finish_of(engine, made.film.quality) else ""
        drawn = painted if engine.painter else f"drawn by moving the photo{finished}"
        lines.setdefault(f"performed by {engine.performer}, {drawn}", []).append(str(job.number))
    everywhere = len(lines) == 1
    return {told: "" if everywhere else f": line {', '.join(numbers)}" for told, numbers in lines.items()}


def _feelings(job: LineJob) -> str:
    """The emotions of a line in order, and when each is reached."""
    from emostage.studio.document import weights

    if job.felt is not None:
        return f"as performed @{job.speech_at_s:.2f}"
    steps: list[str] = []
    told = {d.at_s: f'"{d.prompt}" = ' for d in job.described}
    for key in job.emotion:
        felt = " + ".join(f"{name} {weight:.2g}" for name, weight in weights(key.value).items()) or "neutral"
        felt = told.get(key.at_s, "") + felt
        if not steps or not steps[-1].startswith(felt + " "):
            steps.append(f"{felt} @{key.at_s:.2f}")
    mood = " + ".join(f"{name} {weight:.2g}" for name, weight in weights(job.mood_8).items())
    return ", ".join(steps) or (f"mood {mood}" if mood else "")
