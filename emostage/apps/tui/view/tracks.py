"""The rows of one speaker's track: words, sound, feelings, keys, and what eyes and head do.

W columns of a lens.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from rich.style import Style

from emostage.apps.tui.board import CURVE_RATE, PEAK_RATE, Board, KeyMark, LineStrip
from emostage.apps.tui.colours import GUESSED, LETTERS, PICKED, QUIET, STRONG, WAVE, WRONG, of_emotion
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view.canvas import Canvas
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_LIST_KEY, _CUE = "◆", "◇"


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A key that is drawn from one column to another, the latter not included."""

    ref: KeyMark
    first: int
    last: int


def lines_of(board: Board, speaker: str, lens: Lens) -> Iterator[LineStrip]:
    """The lines of a speaker that are seen."""
    return (line for line in board.lines if line.speaker == speaker and line.end_s > lens.start_s and line.start_s < lens.end_s)


def words(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> Canvas:
    """Words where they are said, that under the playhead bright; beats and recordings by what stands for them."""
    row = Canvas(lens.width)
    for line in lines:
        begin, end = lens.column(line.start_s), lens.column(line.end_s)
        quiet = GUESSED if line.guessed else Style()
        row.put(begin, "▏", STRONG if line.index == picked.line else QUIET)
        if line.problem is not None:
            row.put(max(begin, 0), "✗", WRONG)
        if not line.words:
            row.fitted(max(begin, -1) + 1, line.caption, end - max(begin, -1) - 1, QUIET)
            continue
        for number, word in enumerate(line.words):
            first = lens.column(word.start_s)
            after = line.words[number + 1].start_s if number + 1 < len(line.words) else line.end_s
            room = max(lens.column(after) - first - 1, 1)
            now = word.start_s <= picked.at_s < after
            if first + room > 0:
                row.fitted(max(first, 0), word.text, min(room, first + room), STRONG if now else quiet)
    return row


def wave(lines: Iterable[LineStrip], lens: Lens) -> Canvas:
    """Loudness where it is known, dots where it is guessed, a line for silence; clips that are made already are underlined."""
    row = Canvas(lens.width)
    for line in lines:
        begin, end = max(lens.column(line.start_s), 0), min(lens.column(line.end_s), lens.width)
        style = WAVE + Style(underline=True) if line.drawn else WAVE
        edges_W = (lens.start_s + np.arange(begin, end + 1) * lens.step_s - line.speech_start_s) * PEAK_RATE
        peaks = line.peaks_P
        for column in range(begin, end):
            low, high = int(max(edges_W[column - begin], 0)), int(edges_W[column - begin + 1]) + 1
            if peaks and high > 0 and low < len(peaks):
                row.put(column, _EIGHTHS[min(1 + int(max(peaks[low : max(high, low + 1)], default=0.0) * 7.99), 8)], style)
            else:
                row.put(column, "┈" if line.guessed and line.words else "─", GUESSED if line.guessed else QUIET)
    return row


def curves(lines: Iterable[LineStrip], lens: Lens, height: int) -> list[Canvas]:
    """Feelings as bars as high as they are strong, the strongest at the bottom; `height` rows, the topmost first."""
    rows = [Canvas(lens.width) for _ in range(height)]
    for line in lines:
        begin, end = max(lens.column(line.start_s), 0), min(lens.column(line.end_s), lens.width)
        for column in range(begin, end):
            weights_8 = _felt(line, lens.at(column), lens.step_s)
            parts = sorted(
                ((float(w), name) for w, name in zip(weights_8[1:], EMOTIONS[1:], strict=True) if w > 0.01), reverse=True
            )
            _bar(rows, column, parts, height)
    return rows


def keys(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> tuple[Canvas, list[Hit]]:
    """Keys of feeling: diamonds with emotion and strength beside them where there is room."""
    return _marks(lines, lens, picked, ("emotion",), _feeling)


def moves(lines: Iterable[LineStrip], lens: Lens, picked: Picked) -> tuple[Canvas, list[Hit]]:
    """Keys of gaze and head with what they ask for."""
    return _marks(lines, lens, picked, ("gaze", "head"), _move)


def has_moves(board: Board, speaker: str) -> bool:
    """Whether a speaker's eyes or head are told anything."""
    return any(mark.ref.track != "emotion" for line in board.lines if line.speaker == speaker for mark in line.keys)


def _felt(line: LineStrip, at_s: float, length_s: float) -> F64:
    """What is felt on the mean of a column (8,)."""
    low = int(max(at_s - line.start_s, 0.0) * CURVE_RATE)
    high = max(int((at_s + length_s - line.start_s) * CURVE_RATE), low + 1)
    part_T8 = line.weights_T8[min(low, max(len(line.weights_T8) - 1, 0)) : high]
    return part_T8.mean(0).astype(np.float64) if len(part_T8) else np.zeros(8)


def _bar(rows: Sequence[Canvas], column: int, parts: Sequence[tuple[float, str]], height: int) -> None:
    total = min(sum(share for share, _ in parts), 1.0) * height
    for row in range(height):
        fill = min(max(total - row, 0.0), 1.0)
        eighths = round(fill * 8) if row or fill > 0.06 else 0
        if parts and row == 0 and total > 0.0:
            eighths = max(eighths, 1)
        if eighths == 0:
            continue
        rows[height - 1 - row].put(column, _EIGHTHS[eighths], of_emotion(_at_height(parts, (row + fill / 2) / height)))


def _at_height(parts: Sequence[tuple[float, str]], level: float) -> str:
    reached = 0.0
    for share, name in parts:
        reached += share
        if level <= reached:
            return name
    return parts[-1][1]


def _marks(
    lines: Iterable[LineStrip], lens: Lens, picked: Picked, tracks: Sequence[str], text: Callable[[KeyMark], tuple[str, str]]
) -> tuple[Canvas, list[Hit]]:
    """Marks with as much of their text as there is room before the next one."""
    row, hits = Canvas(lens.width), list[Hit]()
    for line in lines:
        marks = sorted((mark for mark in line.keys if mark.ref.track in tracks), key=lambda mark: mark.at_s)
        for number, mark in enumerate(marks):
            first = lens.column(mark.at_s)
            until = lens.column(marks[number + 1].at_s) if number + 1 < len(marks) else lens.column(line.end_s) + 1
            if not -1 < first < lens.width:
                continue
            sign, said = text(mark)
            style = of_emotion(mark.dominant, bold=True)
            chosen = mark.ref in picked.keys
            row.put(first, sign, style + PICKED if chosen else style)
            row.fitted(first + 1, said, until - first - 2, style + PICKED if chosen else style + Style(bold=False))
            hits.append(Hit(ref=mark, first=first, last=max(min(until - 1, first + 1 + len(said)), first + 1)))
    return row, hits


def _feeling(mark: KeyMark) -> tuple[str, str]:
    letter = LETTERS.get(mark.dominant, "")
    return _CUE if mark.inline else _LIST_KEY, f"{letter} {mark.label}" if letter else mark.label


def _move(mark: KeyMark) -> tuple[str, str]:
    return ("▸" if mark.ref.track == "gaze" else "◦"), mark.label
