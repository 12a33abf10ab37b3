"""What is asked for when an identity is to be tuned, and who hears how it goes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from emostage.core.errors import Diagnostic, UsageError
from emostage.core.identity import LONGEST_CONSENT, PARTS, Consent
from emostage.training.fit import Terms
from emostage.training.tracked.people import ALIKE, Face
from emostage.training.tracked.tracking import CAP_S

USUAL: tuple[str, ...] = ("face", "manner", "emotivetalk")
"""Parts that are tuned unless others are asked for: what two cores do in twenty minutes."""
MINUTES = 20.0
"""The most that a tuning lasts unless more is asked for."""
_NAME = re.compile(r"[^\W_]([\w .-]{0,58}[\w-])?")
_PLAIN = re.compile(r"[A-Za-z][\w.-]*(/[\w.-]+)+", re.ASCII)
"""Paths that are text in YAML without quotes."""
_LONGEST_KEY = 40
_KEYWORDS = frozenset({"null", "true", "false"})


@dataclass(frozen=True, kw_only=True)
class Order:
    """`given` films, folders and photos of the person `name`; the identity goes to `folder`. At most `cap_s` seconds of film are
    used, of several people number `face`, a face being theirs from the likeness `alike` on, and the last `held_out_s` seconds (by
    default as `training.tracked.split`) are held out. `minutes` are for all parts together, and `steps` the most that a painter
    takes."""

    given: tuple[Path, ...]
    name: str
    folder: Path
    consent: Consent
    parts: tuple[str, ...] = USUAL
    minutes: float = MINUTES
    steps: int = 600
    rank: int = 8
    cap_s: float = CAP_S
    face: Face = None
    alike: float = ALIKE
    held_out_s: float | None = None
    workers: int = 1
    terms: Terms = Terms(precision="bf16-mixed")
    command: str = ""


class Listener(Protocol):
    """Hears how a tuning goes."""

    def begins(self, what: str) -> None:
        """Something that takes a while begins."""

    def goes_on(self, done: int, of: int) -> None:
        """So much of it is done."""

    def finds(self, what: str) -> None:
        """Something was measured on the way."""

    def warns(self, diagnostic: Diagnostic) -> None:
        """Something is odd."""


def agreed(text: str) -> Consent:
    """The consent that somebody gave. Raises UsageError E012 for none, and for one that is no plain text."""
    told = " ".join(text.split())
    if not 3 <= len(told) <= LONGEST_CONSENT or not all(character == " " or character.isprintable() for character in told):
        hint = 'write --consent "Ada Lovelace, by e-mail to us, 30 November 2026"'
        raise UsageError.of("E012", "who is tuned must have agreed: --consent says who, how and when", hint)
    return Consent(text=told, given=date.today().isoformat())


def parts_of(text: str) -> tuple[str, ...]:
    """The parts in a list such as `face,manner`, or `all`. Raises UsageError E014."""
    if text.strip() == "all":
        return tuple(PARTS)
    named = tuple(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))
    unknown = [word for word in named if word not in PARTS]
    if unknown or not named:
        what = f"'{unknown[0]}' is no part of an identity" if unknown else "no part is named"
        raise UsageError.of("E014", what, f"all, or some of {', '.join(PARTS)}")
    return named


def check_name(name: str) -> str:
    """The name of a person, fit for a folder and a cast. Raises UsageError E021."""
    if not _NAME.fullmatch(name):
        raise UsageError.of("E021", f"'{name}' cannot be the name of an identity", "use letters, digits, '-' and spaces")
    return name


def scene_lines(name: str, folder: Path, portrait: Path) -> Sequence[str]:
    """What to write in a scene that stands in the current folder."""
    return ("cast:", f"  {_key(name)}: {{portrait: {_quoted(portrait)}, identity: {_quoted(folder)}}}")


def _key(name: str) -> str:
    """A name as the cast of a scene has it: it begins with a letter and has no spaces."""
    key = re.sub(r"\W+", "_", name.lower()).strip("_")
    key = key if key[:1].isalpha() and key not in _KEYWORDS else f"me_{key}"
    return key[:_LONGEST_KEY].rstrip("_")


def _quoted(path: Path) -> str:
    text = path.as_posix()
    return text if _PLAIN.fullmatch(text) else "'" + text.replace("'", "''") + "'"
