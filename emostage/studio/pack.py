"""Frozen dataclasses of arrays as one `.npz` file and back, without pickle: arrays as arrays, all else as one JSON text."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

T = TypeVar("T")
_JSON_KEY = "__json__"


def save(value: Any, path: Path) -> None:
    """Write a dataclass of arrays, numbers, texts, tuples of such dataclasses and such dataclasses to `path`."""
    arrays: dict[str, NDArray[Any]] = {}
    text = json.dumps(_split(value, "", arrays))
    arrays[_JSON_KEY] = np.frombuffer(text.encode(), np.uint8)
    with path.open("wb") as stream, ZipFile(stream, "w") as archive:  # not np.savez, which trips over its file on a full disk
        for name, array in arrays.items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.asanyarray(array), allow_pickle=False)  # type: ignore[no-untyped-call]


def load(kind: type[T], path: Path) -> T:
    """Read what `save` wrote. Raises ValueError when the file does not hold a `kind`."""
    try:
        with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
            arrays = {name: archive[name] for name in archive.files}
        tree = json.loads(arrays.pop(_JSON_KEY).tobytes().decode())
        built = _join(kind, tree, arrays)
    except (KeyError, TypeError, ValueError, AttributeError, OSError, EOFError, BadZipFile) as error:
        raise ValueError(f"{path.name} does not hold a {kind.__name__}") from error
    if not isinstance(built, kind):
        raise ValueError(f"{path.name} does not hold a {kind.__name__}")
    return built


def _split(value: Any, name: str, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[name] = value
        return {"array": name}
    if is_dataclass(value):
        return {f.name: _split(getattr(value, f.name), f"{name}.{f.name}" if name else f.name, arrays) for f in fields(value)}
    if isinstance(value, tuple | list):
        return [_split(v, f"{name}.{i}", arrays) for i, v in enumerate(value)]
    if isinstance(value, Fraction):
        return str(value)
    return value.item() if isinstance(value, np.generic) else value


_hints = lru_cache(maxsize=64)(get_type_hints)
"""What the fields of a class hold, found out once."""


def _join(kind: Any, tree: Any, arrays: dict[str, NDArray[Any]]) -> Any:
    if isinstance(tree, dict) and set(tree) == {"array"}:
        return arrays[tree["array"]]
    if get_origin(kind) in (Union, UnionType):
        options = [k for k in get_args(kind) if k is not type(None)]
        return None if tree is None else _join(options[0], tree, arrays)
    if is_dataclass(kind) and isinstance(kind, type):
        hints = _hints(kind)
        return kind(**{f.name: _join(hints[f.name], tree[f.name], arrays) for f in fields(kind)})
    if isinstance(tree, list):
        inner = get_args(kind) or (Any,)
        kinds = [inner[0]] * len(tree) if len(inner) == 2 and inner[1] is Ellipsis else [*inner, *[Any] * len(tree)]
        return tuple(_join(k, v, arrays) for k, v in zip(kinds, tree, strict=False))
    return Fraction(tree) if kind is Fraction else tree
