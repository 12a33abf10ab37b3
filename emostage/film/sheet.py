"""A contact sheet: pictures of a finished film in rows, with their times, as one PNG."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction
from math import ceil
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from emostage.core.errors import UsageError
from emostage.core.time import frame_at
from emostage.core.tracks import U8
from emostage.core.whole import whole_file, writing
from emostage.film.probe import Probe, decode, probe

TILE_PX = 240
"""Longer side of a tile."""
GAP_PX = 8
TEXT_PX = 14
TILE_LIMIT = 1000
SEEK_FRAMES = 75
"""From this distance on it is faster to start anew at a keyframe than to decode what lies between."""
PAPER, INK = (18, 18, 22), (214, 214, 220)


def contact_sheet(
    video: Path,
    out: Path,
    *,
    columns: int = 6,
    every_s: float | None = None,
    count: int | None = None,
    labels: bool = True,
    caption: Callable[[float], str] | None = None,
) -> None:
    """Write tiles of `video` to the PNG file `out`: one each `every_s` seconds, or `count` (default 24) evenly spread.

    Under each tile stands its time, unless `labels` is off, and what `caption` says of that time in seconds. Raises UsageError
    E015 or E018 for a sheet that makes no sense, EmostageError E106 for a film that cannot be read, E100 to E102 for `out`.
    """
    film = probe(video)
    chosen = _chosen(film, every_s, count)
    if columns < 1:
        raise UsageError.of("E015", f"a contact sheet cannot have {columns} columns")
    tile_px = _tile_size(film.size_px)
    rows = ceil(len(chosen) / columns)
    lines = int(labels) + (caption is not None)
    cell_px = (tile_px[0] + GAP_PX, tile_px[1] + GAP_PX + lines * (TEXT_PX + 4))
    sheet = Image.new("RGB", (min(columns, len(chosen)) * cell_px[0] + GAP_PX, rows * cell_px[1] + GAP_PX), PAPER)
    draw, font = ImageDraw.Draw(sheet), ImageFont.load_default(TEXT_PX)
    for i, (frame, tile_HW3) in enumerate(zip(chosen, _tiles(video, chosen, tile_px), strict=True)):
        left, top = GAP_PX + i % columns * cell_px[0], GAP_PX + i // columns * cell_px[1]
        sheet.paste(Image.fromarray(tile_HW3), (left, top))
        at_s = float(frame / film.fps)
        texts = ([timecode(frame, film.fps)] if labels else []) + ([caption(at_s)] if caption else [])
        for line, text in enumerate(texts):
            draw.text((left, top + tile_px[1] + 3 + line * (TEXT_PX + 4)), _fitted(text, font, tile_px[0]), INK, font)
    with whole_file(out) as part, writing(out):
        sheet.save(part, "PNG", optimize=False)


def timecode(frame: int, fps: Fraction) -> str:
    """A film time such as `1:02.480 f1562`: minutes, seconds, milliseconds and the frame."""
    milliseconds = round(1000 * frame / fps)
    return f"{milliseconds // 60000}:{milliseconds // 1000 % 60:02d}.{milliseconds % 1000:03d} f{frame}"


def _chosen(film: Probe, every_s: float | None, count: int | None) -> list[int]:
    """The frames on the sheet."""
    if every_s is not None and count is not None:
        raise UsageError.of("E018", "a contact sheet takes either a distance or a number of tiles")
    if (every_s is not None and not every_s > 0) or (count is not None and count < 1):
        raise UsageError.of("E015", "a contact sheet needs tiles")
    if every_s is None:
        number = min(count or 24, film.frames)
        chosen = [(2 * i + 1) * film.frames // (2 * number) for i in range(number)]
    else:
        number = min(int(film.picture_s / Fraction(every_s)) + 1, film.frames)
        chosen = sorted({frame_at(i * Fraction(every_s), film.fps) for i in range(min(number, TILE_LIMIT + 1))})
        chosen = [frame for frame in chosen if frame < film.frames]
    if len(chosen) > TILE_LIMIT:
        raise UsageError.of("E015", f"a contact sheet holds at most {TILE_LIMIT} tiles", "choose a greater distance")
    return chosen


def _tile_size(size_px: tuple[int, int]) -> tuple[int, int]:
    scale = TILE_PX / max(size_px)
    return max(2, round(size_px[0] * scale)), max(2, round(size_px[1] * scale))


def _tiles(video: Path, chosen: Sequence[int], tile_px: tuple[int, int]) -> Iterator[U8]:
    """The chosen frames, small; in one pass when they lie close together."""
    if chosen[-1] - chosen[0] > SEEK_FRAMES * len(chosen):
        for frame in chosen:
            yield from decode(video, first=frame, count=1, size_px=tile_px)
        return
    wanted = set(chosen)
    for number, tile_HW3 in enumerate(decode(video, count=chosen[-1] + 1, size_px=tile_px)):
        if number in wanted:
            yield tile_HW3


def _fitted(text: str, font: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int) -> str:
    if font.getlength(text) <= width_px:
        return text
    while text and font.getlength(text + "…") > width_px:
        text = text[:-1]
    return text + "…"
