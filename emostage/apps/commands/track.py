"""`track`: the performance of the person in a film, as a motion file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer

from emostage.apps.streams import data, data_json, say, talk


def track(
    film: Annotated[Path, typer.Argument(help="The film: MP4, M4V or MOV, one shot of one person.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The motion file; default: FILM.npz here.")] = None,
    neutral: Annotated[
        int | None, typer.Option("--neutral", min=0, help="Number of the frame that shows the face at rest; default: found.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Read the performance of a person from a film: expression, lids, gaze and head, without the sound.

    A line of a scene takes it with 'motion: FILE.npz', and a feeling with 'emotion: {from: FILE.npz}'.
    """
    from emostage.film.watch import require_film
    from emostage.motion.figures import figures
    from emostage.motion.recording import SUFFIX, Recording, write_motion
    from emostage.studio.filmed import read_film
    from emostage.studio.fingerprint import file_digest
    from emostage.studio.preflight import check_output, make_folder

    path = out or Path(f"{film.stem}{SUFFIX}")
    require_film(film)
    check_output(path, [film], suffixes=[SUFFIX], what="a motion file")
    with _bar(film.name) as on_frame:
        found = read_film(film, neutral=neutral, on_frame=on_frame)
    make_folder(path)
    write_motion(Recording(motion=found.motion, source=file_digest(film)), path)
    told = {"motion": path, "neutral_frame": found.neutral, **figures(found.motion)}
    if json:
        data_json(told)
    else:
        for line in sentences(told):
            data(line)
    say(f"{path} is written")


def sentences(told: dict[str, Any]) -> list[str]:
    """What was found, in words."""
    turns = ", ".join(f"{name} {low:+.0f}° to {high:+.0f}°" for name, (low, high) in told["head_deg"].items())
    actions = ", ".join(f"{name} {weight:g}" for name, weight in told["actions"].items())
    return [
        f"length      {told['seconds']:.1f} s, {told['frames']} frames at {told['fps']:g} fps",
        f"at rest     frame {told['neutral_frame']}",
        f"blinks      {told['blinks']}, {told['blinks_per_minute']:.0f} a minute",
        f"head        {turns}",
        f"strongest   {actions or 'none'}",
    ]


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, nothing elsewhere."""
    if not talk().is_terminal:
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}", markup=False), BarColumn(bar_width=28), TimeRemainingColumn())
    with Progress(*columns, console=talk(), transient=True) as progress:
        bar = progress.add_task(f"watching {name}", total=None)
        yield lambda done, count: progress.update(bar, completed=done, total=count)
