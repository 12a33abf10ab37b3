"""Pairs: true frames of footage, and what the photo renderer makes of them from one portrait of the same shot.

A folder of pairs is kept as footage is (`training.footage.store`), with a card and shards `train-….safetensors` and
`held-….safetensors`; beside all that footage has, a shard holds a picture drawn for every frame and says which frame of each shot
is the portrait. N frames, S shots.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import U8
from emostage.face.head import load_head
from emostage.training.dataset import Part
from emostage.training.footage import store
from emostage.training.footage.jpegs import strung, unstrung
from emostage.training.footage.store import Array, Footage

FORMAT = "emostage.pairs.v1"
"""What the card says of the format."""
_AGAIN = "make them again with 'emostage train corpus --finish'"
_MAKE = "make some with 'emostage train corpus --finish', or let it go on"


@dataclass(frozen=True, kw_only=True, eq=False)
class Pairs:
    """`drawn` are JPEG files, one for each frame of the footage; `portrait_S` the numbers of the frames from which they were
    performed. The portrait of a shot is a clip of its own."""

    footage: Footage
    drawn: Sequence[bytes]
    portrait_S: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.drawn)

    def picture(self, number: int) -> U8:
        """What was drawn for a frame (H, W, 3)."""
        return store.opened(self.drawn[number])


def joined(parts: Sequence[Pairs]) -> Pairs:
    """Several pieces, at least one, as one."""
    first_frames = np.cumsum([0, *(len(part) for part in parts)])
    portraits = [part.portrait_S + first for part, first in zip(parts, first_frames, strict=False)]
    return Pairs(
        footage=store.joined([part.footage for part in parts]),
        drawn=[data for part in parts for data in part.drawn],
        portrait_S=np.concatenate(portraits).astype(np.int64),
    )


def nothing() -> Pairs:
    """Pairs of nobody."""
    return Pairs(footage=store.nothing(len(load_head().shape_names)), drawn=(), portrait_S=np.zeros(0, np.int64))


def to_bytes(pairs: Pairs, notes: Mapping[str, str] | None = None) -> bytes:
    """Pairs as the bytes of a safetensors file; `notes` are texts kept with them."""
    drawn_ends_N, drawn_X = strung(pairs.drawn)
    more: dict[str, Array] = {"drawn_ends_N": drawn_ends_N, "drawn_X": drawn_X, "portrait_S": pairs.portrait_S}
    return store.to_bytes(pairs.footage, notes, more)


def read_shard(path: Path) -> Pairs:
    """The pairs of one file, checked but for the pictures' insides. Raises AssetError E130."""
    arrays = store.arrays_in(path)
    footage = store.footage_of(arrays, path)
    if problem := _problem(arrays, footage):
        raise _broken(path, problem)
    try:
        drawn = unstrung(arrays["drawn_ends_N"], arrays["drawn_X"])
    except ValueError as error:
        raise _broken(path, str(error)) from error
    return Pairs(footage=footage, drawn=drawn, portrait_S=arrays["portrait_S"])


def read_pairs(folder: Path, part: Part = "train") -> Pairs:
    """One part of the pairs in `folder`, checked against their card. Raises AssetError E130 when it is missing or not whole."""
    card = read_card(folder)
    files, wanted = store.shards(folder, part), card["shards"][part]
    if len(files) != wanted:
        raise _broken(folder, f"{len(files)} of {wanted} files '{part}-….safetensors' are there")
    head, pieces = load_head(), [read_shard(path) for path in files]
    if card["head"] != head.fingerprint or any(piece.footage.shape_SK.shape[1] != len(head.shape_names) for piece in pieces):
        raise _broken(folder, "their people have another head than the one that is installed")
    pairs = joined(pieces)
    if (told := card["parts"][part]["frames"]) != len(pairs) or not len(pairs):
        raise _broken(folder, f"{len(pairs)} of {told} frames are there")
    return pairs


def read_card(folder: Path) -> dict[str, Any]:
    """The card of pairs. Raises AssetError E130."""
    return store.read_card(folder, FORMAT, _MAKE)


def _problem(arrays: Mapping[str, Array], footage: Footage) -> str | None:
    """What is wrong with what pairs have beside footage."""
    for name, flat in (("drawn_ends_N", np.int64), ("drawn_X", np.uint8), ("portrait_S", np.int64)):
        if name not in arrays:
            return f"{name} is missing"
        if arrays[name].dtype != flat or arrays[name].ndim != 1:
            return f"{name} is {arrays[name].dtype} {arrays[name].shape}"
    ends_N, portrait_S, count = arrays["drawn_ends_N"], arrays["portrait_S"], len(footage)
    counts = np.concatenate([[0], ends_N])
    if len(ends_N) != count or not (np.diff(counts) > 0).all() or counts[-1] != len(arrays["drawn_X"]):
        return "frames and what was drawn for them do not fit"
    inside = len(portrait_S) == len(footage.shape_SK) and bool(((portrait_S >= 0) & (portrait_S < count)).all())
    if not inside or (footage.frames["shot_N"][portrait_S] != np.arange(len(portrait_S))).any():
        return "a shot has no portrait"
    return None


def _broken(path: Path, problem: str) -> AssetError:
    return AssetError.of("E130", f"'{path}' holds no whole pairs: {problem}", _AGAIN)
