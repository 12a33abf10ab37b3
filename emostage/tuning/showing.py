"""What an identity looks like: a sheet and a film of the held-out footage, and of what is made of it before and after."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emostage.core.time import SAMPLE_RATE_HZ, sample_at
from emostage.core.timeline import Clip, Sound, Timeline
from emostage.core.tracks import U8, FrameStream
from emostage.core.whole import whole_file, writing
from emostage.evaluate.person.shows import Shows
from emostage.film.assemble import assemble
from emostage.film.encode import encode
from emostage.film.sound import mix
from emostage.training.person.reading import Reading
from emostage.training.tracked.store import FPS

_COLUMNS, _TILE_PX, _BAND_PX = 6, 220, 26
_FILM_PX = 320
_LOUDNESS = -20.0


@dataclass(frozen=True, kw_only=True)
class Row:
    """What is shown beside the rest, under a name."""

    name: str
    shows: Shows


def real() -> Row:
    """What was filmed."""
    return Row(name="filmed", shows=_filmed)


def _filmed(reading: Reading) -> FrameStream:
    take = reading.take
    return FrameStream(
        fps=Fraction(FPS), size_px=take.size_px, count=len(take), open=lambda: (take.picture(t) for t in range(len(take)))
    )


def write_sheet(rows: Sequence[Row], reading: Reading, out: Path) -> None:
    """A sheet (PNG) of the same moments of a take in each row."""
    moments = np.linspace(0, len(reading.take) - 1, _COLUMNS).round().astype(int)
    height = _TILE_PX + _BAND_PX
    sheet_HW3 = np.full((height * len(rows), _TILE_PX * _COLUMNS, 3), 18, np.uint8)
    for number, row in enumerate(rows):
        wanted = set(moments.tolist())
        tiles = [_tile(frame, _TILE_PX) for t, frame in enumerate(row.shows(reading)) if t in wanted]
        row_HW3 = _named(np.hstack(tiles), row.name)
        sheet_HW3[height * number : height * (number + 1), : row_HW3.shape[1]] = row_HW3
    with whole_file(out) as part, writing(out):
        Image.fromarray(sheet_HW3).save(part, "PNG")


def write_portrait(picture_HW3: U8, out: Path) -> None:
    """A picture as a PNG file."""
    with whole_file(out) as part, writing(out):
        Image.fromarray(picture_HW3).save(part, "PNG")


def write_film(rows: Sequence[Row], reading: Reading, out: Path, title: str, tags: Mapping[str, str]) -> None:
    """A film (MP4) of the rows side by side, with the sound of the take, marked as partly made."""
    count, fps, audio = len(reading.take), Fraction(FPS), reading.take.audio()
    size_px = (_FILM_PX * len(rows), _FILM_PX + _BAND_PX)

    def frames() -> Iterator[U8]:
        for together in zip(*(row.shows(reading) for row in rows), strict=True):
            yield np.hstack([_named(_tile(frame, _FILM_PX), row.name) for frame, row in zip(together, rows, strict=True)])

    sounds = (Sound(audio=audio, start_s=0.0),) if audio is not None else ()
    sound = mix(sounds, sample_at(count, fps), _LOUDNESS)
    assert sound.rate_hz == SAMPLE_RATE_HZ
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        clip = Path(folder) / "clip.mp4"
        encode(FrameStream(fps=fps, size_px=size_px, count=count, open=frames), clip, quality="standard")
        timeline = Timeline(fps=fps, size_px=size_px, clips=(Clip(path=clip, frames=count),), sounds=sounds)
        assemble(timeline, sound, out, title=title, tags=tags)


def _tile(frame_HW3: U8, side: int) -> U8:
    """A frame in a square, its middle where it is not square."""
    rows, columns = frame_HW3.shape[:2]
    least = min(rows, columns)
    top, left = (rows - least) // 2, (columns - least) // 2
    square_HW3 = np.ascontiguousarray(frame_HW3[top : top + least, left : left + least])
    way = cv2.INTER_AREA if least > side else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(square_HW3, (side, side), interpolation=way), np.uint8)


def _named(row_HW3: U8, name: str) -> U8:
    """Pictures with a name under them."""
    band = Image.new("RGB", (row_HW3.shape[1], _BAND_PX), (18, 18, 22))
    ImageDraw.Draw(band).text((8, 5), name, (214, 214, 220), ImageFont.load_default(14))
    return np.vstack([row_HW3, np.asarray(band, np.uint8)])
