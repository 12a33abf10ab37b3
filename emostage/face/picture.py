"""Reading pictures from outside: an allow-list of formats, limits, upright, 8-bit sRGB. H, W picture rows and columns."""

from __future__ import annotations

import io
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from emostage.core.errors import AssetError
from emostage.core.tracks import U8

FORMATS = ("PNG", "JPEG", "WEBP")
MAX_PIXELS = 80_000_000
MAX_BYTES = 200 * 1024 * 1024
SAMPLE = "sample/"
"""A source that begins with this names a picture that comes with emostage."""

_SAMPLES = Path(__file__).resolve().parents[1] / "data" / "samples"
_MATTE = (255, 255, 255)
_BAND_16_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")


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


def read_picture(source: Path | str) -> U8:
    """The picture as uint8 sRGB (H, W, 3), turned upright by its EXIF orientation.

    Colour profiles, CMYK, palettes, greyscale and 16 bits are converted; transparency lies on white; of an animation the
    first picture counts. Raises AssetError: E071 no such file, E072 not one of the formats or damaged, E073 too large.
    """
    path = source_path(source)
    data = _bytes(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks about odd metadata; its pixel limit is replaced by ours
            with Image.open(io.BytesIO(data), formats=FORMATS) as image:
                if image.width * image.height > MAX_PIXELS:
                    size = f"{image.width} x {image.height} pixels"
                    raise AssetError.of("E073", f"'{path.name}' is too large: {size}", f"scale it to under {MAX_PIXELS:,} pixels")
                image.load()
                upright = ImageOps.exif_transpose(image)
                return np.array(_to_srgb(upright), np.uint8)
    except UnidentifiedImageError as error:
        hint = "save it as PNG, JPEG or WebP"
        raise AssetError.of("E072", f"'{path.name}' is not a picture of a known format", hint) from error
    except Image.DecompressionBombError as error:
        raise AssetError.of("E073", f"'{path.name}' is too large", f"scale it to under {MAX_PIXELS:,} pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, MemoryError) as error:
        raise AssetError.of(
            "E072", f"'{path.name}' is damaged: {error}", "open it in a picture program and save it again"
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise AssetError.of("E071", f"'{path}' is not a file", "give the path of a PNG, JPEG or WebP picture")
        if size > MAX_BYTES:
            raise AssetError.of("E073", f"'{path.name}' is too large: {size:,} bytes", f"keep pictures under {MAX_BYTES:,} bytes")
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        hint = f"check the path, or use a sample: {', '.join(sample_names())}"
        raise AssetError.of("E071", f"there is no picture '{path}'", hint) from error
    except (OSError, ValueError) as error:
        raise AssetError.of("E071", f"'{path}' cannot be read: {error}", "check the path and its permissions") from error


def _to_srgb(image: Image.Image) -> Image.Image:
    """Any mode to 8-bit sRGB on white, honouring an embedded colour profile when it fits the picture."""
    profile = image.info.get("icc_profile")
    if image.mode in _BAND_16_BIT:
        grey = np.asarray(image).astype(np.float64)
        image = Image.fromarray(np.clip(grey / 257.0 + 0.5, 0, 255).astype(np.uint8))
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        image = image.convert("RGBA")
        alpha = image.getchannel("A")
        image = Image.composite(image.convert("RGB"), Image.new("RGB", image.size, _MATTE), alpha)
    if profile:
        image = _through_profile(image, profile)
    return image.convert("RGB")


def _through_profile(image: Image.Image, profile: bytes) -> Image.Image:
    """The picture converted to sRGB from its embedded profile; unchanged when the profile is broken or of another kind."""
    if image.mode not in {"RGB", "CMYK", "L"}:
        return image
    try:
        source, target = ImageCms.ImageCmsProfile(io.BytesIO(profile)), ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image
    return converted if converted is not None else image
