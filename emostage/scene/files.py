"""Finding the files that a scene names, without opening them. Nothing is fetched, and a scene can be confined to its folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from emostage.scene.issues import Misread
from emostage.scene.suggest import closest, hint_for

SAMPLES = ("astronaut", "hopper")
"""Portraits that come with emostage: `sample/NAME`."""

_URL = re.compile(r"(?i)[a-z][a-z0-9+.-]+://|data:|www\.|//")
_LOOK_AT_MOST = 2000


def _is_link(path: Path) -> bool:
    try:
        return path.is_symlink()
    except (OSError, ValueError):
        return False


class Files:
    """The files beside a scene. With `confine`, nothing outside of the scene's folder may be named."""

    def __init__(self, folder: Path, *, confine: bool = False) -> None:
        self.folder = folder.absolute()
        self.confine = confine

    def find(self, text: str, *, code: str, what: str, folder: bool = False) -> Path:
        """The absolute path of an existing file (or `folder`) named in a scene; `what` it is goes into messages.

        Raises Misread E024 (outside of the scene's folder), E025 (an address), E026 (not a file, or folder) or `code` (missing).
        """
        path, kind = self._path(text), "folder" if folder else "file"
        if _URL.match(text):
            raise Misread("E025", f"'{text}' is an address; a film is made of files only", f"download it and name the {kind}")
        try:
            if self.confine and not path.resolve().is_relative_to(self.folder.resolve()):
                raise Misread(
                    "E024", f"'{text}' lies outside of the scene's folder", "copy it into the folder, or leave out --confine"
                )
            if path.is_dir() if folder else path.is_file():
                return path
            exists = path.exists()
        except (OSError, RuntimeError, ValueError):
            exists = False
        if exists:
            raise Misread("E026", f"'{text}' is not a {kind}", f"name the folder of {what}" if folder else f"name {what}")
        if _is_link(path):
            raise Misread(code, f"{what} '{text}' is a link that leads nowhere", f"name the {kind} itself")
        raise Misread(code, f"{what} '{text}' is not there", self._nearest(path))

    def portrait(self, text: str) -> Path | str:
        """A portrait's path, or `sample/NAME` as it is. Raises Misread as `find`, E071 when it is missing."""
        kind, slash, name = text.partition("/")
        if kind != "sample" or not slash:
            return self.find(text, code="E071", what="the picture")
        if name in SAMPLES:
            return text
        if (self.folder / text).is_file():
            return self.find(text, code="E071", what="the picture")
        raise Misread("E071", f"there is no sample portrait '{name}'", hint_for(name, SAMPLES), start=7, end=len(text))

    def voice(self, name: str) -> str:
        """A voice's name with the path of its file, if it has one, made absolute. Raises Misread as `find`, E062 when missing."""
        kind, _, rest = name.partition("/")
        if kind != "piper" or not rest.endswith(".onnx"):
            return name
        try:
            return f"piper/{self.find(rest, code='E062', what='the voice')}"
        except Misread as problem:
            raise problem.shifted(len(kind) + 1) from None

    def _path(self, text: str) -> Path:
        if text.startswith("~"):
            try:
                return Path(text).expanduser()
            except RuntimeError:
                pass
        return self.folder / text

    def _nearest(self, path: Path) -> str:
        """A hint: the file of the same folder with the most similar name."""
        missing: Callable[[str], str] = "there is no folder '{}'".format
        try:
            if not path.parent.is_dir():
                return missing(path.parent.name)
            names = [entry.name for entry in islice(path.parent.iterdir(), _LOOK_AT_MOST)]
        except (OSError, ValueError):
            return ""
        close = closest(path.name, names)
        if close:
            return f"did you mean '{close}'?"
        return "paths start at the folder of the scene file" if not path.is_absolute() or path.is_relative_to(self.folder) else ""
