"""Looks before the leap: what would make a long render fail at its end is found before it begins."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from emostage.core.errors import EmostageError, UsageError
from emostage.film.whole import disk_error
from emostage.scene.model import Script
from emostage.studio.plan import Plan

FORMATS = (".mp4", ".mov", ".m4v")
BYTES_PER_PIXEL = 0.05
"""Twice what draft clips of talking portraits take (measured 0.02-0.03 bytes per pixel and frame)."""
RESERVE_BYTES = 32 << 20


def inputs(script: Script) -> tuple[Path, ...]:
    """Every file a scene reads."""
    named: list[object] = [script.path, script.film.background]
    named += [member.portrait for member in script.cast.values()] + [member.identity for member in script.cast.values()]
    named += [line.audio for line in script.lines] + [line.emotion_from for line in script.lines]
    return tuple(path for path in named if isinstance(path, Path))


def check_output(out: Path, sources: Iterable[Path], *, clobber: bool = True) -> None:
    """Raise EmostageError when a film cannot or must not be written to `out`; makes its folder.

    UsageError E104 for a name that is no film's, E105 for a file the scene is made from; E103 when it exists and must stay;
    E101 or E102 when the place cannot be written to.
    """
    if out.suffix.lower() not in FORMATS:
        raise UsageError.of("E104", f"'{out.name}' is not the name of a film", f"end it with {' or '.join(FORMATS)}")
    if any(_same(out, source) for source in sources):
        raise UsageError.of("E105", f"'{out}' is a file the scene is made from", "choose another name for the film")
    if out.is_dir():
        raise disk_error(IsADirectoryError(21, "is a folder"), out)
    if out.exists() and not clobber:
        raise EmostageError.of("E103", f"'{out}' exists already", "leave out --no-clobber to replace it, or choose another name")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        probe = out.parent / f".{out.name}.part-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise disk_error(error, out) from error


def check_space(plan: Plan, to_draw: int, cache_folder: Path, out: Path) -> None:
    """Raise EmostageError E100 when the disk of the cache or of the film is too small for what is to be written."""
    width, height = plan.film.size_px
    film = int(plan.frames * width * height * BYTES_PER_PIXEL) + plan.frames * 4000
    clips = int(to_draw * width * height * BYTES_PER_PIXEL)
    for folder, wanted in ((cache_folder, film + clips), (out.parent, film)):
        free = shutil.disk_usage(_existing(folder)).free
        if free < wanted + RESERVE_BYTES:
            text = f"{free / 1e6:.0f} MB are free at '{folder}', and this film may need {(wanted + RESERVE_BYTES) / 1e6:.0f} MB"
            raise EmostageError.of("E100", text, "free some space, or use another disk (EMOSTAGE_CACHE moves the cache)")


def _same(one: Path, other: Path) -> bool:
    try:
        return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))
    except OSError:
        return False


def _existing(folder: Path) -> Path:
    folder = folder.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
