"""Numbers with units: factors, semitones, decibels, degrees, picture sizes and colours."""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from emostage.core.time import FRAME_RATES, frame_rate
from emostage.scene.issues import Misread
from emostage.scene.suggest import hint_for

SIZES: dict[str, tuple[int, int]] = {
    "square": (1080, 1080),
    "landscape": (1920, 1080),
    "vertical": (1080, 1920),
    "720p": (1280, 720),
    "1080p": (1920, 1080),
}
"""Picture sizes by name, width and height in pixels."""
SMALLEST_PX, LARGEST_PX = 64, 4096

_NUMBER = r"[-+\u2212]?(?:\d+(?:\.\d*)?|\.\d+)"
_COLOUR = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})\Z", re.IGNORECASE)


def parse_rate(text: str) -> float:
    """A speaking rate as a factor: `1.1` or `110%`, from 0.5 to 2. Raises Misread E015."""
    match = re.fullmatch(rf"({_NUMBER})\s?(%|x)?", text.strip())
    value = (_float(match[1]) / (100 if match[2] == "%" else 1)) if match else None
    if value is None or not 0.5 <= value <= 2.0:
        raise Misread("E015", f"rate '{text}' is not a factor from 0.5 to 2", "1 is the voice's own pace, 1.1 a little faster")
    return value


def quantity(unit: str, low: float, high: float, hint: str) -> Callable[[str], float]:
    """A reader of numbers with an optional `unit` between `low` and `high`; it raises Misread E015."""
    pattern = re.compile(rf"({_NUMBER})\s?(?:{unit})?\Z", re.IGNORECASE)

    def parse(text: str) -> float:
        match = pattern.match(text.strip())
        if not match or not low <= _float(match[1]) <= high:
            raise Misread("E015", f"'{text}' is not a value from {low:g} to {high:g} {unit}", hint)
        return _float(match[1])

    return parse


parse_pitch = quantity("st", -12, 12, "semitones: -2st is a little lower")
parse_volume = quantity("dB", -40, 12, "decibels: 2dB is a little louder")
parse_gain = quantity("dB", -60, 24, "decibels: -18dB lies well under the voices")


def _float(text: str) -> float:
    return float(text.replace("\u2212", "-"))


def parse_fps(text: str) -> Fraction:
    """A frame rate that films have. Raises Misread E017."""
    try:
        return frame_rate(float(text))
    except ValueError:
        rates = ", ".join(f"{rate:g}" for rate in FRAME_RATES)
        raise Misread("E017", f"'{text}' is not a frame rate of film", f"one of: {rates}") from None


def parse_size(text: str) -> tuple[int, int]:
    """A picture size: one number for a square, a name, or WIDTHxHEIGHT. Raises Misread E016."""
    written = text.strip().casefold()
    if written in SIZES:
        return SIZES[written]
    match = re.fullmatch(r"(\d{1,6})(?:\s?[x×]\s?(\d{1,6}))?", written)
    if not match:
        raise Misread("E016", f"'{text}' is not a picture size", hint_for(written, SIZES, "512, [1080, 1920] or"))
    return check_size(int(match[1]), int(match[2] or match[1]))


def check_size(width_px: int, height_px: int) -> tuple[int, int]:
    """A size that H.264 can hold: even, within limits. Raises Misread E016."""
    for side in (width_px, height_px):
        if not SMALLEST_PX <= side <= LARGEST_PX:
            raise Misread(
                "E016", f"a side of {side} pixels is outside {SMALLEST_PX} to {LARGEST_PX}", "512 draws fast, 1080 is full HD"
            )
        if side % 2:
            raise Misread("E016", f"a side of {side} pixels is odd", f"video needs even sides: {side + 1}")
    return width_px, height_px


def parse_colour(text: str) -> str:
    """A colour as `#rrggbb` in lower case. Raises Misread E014."""
    if not _COLOUR.match(text):
        raise Misread("E014", f"'{text}' is not a colour", "write '#rrggbb' such as '#101014'")
    digits = text[1:].lower()
    return "#" + ("".join(2 * digit for digit in digits) if len(digits) == 3 else digits)
