"""Footage: talking heads with their truth, as training reads it. Needs numpy, torch, safetensors and Pillow only.

N frames in clips of consecutive ones (C clips), S shots of people; K identity shapes of the head. Every frame of a shot shows one
person in one light before one still camera, so that any of them can be the portrait from which another is painted. A clip lies
within a shot; its frames follow each other at 25 a second.

A corpus of footage is a folder with a card and shards `train-….safetensors` and `held-….safetensors`.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emostage.core.errors import AssetError
from emostage.core.tracks import U8
from emostage.face.head import load_head
from emostage.face.turning import Seated
from emostage.motion.codes import LIP_CHANNELS
from emostage.motion.hearing import COLUMNS, MELS
from emostage.training.dataset import CARD, CARD_LIMIT, Part
from emostage.training.dataset import PARTS as CORPUS_PARTS
from emostage.training.footage.jpegs import strung, unstrung

FORMAT = "emostage.footage.v1"
"""What the card says of the format."""

SOURCES = ("drawn", "posed", "filmed")
"""Synthetic heads, portraits performed by the photo renderer, real footage."""

REACH = 4
"""Frames of sound kept on either side of each frame."""

PARTS_PX = 32
PARTS = ("background", "face", "mouth", "eyes", "hair", "body")
"""What a cell of `parts_NGG` shows, by number."""
UNKNOWN = 255
"""What it shows is not known."""

QUALITY = 95
"""Of the JPEG files."""
_MAKE = "make some with 'emostage train corpus --frames', or let it go on"

FRAMES: Mapping[str, tuple[tuple[int, ...], type[np.generic]]] = {
    "expression_N52": ((52,), np.float16),
    "rotation_N3": ((3,), np.float32),
    "sound_NWX": ((2 * REACH + 1, COLUMNS * MELS), np.uint8),
    "lips_N10": ((len(LIP_CHANNELS),), np.float16),
    "weights_N8": ((8,), np.float16),
    "landmarks_NL2": ((468, 2), np.float16),
    "parts_NGG": ((PARTS_PX, PARTS_PX), np.uint8),
    "shot_N": ((), np.int32),
}
"""Arrays of one row a frame: shape of a row, and type. Expression and rotation as in MotionTrack, landmarks in shares of the
picture's side, sound as `training.dataset.mel_bytes`."""

SHOTS: Mapping[str, tuple[tuple[int, ...], type[np.generic]]] = {
    "rotation_S33": ((3, 3), np.float32),
    "translation_S3": ((3,), np.float32),
    "lens_S3": ((3,), np.float32),
    "pivot_S3": ((3,), np.float32),
    "identity_S": ((), np.int64),
    "source_S": ((), np.uint8),
}
"""Arrays of one row a shot, as `face.turning.Seated` has them; the lens is focal length and centre."""

Array = NDArray[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Footage:
    """Frames with their truth. Clip c is the frames `starts_C1[c]` to `starts_C1[c + 1]`; `pictures` are JPEG files; `frames` and
    `shots` the arrays of `FRAMES` and `SHOTS`, `shape_SK` the people's identity weights."""

    starts_C1: NDArray[np.int64]
    pictures: Sequence[bytes]
    frames: Mapping[str, Array]
    shots: Mapping[str, Array]
    shape_SK: Array

    def __len__(self) -> int:
        return len(self.pictures)

    def picture(self, number: int) -> U8:
        """A frame (H, W, 3) in sRGB."""
        return opened(self.pictures[number])

    def seated(self, shot: int) -> Seated:
        """The person of a shot before the camera."""
        focal, x, y = (float(v) for v in self.shots["lens_S3"][shot])
        return Seated(
            shape_K=self.shape_SK[shot].astype(np.float64),
            rotation_33=self.shots["rotation_S33"][shot].astype(np.float64),
            translation_3=self.shots["translation_S3"][shot].astype(np.float64),
            focal=focal,
            centre_2=np.array([x, y]),
            pivot_3=self.shots["pivot_S3"][shot].astype(np.float64),
        )


def packed(picture_HW3: U8) -> bytes:
    """A picture as a JPEG file, colours at full resolution."""
    out = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(picture_HW3)).save(out, "JPEG", quality=QUALITY, subsampling=0)
    return out.getvalue()


def opened(data: bytes) -> U8:
    """The picture (H, W, 3) of a JPEG file. Raises AssetError E130 when it is damaged."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
            return np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise AssetError.of("E130", f"a picture of the footage cannot be read ({error})", _AGAIN) from error


def joined(parts: Sequence[Footage]) -> Footage:
    """Several pieces of footage, at least one, as one."""
    first_frames = np.cumsum([0, *(len(part) for part in parts)])
    first_shots = np.cumsum([0, *(len(part.shape_SK) for part in parts)])
    starts = [part.starts_C1[1:] + first for part, first in zip(parts, first_frames, strict=False)]
    shots = [part.frames["shot_N"] + first for part, first in zip(parts, first_shots, strict=False)]
    frames = {name: np.concatenate([p.frames[name] for p in parts]) for name in FRAMES}
    return Footage(
        starts_C1=np.concatenate([[0], *starts]).astype(np.int64),
        pictures=[data for part in parts for data in part.pictures],
        frames={**frames, "shot_N": np.concatenate(shots).astype(np.int32)},
        shots={name: np.concatenate([p.shots[name] for p in parts]) for name in SHOTS},
        shape_SK=np.concatenate([p.shape_SK for p in parts]),
    )


def nothing(shapes: int) -> Footage:
    """Footage of nobody, for a head with so many identity shapes."""
    return Footage(
        starts_C1=np.zeros(1, np.int64),
        pictures=(),
        frames={name: np.zeros((0, *shape), kind) for name, (shape, kind) in FRAMES.items()},
        shots={name: np.zeros((0, *shape), kind) for name, (shape, kind) in SHOTS.items()},
        shape_SK=np.zeros((0, shapes), np.float32),
    )


def to_bytes(footage: Footage, notes: Mapping[str, str] | None = None, more: Mapping[str, Array] | None = None) -> bytes:
    """Footage as the bytes of a safetensors file; `notes` are texts and `more` arrays kept with it."""
    from safetensors.numpy import save

    ends_N, pictures_X = strung(footage.pictures)
    arrays = {"starts_C1": footage.starts_C1, "ends_N": ends_N, "pictures_X": pictures_X, "shape_SK": footage.shape_SK}
    whole = {**arrays, **footage.frames, **footage.shots, **(more or {})}
    data: bytes = save({name: np.ascontiguousarray(array) for name, array in whole.items()}, dict(notes) if notes else None)
    return data


def read_shard(path: Path) -> Footage:
    """The footage of one file, checked but for the pictures' insides. Raises AssetError E130."""
    return footage_of(arrays_in(path), path)


def arrays_in(path: Path) -> dict[str, Array]:
    """All arrays of a file. Raises AssetError E130."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: dict[str, Array] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise broken(path, f"it cannot be read ({error})") from error
    return arrays


def footage_of(arrays: Mapping[str, Array], path: Path) -> Footage:
    """The footage in the arrays of a file, checked but for the pictures' insides. Raises AssetError E130."""
    for problem in _problems(arrays):
        raise broken(path, problem)
    try:
        pictures = unstrung(arrays["ends_N"], arrays["pictures_X"])
    except ValueError as error:
        raise broken(path, str(error)) from error
    return Footage(
        starts_C1=arrays["starts_C1"],
        pictures=pictures,
        frames={name: arrays[name] for name in FRAMES},
        shots={name: arrays[name] for name in SHOTS},
        shape_SK=arrays["shape_SK"],
    )


def read_footage(folder: Path, part: Part = "train") -> Footage:
    """One part of the footage in `folder`, checked against its card. Raises AssetError E130 when it is missing or not whole."""
    card = read_card(folder)
    files = shards(folder, part)
    wanted = card["shards"][part]
    if len(files) != wanted:
        raise broken(folder, f"{len(files)} of {wanted} files '{part}-….safetensors' are there")
    head, pieces = load_head(), [read_shard(path) for path in files]
    if card["head"] != head.fingerprint or any(piece.shape_SK.shape[1] != len(head.shape_names) for piece in pieces):
        raise broken(folder, "its people have another head than the one that is installed")
    footage = joined(pieces)
    if (told := card["parts"][part]["frames"]) != len(footage):
        raise broken(folder, f"{len(footage)} of {told} frames are there")
    return footage


def shards(folder: Path, part: Part) -> list[Path]:
    """The files of a part in order."""
    return sorted(folder.glob(f"{part}-*.safetensors"), key=lambda path: (len(path.name), path.name))


def is_footage(folder: Path) -> bool:
    """Whether a folder's files hold pictures."""
    from safetensors import SafetensorError, safe_open

    for path in shards(folder, "held")[:1]:
        try:
            with safe_open(path, "numpy") as file:
                return "pictures_X" in file.keys()  # noqa: SIM118
        except (OSError, SafetensorError):
            return False
    return False


def read_card(folder: Path, form: str = FORMAT, hint: str = _MAKE) -> dict[str, Any]:
    """The card of footage, or of what is kept in the same way in another form. Raises AssetError E130."""
    path = folder / CARD
    try:
        if path.stat().st_size > CARD_LIMIT:
            raise ValueError("it is too large")
        card = json.loads(path.read_text(encoding="utf-8"))
        if card["format"] != form:
            raise ValueError(f"its format is {card['format']!r}")
        if min(int(card["shards"][part]) for part in CORPUS_PARTS) < 1:
            raise ValueError("it counts no files")
        _ = card["head"], [int(card["parts"][part]["frames"]) for part in CORPUS_PARTS]
    except FileNotFoundError as error:
        raise AssetError.of("E130", f"there is no finished footage in '{folder}'", hint) from error
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise AssetError.of("E130", f"'{path}' cannot be used: {error}", _AGAIN if form == FORMAT else hint) from error
    return dict(card)


def _problems(arrays: Mapping[str, Array]) -> Iterator[str]:
    """What is wrong with a shard, first things first: what comes later may fail if what came first was passed over."""
    missing = [name for name in ("starts_C1", "ends_N", "pictures_X", "shape_SK", *FRAMES, *SHOTS) if name not in arrays]
    if missing:
        yield f"{missing[0]} is missing"
    for name, flat in (("starts_C1", np.dtype(np.int64)), ("ends_N", np.dtype(np.int64)), ("pictures_X", np.dtype(np.uint8))):
        if arrays[name].dtype != flat or arrays[name].ndim != 1:
            yield f"{name} is {arrays[name].dtype} {arrays[name].shape}"
    shape_SK = arrays["shape_SK"]
    if shape_SK.dtype != np.float32 or shape_SK.ndim != 2 or not np.isfinite(shape_SK).all():
        yield "shape_SK is no table of numbers"
    yield from _misfits(arrays["starts_C1"], arrays["ends_N"], len(arrays["pictures_X"]))
    for rows, table in ((len(arrays["ends_N"]), FRAMES), (len(shape_SK), SHOTS)):
        for name, (shape, kind) in table.items():
            if arrays[name].shape != (rows, *shape) or arrays[name].dtype != kind:
                yield f"{name} is {arrays[name].dtype} {arrays[name].shape}"
            if np.issubdtype(kind, np.floating) and not np.isfinite(arrays[name]).all():
                yield f"{name} has values that are no numbers"
    yield from _nonsense(arrays, len(shape_SK))


def _misfits(starts_C1: Array, ends_N: Array, size: int) -> Iterator[str]:
    """What is wrong with how clips and pictures are counted."""
    for name, counts in (("starts_C1", starts_C1), ("ends_N", np.concatenate([[0], ends_N]))):
        if not len(counts) or counts[0] != 0 or not (np.diff(counts) > 0).all():
            yield f"{name} does not rise"
    if starts_C1[-1] != len(ends_N) or (ends_N[-1] if len(ends_N) else 0) != size:
        yield "clips and pictures do not fit"


def _nonsense(arrays: Mapping[str, Array], shots: int) -> Iterator[str]:
    """What no footage can say."""
    shot_N, starts_C1 = arrays["shot_N"], arrays["starts_C1"]
    if not ((shot_N >= 0) & (shot_N < shots)).all():
        yield "a frame has a shot that is not there"
    if not np.isin(np.flatnonzero(np.diff(shot_N)) + 1, starts_C1).all():
        yield "a clip goes through several shots"
    if not (arrays["source_S"] < len(SOURCES)).all():
        yield "a shot has a source that is not known"
    if not ((arrays["parts_NGG"] < len(PARTS)) | (arrays["parts_NGG"] == UNKNOWN)).all():
        yield "a cell shows a part that is not known"


def broken(path: Path, problem: str) -> AssetError:
    """The error of footage that is not whole."""
    return AssetError.of("E130", f"'{path}' is no whole footage: {problem}", _AGAIN)


_AGAIN = "make it again with 'emostage train corpus --frames'"
