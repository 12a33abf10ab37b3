"""The settings of the whole film."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from emostage.scene.cascade import Inherited
from emostage.scene.context import Context
from emostage.scene.issues import Misread
from emostage.scene.model import Film
from emostage.scene.records import Fields
from emostage.scene.suggest import closest
from emostage.scene.units import check_size, parse_colour


def fps_of(fields: Fields | None) -> Fraction:
    """The film's frame rate, which times in frames need before anything else is known."""
    rate = fields.get("fps") if fields else None
    return rate if isinstance(rate, Fraction) else Film().fps


def film_of(fields: Fields | None, written: Inherited, context: Context) -> Film:
    """The film's settings with all defaults filled in; `written` is what it hands down."""
    plain = Film()
    if fields is None:
        return plain
    subtitles = fields.get("subtitles", plain.subtitles)
    if subtitles == "burn":
        context.unfinished.note("subtitles", fields.nodes["subtitles"].place)
    return Film(
        size_px=_size(fields, context),
        fps=context.fps,
        seed=fields.get("seed", plain.seed),
        engine=written.engine or plain.engine,
        quality=fields.get("quality", plain.quality),
        background=_background(fields, context),
        subtitles=subtitles,
        loudness=fields.get("loudness", plain.loudness),
    )


def _size(fields: Fields, context: Context) -> tuple[int, int]:
    size = fields.get("size", Film().size_px)
    try:
        return check_size(*size)
    except Misread as problem:
        context.misread(problem, fields.nodes["size"])
        return Film().size_px


def _background(fields: Fields, context: Context) -> str | Path:
    value: str = fields.get("background", Film().background)
    if value in ("keep", "blur"):
        return value
    try:
        if value.startswith("#"):
            return parse_colour(value)
        path = context.files.find(value, code="E071", what="the background")
        context.uses("background", path, fields.nodes["background"])
        return path
    except Misread as problem:
        close = closest(value, ("keep", "blur"))
        if close and problem.code == "E071":
            problem = Misread("E014", f"'background' cannot be '{value}'", f"did you mean '{close}'?")
        elif problem.code == "E071" and "." not in value:
            problem.hint = "keep, blur, a colour '#rrggbb' in quotes, or the path of a picture"
        context.misread(problem, fields.nodes["background"])
        return Film().background
