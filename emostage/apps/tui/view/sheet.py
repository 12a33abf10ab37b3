"""All rows of a timeline: what is drawn in each, as the names at the left say, and where keys can be hit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from rich.style import Style

from emostage.apps.tui.board import Board
from emostage.apps.tui.colours import MUSIC, QUIET, STRONG
from emostage.apps.tui.lens import Lens
from emostage.apps.tui.picked import Picked
from emostage.apps.tui.view import heading, tracks
from emostage.apps.tui.view.canvas import Canvas
from emostage.apps.tui.view.curves import curves as feelings
from emostage.apps.tui.view.curves import wave

RowKind = Literal["ruler", "shots", "words", "wave", "curve", "keys", "moves", "music", "gap"]
NAMES = 9
"""Cells of the names at the left."""
_CURVES = (1, 8)
"""Fewest and most rows of a curve."""
_AIRY = 3
"""Rows of a curve from which on there is a gap between tracks."""


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


_NONE: Mapping[RowSpec, Row] = {}


def plan(board: Board, height: int) -> tuple[RowSpec, ...]:
    """Which rows there are: curves take what height is left; where that is much there are gaps between tracks. There may be more
    rows than fit."""
    extra = 2 + bool(board.music)
    fixed = sum(3 + tracks.has_moves(board, speaker) for speaker in board.speakers)
    people = max(len(board.speakers), 1)
    gaps = (height - extra - fixed - people) // people >= _AIRY
    curve = min(max((height - extra - fixed - people * gaps) // people, _CURVES[0]), _CURVES[1])
    specs = [RowSpec(kind="ruler"), RowSpec(kind="shots")]
    for speaker in board.speakers:
        specs += [RowSpec(kind="words", speaker=speaker), RowSpec(kind="wave", speaker=speaker)]
        specs += [RowSpec(kind="curve", speaker=speaker, number=number) for number in range(curve)]
        specs.append(RowSpec(kind="keys", speaker=speaker))
        if tracks.has_moves(board, speaker):
            specs.append(RowSpec(kind="moves", speaker=speaker))
        if gaps:
            specs.append(RowSpec(kind="gap", speaker=speaker))
    if board.music:
        specs.append(RowSpec(kind="music"))
    return tuple(specs)


def draw(
    board: Board, lens: Lens, picked: Picked, specs: tuple[RowSpec, ...], kept: Mapping[RowSpec, Row] = _NONE
) -> tuple[Row, ...]:
    """All rows, drawn, but for those that are `kept`."""
    return tuple(_rows(board, lens, picked, specs, kept))


def _rows(board: Board, lens: Lens, picked: Picked, specs: tuple[RowSpec, ...], kept: Mapping[RowSpec, Row]) -> Iterator[Row]:
    curves: dict[str, list[Canvas]] = {}
    height = {speaker: sum(s.kind == "curve" and s.speaker == speaker for s in specs) for speaker in board.speakers}
    lines = {speaker: list(tracks.lines_of(board, speaker, lens)) for speaker in board.speakers}
    for spec in specs:
        if spec in kept:
            yield kept[spec]
            continue
        hits: list[tracks.Hit] = []
        if spec.kind == "ruler":
            canvas = heading.ruler(lens, board.fps)
        elif spec.kind == "shots":
            canvas = heading.shots(board, lens)
        elif spec.kind == "words":
            canvas = tracks.words(lines[spec.speaker], lens, picked)
        elif spec.kind == "wave":
            canvas = wave(board, spec.speaker, lens, picked)
        elif spec.kind == "curve":
            if spec.speaker not in curves:
                curves[spec.speaker] = feelings(board, spec.speaker, lens, height[spec.speaker], picked)
            canvas = curves[spec.speaker][spec.number]
        elif spec.kind == "music":
            canvas = _music(board, lens)
        elif spec.kind == "gap":
            canvas = Canvas(lens.width)
        else:
            canvas, hits = (tracks.keys if spec.kind == "keys" else tracks.moves)(lines[spec.speaker], lens, picked)
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
