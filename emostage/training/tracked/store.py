"""Takes: pieces of film, and photos, of one person, tracked. Needs numpy, safetensors and Pillow only.

T frames of a take, H and W rows and columns of its pictures, L = 478 landmarks, S samples of its sound, X bytes.
A take is a file; its pictures stay there until they are looked at, so that an hour of takes needs little memory.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import F32, U8, AudioClip, Frozen
from emostage.core.whole import write_whole
from emostage.training.footage.jpegs import strung
from emostage.training.footage.store import opened

FPS = 25
"""Frames a second of every take that is no photo."""
RATE_HZ = 16_000
"""Of the sound."""
MOST_PX = 640
"""Longer side of the pictures."""
MOST_FRAMES = 60 * FPS
LANDMARKS = 478
SUFFIX = ".safetensors"

_NOTE = "take"
_TEXT_LIMIT = 400
_FILE_LIMIT = 1 << 30
_HEAD_LIMIT = 1 << 16
_START, _END = b"\xff\xd8\xff", b"\xff\xd9"
_AGAIN = "remove it and run the same command again: what is missing is tracked anew"

I16 = NDArray[np.int16]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, eq=False)
class Take(Frozen):
    """One tracked piece of a film, or one photo (T = 1). All its frames show the same window of the film.

    `name` is unique (`me.mp4#0012`), `source` the name of the file and `first_s` where in it the take begins. `pictures` are T JPEG
    files of `size_px` (width, height); `landmarks_TL2` are in their pixels, with centres at .5, and were really read where
    `seen_T`, elsewhere filled in between neighbours. `samples_S` is the sound of the take at `rate_hz`, mono, T / 25 s of it;
    None for silence and for photos.
    """

    name: str
    source: str
    first_s: float
    pictures: Sequence[bytes]
    size_px: tuple[int, int]
    landmarks_TL2: F32
    seen_T: Bools
    samples_S: I16 | None = None
    rate_hz: int = RATE_HZ

    def __len__(self) -> int:
        return len(self.landmarks_TL2)

    @property
    def fps(self) -> int:
        """Frames a second."""
        return FPS

    @property
    def piece(self) -> str:
        """The name of the whole piece, of which this may be a part."""
        return self.name.partition("[")[0]

    @property
    def seconds(self) -> float:
        """How long it lasts; a photo lasts one frame."""
        return len(self) / FPS

    @property
    def is_photo(self) -> bool:
        """Whether it is a single picture."""
        return len(self) == 1

    def picture(self, number: int) -> U8:
        """A frame (H, W, 3) in sRGB. Raises AssetError E138 when it is damaged."""
        try:
            picture_HW3 = opened(self.pictures[number])
        except AssetError as error:
            raise _broken(self.name, f"picture {number} is damaged") from error
        if picture_HW3.shape[1::-1] != self.size_px:
            raise _broken(self.name, f"picture {number} has another size")
        return picture_HW3

    def audio(self) -> AudioClip | None:
        """The sound, as it was recorded; None without."""
        if self.samples_S is None:
            return None
        return AudioClip(samples_S=(self.samples_S / np.float32(32768)).astype(np.float32), rate_hz=self.rate_hz)

    def part(self, first: int, end: int, name: str | None = None) -> Take:
        """Frames `first` to `end` (exclusive) as a take of their own. Raises ValueError when there are none."""
        first, end = max(first, 0), min(end, len(self))
        if first >= end:
            raise ValueError(f"no frames from {first} to {end}")
        sample, last = (round(n * self.rate_hz / FPS) for n in (first, end))
        return Take(
            name=name or f"{self.name}[{first}:{end}]",
            source=self.source,
            first_s=self.first_s + first / FPS,
            pictures=self.pictures[first:end],
            size_px=self.size_px,
            landmarks_TL2=self.landmarks_TL2[first:end],
            seen_T=self.seen_T[first:end],
            samples_S=None if self.samples_S is None else self.samples_S[sample:last],
            rate_hz=self.rate_hz,
        )


class _InFile(Sequence[bytes]):
    """JPEG files that lie one after the other in a file, read one by one."""

    def __init__(self, path: Path, bounds: tuple[tuple[int, int], ...]) -> None:
        self._path, self._bounds = path, bounds

    def __len__(self) -> int:
        return len(self._bounds)

    @overload
    def __getitem__(self, index: int) -> bytes: ...
    @overload
    def __getitem__(self, index: slice) -> _InFile: ...
    def __getitem__(self, index: int | slice) -> bytes | _InFile:
        if isinstance(index, slice):
            return _InFile(self._path, self._bounds[index])
        start, end = self._bounds[index]
        try:
            with self._path.open("rb") as file:
                file.seek(start)
                data = file.read(end - start)
        except OSError as error:
            raise _broken(self._path.name, f"it cannot be read ({error.strerror})") from error
        if len(data) != end - start or not data.startswith(_START) or not data.endswith(_END):
            raise _broken(self._path.name, f"picture {index} is damaged")
        return data


def write_take(take: Take, path: Path) -> None:
    """Write a take, whole or not at all. Raises EmostageError E100 to E102 for the disk."""
    from safetensors.numpy import save

    ends_T, pictures_X = strung(take.pictures)
    arrays: dict[str, NDArray[Any]] = {
        "ends_T": ends_T,
        "pictures_X": pictures_X,
        "landmarks_TL2": np.asarray(take.landmarks_TL2, np.float32),
        "seen_T": np.asarray(take.seen_T, np.uint8),
    }
    if take.samples_S is not None:
        arrays["samples_S"] = np.asarray(take.samples_S, np.int16)
    note = {"name": take.name, "source": take.source, "first_s": take.first_s, "size_px": take.size_px, "rate_hz": take.rate_hz}
    data = save({name: np.ascontiguousarray(array) for name, array in arrays.items()}, {_NOTE: json.dumps(note)})
    write_whole(path, data)


def read_take(path: Path) -> Take:
    """The take of a file, checked but for the pictures' insides, which are read when they are looked at. Raises AssetError E138."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > _FILE_LIMIT:
            raise ValueError("it is too large")
        with safe_open(path, "numpy") as file:
            note = json.loads((file.metadata() or {})[_NOTE])
            arrays = {name: file.get_tensor(name) for name in file.keys() if name != "pictures_X"}  # noqa: SIM118
        take = _taken(note, arrays, path, _place(path))
    except (OSError, SafetensorError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise _broken(path.name, f"it cannot be read ({error})") from error
    for problem in _problems(take):
        raise _broken(path.name, problem)
    return take


def read_takes(folder: Path) -> tuple[Take, ...]:
    """The takes in a folder, in the order of their files' names. Raises AssetError E138, also when there are none."""
    takes = tuple(read_take(path) for path in sorted(folder.glob(f"*{SUFFIX}")))
    if not takes:
        raise AssetError.of("E138", f"there is no tracked footage in '{folder}'", "track some first: 'emostage finetune'")
    return takes


def _place(path: Path) -> tuple[int, int]:
    """Where in a file the pictures lie. The file was opened as safetensors: its head is well formed."""
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        if length > _HEAD_LIMIT:
            raise ValueError("its head is too large")
        told = json.loads(file.read(length))["pictures_X"]
    if told["dtype"] != "U8":
        raise ValueError("its pictures are no bytes")
    start, end = told["data_offsets"]
    return 8 + length + start, 8 + length + end


def _taken(note: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]], path: Path, place: tuple[int, int]) -> Take:
    """The take as told. Raises ValueError, KeyError or TypeError for what cannot be told so."""
    ends_T, samples_S = arrays["ends_T"], arrays.get("samples_S")
    if ends_T.dtype != np.int64 or ends_T.ndim != 1 or not len(ends_T) or not (np.diff(ends_T, prepend=0) > 0).all():
        raise ValueError("its pictures are not in order")
    if place[0] + int(ends_T[-1]) != place[1]:
        raise ValueError("its pictures are not whole")
    if arrays["seen_T"].dtype != np.uint8 or (arrays["seen_T"] > 1).any():
        raise ValueError("seen_T says neither yes nor no")
    ends = [place[0], *(place[0] + end for end in ends_T.tolist())]
    width, height = (int(side) for side in note["size_px"])
    return Take(
        name=str(note["name"]),
        source=str(note["source"]),
        first_s=float(note["first_s"]),
        pictures=_InFile(path, tuple(pairwise(ends))),
        size_px=(width, height),
        landmarks_TL2=arrays["landmarks_TL2"],
        seen_T=arrays["seen_T"].astype(bool),
        samples_S=samples_S,
        rate_hz=int(note["rate_hz"]),
    )


def _problems(take: Take) -> Iterator[str]:
    """What is wrong with a take, first things first."""
    frames, landmarks_TL2, samples_S = len(take.pictures), take.landmarks_TL2, take.samples_S
    if frames > MOST_FRAMES:
        yield f"it has {frames} frames"
    if not (take.name and take.source) or max(len(take.name), len(take.source)) > _TEXT_LIMIT:
        yield "its name is none"
    if not (math.isfinite(take.first_s) and take.first_s >= 0):
        yield "it begins at no time"
    if min(take.size_px) < 1 or max(take.size_px) > MOST_PX:
        yield f"its pictures have {take.size_px[0]} x {take.size_px[1]} pixels"
    if landmarks_TL2.shape != (frames, LANDMARKS, 2) or landmarks_TL2.dtype != np.float32:
        yield f"landmarks_TL2 is {landmarks_TL2.dtype} {landmarks_TL2.shape}"
    if not np.isfinite(landmarks_TL2).all() or (np.abs(landmarks_TL2) > 4 * MOST_PX).any():
        yield "landmarks_TL2 has values that are no places"
    if take.seen_T.shape != (frames,) or not take.seen_T.any():
        yield "its face was never seen"
    if samples_S is not None:
        if samples_S.dtype != np.int16 or samples_S.ndim != 1 or take.rate_hz != RATE_HZ:
            yield "its sound is none"
        if len(samples_S) != frames * RATE_HZ // FPS:
            yield "its sound has another length"


def _broken(name: str, problem: str) -> AssetError:
    return AssetError.of("E138", f"tracked footage cannot be read: '{name}': {problem}", _AGAIN)
