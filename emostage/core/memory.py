"""Memory: how much this process has held; and what it no longer uses goes back to the system, so that a long film needs no more
of it than a short one.
"""

from __future__ import annotations

import ctypes
import sys
from functools import lru_cache
from pathlib import Path
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


def peak_mb() -> float:
    """The most memory this process has held, without ffmpeg beside it, in megabytes; 0 where the system does not tell."""
    try:  # where a process is begun by another, getrusage may tell what that one held; the kernel's own mark does not
        marks = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
        return float(marks["VmHWM"].split()[0]) * 1.024e-3
    except (OSError, KeyError, ValueError):
        return _usage_mb()


def _usage_mb() -> float:
    try:
        import resource
    except ImportError:
        return 0.0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1e6 if sys.platform == "darwin" else peak * 1.024e-3
