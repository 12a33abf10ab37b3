"""A film of any kind as people see it, from any moment on: upright, square pixels, an even 25 frames a second.

T frames, H and W rows and columns, S samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import U8
from emostage.core.whole import whole_file, writing
from emostage.film.encode import EXACT_SCALING
from emostage.film.ffmpeg import place, read, run
from emostage.film.probe import probe
from emostage.film.watch import MOST_PIXELS
from emostage.training.tracked.store import FPS, I16, RATE_HZ

LONGEST_S = 4 * 3600
_ROUNDED_S = 0.5
_SAFE = (
    *("-protocol_whitelist", "file,pipe"),
    *("-format_whitelist", "mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,avi,flv,asf,mpegts,mpeg,mpegvideo,ogg"),
)
"""What a file may be; others (playlists, lists of files) can lead to other places."""
_UPRIGHT = "scale=w='round(iw*sar)':h=ih,setsar=1"
_OF_THE_FILM = frozenset({"E106", "E115", "E116"})


@dataclass(frozen=True, kw_only=True)
class Film:
    """What is known of a film: how long its pictures last, at how many a second on the whole, their (width, height) as seen, and
    whether it has sound."""

    path: Path
    seconds: float
    rate: float
    size_px: tuple[int, int]
    has_sound: bool

    @property
    def frames(self) -> int:
        """How many frames it has at 25 a second."""
        return max(1, round(self.seconds * FPS))


@dataclass(frozen=True, kw_only=True)
class Window:
    """A part of the pictures of a film, in its pixels, and the (width, height) it is seen at. Even numbers all."""

    left: int
    top: int
    width: int
    height: int
    size_px: tuple[int, int]

    @property
    def scale(self) -> float:
        """Pixels as seen for each of the film's."""
        return self.size_px[0] / self.width


def film_of(path: Path) -> Film:
    """What is known of a film; its packets are counted, its first picture is decoded.

    Raises AssetError: E106 when it cannot be read or is empty, E117 when it is too long or too large.
    """
    try:
        size_px = _seen_size(path)
        frames, seconds = _length(path)
        has_sound = _has_sound(path)
    except EmostageError as error:
        if not {problem.code for problem in error.diagnostics} <= _OF_THE_FILM or isinstance(error, AssetError):
            raise
        message = f"'{path.name}' is no film that can be read ({error.diagnostics[0].message})"
        raise AssetError.of("E106", message, f"convert it: ffmpeg -i {path.name} new.mp4") from error
    if seconds > LONGEST_S:
        raise AssetError.of("E117", f"'{path.name}' lasts {seconds / 3600:.1f} hours", "cut it to a few minutes of one person")
    return Film(path=path, seconds=seconds, rate=frames / seconds, size_px=size_px, has_sound=has_sound)


def _seen_size(path: Path) -> tuple[int, int]:
    """(width, height) of the first picture as seen."""
    arguments = [*_SAFE, "-i", place(path), "-map", "0:v:0", "-frames:v", "1", "-vf", _UPRIGHT, "-c:v", "ppm", "-f", "image2pipe"]
    for block in read([*arguments, "pipe:1"], 32):
        words = bytes(block).split(maxsplit=3)
        if len(words) < 3 or words[0] != b"P6":
            break
        width, height = int(words[1]), int(words[2])
        if width * height > MOST_PIXELS:
            raise AssetError.of("E117", f"'{path.name}' has {width} x {height} pixels", "scale it to 1080p")
        return width, height
    raise AssetError.of("E106", f"'{path.name}' shows nothing", "take it again, or convert it")


def _length(path: Path) -> tuple[int, float]:
    """Pictures and seconds, without decoding."""
    arguments = [*_SAFE, "-i", place(path), "-map", "0:v:0", "-c", "copy", "-f", "null", "-progress", "pipe:1", "-"]
    said = b"".join(read(arguments, 1 << 12)).decode("utf-8", "replace").split()
    told = dict(line.partition("=")[::2] for line in said if "=" in line)
    try:
        frames, seconds = int(told["frame"]), int(told["out_time_us"]) / 1e6
    except (KeyError, ValueError):
        frames, seconds = 0, 0.0
    if frames < 1 or seconds <= 0:
        raise AssetError.of("E106", f"'{path.name}' has no pictures", "take it again, or convert it")
    return frames, _told(path, seconds)


def _told(path: Path, counted_s: float) -> float:
    """The length that the index of an MP4 film tells, if it is about what was counted: a last picture may last longer."""
    try:
        told_s = float(probe(path).picture_s)
    except EmostageError:
        return counted_s
    return told_s if abs(told_s - counted_s) < _ROUNDED_S else counted_s


def _has_sound(path: Path) -> bool:
    try:
        run([*_SAFE, "-i", place(path), "-map", "0:a:0", "-t", "0.1", "-f", "null", "-"])
    except EmostageError as error:
        if {problem.code for problem in error.diagnostics} == {"E115"}:
            return False
        raise
    return True


def whole(film: Film, side_px: int) -> Window:
    """All of the picture, its longer side not over so many pixels."""
    width, height = (max(2, side - side % 2) for side in film.size_px)
    return fitted(0, 0, width, height, side_px)


def fitted(left: int, top: int, width: int, height: int, side_px: int) -> Window:
    """A window that is seen with its longer side not over so many pixels, never enlarged."""
    shrink = max(1.0, max(width, height) / side_px)
    size_px = (max(2, 2 * round(width / shrink / 2)), max(2, 2 * round(height / shrink / 2)))
    return Window(left=left, top=top, width=width, height=height, size_px=size_px)


def pictures(film: Film, first: int, count: int, window: Window) -> Iterator[U8]:
    """Frames (H, W, 3), sRGB, from frame `first` on, as many as there are of `count`. What comes before is not decoded, but for the
    frames back to a keyframe. Raises EmostageError E115, E116."""
    width, height = window.size_px
    look = (
        f"fps={FPS}:start_time=0,{_UPRIGHT},crop={window.width}:{window.height}:{window.left}:{window.top},"
        f"scale={width}:{height}:out_range=pc:{EXACT_SCALING},format=rgb24"
    )
    arguments = [*_SAFE, *_from(first), "-i", place(film.path), "-map", "0:v:0", "-vf", look, "-frames:v", str(count)]
    for block in read([*arguments, "-f", "rawvideo", "pipe:1"], width * height * 3):
        if len(block) == width * height * 3:
            yield np.frombuffer(block, np.uint8).reshape(height, width, 3)


def write_sound(film: Film, path: Path) -> None:
    """Write the whole sound of a film as a file of samples, 16 kHz, mono, 16 bits, beginning with its pictures. Decoded from its
    beginning, for kinds of sound differ in what comes of a seek. Raises EmostageError E100 to E102, E115, E116."""
    look = ["-map", "0:a:0", "-af", "aresample=async=1:first_pts=0", "-ac", "1", "-ar", str(RATE_HZ), "-t", f"{film.seconds:.6f}"]
    with whole_file(path) as part:
        run([*_SAFE, "-i", place(film.path), *look, "-c:a", "pcm_s16le", "-f", "s16le", "-y", place(part)], target=path)


def sound(path: Path, first: int, count: int) -> I16:
    """The sound of so many frames (S,) out of such a file; silence where it has no more. Raises EmostageError E101."""
    samples, start = count * RATE_HZ // FPS, first * RATE_HZ // FPS
    with writing(path), path.open("rb") as file:
        file.seek(2 * start)
        data = file.read(2 * samples)
    heard_S = np.frombuffer(data[: len(data) // 2 * 2], "<i2")
    return np.pad(heard_S, (0, samples - len(heard_S))).astype(np.int16)


def _from(first: int) -> list[str]:
    """A seek that is nearer to a frame than to the one before, in any time base."""
    return ["-ss", f"{(first - 0.25) / FPS:.6f}"] if first else []
