"""What can be known of a picture from outside before it is unpacked: where its file is, its format, and its size. No numpy."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from emostage.core.errors import AssetError

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 80_000_000
MAX_BYTES = 200 * 1024 * 1024
MIN_SIDE_PX = 32
"""A picture narrower or lower than this cannot show a face that can be used."""
SAMPLE = "sample/"
"""A source that begins with this names a picture that comes with emostage."""

_SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"


def sample_names() -> tuple[str, ...]:
    """The sources of the sample pictures, such as `sample/astronaut`."""
    return tuple(sorted(SAMPLE + path.stem for path in _SAMPLES.iterdir() if path.suffix in {".png", ".jpg"}))


def source_path(source: Path | str) -> Path:
    """The file behind a source: a path, or `sample/NAME`. Raises AssetError (E071) for an unknown sample."""
    if isinstance(source, Path) or not source.startswith(SAMPLE):
        return Path(source)
    name = Path(source.removeprefix(SAMPLE)).stem
    for path in _SAMPLES.glob("*.*"):
        if path.stem == name and SAMPLE + name in sample_names():
            return path
    raise AssetError.of("E071", f"there is no sample picture '{source}'", f"there are {', '.join(sample_names())}")


@contextmanager
def opened(source: Path | str) -> Iterator[Image.Image]:
    """The picture of a source with its header read and nothing unpacked yet.

    Raises AssetError: E071 no such file, E072 not one of the formats or damaged (also when that shows within the block), E073 too
    large.
    """
    path = source_path(source)
    _check_file(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks about odd metadata; its pixel limit is replaced by ours
            with path.open("rb") as stream, Image.open(stream, formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise _too_large(path, f": {image.width} x {image.height} pixels")
                yield image
    except UnidentifiedImageError as error:
        hint = "save it as PNG, JPEG or WebP"
        raise AssetError.of("E072", f"'{path.name}' is not a picture of a known format", hint) from error
    except Image.DecompressionBombError as error:
        raise _too_large(path, "") from error
    except PermissionError as error:
        raise _unreadable(path, error) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:
        raise AssetError.of(
            "E072", f"'{path.name}' is damaged: {error}", "open it in a picture program and save it again"
        ) from error


def look(source: Path | str, *, for_a_face: bool = True) -> None:
    """Read a picture's header only. Raises AssetError E071-E073, and E076 when it is too small `for_a_face`."""
    with opened(source) as image:
        size_px = image.size
    if for_a_face:
        require_room(source_path(source).name, size_px)


def require_room(name: str, size_px: tuple[int, int]) -> None:
    """Raise AssetError E076 when a picture of (width, height) pixels is too small to show a face."""
    if min(size_px) < MIN_SIDE_PX:
        message = f"'{name}' is too small to show a face: {size_px[0]} x {size_px[1]} pixels"
        raise AssetError.of("E076", message, f"use a picture in which the face alone is {MIN_SIDE_PX * 3} pixels high or more")


def _check_file(path: Path) -> None:
    """Refuse what is no regular file of a bearable size before it is opened: a pipe would never answer."""
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise AssetError.of("E071", f"'{path}' is not a file", "give the path of a PNG, JPEG or WebP picture")
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = f"check the path, or use a sample: {', '.join(sample_names())}"
        raise AssetError.of("E071", f"there is no picture '{path}'", hint) from error
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if size > MAX_BYTES:
        raise AssetError.of("E073", f"'{path.name}' is too large: {size:,} bytes", f"keep pictures under {MAX_BYTES:,} bytes")


def _too_large(path: Path, size: str) -> AssetError:
    return AssetError.of("E073", f"'{path.name}' is too large{size}", f"scale it to under {MAX_PIXELS:,} pixels")


def _unreadable(path: Path, error: Exception) -> AssetError:
    reason = getattr(error, "strerror", None) or str(error)
    return AssetError.of("E071", f"'{path}' cannot be read: {reason}", "check the path and its permissions")
