"""Real and performed mouths as a picture: one band for each curve of each clip, over time. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emostage.core.tracks import F64
from emostage.core.whole import whole_file, writing
from emostage.evaluate.talk import Mouths, Talk

WIDTH, MARGIN, BAND, TITLE = 1600, 40, 190, 34
PAPER, REAL, PERFORMED, QUIET = "#fbfaf7", "#22252b", "#cf3a2c", "#8b8d92"
MOST_CLIPS = 40
TICKS = "about their means, a tick every second"


def write_plot(clips: Sequence[tuple[Talk, Mouths]], path: Path) -> None:
    """Draw the real curves dark and the performed ones red, both about their means, into a PNG.

    Only the first `MOST_CLIPS` clips are drawn. Raises EmostageError E100 to E102 when `path` cannot be written.
    """
    shown = clips[:MOST_CLIPS]
    rows = sum(len(figures.channels) for figures, _ in shown)
    image = Image.new("RGB", (WIDTH, TITLE + rows * BAND + MARGIN), PAPER)
    draw = ImageDraw.Draw(image)
    for left, text, colour in ((MARGIN, "the real mouth", REAL), (220, "the performed one", PERFORMED), (430, TICKS, QUIET)):
        draw.text((left, 12), text, font=ImageFont.load_default(16), fill=colour)
    top = TITLE
    for figures, mouths in shown:
        real, performed = mouths.real.curves(), mouths.performed.curves()
        for name, found in figures.channels.items():
            title = f"{figures.name}   {name}   r {found.r:.2f} at {found.lag:+g} frames   amplitude {found.amplitude:.2f}"
            draw.text((MARGIN, top + 12), title, font=ImageFont.load_default(16), fill=REAL)
            _band(draw, top, {REAL: real[name], PERFORMED: performed[name]}, float(mouths.fps))
            top += BAND
    with whole_file(path) as part, writing(path):
        image.save(part, format="PNG", optimize=True)


def _band(draw: ImageDraw.ImageDraw, top: int, curves: dict[str, F64], fps: float) -> None:
    """Curves by colour, on one scale, with a tick every second."""
    middled = {colour: curve_T - np.nanmean(curve_T) for colour, curve_T in curves.items()}
    reach = max(float(np.nanmax(np.abs(curve_T))) for curve_T in middled.values()) or 1.0
    count = max(len(curve_T) for curve_T in middled.values())
    middle, half = top + (TITLE + BAND) / 2, (BAND - TITLE) / 2 - 6
    x_T = MARGIN + (np.arange(count) + 0.5) * (WIDTH - 2 * MARGIN) / count
    draw.line([(MARGIN, middle), (WIDTH - MARGIN, middle)], fill=QUIET)
    for second in range(int(count / fps) + 1):
        x = MARGIN + second * fps * (WIDTH - 2 * MARGIN) / count
        draw.line([(x, middle - 4), (x, middle + 4)], fill=QUIET)
    for colour, curve_T in middled.items():
        for t in np.flatnonzero(np.isfinite(curve_T[:-1]) & np.isfinite(curve_T[1:])).tolist():
            ends = [(x_T[k], middle - half * curve_T[k] / reach) for k in (t, t + 1)]
            draw.line(ends, fill=colour, width=2)
