"""The corpus as training reads it: shards of takes, joined end to end. N frames, K takes. Needs numpy and safetensors only.

Letters of the arrays: X = 160 columns of the mel spectrum, L = 10 channels of the lip code, M = 27 of the expression code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import F32
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.hearing import COLUMNS, LIMIT, MELS, PROSODY, TONE

Part = Literal["train", "held"]
PARTS: tuple[Part, ...] = ("train", "held")
CARD = "card.json"
CARD_LIMIT = 4 << 20
"""Largest card in bytes."""

FRAMES: Mapping[str, tuple[int, type[np.generic]]] = {
    "mel_N160": (COLUMNS * MELS, np.uint8),
    "prosody_N3": (len(PROSODY), np.float16),
    "tone_N6": (len(TONE), np.float16),
    "lips_N10": (len(LIP_CHANNELS), np.float16),
    "manner_N27": (len(MANNER_CHANNELS), np.float16),
    "weights_N8": (8, np.float16),
    "expression_N52": (52, np.float16),
}
"""Arrays of one row a frame: columns and type."""

TAKES: Mapping[str, type[np.generic]] = {"kind_K": np.uint8, "voice_K": np.int32}
"""Arrays of one number a take."""

STARTS = "starts_K1"


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """One part of a corpus. Take k is the frames `starts_K1[k]` to `starts_K1[k + 1]`; `kind_K` counts in `sounds.KINDS`,
    `voice_K` in `voices`. `frames` holds the arrays of `FRAMES` as they are stored; `card` is the whole card."""

    starts_K1: NDArray[np.int64]
    frames: Mapping[str, NDArray[Any]]
    kind_K: NDArray[np.uint8]
    voice_K: NDArray[np.int32]
    voices: tuple[str, ...]
    card: Mapping[str, Any]

    def __len__(self) -> int:
        return len(self.kind_K)

    def rows(self, name: str, first: int, last: int) -> F32:
        """Frames `first` to `last` of an array of `FRAMES` as float32; mel levels in standard deviations."""
        values = self.frames[name][first:last]
        return mel_levels(values) if name == "mel_N160" else values.astype(np.float32)

    def take(self, number: int) -> dict[str, F32]:
        """All arrays of one take as float32."""
        first, last = int(self.starts_K1[number]), int(self.starts_K1[number + 1])
        return {name: self.rows(name, first, last) for name in FRAMES}


def mel_bytes(mel_NX: NDArray[np.floating[Any]]) -> NDArray[np.uint8]:
    """Mel levels in [-4, 4] as 0 to 255."""
    bytes_NX: NDArray[np.uint8] = np.round((np.clip(mel_NX, -LIMIT, LIMIT) + LIMIT) * (255.0 / (2.0 * LIMIT))).astype(np.uint8)
    return bytes_NX


def mel_levels(mel_NX: NDArray[np.uint8]) -> F32:
    """The inverse of `mel_bytes`, within 0.016."""
    levels_NX: F32 = mel_NX.astype(np.float32) * np.float32(2.0 * LIMIT / 255.0) - np.float32(LIMIT)
    return levels_NX


def read_corpus(folder: Path, part: Part = "train") -> Corpus:
    """One part of the corpus in `folder`, checked. Raises AssetError E130 when it is missing or not whole."""
    card = read_card(folder)
    files = sorted(folder.glob(f"{part}-*.safetensors"), key=lambda path: (len(path.name), path.name))
    wanted = card["shards"][part]
    if len(files) != wanted:
        raise _broken(folder, f"{len(files)} of {wanted} files '{part}-….safetensors' are there")
    shards = [read_shard(path) for path in files]
    starts = [np.zeros(1, np.int64)]
    for shard in shards:
        starts.append(starts[-1][-1] + shard[STARTS][1:])
    corpus = Corpus(
        starts_K1=np.concatenate(starts),
        frames={name: _joined(shards, name) for name in FRAMES},
        kind_K=_joined(shards, "kind_K"),
        voice_K=_joined(shards, "voice_K"),
        voices=tuple(card["voices"]),
        card=card,
    )
    if ((corpus.voice_K < 0) | (corpus.voice_K >= len(corpus.voices))).any():
        raise _broken(folder, "a take has a voice that the card does not know")
    return corpus


def _joined(shards: Sequence[Mapping[str, NDArray[Any]]], name: str) -> NDArray[Any]:
    return np.concatenate([shard[name] for shard in shards])


def read_card(folder: Path) -> dict[str, Any]:
    """The card of a corpus. Raises AssetError E130."""
    path = folder / CARD
    try:
        if path.stat().st_size > CARD_LIMIT:
            raise ValueError("it is too large")
        card = json.loads(path.read_text(encoding="utf-8"))
        if card["format"] != 1:
            raise ValueError(f"format {card['format']!r} is not known")
        _ = [int(card["shards"][part]) for part in PARTS], [str(name) for name in card["voices"]]
    except FileNotFoundError as error:
        hint = "make one with 'emostage train corpus', or let it go on"
        raise AssetError.of("E130", f"there is no finished corpus in '{folder}'", hint) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(folder, f"{CARD} cannot be read ({error})") from error
    return dict(card)


def read_shard(path: Path) -> dict[str, NDArray[Any]]:
    """The arrays of one file, checked against each other. Raises AssetError E130."""
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: dict[str, NDArray[Any]] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise _broken(path, f"it cannot be read ({error})") from error
    for problem in _problems(arrays):
        raise _broken(path, problem)
    return arrays


def _problems(arrays: Mapping[str, NDArray[Any]]) -> Iterator[str]:
    """What is wrong with a shard, first things first."""
    missing = [name for name in (STARTS, *FRAMES, *TAKES) if name not in arrays]
    if missing:
        yield f"{missing[0]} is missing"
    starts_K1 = arrays[STARTS]
    if (
        starts_K1.dtype != np.int64
        or starts_K1.ndim != 1
        or len(starts_K1) < 1
        or starts_K1[0] != 0
        or (np.diff(starts_K1) < 1).any()
    ):
        yield f"{STARTS} does not rise from 0"
    for name, (columns, kind) in FRAMES.items():
        if arrays[name].shape != (int(starts_K1[-1]), columns) or arrays[name].dtype != kind:
            yield f"{name} is {arrays[name].dtype} {arrays[name].shape}"
        if kind is np.float16 and not np.isfinite(arrays[name]).all():
            yield f"{name} has values that are no numbers"
    for name, kind in TAKES.items():
        if arrays[name].shape != (len(starts_K1) - 1,) or arrays[name].dtype != kind:
            yield f"{name} is {arrays[name].dtype} {arrays[name].shape}"


def _broken(path: Path, problem: str) -> AssetError:
    return AssetError.of("E130", f"'{path}' is no whole corpus: {problem}", "make it again with 'emostage train corpus'")
