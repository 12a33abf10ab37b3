"""The screen test on one page: what is found in the photograph, its neutral face, the verdict, and every take with its caption.

Boxes are (left, top, right, bottom) in pixels of the page.
"""

from __future__ import annotations

from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont, ImageOps

from emostage.core.tracks import U8, Portrait
from emostage.face.overlay import describe, draw_landmarks
from emostage.studio.screentest import ScreenTest, Take
from emostage.studio.verdict import Grade, Verdict

WIDTH, MARGIN, GAP = 2000, 48, 12
COLUMNS, FACE_PX, MOUTH_PX = 7, (261, 326), (261, 196)
"""Takes in a row, and the size of a take of the face and of the mouth."""
HEADER, HERO_PX, CAPTION, TITLE = 116, 500, 34, 46
"""Heights of the head of the page, of its first row, and of the texts under and over pictures."""
PAPER, INK, QUIET, FAINT = "#fbfaf7", "#22252b", "#7d7f86", "#dcd9d0"
GRADES = {Grade.EXCELLENT: "#2f7d4f", Grade.GOOD: "#5d8a2f", Grade.USABLE: "#c07a12", Grade.POOR: "#c03a2c"}

Box = tuple[int, int, int, int]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A take and its place on the page; its caption stands under it."""

    take: Take
    box: Box


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Everything on the page: cells, the titles of the rows with their places, the room for the verdict, and the page's height."""

    cells: tuple[Cell, ...]
    titles: tuple[tuple[int, str], ...]
    verdict: Box
    height: int


def layout(found: Take, test: ScreenTest) -> Layout:
    """Where the pictures of a test stand: what is found, photo and neutral face in the first row, then the takes in sevens."""
    cells, titles, left = [], [], MARGIN
    for take, width in ((found, HERO_PX), (test.photo, HERO_PX * 4 // 5), (test.neutral, HERO_PX * 4 // 5)):
        cells.append(Cell(take=take, box=(left, HEADER, left + width, HEADER + HERO_PX)))
        left += width + 2 * GAP
    top = HEADER + HERO_PX + CAPTION
    groups = (
        ("Emotions at full", test.emotions, FACE_PX),
        ("Sounds", test.sounds, MOUTH_PX),
        ("Turns and eyes", test.moves, FACE_PX),
    )
    for title, takes, size in groups:
        titles.append((top, title))
        top += TITLE
        for number, take in enumerate(takes):
            x, y = MARGIN + number % COLUMNS * (size[0] + GAP), top + number // COLUMNS * (size[1] + CAPTION)
            cells.append(Cell(take=take, box=(x, y, x + size[0], y + size[1])))
        top += -(-len(takes) // COLUMNS) * (size[1] + CAPTION)
    verdict = (left + GAP, HEADER, WIDTH - MARGIN, HEADER + HERO_PX + CAPTION)
    return Layout(cells=tuple(cells), titles=tuple(titles), verdict=verdict, height=top + MARGIN // 2)


def draw_sheet(portrait: Portrait, test: ScreenTest, verdict: Verdict, name: str, facts: Sequence[str]) -> U8:
    """The page, uint8 sRGB (H, 2000, 3); `name` is its heading and `facts` stand under it."""
    caption = f"what is found   fit {describe(portrait)['fit_error_px']:.2f} px"
    page = layout(Take(caption=caption, picture_HW3=draw_landmarks(portrait, HERO_PX)), test)
    sheet = Image.new("RGB", (WIDTH, page.height), PAPER)
    draw = ImageDraw.Draw(sheet)
    draw.text((MARGIN, 24), _fitted(name, 36, WIDTH // 2), fill=INK, font=_font(36))
    draw.text((MARGIN, 74), _fitted("     ".join(facts), 20, WIDTH - 2 * MARGIN), fill=QUIET, font=_font(20))
    for top, title in page.titles:
        draw.text((MARGIN, top + 10), title, fill=INK, font=_font(22))
        draw.line([(MARGIN + _font(22).getlength(title) + 16, top + 24), (WIDTH - MARGIN, top + 24)], fill=FAINT, width=2)
    for cell in page.cells:
        left, top, right, bottom = cell.box
        picture = Image.fromarray(cell.take.picture_HW3)
        sheet.paste(ImageOps.fit(picture, (right - left, bottom - top), Image.Resampling.LANCZOS), (left, top))
        words = _fitted(cell.take.caption, 18, right - left)
        draw.text(((left + right) / 2, bottom + 6), words, fill=INK, font=_font(18), anchor="ma")
    _write(draw, page.verdict, verdict)
    return np.asarray(sheet, np.uint8)


def _write(draw: Any, box: Box, verdict: Verdict) -> None:
    """The grade, and as many remarks as find room, the worst first."""
    left, top, right, bottom = box
    draw.text((left, top - 8), verdict.grade.word, fill=GRADES[verdict.grade], font=_font(58))
    top += 76
    if not verdict.remarks:
        draw.text((left, top), "Nothing stands in its way.", fill=INK, font=_font(20))
    for number, remark in enumerate(verdict.remarks):
        said, advised = _wrapped(remark.text, 20, right - left - 20), _wrapped(remark.advice, 18, right - left - 20)
        needed = 26 * len(said) + 24 * len(advised) + 14
        if top + needed + 26 > bottom:
            draw.text((left + 20, top), f"and {len(verdict.remarks) - number} more", fill=QUIET, font=_font(18))
            return
        draw.ellipse((left, top + 7, left + 10, top + 17), fill=GRADES[remark.grade])
        for lines, size, step, colour in ((said, 20, 26, INK), (advised, 18, 24, QUIET)):
            for line in lines:
                draw.text((left + 20, top), line, fill=colour, font=_font(size))
                top += step
        top += 14


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """The text in lines that fit."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and _font(size).getlength(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return [_fitted(line, size, width) for line in lines]


def _fitted(text: str, size: int, width: int) -> str:
    """The text, or as much of its beginning as fits."""
    if _font(size).getlength(text) <= width:
        return text
    kept = bisect(range(len(text)), width, key=lambda count: _font(size).getlength(text[:count] + "…"))
    return text[: max(0, kept - 1)] + "…"


@cache
def _font(size: int) -> Any:
    return ImageFont.load_default(size)
