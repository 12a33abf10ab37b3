"""Data to stdout, talk to stderr. Colour only on a terminal that wants it (NO_COLOR, FORCE_COLOR, TERM are rich's to read)."""

from __future__ import annotations

import json
import logging
import math
import sys
from functools import cache
from io import TextIOWrapper
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Console


@cache
def talk() -> Console:
    """Where everything goes that is no data."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, soft_wrap=True)


@cache
def page() -> Console:
    """Data that people look at: tables."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 160)


def anything_printable() -> None:
    """Let no character be an error: what the terminal's encoding lacks is written as `\\xNN` or `\\uNNNN`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def data(text: str) -> None:
    """Write a line of data."""
    sys.stdout.write(text + "\n")


def data_json(value: Any) -> None:
    """Write a JSON document. Numbers that are infinite or unknown, which JSON does not have, become null."""
    data(json.dumps(_finite(value), indent=2, ensure_ascii=False, default=str, allow_nan=False))


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def told_as_talk(name: str) -> None:
    """Let what a logger and those below it tell be talk, from now on."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.INFO)
    logger.handlers = [_Talking()]
    logger.propagate = False


class _Talking(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        say(self.format(record))


def say(text: str, style: str | None = None) -> None:
    """Write a line of talk; `text` is taken literally."""
    talk().print(text, style=style, markup=False)
