"""A film as a picture: for each feeling what was asked and what is seen, and how far the mouth is open, over time. T frames."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ImageDraw

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.evaluate.bands import BAND, INK, MARGIN, QUIET, RED, TITLE, WIDTH, Band, page, save, write
from emostage.evaluate.measures import CLOSED_GAP
from emostage.evaluate.schedule import BILABIALS
from emostage.evaluate.shown import Shown

ASKED, SEEN = INK, RED
WIDEST = 12_000
"""Widest picture in pixels."""

_WIDE_S = 40.0
"""Pixels for a second of a film that is too long for the usual width."""
_REST, _FULL = 0.05, 0.9
_ROOM = (-0.25, 1.15)
_LEGEND = (
    (MARGIN, "asked", ASKED),
    (130, "seen in the action that carries it, scaled so that neutral and the strongest moments agree", SEEN),
    (830, "mouth: marks are p, b, m, the line is where lips count as shut; a tick every second", QUIET),
)


def write_film_plot(clips: Sequence[Shown], path: Path) -> None:
    """Draw each feeling that a film asks for, asked dark and seen red, and the gap between the lips, into a PNG.

    Raises EmostageError E100 to E102 when `path` cannot be written.
    """
    asked = {name: np.concatenate([clip.asked(name) for clip in clips]) for name in EMOTIONS[1:]}
    felt = [name for name, asked_T in asked.items() if asked_T.max() > _REST]
    count, fps = sum(len(clip.gap_T) for clip in clips), float(clips[0].job.fps)
    width = int(np.clip(_WIDE_S * count / fps, WIDTH, WIDEST))
    image = page(len(felt) + 1, _LEGEND, width)
    draw = ImageDraw.Draw(image)
    for k, name in enumerate(felt):
        write(draw, (MARGIN, TITLE + k * BAND + 12), name)
        low, high = _ROOM
        band = Band(draw=draw, top=TITLE + k * BAND, count=count, fps=fps, low=low, high=high, width=width)
        band.line(0.0)
        band.curve(asked[name], ASKED)
        band.curve(np.concatenate(_seen(clips, name)), SEEN)
    _mouth(draw, TITLE + len(felt) * BAND, clips, width)
    save(image, path)


def _seen(clips: Sequence[Shown], emotion: str) -> list[F64]:
    """What is seen of an emotion in each clip, on the scale of what was asked of each person."""
    found = []
    for clip in clips:
        of_one = [other for other in clips if other.job.on_screen == clip.job.on_screen]
        neutral_T = np.concatenate([each.neutral() for each in of_one])
        asked_T, measured_T = (np.concatenate([getattr(each, kind)(emotion) for each in of_one]) for kind in ("asked", "measured"))
        found.append(scaled(clip.measured(emotion), measured_T, asked_T, neutral_T))
    return found


def scaled(curve_T: F64, measured_T: F64, asked_T: F64, neutral_T: NDArray[np.bool_]) -> F64:
    """A measured curve on the scale of what is asked: the median of `measured_T` in neutral frames becomes 0, that where most is
    asked becomes what is asked there. Without neutral frames those count that do not ask for it; NaN where there are none either,
    or where nothing changes."""
    most = float(asked_T.max())
    rest_T = neutral_T if neutral_T.any() else asked_T < _REST
    rest, full = (_median(measured_T[where_T]) for where_T in (rest_T, asked_T > max(_REST, _FULL * most)))
    if not np.isfinite(full - rest) or full == rest:
        return np.full(len(curve_T), np.nan)
    return (curve_T - rest) * (most / (full - rest))


def _median(values_T: F64) -> float:
    known_T = values_T[np.isfinite(values_T)]
    return float(np.median(known_T)) if len(known_T) else float("nan")


def _mouth(draw: ImageDraw.ImageDraw, top: int, clips: Sequence[Shown], width: int) -> None:
    """The gap between the lips, and where it must close."""
    gap_T = np.concatenate([clip.gap_T for clip in clips])
    fps = float(clips[0].job.fps)
    widest = float(np.nanmax(gap_T)) if np.isfinite(gap_T).any() else 1.0
    band = Band(draw=draw, top=top, count=len(gap_T), fps=fps, low=-0.1 * widest, high=widest, width=width)
    write(draw, (MARGIN, top + 12), f"mouth opening, up to {widest:.2f} of the eye distance")
    band.line(CLOSED_GAP)
    band.curve(gap_T, SEEN)
    begin = 0
    for clip in clips:
        for phone in clip.phones:
            if phone.text.strip("ˈˌː")[:1] in BILABIALS:
                band.mark(begin + (phone.start_s + phone.end_s) / 2 * fps - 0.5)
        begin += len(clip.gap_T)
