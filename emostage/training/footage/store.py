"""Footage: talking heads with their truth, as training reads it. Needs numpy, safetensors and Pillow only.

N frames in clips of consecutive ones (C clips), S shots of people; K identity shapes of the head. Every frame of a shot shows one
person in one light before one still camera, so that any of them can be the portrait from which another is painted.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from emostage.core.errors import AssetError
from emostage.core.tracks import U8
from emostage.face.turning import Seated
from emostage.motion.codes import LIP_CHANNELS
from emostage.motion.hearing import COLUMNS, MELS

SOURCES = ("drawn", "posed", "filmed")
"""Synthetic heads, portraits performed by the photo renderer, real footage."""

REACH = 4
"""Frames of sound kept on either side of each frame."""

PARTS_PX = 32
PARTS = ("background", "face", "mouth", "eyes", "hair", "body")
"""What a cell of `parts_N` shows, by number; 255 where it is not known."""

QUALITY = 95

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
    """The picture (H, W, 3) of a JPEG file."""
    with Image.open(io.BytesIO(data), formats=("JPEG",)) as picture:
        return np.asarray(picture.convert("RGB"))


def joined(parts: Sequence[Footage]) -> Footage:
    """Several pieces of footage as one."""
    starts, shots, first = [np.zeros(1, np.int64)], [], 0
    for part in parts:
        starts.append(starts[-1][-1] + part.starts_C1[1:])
        shots.append(part.frames["shot_N"] + first)
        first += len(part.shape_SK)
    frames = {name: np.concatenate([p.frames[name] for p in parts]) for name in FRAMES}
    return Footage(
        starts_C1=np.concatenate(starts),
        pictures=[data for part in parts for data in part.pictures],
        frames={**frames, "shot_N": np.concatenate(shots).astype(np.int32)},
        shots={name: np.concatenate([p.shots[name] for p in parts]) for name in SHOTS},
        shape_SK=np.concatenate([p.shape_SK for p in parts]),
    )


def to_bytes(footage: Footage) -> bytes:
    """Footage as the bytes of a safetensors file."""
    from safetensors.numpy import save

    arrays = {
        "starts_C1": footage.starts_C1,
        "ends_N": np.cumsum([len(data) for data in footage.pictures]).astype(np.int64),
        "pictures_X": np.frombuffer(b"".join(footage.pictures), np.uint8),
        "shape_SK": footage.shape_SK,
    }
    whole = {**arrays, **footage.frames, **footage.shots}
    data: bytes = save({name: np.ascontiguousarray(array) for name, array in whole.items()})
    return data


def read_shard(path: Path) -> Footage:
    """The footage of one file, checked. Raises AssetError E130."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: dict[str, Array] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise broken(path, f"it cannot be read ({error})") from error
    for problem in _problems(arrays):
        raise broken(path, problem)
    bytes_X, ends_N = arrays["pictures_X"].tobytes(), arrays["ends_N"].tolist()
    return Footage(
        starts_C1=arrays["starts_C1"],
        pictures=[bytes_X[a:b] for a, b in zip([0, *ends_N[:-1]], ends_N, strict=True)],
        frames={name: arrays[name] for name in FRAMES},
        shots={name: arrays[name] for name in SHOTS},
        shape_SK=arrays["shape_SK"],
    )


def _problems(arrays: Mapping[str, Array]) -> Iterator[str]:
    """What is wrong with a shard, first things first."""
    missing = [name for name in ("starts_C1", "ends_N", "pictures_X", "shape_SK", *FRAMES, *SHOTS) if name not in arrays]
    if missing:
        yield f"{missing[0]} is missing"
    for name in ("starts_C1", "ends_N"):
        rises = arrays[name].dtype == np.int64 and arrays[name].ndim == 1 and (np.diff(arrays[name], prepend=-1) > 0).all()
        if not rises or not len(arrays[name]):
            yield f"{name} does not rise"
    frames, shots = len(arrays["ends_N"]), len(arrays["shape_SK"])
    if arrays["starts_C1"][0] != 0 or arrays["starts_C1"][-1] != frames or arrays["ends_N"][-1] != len(arrays["pictures_X"]):
        yield "clips and pictures do not fit"
    for rows, table in ((frames, FRAMES), (shots, SHOTS)):
        for name, (shape, kind) in table.items():
            if arrays[name].shape != (rows, *shape) or arrays[name].dtype != kind:
                yield f"{name} is {arrays[name].dtype} {arrays[name].shape}"
            if np.issubdtype(kind, np.floating) and not np.isfinite(arrays[name]).all():
                yield f"{name} has values that are no numbers"
    if arrays["shape_SK"].ndim != 2 or not np.isfinite(arrays["shape_SK"]).all():
        yield "shape_SK has values that are no numbers"
    if frames and not ((arrays["shot_N"] >= 0) & (arrays["shot_N"] < shots)).all():
        yield "a frame has a shot that is not there"


def broken(path: Path, problem: str) -> AssetError:
    """The error of footage that is not whole."""
    return AssetError.of("E130", f"'{path}' is no whole footage: {problem}", "make it again with 'emostage train corpus --frames'")
