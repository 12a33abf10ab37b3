"""What parent and worker say to each other.

Request: one JSON object on stdin. Reply on stdout: `MAGIC`, the header's length (8 bytes, big-endian), the header (JSON), the sound
(little-endian PCM). The header is `{"rate_hz", "format": "s16" | "f32", "phrases": [{"samples", "events"}]}` or `{"error",
"kind"}`. An event is `[kind, sample, text, position]`: kind `word` or `phone`, the sample it starts at, the phone (IPA; empty is
silence) and the character position in the phrase's text (0-based; -1 when unknown).
"""

from __future__ import annotations

import json
from typing import Any, BinaryIO

MAGIC = b"EMOSPEAK"
HEADER_LIMIT = 64 << 20
"""Longest header in bytes."""
BYTES_PER_SAMPLE = {"s16": 2, "f32": 4}


class Refusal(Exception):  # noqa: N818 - it is an answer, not a fault
    """The worker cannot do what was asked; `kind` is `library`, `voice`, `text` or `request`."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def write_reply(stream: BinaryIO, header: dict[str, Any], sound: bytes = b"") -> None:
    """Write a whole reply."""
    text = json.dumps(header, ensure_ascii=False).encode()
    stream.write(MAGIC + len(text).to_bytes(8, "big") + text)
    stream.write(sound)
    stream.flush()


def parse_reply(reply: bytes) -> tuple[dict[str, Any], memoryview]:
    """The header and the sound of a reply. Raises ValueError for anything that is not a whole, consistent reply."""
    start = len(MAGIC) + 8
    if reply[: len(MAGIC)] != MAGIC or len(reply) < start:
        raise ValueError("no reply")
    size = int.from_bytes(reply[len(MAGIC) : start], "big")
    if size > HEADER_LIMIT or start + size > len(reply):
        raise ValueError("header cut short")
    header = json.loads(reply[start : start + size])
    if not isinstance(header, dict):
        raise ValueError("header is no object")
    sound = memoryview(reply)[start + size :]
    if "error" not in header:
        samples = sum(phrase["samples"] for phrase in header["phrases"])
        if samples * BYTES_PER_SAMPLE[header["format"]] != len(sound) or header["rate_hz"] <= 0:
            raise ValueError("sound cut short")
    return header, sound
