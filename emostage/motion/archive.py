"""Arrays in a foreign `.npz` file, looked at before they are unpacked: bounded in size, never unpickled."""

from __future__ import annotations

import zlib
from pathlib import Path
from typing import Any, Self
from zipfile import BadZipFile, ZipFile

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError

MOST_BYTES = 64 << 20
_MOST_HEADER = 4096


class Archive:
    """An open motion file. Raises AssetError E088 when there is none or it cannot be read, E089 when it is damaged or too large."""

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            if not path.is_file():
                raise AssetError.of("E088", f"there is no motion file '{path}'", "'emostage track FILM' writes one")
            if path.stat().st_size > MOST_BYTES:
                raise self.bad(f"it has more than {MOST_BYTES >> 20} MB")
            self._zip = ZipFile(path)
        except BadZipFile as error:
            raise self.bad("it is no .npz file") from error
        except NotImplementedError as error:
            raise self.bad(str(error)) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise AssetError.of("E088", f"'{path}' cannot be read: {reason}", "check the path and its permissions") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def bad(self, why: str) -> AssetError:
        """The error of a file that is no motion file."""
        hint = "'emostage track FILM' writes motion files"
        return AssetError.of("E089", f"'{self._path.name}' is no motion file that can be used: {why}", hint)

    def has(self, name: str) -> bool:
        """Whether there is an array of that name."""
        return f"{name}.npy" in self._zip.namelist()

    def shape(self, name: str) -> tuple[int, ...]:
        """The shape of an array as its header tells it."""
        return self._open(name, whole=False)[0]

    def array(self, name: str, kinds: str) -> NDArray[Any]:
        """An array whose type is of one of the numpy `kinds`."""
        array = self._open(name, whole=True)[1]
        if array.dtype.kind not in kinds:
            raise self.bad(f"'{name}' holds {array.dtype}")
        return array

    def _open(self, name: str, *, whole: bool) -> tuple[tuple[int, ...], NDArray[Any]]:
        """The shape of an array, and the array if it is wanted `whole`."""
        if not self.has(name):
            raise self.bad(f"it has no '{name}'")
        read_header: Any = np.lib.format.read_array_header_1_0
        try:
            with self._zip.open(f"{name}.npy") as stream:
                if np.lib.format.read_magic(stream) != (1, 0):  # type: ignore[no-untyped-call]
                    raise ValueError("another version of the array format")
                shape, fortran, dtype = read_header(stream, max_header_size=_MOST_HEADER)
                size = int(np.prod(shape, dtype=object)) * dtype.itemsize
                if dtype.hasobject or fortran or min((0, *shape)) < 0 or size > MOST_BYTES:
                    raise ValueError("not a plain array of a bearable size")
                data = stream.read(size) if whole else b""
                if whole and len(data) != size:
                    raise EOFError
            return shape, np.frombuffer(data, dtype).reshape(shape) if whole else np.zeros(0)
        except _DAMAGE as error:
            raise self.bad(f"'{name}' is damaged") from error


_DAMAGE = (ValueError, TypeError, KeyError, EOFError, OSError, RuntimeError, BadZipFile, zlib.error)
"""What reading a broken or encrypted archive, or a broken header, can raise."""
