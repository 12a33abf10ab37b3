"""`eval`: a film held against its scene, a real film drawn or performed again, or what a portrait can do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from emostage.apps.streams import data_json
from emostage.core.errors import UsageError

if TYPE_CHECKING:
    from emostage.portrait.photo import Quality

_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def evaluate(
    targets: Annotated[list[str], typer.Argument(help="A scene, films of a talking person, or portraits.")],
    *,
    clip: Annotated[bool, typer.Option("--clip", help="Perform films again from their sound and compare the mouths.")] = False,
    portrait: Annotated[str | None, typer.Option("--portrait", help="With --clip: this picture, not the first frame.")] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="With --clip: the motion engine, stage by default.")] = None,
    motion_only: Annotated[bool, typer.Option("--motion-only", help="With --clip: measure the motion, draw nothing.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="With --clip: draw real and performed curves into a PNG.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Measure the draft.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure how good the pictures are.

    A scene is rendered, its faces are tracked again, and what is seen is compared with what was asked. A film (MP4) is drawn again
    from its first frame with the motion of the rest, and compared with it; with --clip it is performed from its sound alone, and
    the mouths are compared. A picture, or sample/NAME, is asked for one action after the other, and they are read back.
    """
    quality: Quality = "draft" if draft else "standard"
    if clip:
        films = [_film_at(target) for target in targets]
        _clips(films, None if portrait is None else _source(portrait), engine or "stage", plot, motion_only=motion_only, json=json)
    elif portrait is not None or engine is not None or plot is not None or motion_only:
        message = "--portrait, --engine, --motion-only and --plot go with --clip"
        raise UsageError.of("E018", message, "add --clip, or leave them out")
    elif all(_is_picture(target) for target in targets):
        _portraits(targets, quality, json=json)
    elif len(targets) > 1:
        raise UsageError.of("E018", "only portraits can be measured together", "give one scene or one film at a time")
    elif _is_film(targets[0]):
        _film(_film_at(targets[0]), quality, json=json)
    else:
        _scene(Path(targets[0]), draft=draft, json=json)


def _is_picture(target: str) -> bool:
    return target.startswith("sample/") or Path(target).suffix.lower() in _PICTURES


def _is_film(target: str) -> bool:
    from emostage.film.watch import OTHER_SUFFIXES, SUFFIXES

    return Path(target).suffix.lower() in SUFFIXES + OTHER_SUFFIXES


def _source(target: str) -> Path | str:
    """A picture file, or the name of a sample."""
    return target if target.startswith("sample/") and not Path(target).exists() else Path(target)


def _portraits(targets: list[str], quality: Quality, *, json: bool) -> None:
    from emostage.apps.figures import show_portraits
    from emostage.evaluate.photo import photo_figures
    from emostage.face.header import look

    sources = [_source(target) for target in targets]
    for source in sources:
        look(source)
    results = [photo_figures(source, quality=quality) for source in sources]
    if json:
        data_json([result.as_dict() for result in results])
    else:
        show_portraits(results)


def _film(film: Path, quality: Quality, *, json: bool) -> None:
    from emostage.apps.figures import show_reenactment
    from emostage.evaluate.reenact import reenact

    result = reenact(film, quality=quality)
    if json:
        data_json(result.as_dict())
    else:
        show_reenactment(result)


def _film_at(target: str) -> Path:
    from emostage.film.watch import require_film

    require_film(Path(target))
    return Path(target)


def _clips(
    films: Sequence[Path], portrait: Path | str | None, engine: str, plot: Path | None, *, motion_only: bool, json: bool
) -> None:
    from emostage.apps.figures import show_talks
    from emostage.evaluate.plot import write_plot
    from emostage.evaluate.talk import means, talk
    from emostage.face.header import look
    from emostage.studio.preflight import check_output, make_folder
    from emostage.studio.stages import real_stages

    if plot is not None:
        check_output(plot, films, suffixes=(".png",), what="a plot")
    if portrait is not None:
        look(portrait)
    stages = real_stages()
    performer = stages.performer(engine)
    clips = [talk(film, stages, performer, portrait=portrait, rendered=not motion_only) for film in films]
    if plot is not None:
        make_folder(plot)
        write_plot(clips, plot)
    results = [figures for figures, _ in clips]
    if len(results) > 1:
        results.append(means(results))
    if json:
        data_json([result.as_dict() for result in results])
    else:
        show_talks(results)


def _scene(scene: Path, *, draft: bool, json: bool) -> None:
    from tempfile import TemporaryDirectory

    from emostage.apps.figures import show_scene
    from emostage.apps.opening import Settings, open_scene
    from emostage.evaluate.film import evaluate as measure
    from emostage.evaluate.twins import twin
    from emostage.studio.compile import compile_script
    from emostage.studio.run import render, studio

    script = open_scene(scene, Settings(quality="draft" if draft else None), rendering=True)
    here = studio()
    plan = compile_script(script, cache=here.cache, stages=here.stages)
    with TemporaryDirectory(prefix="emostage-") as folder:
        film = render(plan, Path(folder) / "film.mp4", here).path
        without = twin(plan)
        unfelt = render(without, Path(folder) / "unfelt.mp4", here).path if without.jobs else None
        result = measure(plan, film, unfelt=unfelt, stages=here.stages)
    if json:
        data_json(result.as_dict())
    else:
        show_scene(result)
