"""All rows of a timeline: what is drawn in each, as the names at the left say, and where keys can be hit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from rich.style import Style

from emostage.apps.tui.board import Board
from emostage.apps.tui.colours import MUSIC, QUIET, STRONG
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view import heading, tracks
from emostage.apps.tui.view.canvas import Canvas

RowKind = Literal["ruler", "shots", "words", "wave", "curve", "keys", "moves", "music", "gap"]
NAMES = 9
"""Cells of the names at the left."""
_CURVES = (1, 8)
"""Fewest and most rows of a curve."""


@dataclass(frozen=True, kw_only=True)
class RowSpec:
    """A row: whose it is, and of a curve which of its rows, counted from its top."""

    kind: RowKind
    speaker: str = ""
    number: int = 0


@dataclass(frozen=True, kw_only=True)
class Row:
    """A drawn row with the keys in it."""

    spec: RowSpec
    canvas: Canvas
    name: Canvas
    hits: tuple[tracks.Hit, ...] = field(default=())


def plan(board: Board, height: int) -> tuple[RowSpec, ...]:
    """Which rows there are: curves take what height is left. There may be more rows than fit."""
    extra = 2 + bool(board.music)
    fixed = sum(3 + tracks.has_moves(board, speaker) for speaker in board.speakers)
    free = (height - extra - fixed) // max(len(board.speakers), 1)
    curve = min(max(free, _CURVES[0]), _CURVES[1])
    specs = [RowSpec(kind="ruler"), RowSpec(kind="shots")]
    for speaker in board.speakers:
        specs += [RowSpec(kind="words", speaker=speaker), RowSpec(kind="wave", speaker=speaker)]
        specs += [RowSpec(kind="curve", speaker=speaker, number=number) for number in range(curve)]
        specs.append(RowSpec(kind="keys", speaker=speaker))
        if tracks.has_moves(board, speaker):
            specs.append(RowSpec(kind="moves", speaker=speaker))
    if board.music:
        specs.append(RowSpec(kind="music"))
    return tuple(specs)


def draw(board: Board, lens: Lens, picked: Picked, specs: tuple[RowSpec, ...]) -> tuple[Row, ...]:
    """All rows, drawn."""
    return tuple(_rows(board, lens, picked, specs))


def _rows(board: Board, lens: Lens, picked: Picked, specs: tuple[RowSpec, ...]) -> Iterator[Row]:
    curves: dict[str, list[Canvas]] = {}
    height = {speaker: sum(s.kind == "curve" and s.speaker == speaker for s in specs) for speaker in board.speakers}
    for spec in specs:
        lines = list(tracks.lines_of(board, spec.speaker, lens))
        hits: list[tracks.Hit] = []
        if spec.kind == "ruler":
            canvas = heading.ruler(lens, board.fps)
        elif spec.kind == "shots":
            canvas = heading.shots(board, lens)
        elif spec.kind == "words":
            canvas = tracks.words(lines, lens, picked)
        elif spec.kind == "wave":
            canvas = tracks.wave(lines, lens)
        elif spec.kind == "curve":
            if spec.speaker not in curves:
                curves[spec.speaker] = tracks.curves(lines, lens, height[spec.speaker])
            canvas = curves[spec.speaker][spec.number]
        elif spec.kind == "music":
            canvas = _music(board, lens)
        else:
            canvas, hits = (tracks.keys if spec.kind == "keys" else tracks.moves)(lines, lens, picked)
        yield Row(spec=spec, canvas=canvas, name=_name(board, picked, spec), hits=tuple(hits))


def _name(board: Board, picked: Picked, spec: RowSpec) -> Canvas:
    """What stands at the left of a row."""
    cell = Canvas(NAMES)
    speaking = board.lines[picked.line].speaker if picked.line < len(board.lines) else ""
    style: Style = STRONG if spec.speaker == speaking else QUIET
    said = {"words": spec.speaker, "music": "music"}.get(spec.kind, "")
    cell.fitted(1, said, NAMES - 2, style)
    return cell


def _music(board: Board, lens: Lens) -> Canvas:
    row = Canvas(lens.width)
    for span in board.music:
        begin, end = max(lens.column(span.start_s), 0), min(lens.column(span.end_s), lens.width)
        row.put(begin, "▁" * max(end - begin, 0), MUSIC)
        row.fitted(begin, f"♪ {span.label} ", end - begin, MUSIC)
    return row
