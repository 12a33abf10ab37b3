"""Real and performed mouths as a picture: one band for each curve of each clip, over time. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import ImageDraw

from emostage.core.tracks import F64
from emostage.evaluate.bands import BAND, INK, MARGIN, QUIET, RED, TITLE, Band, page, save, write
from emostage.evaluate.talk import Mouths, Talk

REAL, PERFORMED = INK, RED
MOST_CLIPS = 40
_LEGEND = (
    (MARGIN, "the real mouth", REAL),
    (220, "the performed one", PERFORMED),
    (430, "about their means, a tick every second", QUIET),
)


def write_plot(clips: Sequence[tuple[Talk, Mouths]], path: Path) -> None:
    """Draw the real curves dark and the performed ones red, both about their means, into a PNG.

    Only the first `MOST_CLIPS` clips are drawn. Raises EmostageError E100 to E102 when `path` cannot be written.
    """
    shown = clips[:MOST_CLIPS]
    image = page(sum(len(figures.channels) for figures, _ in shown), _LEGEND)
    draw = ImageDraw.Draw(image)
    top = TITLE
    for figures, mouths in shown:
        real, performed = mouths.real.curves(), mouths.performed.curves()
        for name, found in figures.channels.items():
            title = f"{figures.name}   {name}   r {found.r:.2f} at {found.lag:+g} frames   amplitude {found.amplitude:.2f}"
            write(draw, (MARGIN, top + 12), title)
            _band(draw, top, {REAL: real[name], PERFORMED: performed[name]}, float(mouths.fps))
            top += BAND
    save(image, path)


def _band(draw: ImageDraw.ImageDraw, top: int, curves: dict[str, F64], fps: float) -> None:
    """Curves by colour, about their means, on one scale."""
    middled = {colour: curve_T - np.nanmean(curve_T) for colour, curve_T in curves.items()}
    reach = max(float(np.nanmax(np.abs(curve_T))) for curve_T in middled.values()) or 1.0
    count = max(len(curve_T) for curve_T in middled.values())
    band = Band(draw=draw, top=top, count=count, fps=fps, low=-reach, high=reach)
    band.line(0.0)
    for colour, curve_T in middled.items():
        band.curve(curve_T, colour)
