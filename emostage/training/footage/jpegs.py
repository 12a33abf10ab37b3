"""Many JPEG files as two arrays, and back. N files, X bytes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import U8

_JPEG, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"


def strung(pictures: Sequence[bytes]) -> tuple[NDArray[np.int64], U8]:
    """Files one after the other: where each ends (N,), and their bytes (X,)."""
    return np.cumsum([len(data) for data in pictures], dtype=np.int64), np.frombuffer(b"".join(pictures), np.uint8)


def unstrung(ends_N: NDArray[np.int64], bytes_X: U8) -> list[bytes]:
    """The files again. Raises ValueError when one of them is no JPEG file."""
    data, ends = bytes_X.tobytes(), ends_N.tolist()
    pictures = [data[a:b] for a, b in zip([0, *ends], ends, strict=False)]
    if not all(one.startswith(_JPEG) and one.endswith(_JPEG_END) for one in pictures):
        raise ValueError("a picture is no JPEG file")
    return pictures
