"""`render`: the film."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emostage.core.errors import EmostageError, ExitCode, UsageError

if TYPE_CHECKING:
    from emostage.scene.model import Script


class Quality(StrEnum):
    """Finish of the picture."""

    draft = "draft"
    standard = "standard"
    high = "high"


def render(
    scene: Annotated[Path, typer.Argument(help="The scene file.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The film; default: out/SCENE.mp4.")] = None,
    seed: Annotated[int | None, typer.Option("--seed", min=0, help="In place of the scene's seed.")] = None,
    size: Annotated[str | None, typer.Option("--size", help="In place of the scene's size: 256, 720p, 1080x1920 …")] = None,
    quality: Annotated[Quality | None, typer.Option("--quality", help="In place of the scene's quality.")] = None,
    *,
    engine: Annotated[str | None, typer.Option("--engine", help="In place of the scene's engines.")] = None,
    device: Annotated[str, typer.Option("--device", help="auto, cpu, cuda or cuda:N.")] = "auto",
    only: Annotated[str | None, typer.Option("--only", help="Only these lines: 3 or 3,5-7.")] = None,
    shot: Annotated[str | None, typer.Option("--shot", help="Only this shot, by name or number.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="The same as --quality draft.")] = False,
    contact_sheet: Annotated[bool, typer.Option("--contact-sheet", help="Also write a PNG with pictures of the film.")] = False,
    no_clobber: Annotated[bool, typer.Option("--no-clobber", help="Never replace a film that exists.")] = False,
    best_effort: Annotated[bool, typer.Option("--best-effort", help="Leave out lines that fail (exit code 6).")] = False,
    confine: Annotated[bool, typer.Option("--confine", help="Files outside the scene's folder are errors.")] = False,
    json_lines: Annotated[bool, typer.Option("--json-lines", help="Print what happens as JSON, one event a line.")] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing but problems.")] = False,
) -> None:
    """Make the film of a scene. What is made already is kept, so an edited line costs that line only."""
    from emostage.apps.opening import Settings, open_scene
    from emostage.apps.progress import listener
    from emostage.studio import preflight
    from emostage.studio.compile import compile_script
    from emostage.studio.events import Watching
    from emostage.studio.run import render as make
    from emostage.studio.run import studio

    if draft and quality not in (None, Quality.draft):
        raise UsageError.of("E014", f"--draft and --quality {quality} are different wishes", "leave one of them out")
    wanted = Quality.draft if draft else quality
    settings = Settings(seed=seed, size=size, quality=wanted and wanted.value, engine=engine, confine=confine)
    script = open_scene(scene, settings, rendering=True, best_effort=best_effort)
    numbers = _chosen(script, only, shot)
    film = out or Path("out") / scene.with_suffix(".mp4").name
    beside = {"subtitles": bool(script.film.subtitles), "sheet": contact_sheet}
    preflight.check_film(film, preflight.inputs(script), clobber=not no_clobber, **beside)
    with listener(json_lines=json_lines, quiet=quiet) as listen:
        house = studio(listen=listen, device=device)
        plan = compile_script(
            script,
            cache=house.cache,
            stages=house.stages,
            skip_failing=best_effort,
            on_film=lambda name: listen(Watching(film=name)),
        )
        plan = plan if numbers is None else plan.only(numbers)
        if not plan.jobs:
            raise EmostageError.of("E109", "none of the lines could be planned", "see the problems above")
        done = make(plan, film, house, sheet=contact_sheet, best_effort=best_effort)
    if done.failures:
        raise typer.Exit(int(ExitCode.PARTIAL))


def _chosen(script: Script, only: str | None, shot: str | None) -> frozenset[int] | None:
    """The lines asked for; None for all."""
    from emostage.apps.opening import read_numbers, read_shot

    if only is None and shot is None:
        return None
    every = frozenset(line.number for line in script.lines)
    some = (read_numbers(only, script) if only is not None else every) & (read_shot(shot, script) if shot is not None else every)
    if not some:
        raise UsageError.of("E014", f"shot '{shot}' has none of the lines '{only}'", "leave out --only or --shot")
    return some
