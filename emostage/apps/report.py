"""Diagnostics as text with carets, JSON, SARIF 2.1.0 (OASIS) or GitHub annotations. Pure functions: nothing is printed here."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import emostage
from emostage.core.errors import Diagnostic, Place

Sources = Mapping[Path, Sequence[str]]
"""Lines of the files that diagnostics point into."""

MAX_COLUMNS = 132
"""Longer source lines are cut around the caret."""
MAX_SOURCE_BYTES = 8 * 1024 * 1024
_RED, _YELLOW, _DIM, _BOLD, _PLAIN = "\x1b[31m", "\x1b[33m", "\x1b[2m", "\x1b[1m", "\x1b[0m"


def sources_of(diagnostics: Iterable[Diagnostic]) -> dict[Path, list[str]]:
    """The lines of every file that diagnostics point into; files that cannot be read are left out."""
    found: dict[Path, list[str]] = {}
    for file in {d.place.file for d in diagnostics if d.place and d.place.file}:
        try:
            if file.is_file() and file.stat().st_size <= MAX_SOURCE_BYTES:
                data = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
                if b"\0" in data:  # UTF-16, or no text at all
                    continue
                whole = data.decode("utf-8", "replace")
                found[file] = whole.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        except OSError:
            continue
    return found


def as_text(diagnostics: Sequence[Diagnostic], sources: Sources | None = None, *, colour: bool = False) -> str:
    """Each problem on a line of its own, its source line and a caret below it; no newline at the end."""
    sources = sources_of(diagnostics) if sources is None else sources
    return "\n".join(block for d in diagnostics for block in _block(d, sources, colour=colour))


def _block(diagnostic: Diagnostic, sources: Sources, *, colour: bool) -> list[str]:
    place = diagnostic.place
    where = f"{_visible(shown_path(place.file))}:{place.line}:{place.column}: " if place and place.file else ""
    message = _visible(" ".join(diagnostic.message.splitlines()))
    hint = f"; {_visible(' '.join(diagnostic.hint.splitlines()))}" if diagnostic.hint else ""
    code = diagnostic.code
    if colour:
        tone = _RED if diagnostic.severity == "error" else _YELLOW
        where, code = f"{_BOLD}{where}{_PLAIN}", f"{tone}{code}{_PLAIN}"
    block = [f"{where}{code} {message}{hint}"]
    lines = sources.get(place.file, ()) if place and place.file else ()
    if place and 1 <= place.line <= len(lines) and lines[place.line - 1].strip():
        shown, start, end = _window(lines[place.line - 1], place)
        caret = " " * _width(shown[:start]) + "^" * max(1, _width(shown[start:end]))
        marks = [f"{place.line:>5} | {_visible(shown)}", f"      | {caret}"]
        block += [f"{_DIM}{mark}{_PLAIN}" for mark in marks] if colour else marks
    return block


def _window(line: str, place: Place) -> tuple[str, int, int]:
    """The part of a line that is shown, and where the caret starts and ends in it."""
    start = min(place.column - 1, len(line))
    end = min(max(place.end_column or place.column + 1, place.column + 1) - 1, len(line) + 1)
    if len(line) <= MAX_COLUMNS:
        return line, start, end
    left = max(0, min(start - MAX_COLUMNS // 3, len(line) - MAX_COLUMNS))
    right = left + MAX_COLUMNS
    head, tail = "…" if left else "", "…" if right < len(line) else ""
    shift = left - len(head)
    return head + line[left:right] + tail, start - shift, min(end, right) - shift


def _visible(text: str) -> str:
    """A text as one terminal line: tabs are one column wide; control characters and those that turn the reading direction are
    replaced."""
    return "".join(" " if char == "\t" else "\ufffd" if _unseen(char) else char for char in text)


def _unseen(char: str) -> bool:
    return unicodedata.category(char) == "Cc" or "\u202a" <= char <= "\u202e" or "\u2066" <= char <= "\u2069"


def _width(text: str) -> int:
    """Terminal columns of a text."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    none = sum(unicodedata.category(char) in ("Mn", "Me", "Cf") and not _unseen(char) for char in text)
    return len(text) + wide - none


def shown_path(file: Path | None) -> str:
    """A file's path as people want to read it: relative to the working folder when it lies inside."""
    if file is None:
        return ""
    try:
        return file.absolute().relative_to(Path.cwd()).as_posix()
    except (ValueError, OSError):
        return file.as_posix()


def as_json(diagnostics: Sequence[Diagnostic]) -> str:
    """A JSON list of objects with file, line, column, endColumn, severity, code, message and hint."""
    return json.dumps([_plain(d) for d in diagnostics], indent=2, ensure_ascii=False)


def _plain(diagnostic: Diagnostic) -> dict[str, Any]:
    place = diagnostic.place
    return {
        "file": shown_path(place.file) if place and place.file else None,
        "line": place.line if place else None,
        "column": place.column if place else None,
        "endColumn": place.end_column if place else None,
        "severity": diagnostic.severity,
        "code": diagnostic.code,
        "message": diagnostic.message,
        "hint": diagnostic.hint,
    }


def as_sarif(diagnostics: Sequence[Diagnostic]) -> str:
    """A SARIF 2.1.0 log with one run."""
    rules = sorted({d.code for d in diagnostics})
    driver = {"name": "emostage", "version": emostage.__version__, "rules": [{"id": rule} for rule in rules]}
    results = [_sarif_result(d, rules.index(d.code)) for d in diagnostics]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    log = {"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "version": "2.1.0", "runs": [run]}
    return json.dumps(log, indent=2, ensure_ascii=False)


def _sarif_result(diagnostic: Diagnostic, rule: int) -> dict[str, Any]:
    words = diagnostic.message + (f"; {diagnostic.hint}" if diagnostic.hint else "")
    result: dict[str, Any] = {
        "ruleId": diagnostic.code,
        "ruleIndex": rule,
        "level": diagnostic.severity,
        "message": {"text": words},
    }
    place = diagnostic.place
    if place and place.file:
        region = {"startLine": place.line, "startColumn": place.column}
        if place.end_column is not None:
            region["endColumn"] = place.end_column
        shown = shown_path(place.file)
        uri = place.file.as_uri() if Path(shown).is_absolute() else _relative_uri(shown)
        result["locations"] = [{"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}]
    return result


def _relative_uri(path: str) -> str:
    return Path("/", path).as_uri().removeprefix("file:///")


def as_github(diagnostics: Sequence[Diagnostic]) -> str:
    """Workflow commands that GitHub shows as annotations."""
    return "\n".join(_github_line(d) for d in diagnostics)


def _github_line(diagnostic: Diagnostic) -> str:
    place = diagnostic.place
    parts = [f"title={_escaped(diagnostic.code, value=True)}"]
    if place and place.file:
        parts = [f"file={_escaped(shown_path(place.file), value=True)}", f"line={place.line}", f"col={place.column}", *parts]
        if place.end_column is not None:
            parts.insert(3, f"endColumn={place.end_column}")
    words = f"{diagnostic.code} {diagnostic.message}" + (f"; {diagnostic.hint}" if diagnostic.hint else "")
    return f"::{diagnostic.severity} {','.join(parts)}::{_escaped(words)}"


def _escaped(text: str, *, value: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if value else text


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """`2 errors, 1 warning`; empty when there is nothing to tell."""
    counts = {kind: sum(d.severity == kind for d in diagnostics) for kind in ("error", "warning")}
    return ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count)
