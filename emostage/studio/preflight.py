"""Looks before the leap: what would make a long render fail at its end is found before it begins."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

from emostage.core.errors import EmostageError, UsageError
from emostage.core.identity import CARD, PARTS, SUFFIX
from emostage.core.whole import check_writable, real_place, writing
from emostage.scene.model import Script
from emostage.studio.plan import Plan

FORMATS = (".mp4", ".mov", ".m4v")
SUBTITLES = (".srt", ".vtt")
SHEET = ".png"
BYTES_PER_PIXEL = 0.05
"""Twice what draft clips of talking portraits take (measured 0.02-0.03 bytes per pixel and frame)."""
RESERVE_BYTES = 32 << 20


def inputs(script: Script) -> tuple[Path, ...]:
    """Every file a scene reads."""
    named: list[object] = [script.path, script.film.background]
    named += [member.portrait for member in script.cast.values()]
    tuned = [member.identity.path for member in script.cast.values() if member.identity]
    named += [*tuned, *(file for folder in tuned for file in (folder / CARD, *(folder / f"{part}{SUFFIX}" for part in PARTS)))]
    named += [line.audio for line in script.lines] + [line.emotion_from and line.emotion_from.file for line in script.lines]
    named += [line.motion and line.motion.file for line in script.lines]
    return tuple(path for path in named if isinstance(path, Path))


def check_output(
    out: Path, sources: Iterable[Path], *, clobber: bool = True, suffixes: Sequence[str] = FORMATS, what: str = "a film"
) -> None:
    """Raise EmostageError when `what` cannot or must not be written to `out`; nothing is made, not even its folder.

    UsageError E104 for a name with another suffix, E105 for a file that is read (links are followed); E103 when it exists and must
    stay; E101 or E102 when the place cannot be written to.
    """
    if suffixes and out.suffix.lower() not in suffixes:
        raise UsageError.of("E104", f"'{out.name}' is not the name of {what}", f"end it with {' or '.join(suffixes)}")
    if any(_same(out, source) for source in sources):
        raise UsageError.of("E105", f"'{out}' is read to make {what}, which must not replace it", "choose another name with -o")
    with writing(out):
        exists = real_place(out).exists()
        nearest = out if out.parent.is_dir() else _existing(out.parent) / out.name
    if exists and not clobber:
        raise EmostageError.of("E103", f"'{out}' exists already", "leave out --no-clobber to replace it, or choose another name")
    check_writable(nearest)


def make_folder(out: Path) -> None:
    """Make the folder of an output. Raises EmostageError E100, E101, E102."""
    with writing(out):
        out.parent.mkdir(parents=True, exist_ok=True)


def check_film(out: Path, sources: Sequence[Path], *, subtitles: bool, sheet: bool, clobber: bool = True) -> None:
    """`check_output` for a film and the files that will stand beside it."""
    check_output(out, sources, clobber=clobber)
    for suffix in (*(SUBTITLES if subtitles else ()), *((SHEET,) if sheet else ())):
        what = "the contact sheet" if suffix == SHEET else "the subtitles"
        check_output(out.with_suffix(suffix), sources, clobber=clobber, suffixes=(), what=what)


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
    except (OSError, RuntimeError, ValueError):  # what leads nowhere is no file that is read
        return False


def _existing(folder: Path) -> Path:
    folder = folder.resolve()
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder
