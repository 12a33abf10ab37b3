"""Fingerprints: SHA-256 over canonical JSON of everything that can change a result.

Two values have the same fingerprint exactly when they are equal: dataclasses go in field by field with their class name, floats by
their shortest exact decimal form, arrays by type, shape and bytes. The sources of the stages count as input too (`sources`),
so that no cache outlives the code that filled it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from emostage import __version__
from emostage.core.resources import resource

_PACKAGE = Path(__file__).resolve().parents[1]
_CHUNK = 1 << 20


def plain(value: Any) -> Any:
    """`value` as JSON data that tells unequal values apart. Raises TypeError for a type it does not know."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, tuple | list):
        return [plain(v) for v in value]
    if is_dataclass(value) and not isinstance(value, type):
        return {"is": type(value).__name__, **{f.name: plain(getattr(value, f.name)) for f in fields(value)}}
    return _marked(value)


def _marked(value: Any) -> dict[str, Any]:
    """Values that JSON has no type for, each under a mark of its own."""
    match value:
        case float():
            return {"f": repr(value + 0.0)}
        case np.ndarray():
            whole = np.ascontiguousarray(value)
            return {"array": [whole.dtype.str, list(whole.shape), hashlib.sha256(whole.tobytes()).hexdigest()]}
        case Fraction():
            return {"q": f"{value.numerator}/{value.denominator}"}
        case Path():
            return {"path": str(value)}
        case Mapping():
            return {"map": sorted(([str(k), plain(v)] for k, v in value.items()), key=lambda pair: str(pair[0]))}
    raise TypeError(f"a {type(value).__name__} has no fingerprint")


def digest(*values: Any) -> str:
    """SHA-256 (64 hex digits) of the values."""
    text = json.dumps([plain(v) for v in values], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 (64 hex digits) of a file's bytes; of a folder, of the names and bytes of the files in it. Raises OSError."""
    sha = hashlib.sha256()
    for part in sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]:
        sha.update(part.name.encode() if path.is_dir() else b"")
        with part.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                sha.update(chunk)
    return sha.hexdigest()


@cache
def sources(*names: str) -> str:
    """Fingerprint of the version and the source files of packages or modules such as `speech` and `film/encode.py`."""
    found = [
        p for name in names for p in sorted((_PACKAGE / name).rglob("*.py") if (_PACKAGE / name).is_dir() else [_PACKAGE / name])
    ]
    return digest(__version__, [[p.relative_to(_PACKAGE).as_posix(), file_digest(p)] for p in found if p.is_file()])


@cache
def checkpoint_digest(name: str) -> str:
    """Fingerprint of a shipped checkpoint; empty where there is none."""
    try:
        return file_digest(resource("checkpoints", name))
    except FileNotFoundError:
        return ""


def seed_of(*values: Any) -> int:
    """A seed in [0, 2^63) drawn from the values."""
    return int(digest(*values)[:16], 16) >> 1
