"""`eval`: a film held against its scene, a real film drawn or performed again, what a portrait, an engine or nets can do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from emostage.apps.commands.exams import MINUTES, examine_engines, examine_nets, examine_painters, is_engine
from emostage.apps.streams import data_json
from emostage.core.errors import UsageError

if TYPE_CHECKING:
    from emostage.portrait.photo import Quality

Kind = Literal["clip", "engine", "portrait", "footage", "corpus", "film", "scene"]
_PICTURES = (".png", ".jpg", ".jpeg", ".webp")


def evaluate(
    targets: Annotated[list[str], typer.Argument(help="A scene, films of a person, portraits, engine/NAME, a corpus, or footage.")],
    *,
    clip: Annotated[bool, typer.Option("--clip", help="Perform films again from their sound and compare the mouths.")] = False,
    portrait: Annotated[str | None, typer.Option("--portrait", help="With --clip: this picture, not the first frame.")] = None,
    engine: Annotated[str | None, typer.Option("--engine", help="With --clip: the motion engine, stage by default.")] = None,
    motion_only: Annotated[bool, typer.Option("--motion-only", help="With --clip: measure the motion, draw nothing.")] = False,
    plot: Annotated[Path | None, typer.Option("--plot", help="Of a scene, or with --clip: draw the curves into a PNG.")] = None,
    nets: Annotated[Path | None, typer.Option("--nets", help="Of engines, a corpus or footage: the folder of other nets.")] = None,
    only: Annotated[str | None, typer.Option("--only", help="Of footage: the painter of this name, or finish.")] = None,
    record: Annotated[
        bool, typer.Option("--record", help="Of footage, with --nets: write what is found of the finish into its card.")
    ] = False,
    everybody: Annotated[
        bool, typer.Option("--everybody", help="Of footage that no net was trained on: all people, not only who is held out.")
    ] = False,
    count: Annotated[int | None, typer.Option("--clips", min=1, help="Of footage: clips that are painted, 20.")] = None,
    seconds: Annotated[float | None, typer.Option("--seconds", min=0, help="Of footage: the long take, 60; 0: none.")] = None,
    minutes: Annotated[float | None, typer.Option("--minutes", min=0.2, max=60, help="Of an engine: its long take, 10.")] = None,
    draft: Annotated[bool, typer.Option("--draft", help="Measure the draft.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Measure how good pictures and performances are.

    A scene is rendered, its faces are tracked again, and what is seen is compared with what was asked. A film (MP4) is drawn again
    from its first frame with the motion of the rest, and compared with it; with --clip it is performed from its sound alone, and
    the mouths are compared. A picture, or sample/NAME, is asked for one action after the other, and they are read back. Of
    engine/stage and other engines a long take, three languages and several seeds are measured without drawing; of a corpus's
    folder, what the nets make of its held-out part; of footage, what the engines that paint make of its held-out people,
    and whether the finish of moved photos is worth it.
    """
    quality: Quality = "draft" if draft else "standard"
    kind = "clip" if clip else _kind(targets)
    only_clips = "--portrait, --engine and --motion-only go with --clip"
    _refuse(only_clips, given=portrait is not None or engine is not None or motion_only, fits=clip)
    _refuse("--plot goes with a scene or --clip", given=plot is not None, fits=kind in ("clip", "scene"))
    with_nets = kind in ("engine", "corpus", "footage")
    _refuse("--nets goes with an engine, a corpus or footage", given=nets is not None, fits=with_nets)
    only_footage = "--only, --clips, --seconds, --everybody and --record go with footage"
    _refuse(only_footage, given=record or everybody or (only, count, seconds) != (None, None, None), fits=kind == "footage")
    _refuse("--minutes goes with an engine", given=minutes is not None, fits=kind == "engine")
    match kind:
        case "clip":
            films = [_film_at(target) for target in targets]
            _clips(
                films, None if portrait is None else _source(portrait), engine or "stage", plot, motion_only=motion_only, json=json
            )
        case "engine":
            examine_engines(targets, nets, minutes or MINUTES, json=json)
        case "portrait":
            _portraits(targets, quality, json=json)
        case "footage":
            more = {"json": json, "recorded": record, "everybody": everybody}
            examine_painters(Path(targets[0]), nets, only, clips=count, seconds=seconds, **more)
        case "corpus":
            examine_nets(Path(targets[0]), nets, json=json)
        case "film":
            _film(_film_at(targets[0]), quality, json=json)
        case "scene":
            _scene(Path(targets[0]), plot, draft=draft, json=json)


def _kind(targets: list[str]) -> Kind:
    """What is to be measured. Raises UsageError E018 for several targets that cannot be measured together."""
    if all(is_engine(target) for target in targets):
        return "engine"
    if all(_is_picture(target) for target in targets):
        return "portrait"
    if len(targets) > 1:
        message = "only portraits, or engines, can be measured together"
        raise UsageError.of("E018", message, "give one scene, film, corpus or folder of footage at a time")
    if Path(targets[0]).is_dir():
        from emostage.training.footage.store import is_footage

        return "footage" if is_footage(Path(targets[0])) else "corpus"
    return "film" if _is_film(targets[0]) else "scene"


def _refuse(message: str, *, given: bool, fits: bool) -> None:
    if given and not fits:
        raise UsageError.of("E018", message, "leave it out here")


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


def _scene(scene: Path, plot: Path | None, *, draft: bool, json: bool) -> None:
    from tempfile import TemporaryDirectory

    from emostage.apps.figures import show_scene
    from emostage.apps.opening import Settings, open_scene
    from emostage.evaluate.film import evaluate as measure
    from emostage.evaluate.filmplot import write_film_plot
    from emostage.evaluate.shown import Shown
    from emostage.evaluate.twins import twin
    from emostage.studio.compile import compile_script
    from emostage.studio.preflight import check_output, make_folder
    from emostage.studio.run import render, studio

    if plot is not None:
        check_output(plot, [scene], suffixes=(".png",), what="a plot")
    script = open_scene(scene, Settings(quality="draft" if draft else None), rendering=True)
    here, shown = studio(), list[Shown]()
    plan = compile_script(script, cache=here.cache, stages=here.stages)
    with TemporaryDirectory(prefix="emostage-") as folder:
        film = render(plan, Path(folder) / "film.mp4", here).path
        without = twin(plan)
        unfelt = render(without, Path(folder) / "unfelt.mp4", here).path if without.jobs else None
        result = measure(plan, film, unfelt=unfelt, stages=here.stages, on_clips=shown.extend)
    if plot is not None:
        make_folder(plot)
        write_film_plot(shown, plot)
    if json:
        data_json(result.as_dict())
    else:
        show_scene(result)
