"""Shards whose pieces are pictures, films or shots that may turn out to be of no use: those are passed over, and told of."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import cv2
import torch

from emostage.core.errors import AssetError
from emostage.core.whole import whole_file, writing
from emostage.training.dataset import Part
from emostage.training.footage.store import broken

Piece = TypeVar("Piece")
Making = tuple[Mapping[str, Any] | None, Callable[[], Piece]]
"""What is told of a piece when it is passed over, None for one that must not be, and what makes it."""

_NOTE = "skipped"
_MOST_TOLD = 5_000
"""Pieces that were passed over and are told one by one."""


def shard_path(out: Path, part: Part, number: int) -> Path:
    """The file of a shard."""
    return out / f"{part}-{number:03d}.safetensors"


def write_shard(
    path: Path, makings: Iterable[Making[Piece]], to_bytes: Callable[[Sequence[Piece], Mapping[str, str]], bytes]
) -> None:
    """Make the pieces of a shard one by one, and the file of them and of a note, whole or not at all.

    A piece that raises AssetError is passed over, but not for E13x: then the corpus, the head or a checkpoint is to blame.
    """
    found: list[Piece] = []
    skipped: list[dict[str, Any]] = []
    with _one_thread():
        for told, make in makings:
            try:
                found.append(make())
            except AssetError as error:
                if told is None or any(problem.code.startswith("E13") for problem in error.diagnostics):
                    raise
                skipped.append({**told, "why": str(error)})
    data = to_bytes(found, {_NOTE: json.dumps(skipped, ensure_ascii=False)})
    with whole_file(path) as part, writing(path):
        part.write_bytes(data)


def passed_over(path: Path, what: str) -> list[dict[str, Any]]:
    """What a shard says of the pieces, `what` they are, that were passed over. Raises AssetError E130."""
    from safetensors import safe_open

    with safe_open(path, "numpy") as file:
        notes = file.metadata() or {}
    try:
        return [{**one, "file": str(one["file"]), "why": str(one["why"])} for one in json.loads(notes.get(_NOTE, "[]"))]
    except (ValueError, KeyError, TypeError) as error:
        raise broken(path, f"what it says of {what} that were passed over cannot be read") from error


def counted(skipped: Sequence[Mapping[str, Any]], what: str) -> dict[str, Any]:
    """What a card says of all pieces that were passed over."""
    return {what: len(skipped), "of_which": skipped[:_MOST_TOLD]}


@contextmanager
def _one_thread() -> Iterator[None]:
    """A block in which torch and OpenCV count in one thread: sums do not depend on the machine, and processes do not crowd each
    other."""
    before = torch.get_num_threads(), cv2.getNumThreads()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        cv2.setNumThreads(before[1])
