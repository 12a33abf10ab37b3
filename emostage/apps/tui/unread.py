"""A scene that has errors, as far as it can be understood: its shots and lines with who speaks them, in the place of a timeline."""

from __future__ import annotations

from collections.abc import Iterator

from rich.style import Style

from emostage.apps.tui.colours import PICKED, QUIET, STRONG
from emostage.apps.tui.view.canvas import Canvas
from emostage.editing.outline import LineAt, Outline
from emostage.editing.surgery import pair
from emostage.scene.nodes import ScalarNode

_NAMES = 9
"""Cells of the names at the left."""


def listing(outline: Outline, picked: int, width: int, height: int) -> list[Canvas]:
    """So many rows around the picked line."""
    rows = list(_rows(outline, picked, max(width, 1)))
    here = next((number for number, (line, _) in enumerate(rows) if line == picked), 0)
    first = min(max(here - height // 2, 0), max(len(rows) - height, 0))
    return [canvas for _, canvas in rows[first : first + max(height, 0)]]


def _rows(outline: Outline, picked: int, width: int) -> Iterator[tuple[int | None, Canvas]]:
    """Rows with the number of the line that each shows; None for a shot."""
    for shot in outline.shots:
        found = pair(shot.node, "name")
        name = found[1].text if found and isinstance(found[1], ScalarNode) else f"shot-{shot.index + 1}"
        yield None, _row(width, "", f"── {name} ", QUIET, QUIET)
        for number in shot.lines:
            line = outline.lines[number]
            style = PICKED if number == picked else Style()
            yield number, _row(width, line.speaker or "", _said(line), STRONG if number == picked else QUIET, style)


def _said(line: LineAt) -> str:
    """What stands for a line: its text, or what it is instead."""
    if line.text is not None:
        return " ".join(line.text.text.split())
    kind = next((name for name in ("pause", "audio", "motion") if name in line.fields), "")
    node = line.fields[kind][1] if kind else None
    return f"({kind} {node.text})" if isinstance(node, ScalarNode) else f"({kind or 'nothing is said'})"


def _row(width: int, name: str, text: str, name_style: Style, style: Style) -> Canvas:
    row = Canvas(width)
    row.fitted(1, name, _NAMES - 2, name_style)
    row.fitted(_NAMES, text, max(width - _NAMES, 0), style)
    return row
