"""Reading pictures from outside: an allow-list of formats, limits, upright, 8-bit sRGB. H, W picture rows and columns."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
from PIL import Image, ImageCms

from emostage.core.tracks import U8
from emostage.face.header import SAMPLE, opened, sample_names

_ORIENTATION = 0x112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF 2.3, tag 0x112: how a picture is turned upright."""
_MATTE = (255, 255, 255)
_BAND_16_BIT = ("I;16", "I;16L", "I;16B", "I;16N", "I")

__all__ = ["SAMPLE", "read_picture", "sample_names"]


def read_picture(source: Path | str) -> U8:
    """The picture as uint8 sRGB (H, W, 3), turned upright by its EXIF orientation.

    Colour profiles, CMYK, palettes, greyscale and 16 bits are converted; transparency lies on white; of an animation the
    first picture counts. Raises AssetError: E071 no such file, E072 not one of the formats or damaged, E073 too large.
    """
    with opened(source) as image:
        image.load()
        return np.array(_to_srgb(_upright(image)), np.uint8)


def _upright(image: Image.Image) -> Image.Image:
    """The picture turned as its EXIF orientation says; as it is when that is missing or damaged."""
    try:
        mark = image.getexif().get(_ORIENTATION)
    except (SyntaxError, ValueError, TypeError, KeyError, OSError, struct.error):
        return image
    turn = _TURNS.get(mark) if isinstance(mark, int) else None
    return image if turn is None else image.transpose(turn)


def _to_srgb(image: Image.Image) -> Image.Image:
    """Any mode to 8-bit sRGB on white, honouring an embedded colour profile when it fits the picture."""
    profile = image.info.get("icc_profile")
    if image.mode in _BAND_16_BIT:
        grey = np.clip(np.asarray(image), 0, 65535).astype(np.uint32)
        image = Image.fromarray(((grey + 128) // 257).astype(np.uint8))
    if image.mode == "P" or "transparency" in image.info:
        image = image.convert("RGBA")
    if image.mode in {"RGBA", "LA", "PA", "La", "RGBa"}:
        image = image.convert("RGBA") if image.mode != "RGBA" else image
        sheet = Image.new("RGB", image.size, _MATTE)
        sheet.paste(image, mask=image.getchannel("A"))
        image = sheet
    if profile:
        image = _through_profile(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


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
