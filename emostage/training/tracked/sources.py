"""What somebody gives to show one person: films and photos, one by one or in folders."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from emostage.core.errors import AssetError, Diagnostic
from emostage.face.header import look
from emostage.film.watch import OTHER_SUFFIXES, SUFFIXES

FILMS = (*SUFFIXES, *OTHER_SUFFIXES)
PHOTOS = (".png", ".jpg", ".jpeg", ".webp")
MOST_SOURCES = 400
_MOST_ENTRIES = 20_000
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:/{1,2}[^/]", re.IGNORECASE)
_HINT = f"give films ({', '.join(s[1:] for s in FILMS)}), photos (png, jpg, webp), or folders of them"

Kind = Literal["film", "photo"]


@dataclass(frozen=True, kw_only=True)
class Source:
    """A film or photo. `name` is that of its file, made unique among those given; `digest` the SHA-256 of its bytes."""

    path: Path
    name: str
    kind: Kind
    digest: str


def sources_of(given: Sequence[Path | str]) -> tuple[tuple[Source, ...], tuple[Diagnostic, ...]]:
    """The films and photos that are given, in order, those of folders by name, each once; and warnings (W152) about what was passed
    over in folders.

    Links in folders are not followed. Raises AssetError: E025 for an address, E106 for a file or folder that is not there, is of
    an unknown kind or shows nothing, E071 to E073 and E076 for a photo that cannot be opened, E019 for too many.
    """
    if not given:
        raise AssetError.of("E106", "no film and no photo is given", _HINT)
    found: dict[str, Source] = {}
    told: list[Diagnostic] = []
    for place in given:
        if _ADDRESS.match(str(place)):
            raise AssetError.of("E025", f"'{place}' is an address", "download it, and give the file")
        for path in _files(Path(place)):
            if len(found) >= MOST_SOURCES:
                raise AssetError.of("E019", f"there are more than {MOST_SOURCES} films and photos", "give fewer of them")
            try:
                source = _source(path)
            except AssetError as error:
                if path == Path(place):
                    raise
                told += [Diagnostic(code="W152", message=f"passed over: {d.message}", hint=d.hint) for d in error.diagnostics]
                continue
            found.setdefault(source.digest, source)
    if not found:
        raise AssetError.of("E106", f"no film and no photo in '{given[0]}' can be used", _HINT)
    return tuple(_named(list(found.values()))), tuple(told)


def _files(place: Path) -> Iterator[Path]:
    """The file itself, or the films and photos anywhere in a folder."""
    if not place.is_dir():
        yield place
        return
    entries = 0
    for folder, below, names in os.walk(place, followlinks=False):
        below[:] = sorted(name for name in below if not name.startswith("."))
        entries += len(names)
        if entries > _MOST_ENTRIES:
            raise AssetError.of("E019", f"'{place}' holds more than {_MOST_ENTRIES} files", "give one with less in it")
        for name in sorted(names):
            path = Path(folder) / name
            if path.suffix.lower() in (*FILMS, *PHOTOS) and not name.startswith(".") and not path.is_symlink():
                yield path


def _source(path: Path) -> Source:
    """One film or photo. Raises AssetError as `sources_of`."""
    suffix = path.suffix.lower()
    try:
        if not path.exists():
            raise AssetError.of("E106", f"there is no file '{path}'", "check the path")
        if not path.is_file():
            raise AssetError.of("E106", f"'{path}' is no file", _HINT)
        if suffix in (".heic", ".heif"):
            raise AssetError.of("E106", f"'{path.name}' is of a kind that cannot be read", "save the photo as JPEG")
        if suffix not in (*FILMS, *PHOTOS):
            raise AssetError.of("E106", f"'{path.name}' is neither a film nor a photo", _HINT)
        if not path.stat().st_size:
            raise AssetError.of("E106", f"'{path.name}' is empty", "copy it again")
        if suffix in PHOTOS:
            look(path)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise AssetError.of("E106", f"'{path}' cannot be read: {reason}", "check the path and its permissions") from error
    return Source(path=path, name=path.name, kind="photo" if suffix in PHOTOS else "film", digest=digest)


def _named(found: Sequence[Source]) -> Iterator[Source]:
    """The sources with names that differ."""
    taken: set[str] = set()
    for source in found:
        name, number = source.name, 2
        while name in taken:
            name, number = f"{source.path.stem} ({number}){source.path.suffix}", number + 1
        taken.add(name)
        yield Source(path=source.path, name=name, kind=source.kind, digest=source.digest)
