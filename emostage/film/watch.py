"""A film that somebody took, as frames to look at: upright, at an even rate, not larger than need be."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import U8, FrameStream
from emostage.film.encode import EXACT_SCALING
from emostage.film.ffmpeg import place, read
from emostage.film.probe import probe

SUFFIXES = (".mp4", ".m4v", ".mov")
OTHER_SUFFIXES = (".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".wmv", ".ogv")
"""Films that have to be converted first."""
LONGEST_S = 600
MOST_PIXELS = 7680 * 4320
MOST_FPS = 31
"""Faster films are looked at in every second, third … frame: lips that close are seen for longer than a thirtieth of a second."""
_SIDE_PX = 1280
_MISSING = 0.02
"""Share of the frames that a film may lack at its end, for what its index says of its length is rounded."""


def require_film(path: Path) -> None:
    """Raise AssetError for what is no film that can be watched: E106 for no file or another format, E117 when it is too long or too
    large. Only its index is read."""
    if not path.is_file():
        raise AssetError.of("E106", f"there is no film '{path}'", "give the path of an MP4 film")
    if path.suffix.lower() in OTHER_SUFFIXES:
        raise AssetError.of("E106", f"'{path}' is not an MP4 film", f"convert it: ffmpeg -i {path.name} {path.stem}.mp4")
    try:
        found = probe(path)
    except EmostageError as error:
        raise AssetError.of("E106", f"'{path}' is not a whole MP4 film", f"convert it: ffmpeg -i {path.name} new.mp4") from error
    if found.picture_s > LONGEST_S:
        message = f"'{path.name}' lasts {float(found.picture_s):.0f} s"
        raise AssetError.of("E117", message, f"cut it to at most {LONGEST_S} s")
    if found.size_px[0] * found.size_px[1] > MOST_PIXELS:
        message = f"'{path.name}' has {found.size_px[0]} x {found.size_px[1]} pixels"
        raise AssetError.of("E117", message, "scale it to 1080p; that shows a face well enough")


def watch(path: Path) -> FrameStream:
    """The frames of a film as players show them, scaled so that no side is longer than 1280 pixels, at its own mean rate or, when
    that is over 31 a second, a whole part of it.

    Raises AssetError as `require_film`, and EmostageError E106 while streaming when it is damaged.
    """
    require_film(path)
    found = probe(path)
    fps = found.fps.limit_denominator(1001) / ceil(found.fps / MOST_FPS)
    across, down = found.size_px if found.quarter_turns % 2 == 0 else found.size_px[::-1]
    shrink = max(1.0, max(across, down) / _SIDE_PX)
    width, height = max(2, round(across / shrink)), max(2, round(down / shrink))
    count = found.frames if fps == found.fps else max(1, ceil(found.picture_s * fps - Fraction(1, 2)))
    look = f"fps={fps.numerator}/{fps.denominator},scale={width}:{height}:out_range=pc:{EXACT_SCALING},format=rgb24"
    arguments = ["-i", place(path), "-map", "0:v:0", "-vf", look, "-frames:v", str(count), "-f", "rawvideo", "pipe:1"]

    def frames() -> Iterator[U8]:
        done, last_HW3 = 0, None
        for block in read(arguments, width * height * 3):
            if len(block) == width * height * 3:
                last_HW3 = np.frombuffer(block, np.uint8).reshape(height, width, 3)
                yield last_HW3
                done += 1
        if last_HW3 is None or count - done > max(2, _MISSING * count):
            raise EmostageError.of("E106", f"'{path}' ends after {done} of {count} frames", "convert it, or take it again")
        for _ in range(count - done):
            yield last_HW3

    return FrameStream(fps=fps, size_px=(width, height), count=count, open=frames)
