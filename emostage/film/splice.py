"""Joins stretches of encoded pictures into one film without decoding them, and puts sound and metadata beside them.

The samples are handed to ffmpeg as an H.264 byte stream (ITU-T H.264, Annex B), an access unit delimiter before each picture. So no
name of a clip ever reaches a list file, and times are counted, not added up: picture n is shown at n / fps exactly.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from emostage.core.errors import EmostageError
from emostage.core.time import SAMPLE_RATE_HZ
from emostage.core.tracks import AudioClip
from emostage.film.boxes import Track
from emostage.film.encode import BITEXACT
from emostage.film.ffmpeg import feed, place

START_CODE = b"\0\0\0\1"
DELIMITER = START_CODE + b"\x09\xf0"
IN_BAND = "7|8|9"
"""Unit types that the container makes redundant: parameter sets and delimiters."""
BATCH_BYTES = 1 << 20
SOUND_BITS_S = 192_000


@dataclass(frozen=True, kw_only=True)
class Stretch:
    """`count` encoded pictures of a clip from `first`, which is a keyframe."""

    path: Path
    track: Track
    first: int
    count: int


def encode_sound(sound: AudioClip, path: Path) -> None:
    """Mono sound as AAC-LC in MP4; the edit list hides the encoder's priming and padding. Raises EmostageError E10x, E11x."""
    arguments = ["-f", "f32le", "-ar", str(sound.rate_hz), "-ac", "1", "-i", "pipe:0", "-c:a", "aac", "-b:a", str(SOUND_BITS_S)]
    arguments += ["-flags:a", "+bitexact", "-movie_timescale", str(SAMPLE_RATE_HZ), *BITEXACT, "-f", "mp4", "-y", place(path)]
    step = BATCH_BYTES // 4
    samples_S = sound.samples_S
    feed(arguments, (samples_S[i : i + step].astype("<f4").tobytes() for i in range(0, len(samples_S), step)), target=path)


def mux(stretches: Iterable[Stretch], sound: Path, path: Path, *, fps: Fraction, metadata: Mapping[str, str]) -> None:
    """Write the film: the pictures of `stretches` one after the other at `fps`, and the AAC track of `sound`; nothing is encoded.

    Raises EmostageError E106 for a damaged clip, E10x for the disk and E11x for ffmpeg.
    """
    at = "round({}*" + f"{fps.denominator}/{fps.numerator}/TB)"
    exact = f"setts=ts={at.format('N')}:duration={at.format('(N+1)')}-{at.format('N')}"
    arguments = [
        *("-f", "h264", "-framerate", f"{fps.numerator}/{fps.denominator}", "-i", "pipe:0"),
        *("-i", place(sound), "-map", "0:v:0", "-map", "1:a:0", "-c", "copy"),
        *("-bsf:v", f"filter_units=remove_types={IN_BAND},{exact}"),
        *("-video_track_timescale", str(fps.numerator), "-movie_timescale", str(SAMPLE_RATE_HZ)),
        *BITEXACT,
        *(part for key, value in metadata.items() for part in ("-metadata", f"{key}={value}")),
        *("-f", "mp4", "-y", place(path)),
    ]
    feed(arguments, _batches(stretches), target=path)


def parameter_sets(config: bytes) -> tuple[int, bytes]:
    """(bytes of a unit's length field, the parameter sets with start codes) of an `avcC` record (ISO/IEC 14496-15, 5.3.3.1)."""
    units, at = [], 5
    for mask in (0x1F, 0xFF):
        count, at = config[at] & mask, at + 1
        for _ in range(count):
            (size,) = struct.unpack_from(">H", config, at)
            units.append(config[at + 2 : at + 2 + size])
            at += 2 + size
    return (config[4] & 3) + 1, b"".join(START_CODE + unit for unit in units)


def _batches(stretches: Iterable[Stretch]) -> Iterator[bytes]:
    batch = bytearray()
    for number, stretch in enumerate(stretches):
        length_bytes, sets = parameter_sets(stretch.track.config)
        if not number:
            batch += DELIMITER + sets
        try:
            for sample in _samples(stretch):
                batch += (b"" if batch.endswith(sets) else DELIMITER) + _annex_b(sample, length_bytes)
                if len(batch) >= BATCH_BYTES:
                    yield bytes(batch)
                    batch.clear()
        except (OSError, ValueError) as error:
            raise EmostageError.of("E106", f"'{stretch.path}' is damaged: {error}", "render it again") from error
    yield bytes(batch)


def _samples(stretch: Stretch) -> Iterator[bytes]:
    wanted = slice(stretch.first, stretch.first + stretch.count)
    with stretch.path.open("rb") as file:
        for offset, size in zip(stretch.track.offsets_N[wanted].tolist(), stretch.track.sizes_N[wanted].tolist(), strict=True):
            file.seek(offset)
            sample = file.read(size)
            if len(sample) != size:
                raise ValueError("it is cut short")
            yield sample


def _annex_b(sample: bytes, length_bytes: int) -> bytes:
    """The units of a sample with start codes instead of lengths."""
    out, at = bytearray(), 0
    while at < len(sample):
        size = int.from_bytes(sample[at : at + length_bytes], "big")
        at += length_bytes
        if not size or at + size > len(sample):
            raise ValueError("a picture is cut short")
        out += START_CODE + sample[at : at + size]
        at += size
    return bytes(out)
