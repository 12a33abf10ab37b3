"""Reads the index of an MP4 film: the tracks, and of each the place, size and time of every sample. Exact, and without decoding.

Source: ISO/IEC 14496-12 (ISO base media file format): `moov` 8.2, `tkhd` 8.3.2, `mdhd` 8.4.2, `elst` 8.6.6, `stts` 8.6.1.2,
`ctts` 8.6.1.3, `stss` 8.6.2, `stsz` 8.7.3, `stsc` 8.7.4, `stco`/`co64` 8.7.5; 14496-15 for `avcC`.
Letters: N samples, K keyframes, C chunks.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import EmostageError
from emostage.core.tracks import Frozen

INDEX_LIMIT_BYTES = 256 << 20
I64 = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class Track(Frozen):
    """One track. `offsets_N` and `sizes_N` place its samples in the file; `ticks_N` are their durations in 1 / `timescale` s."""

    kind: Literal["picture", "sound"]
    codec: str
    """Four letters of the sample entry: `avc1`, `mp4a`."""
    config: bytes
    """The `avcC` record of an H.264 track, else empty."""
    size_px: tuple[int, int]
    timescale: int
    ticks_N: I64
    offsets_N: I64
    sizes_N: I64
    keys_K: I64
    """Numbers of the samples that can be decoded alone."""
    reorders: bool
    """Whether samples are shown in another order than they are decoded."""
    skip_ticks: int
    """Where in the media the edit list begins: encoder priming of a sound track."""
    shown_s: Fraction
    """Length as presented: that of the edit list, or of the media."""
    quarter_turns: int = 0
    """By how many right angles, clockwise, players turn the picture."""


def read_tracks(path: Path) -> tuple[Track, ...]:
    """The picture and sound tracks of an MP4 file. Raises EmostageError E106 for what is no whole MP4 film."""
    try:
        moov = read_box(path, b"moov") or b""
        scale = _times(_child(moov, b"mvhd"))[0]
        tracks = tuple(t for box in _children(moov, b"trak") if (t := _track(box, scale)) is not None)
        end = path.stat().st_size
        if any((t.offsets_N + t.sizes_N > end).any() for t in tracks):
            raise ValueError("samples lie beyond the end")
        return tracks
    except (struct.error, ValueError, IndexError, KeyError, ZeroDivisionError, StopIteration) as error:
        raise EmostageError.of("E106", f"'{path}' is not a whole MP4 film", "render it again") from error


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the boxes in `data`. Raises ValueError when one reaches beyond the end."""
    at = 0
    while at + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, at)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size or len(data) - at
        if size < head or at + size > len(data):
            raise ValueError(f"box {kind!r} is cut short")
        yield kind, data[at + head : at + size]
        at += size


def top_boxes(path: Path) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of content, bytes of content) of the boxes of a file. Raises ValueError when one reaches beyond the end."""
    end = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at + 8 <= end:
            file.seek(at)
            head = file.read(16)
            size, kind = struct.unpack_from(">I4s", head)
            start = 16 if size == 1 else 8
            size = struct.unpack_from(">Q", head, 8)[0] if size == 1 else size or end - at
            if size < start or at + size > end:
                raise ValueError(f"box {kind!r} is cut short")
            yield kind, at + start, size - start
            at += size


def read_box(path: Path, kind: bytes, begins: bytes = b"") -> bytes | None:
    """The content of the first box of a kind at the top of a file, that `begins` so; None without one.

    Raises ValueError for a file of cut boxes or a box over the limit, and EmostageError E106 when the file cannot be read.
    """
    try:
        for found, start, size in top_boxes(path):
            if found != kind:
                continue
            with path.open("rb") as file:
                file.seek(start)
                if file.read(len(begins)) != begins:
                    continue
                if size > INDEX_LIMIT_BYTES:
                    raise ValueError("the index is too large")
                file.seek(start)
                return file.read(size)
    except OSError as error:
        raise EmostageError.of("E106", f"cannot read '{path}': {error.strerror}") from error
    return None


def _children(data: bytes, kind: bytes) -> list[bytes]:
    return [content for found, content in boxes(data) if found == kind]


def _child(data: bytes, *path: bytes) -> bytes:
    for kind in path:
        data = _children(data, kind)[0]
    return data


def _times(header: bytes) -> tuple[int, int]:
    """(timescale, duration) of an `mvhd` or `mdhd` box."""
    scale, duration = struct.unpack_from(">IQ" if header[0] else ">II", header, 20 if header[0] else 12)
    return scale, duration


def _track(trak: bytes, film_scale: int) -> Track | None:
    media = _child(trak, b"mdia")
    handler = _child(media, b"hdlr")[8:12]
    if handler not in (b"vide", b"soun"):
        return None
    timescale, duration = _times(_child(media, b"mdhd"))
    table = dict(boxes(_child(media, b"minf", b"stbl")))
    entry_kind, entry = next(boxes(table[b"stsd"][8:]))
    sizes_N = _sizes(table[b"stsz"])
    picture = handler == b"vide"
    skip, shown = _edits(trak, film_scale)
    return Track(
        kind="picture" if picture else "sound",
        codec=entry_kind.decode("latin-1"),
        config=dict(boxes(entry[78:])).get(b"avcC", b"") if picture else b"",
        size_px=struct.unpack_from(">HH", entry, 24) if picture else (0, 0),
        timescale=timescale,
        ticks_N=_expand(_numbers(table[b"stts"], 2), len(sizes_N)),
        offsets_N=_offsets(table, sizes_N),
        sizes_N=sizes_N,
        keys_K=_numbers(table[b"stss"], 1)[:, 0] - 1 if b"stss" in table else np.arange(len(sizes_N)),
        reorders=b"ctts" in table,
        skip_ticks=skip,
        shown_s=shown if shown is not None else Fraction(duration, timescale),
        quarter_turns=_quarter_turns(_child(trak, b"tkhd")) if picture else 0,
    )


def _quarter_turns(header: bytes) -> int:
    """Right angles, clockwise, of the matrix of a `tkhd` box."""
    across, down = struct.unpack_from(">ii", header, 52 if header[0] else 40)
    return round(math.atan2(down, across) / (math.pi / 2)) % 4


def _numbers(box: bytes, columns: int) -> I64:
    """The (rows, columns) table of 32-bit numbers of a full box with a row count."""
    rows = struct.unpack_from(">I", box, 4)[0]
    return np.frombuffer(box, ">u4", rows * columns, 8).reshape(rows, columns).astype(np.int64)


def _sizes(stsz: bytes) -> I64:
    same, count = struct.unpack_from(">II", stsz, 4)
    if not same:
        return np.frombuffer(stsz, ">u4", count, 12).astype(np.int64)
    if count > INDEX_LIMIT_BYTES // 8:
        raise ValueError("too many samples")
    return np.full(count, same, np.int64)


def _expand(runs_R2: I64, count: int) -> I64:
    if runs_R2[:, 0].sum() != count:
        raise ValueError("times do not match samples")
    return np.repeat(runs_R2[:, 1], runs_R2[:, 0])


def _offsets(table: dict[bytes, bytes], sizes_N: I64) -> I64:
    """Where samples lie: they follow each other within a chunk."""
    if b"co64" in table:
        count = struct.unpack_from(">I", table[b"co64"], 4)[0]
        chunks_C = np.frombuffer(table[b"co64"], ">u8", count, 8).astype(np.int64)
    else:
        chunks_C = _numbers(table[b"stco"], 1)[:, 0]
    runs_R3 = _numbers(table[b"stsc"], 3)
    lengths_R = np.diff(np.append(runs_R3[:, 0] - 1, len(chunks_C)))
    if (lengths_R < 0).any():
        raise ValueError("chunks are out of order")
    per_chunk_C = np.repeat(runs_R3[:, 1], lengths_R)
    if per_chunk_C.sum() != len(sizes_N):
        raise ValueError("chunks do not match samples")
    before_N = np.cumsum(np.append(0, sizes_N))
    first_C = np.cumsum(per_chunk_C) - per_chunk_C
    offsets_N: I64 = before_N[:-1] + np.repeat(chunks_C - before_N[first_C], per_chunk_C)
    return offsets_N


def _edits(trak: bytes, film_scale: int) -> tuple[int, Fraction | None]:
    """(first media tick shown, length shown) of the edit list; (0, None) without one. Empty edits are not counted."""
    edts = _children(trak, b"edts")
    if not edts:
        return 0, None
    elst = _child(edts[0], b"elst")
    row = ">QqI" if elst[0] else ">IiI"
    count = struct.unpack_from(">I", elst, 4)[0]
    rows = [struct.unpack_from(row, elst, 8 + i * struct.calcsize(row)) for i in range(count)]
    shown = [(length, start) for length, start, _ in rows if start >= 0]
    if not shown:
        return 0, None
    return shown[0][1], Fraction(sum(length for length, _ in shown), film_scale)
