"""Curves over time as bands of a picture, one under the other, with a legend on top. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emostage.core.tracks import F64
from emostage.core.whole import whole_file, writing

WIDTH, MARGIN, BAND, TITLE = 1600, 40, 190, 34
PAPER, INK, RED, QUIET = "#fbfaf7", "#22252b", "#cf3a2c", "#8b8d92"
_GAP = 6
_LETTERS = 16


def page(bands: int, legend: Sequence[tuple[int, str, str]], width: int = WIDTH) -> Image.Image:
    """A page with room for so many bands; the legend is texts with their left edges and colours."""
    image = Image.new("RGB", (width, TITLE + bands * BAND + MARGIN), PAPER)
    for left, text, colour in legend:
        write(ImageDraw.Draw(image), (left, 12), text, colour)
    return image


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, colour: str = INK) -> None:
    """Text whose upper left corner is `at`."""
    draw.text(at, text, font=ImageFont.load_default(_LETTERS), fill=colour)


def save(image: Image.Image, path: Path) -> None:
    """Write a page as a PNG, whole or not at all. Raises EmostageError E100 to E102 when `path` cannot be written."""
    with whole_file(path) as part, writing(path):
        image.save(part, format="PNG", optimize=True)


@dataclass(frozen=True, kw_only=True)
class Band:
    """A band whose upper edge is at `top`; it shows `count` frames at `fps`, and values from `low` to `high`."""

    draw: ImageDraw.ImageDraw
    top: int
    count: int
    fps: float
    low: float
    high: float
    width: int = WIDTH

    def x(self, frame: float) -> float:
        """Where a frame's middle lies."""
        return MARGIN + (frame + 0.5) * (self.width - 2 * MARGIN) / self.count

    def y(self, value: float) -> float:
        """Where a value lies."""
        share = (value - self.low) / (self.high - self.low)
        bottom = self.top + BAND - _GAP
        return bottom - share * (BAND - TITLE - 2 * _GAP)

    def line(self, value: float) -> None:
        """A quiet line at a value, with a tick every second."""
        y = self.y(value)
        self.draw.line([(MARGIN, y), (self.width - MARGIN, y)], fill=QUIET)
        for second in range(int(self.count / self.fps) + 1):
            x = self.x(second * self.fps - 0.5)
            self.draw.line([(x, y - 4), (x, y + 4)], fill=QUIET)

    def curve(self, values_T: F64, colour: str) -> None:
        """A curve, open where a value is NaN; what leaves the band is drawn at its edge."""
        y_T = [self.y(value) for value in np.clip(values_T, self.low, self.high).tolist()]
        for t in np.flatnonzero(np.isfinite(values_T[:-1]) & np.isfinite(values_T[1:])).tolist():
            self.draw.line([(self.x(t), y_T[t]), (self.x(t + 1), y_T[t + 1])], fill=colour, width=2)

    def mark(self, frame: float, colour: str = QUIET) -> None:
        """A short mark at the lower edge."""
        bottom = self.top + BAND - _GAP
        self.draw.line([(self.x(frame), bottom - 8), (self.x(frame), bottom)], fill=colour, width=2)
