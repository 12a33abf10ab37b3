"""What a YAML parser complains about, said in words that help the author of a scene."""

from __future__ import annotations

import yaml

from emostage.core.errors import Diagnostic
from emostage.scene.nodes import Source

_QUOTES = 'put quotes around the text: "…"'


def explain(error: yaml.YAMLError, source: Source) -> Diagnostic:
    """The diagnostic for a parser's error, at the place that is most likely to blame: E003, E004, or E006 for a limit."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    problem = str(getattr(error, "problem", None) or error)
    index = min(mark.index if mark else 0, len(source.text))
    char = source.text[index : index + 1]
    code, message, hint = _words(problem, char, _line_before(source, index))
    opened = getattr(error, "context_mark", None)
    if "unexpected end" in problem and opened is not None:
        index = opened.index
    elif "',' or" in problem and opened is not None and mark is not None and opened.line != mark.line:
        index, message = opened.index, f"this '{source.text[opened.index]}' is never closed"
    return Diagnostic(code=code, message=message, hint=hint, place=source.place(index, index + 1))


def _line_before(source: Source, index: int) -> str:
    return source.text[source.text.rfind("\n", 0, index) + 1 : index]


_ESCAPES = r"write it twice (\\), or use single quotes: '\[…\]'"
_BY_PROBLEM = (
    ("mapping values are not allowed", "': ' inside a value that has no quotes, or a key at the wrong depth", _QUOTES),
    ("escape character", "a backslash that means nothing inside double quotes", _ESCAPES),
    ("unexpected end of stream", "a quote is opened and never closed", "close it on the same line"),
    ("'-' indicator", "a list and keys are mixed at the same depth", "begin each item with '- ', or indent the keys"),
    ("expected key", "this line does not fit under the one before", "keys of one mapping stand in the same column"),
)


def _words(problem: str, char: str, before: str) -> tuple[str, str, str]:
    """Code, message and hint. `char` stands where the parser stopped, `before` is its line up to there."""
    if char == "\t":
        return "E004", "a tab where YAML wants spaces", "indent with spaces"
    if "nesting depth" in problem:
        return "E006", "values are nested far too deep", "nest less"
    if "cannot start any token" in problem:
        return "E003", f"a value cannot begin with '{char}'", _QUOTES
    if "',' or" in problem:
        return "E003", f"a ',' or '{problem.rsplit(chr(39), 2)[-2]}' is missing here", "close what was opened before"
    if "expected key" in problem and before.rstrip().endswith("]"):
        return "E003", "a text that begins with '[' is read as a list", _QUOTES
    if "expected key" in problem and before.rstrip().endswith(('"', "'")):
        problem, message, hint = "", "something stands behind the closing quote", "put one pair of quotes around the whole text"
    else:
        known = (row for row in _BY_PROBLEM if row[0] in problem)
        _, message, hint = next(known, ("", f"this is not YAML: {problem}", "compare with the lines above"))
    return "E003", message, hint
