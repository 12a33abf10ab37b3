"""What can go wrong, as data: a `Diagnostic` for every problem a user can cause or meet, and the errors that carry them.

EmostageError            exit 1: something failed
├── UsageError           exit 2: the command line is wrong
├── SceneError           exit 3: the scene is not valid
├── AssetError           exit 4: a file, portrait or voice is missing or unusable
└── DeviceError          exit 5: no such device, or not enough memory
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import IntEnum
from pathlib import Path
from typing import Literal, Self


class ExitCode(IntEnum):
    """Exit codes of the command line; stable across versions."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SCENE_INVALID = 3
    ASSET_MISSING = 4
    DEVICE = 5
    PARTIAL = 6
    INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Place:
    """A place in a text file; lines and columns count from 1, `end_column` is exclusive."""

    file: Path | None = None
    line: int = 1
    column: int = 1
    end_column: int | None = None


@dataclass(frozen=True, kw_only=True)
class Diagnostic:
    """One problem, ready to be shown as text, JSON, SARIF or a GitHub annotation.

    `code` is stable: a letter (E error, W warning) and three digits. `message` names the offending value in quotes;
    `hint` says what to do about it.
    """

    code: str
    message: str
    hint: str = ""
    place: Place | None = None

    @property
    def severity(self) -> Literal["error", "warning"]:
        """`error` for E codes, `warning` for W codes."""
        return "warning" if self.code.startswith("W") else "error"

    def at(self, place: Place | None) -> Diagnostic:
        """The same problem at `place`, unless it already has one."""
        return self if self.place is not None or place is None else replace(self, place=place)


class EmostageError(Exception):
    """A failure that a user can understand; carries one or more diagnostics."""

    exit_code = ExitCode.FAILED

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(f"{d.code} {d.message}" for d in diagnostics))
        self.diagnostics: tuple[Diagnostic, ...] = diagnostics

    @classmethod
    def of(cls, code: str, message: str, hint: str = "", place: Place | None = None) -> Self:
        """An error with a single diagnostic."""
        return cls(Diagnostic(code=code, message=message, hint=hint, place=place))

    def at(self, place: Place | None) -> Self:
        """The same error with `place` given to the diagnostics that have none."""
        return type(self)(*(d.at(place) for d in self.diagnostics))


class UsageError(EmostageError):
    """The command line asks for something that does not exist or does not fit together."""

    exit_code = ExitCode.USAGE


class SceneError(EmostageError):
    """The scene file is not valid."""

    exit_code = ExitCode.SCENE_INVALID


class AssetError(EmostageError):
    """A file, portrait, sound or voice is missing or cannot be used."""

    exit_code = ExitCode.ASSET_MISSING


class DeviceError(EmostageError):
    """The compute device is missing or too small."""

    exit_code = ExitCode.DEVICE


def in_file_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Diagnostics sorted by place (those without a place first), without exact repetitions."""

    def key(diagnostic: Diagnostic) -> tuple[str, int, int, str]:
        place = diagnostic.place
        return (str(place.file or ""), place.line, place.column, diagnostic.code) if place else ("", 0, 0, diagnostic.code)

    return tuple(sorted(dict.fromkeys(diagnostics), key=key))
