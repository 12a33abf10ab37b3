"""Identity adapters: what was learnt of one person, as a folder with `card.json` and a file of weights a part.

A part changes one checkpoint, its base, and fits only the base that it was tuned on. The card tells whose face this is, that they
agreed and when, and the bytes of every part. Everything is checked before any of it is used; nothing here knows what a part does.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Any

from emostage.core.errors import AssetError, Diagnostic
from emostage.core.resources import resource

FORMAT = "emostage.identity.v1"
CARD, PORTRAIT, PREVIEW, FILM, WORK = "card.json", "portrait.png", "preview.png", "before_after.mp4", "work"
"""What lies in an identity's folder beside its parts: the card, the portrait that goes with it, two pictures of what was learnt,
the footage and the runs."""
SUFFIX = ".safetensors"
OWN = (PORTRAIT, PREVIEW, FILM, WORK)
"""What goes with an identity when it is deleted, beside the card and all files of weights."""

PARTS: Mapping[str, str] = MappingProxyType({
    "face": "head",
    "manner": "dicte",
    "emodiffhead": "emodiffhead",
    "emotivetalk": "emotivetalk",
    "emotalker": "emotalker",
    "finish": "finish",
})  # fmt: skip
"""All parts that an identity can have, and the checkpoint that each of them changes."""

LARGEST_CARD, LARGEST_PART = 1 << 20, 1 << 30
"""Bytes."""
LONGEST_NAME, LONGEST_CONSENT = 100, 2000
"""Characters."""
WEAKEST, STRONGEST = 0.0, 1.5
"""Strengths: 0 is the base, 1 what was learnt."""
SHORT = 12
"""Digits of a fingerprint that people are shown."""

_FILE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}" + re.escape(SUFFIX))
_SHA256 = re.compile(r"[0-9a-f]{64}")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Adapter:
    """One part as a net or a renderer is given it: its file, and how strongly it is to change its base. `sha256` tells files of one
    name apart."""

    file: Path
    strength: float = 1.0
    sha256: str = ""


@dataclass(frozen=True, kw_only=True)
class Part:
    """One part: its file and the SHA-256 of that, the checkpoint that it changes with the SHA-256 of the one it was tuned on, how
    it was configured, and what was measured."""

    name: str
    file: Path
    sha256: str
    base_name: str
    base_sha256: str
    config: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Consent:
    """Who agreed and how, in their own words, and the ISO date of it."""

    text: str
    given: str


@dataclass(frozen=True, kw_only=True)
class Identity:
    """An identity adapter as its card tells it."""

    name: str
    folder: Path
    consent: Consent
    parts: Mapping[str, Part]
    what: str = ""
    licence: str = ""
    command: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    trained_with: Mapping[str, Any] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)


def read_identity(folder: Path) -> Identity:
    """The identity of a folder, each of its files read once. Raises AssetError E136 when its card is missing, damaged or of an
    unknown format, and when a part is missing, leaves the folder or has other bytes than the card says."""
    try:
        identity = identity_of(_card(folder), folder)
        for part in identity.parts.values():
            _check_file(part, folder)
    except (OSError, ValueError, RecursionError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error) or "it is too deep"
        hint = "copy it anew, or tune it again with 'emostage finetune'"
        raise AssetError.of("E136", f"the identity '{folder.name or folder}' cannot be read: {reason}", hint) from error
    return identity


def identity_of(card: Any, folder: Path) -> Identity:
    """What a card says, its files not looked at. Raises ValueError with what is wrong in it."""
    if not isinstance(card, Mapping):
        raise ValueError("its card is no mapping")
    if card.get("format") != FORMAT:
        raise ValueError(f"its format is {str(card.get('format'))[:40]!r}; this emostage reads '{FORMAT}'")
    consent = _mapping(card, "consent")
    parts = {str(name): _part(str(name), told, folder) for name, told in _mapping(card, "parts").items()}
    return Identity(
        name=" ".join(_text(card, "name", LONGEST_NAME).split()),
        folder=folder,
        consent=Consent(text=_text(consent, "text", LONGEST_CONSENT), given=_day(_text(consent, "given", 10))),
        parts=MappingProxyType(parts),
        what=_text(card, "what", LONGEST_CONSENT, needed=False),
        licence=_text(card, "licence", LONGEST_CONSENT, needed=False),
        command=_text(card, "command", LARGEST_CARD, needed=False),
        data=_mapping(card, "data", needed=False),
        trained_with=_mapping(card, "trained_with", needed=False),
        figures=_mapping(card, "figures", needed=False),
    )


def misfits(identity: Identity, parts: Iterable[str]) -> tuple[Diagnostic, ...]:
    """E137 for each of these parts that was tuned on another checkpoint than is installed. Parts that the identity lacks fit."""
    there = [identity.parts[name] for name in parts if name in identity.parts]
    return tuple(_misfit(identity, part) for part in there if base_digest(part.base_name) != part.base_sha256)


def base_digest(name: str) -> str | None:
    """The SHA-256 of an installed checkpoint by its own card; None where there is none that can be read."""
    try:
        with (resource("checkpoints", name) / CARD).open("rb") as file:
            told = json.loads(file.read(LARGEST_CARD))["sha256"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None
    return told if isinstance(told, str) else None


def _misfit(identity: Identity, part: Part) -> Diagnostic:
    here = base_digest(part.base_name)
    installed = f"{here[:SHORT]} is installed" if here else "none is installed"
    message = (
        f"the part '{part.name}' of the identity '{identity.name}' was tuned on another '{part.base_name}': "
        f"{part.base_sha256[:SHORT]}, but {installed}"
    )
    made_with = identity.trained_with.get("emostage")
    release = (
        f"emostage {made_with}" if isinstance(made_with, str) and re.fullmatch(r"[\w.+-]{1,40}", made_with) else "the emostage"
    )
    hint = f"tune it again with 'emostage finetune … --resume', or install {release} that it was made with"
    return Diagnostic(code="E137", message=message, hint=hint)


def _card(folder: Path) -> Any:
    path = folder / CARD
    _check_inside(path, folder)
    if not path.is_file():
        raise ValueError(f"there is no {CARD} in it")
    with path.open("rb") as file:
        data = file.read(LARGEST_CARD + 1)
    if len(data) > LARGEST_CARD:
        raise ValueError(f"its card is larger than {LARGEST_CARD >> 20} MiB")
    try:
        return json.loads(data)
    except ValueError as error:
        raise ValueError(f"its card is not JSON ({error})") from error


def _check_file(part: Part, folder: Path) -> None:
    _check_inside(part.file, folder)
    if not part.file.is_file():
        raise ValueError(f"'{part.file.name}' is not there")
    if part.file.stat().st_size > LARGEST_PART:
        raise ValueError(f"'{part.file.name}' is larger than {LARGEST_PART >> 30} GiB")
    if bytes_digest(part.file) != part.sha256:
        raise ValueError(f"the bytes of '{part.file.name}' are not those of the card")


def _check_inside(path: Path, folder: Path) -> None:
    if not path.resolve().is_relative_to(folder.resolve()):
        raise ValueError(f"'{path.name}' leads out of its folder")


def bytes_digest(path: Path) -> str:
    """The SHA-256 of a file. Raises OSError."""
    sha = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            sha.update(chunk)
    return sha.hexdigest()


def _part(name: str, told: Any, folder: Path) -> Part:
    if name not in PARTS:
        raise ValueError(f"it has a part {name[:40]!r} that this emostage does not know")
    if not isinstance(told, Mapping):
        raise ValueError(f"the part '{name}' is no mapping")
    file, base = told.get("file"), _mapping(told, "base")
    if not isinstance(file, str) or not _FILE.fullmatch(file):
        raise ValueError(f"the file of the part '{name}' is no plain name that ends with {SUFFIX}")
    if base.get("name") != PARTS[name]:
        raise ValueError(f"the part '{name}' changes {str(base.get('name'))[:40]!r} instead of '{PARTS[name]}'")
    return Part(
        name=name,
        file=folder / file,
        sha256=_sha256(told, f"the part '{name}'"),
        base_name=PARTS[name],
        base_sha256=_sha256(base, f"the base of the part '{name}'"),
        config=_mapping(told, "config", needed=False),
        figures=_mapping(told, "figures", needed=False),
    )


def _sha256(told: Mapping[str, Any], what: str) -> str:
    value = told.get("sha256")
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError(f"{what} has no SHA-256")
    return value


def _mapping(told: Mapping[str, Any], key: str, *, needed: bool = True) -> Mapping[str, Any]:
    value = told.get(key, None if needed else {})
    if not isinstance(value, Mapping):
        raise ValueError(f"'{key}' is missing" if value is None else f"'{key}' is no mapping")
    return MappingProxyType(dict(value))


def _text(told: Mapping[str, Any], key: str, longest: int, *, needed: bool = True) -> str:
    value = told.get(key, None if needed else "")
    if value is None or (needed and value == ""):
        raise ValueError(f"'{key}' is missing")
    if not isinstance(value, str) or (needed and not value.strip()):
        raise ValueError(f"'{key}' is no text")
    if len(value) > longest:
        raise ValueError(f"'{key}' is longer than {longest} characters")
    if _UNPRINTABLE.search(value):
        raise ValueError(f"'{key}' has control characters")
    return value


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError as error:
        raise ValueError(f"'given' is '{text}' instead of a date such as 2025-03-01") from error
