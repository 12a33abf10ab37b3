"""Files that a line takes its performance or its feeling from: their kinds, and the `motion` and `from` of a line."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Literal

from emostage.scene.context import Context
from emostage.scene.issues import Misread
from emostage.scene.model import Source, SourceKind, Take
from emostage.scene.nodes import Node
from emostage.scene.records import Fields

SUFFIXES: dict[str, SourceKind] = {
    **dict.fromkeys((".png", ".jpg", ".jpeg", ".webp"), "picture"),
    **dict.fromkeys((".mp4", ".m4v", ".mov"), "film"),
    ".npz": "motion",
}
LONGEST_S = 600.0
"""Of a motion file."""


def source_of(fields: Fields, context: Context) -> Source | None:
    """The source under `from` of a line's emotion. Noted are sources that are missing or of another kind."""
    name, strength = fields.get("from"), fields.get("strength", 1.0)
    if name is None:
        return None
    place = fields.node.place
    if name == "audio":
        return Source(kind="audio", strength=strength, place=place)
    node = fields.nodes["from"]
    kind = SUFFIXES.get(Path(name).suffix.lower())
    file = _found(name, node, context, code="E027", what="the source", kind=kind)
    if file is None:
        return None
    if kind is None:
        hint = "a picture (png, jpg, webp), a film (mp4, mov), a motion file (npz), or 'audio'"
        context.issues.add("E029", f"'{name}' is no source of a feeling", hint, at=node)
        return None
    return Source(kind=kind, file=file, strength=strength, place=place)


def take_of(fields: Fields, context: Context) -> Take | None:
    """The recorded performance under `motion` of a line. Lips are kept where the line has no speech or a recording of it, which is
    taken for that of the performance; where a voice reads the line, it moves the lips."""
    value = fields.get("motion")
    if value is None:
        return None
    node = fields.nodes["motion"]
    options = value if isinstance(value, Fields) else None
    name, at = (options.get("file"), options.nodes.get("file", node)) if options else (value, node)
    file = _take_file(name, at, context)
    start_s = _start_s(options, context)
    if file is None or start_s is None:
        return None
    usual: Literal["keep", "speech"] = "speech" if "text" in fields and "audio" not in fields else "keep"
    take = Take(file=file, lips=usual, start_s=start_s, place=at.place)
    return (
        replace(take, **{name: options.get(name) for name in ("lips", "gain", "fit") if name in options.values})
        if options
        else take
    )


def _take_file(name: str | None, at: Node, context: Context) -> Path | None:
    if name is None:
        return None
    kind = SUFFIXES.get(Path(name).suffix.lower())
    file = _found(name, at, context, code="E088", what="the motion file", kind="motion" if kind == "motion" else None)
    if file is not None and kind != "motion":
        hint = f"read it first: emostage track {Path(name).name}" if kind == "film" else "'emostage track FILM' writes motion files"
        context.issues.add("E029", f"'{name}' is no motion file", hint, at=at)
        return None
    return file


def _start_s(options: Fields | None, context: Context) -> float | None:
    amount = options.get("start") if options else None
    if options is None or amount is None:
        return None if options is not None and "start" in options else 0.0
    seconds: float = amount.at(context.fps)
    if seconds > LONGEST_S:
        hint = f"a motion file lasts up to {LONGEST_S:g} s"
        context.issues.add("E044", f"a start at {seconds:g} s is too late", hint, at=options.nodes["start"])
        return None
    return seconds


def _found(name: str, node: Node, context: Context, *, code: str, what: str, kind: SourceKind | None) -> Path | None:
    try:
        file = context.files.find(name, code=code, what=what)
    except Misread as problem:
        context.misread(problem, node)
        return None
    if kind is not None and kind != "audio":
        context.uses("face" if kind == "picture" else kind, file, node)
    return file
