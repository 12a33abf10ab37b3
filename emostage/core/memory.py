"""Memory that the program no longer uses goes back to the system, so that a long film needs no more of it than a short one."""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def _trim() -> Any:
    """glibc's malloc_trim(3), or None where there is none."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        return ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return None


def give_back() -> None:
    """Return free heap pages to the system. Pictures of ever changing sizes leave the heap full of holes otherwise."""
    trim = _trim()
    if trim is not None:
        trim(0)
