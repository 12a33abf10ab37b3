"""Styles as they can be read: with enough contrast to the ground of the theme, and distinct where a terminal has 16 colours.

Contrast is that of the Web Content Accessibility Guidelines 2.2: (L1 + 0.05) / (L2 + 0.05) of relative luminances, 4.5 for text
(1.4.3, AA) and 3 for what is not text (1.4.11).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from rich.color import Color, blend_rgb
from rich.color_triplet import ColorTriplet
from rich.palette import Palette
from rich.style import Style
from rich.text import Span, Text

from emostage.apps.tui.colours import CUE, EMOTION_COLOURS, GUESSED, MUSIC, QUIET, RAIL, WAVE, WRONG

TEXT, SHAPE = 4.5, 3.0
"""Least contrast of what is read, and of what is only seen."""
_BLACK, _WHITE = ColorTriplet(0, 0, 0), ColorTriplet(255, 255, 255)
_GREYS = (7, 8)
_DIM, _LIGHTER, _STEP = 0.5, 0.7, 0.04

STANDARD = Palette([
    (0, 0, 0), (170, 0, 0), (0, 170, 0), (170, 85, 0), (0, 0, 170), (170, 0, 170), (0, 170, 170), (170, 170, 170),
    (85, 85, 85), (255, 85, 85), (85, 255, 85), (255, 255, 85), (85, 85, 255), (255, 85, 255), (85, 255, 255), (255, 255, 255),
])  # fmt: skip
"""The colours by whose numbers 16-colour terminals are told theirs: rich turns each into its own number."""
_FEW_ON_DARK: Mapping[str, int] = MappingProxyType({
    "neutral": 7, "happy": 11, "sad": 12, "angry": 9, "afraid": 5, "disgusted": 2, "surprised": 3, "contempt": 13,
})  # fmt: skip
_FEW_ON_LIGHT: Mapping[str, int] = MappingProxyType({
    "neutral": 8, "happy": 3, "sad": 4, "angry": 1, "afraid": 5, "disgusted": 2, "surprised": 9, "contempt": 13,
})  # fmt: skip
_ON_LIGHT: Mapping[str, str] = MappingProxyType({
    "neutral": "#5b616a", "happy": "#735900", "sad": "#1f56c4", "angry": "#c2182b",
    "afraid": "#6b3fc0", "disgusted": "#1c7030", "surprised": "#a84600", "contempt": "#a02a78",
})  # fmt: skip
"""Emotions on light grounds: as different as on dark ones, which colours that are only darkened would not be."""


@lru_cache(maxsize=8192)
def legible(style: Style, base: Style, *, few: bool = False) -> Style:
    """A style of `colours` for a widget whose own style, with both its colours, is `base`; `few` where there are 16 colours. What
    is dim is given a colour of its own between the two."""
    ground = base.bgcolor.get_truecolor() if base.bgcolor else _BLACK
    dark = is_dark(ground)
    if few:
        return _of_few(style, ground, dark=dark)
    front, behind = _triplet(style.color), _triplet(style.bgcolor)
    if front and not dark:
        front = _lights().get(front, front)
    if behind:
        behind = behind if dark else blend_rgb(behind, _WHITE, _LIGHTER)
    least = TEXT
    if style.dim:
        least = SHAPE if front else TEXT
        front = blend_rgb(front or _fore(base, dark=dark), ground, _DIM)
    if front is None and behind is None:
        return style
    front = raised(front or _fore(base, dark=dark), behind or ground, least)
    return style + Style(color=Color.from_triplet(front), bgcolor=behind and Color.from_triplet(behind), dim=False)


def seen(style: Style, base: Style, *, few: bool = False) -> Style:
    """A style on that of its widget."""
    return base + legible(style, base, few=few)


def dressed(text: Text, base: Style, *, few: bool = False) -> Text:
    """A text with all its styles legible."""
    out = text.copy()
    out.style = legible(_parsed(text.style), base, few=few)
    out.spans = [Span(start, end, legible(_parsed(style), base, few=few)) for start, end, style in text.spans]
    return out


def raised(front: ColorTriplet, ground: ColorTriplet, least: float) -> ColorTriplet:
    """A colour, made lighter on what is dark and darker on what is light until its contrast is enough."""
    goal, share = _WHITE if is_dark(ground) else _BLACK, 0.0
    while share < 1.0:
        colour = blend_rgb(front, goal, share)
        if contrast(colour, ground) >= least:
            return colour
        share += _STEP
    return goal


def contrast(one: ColorTriplet, other: ColorTriplet) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@lru_cache(maxsize=4096)
def luminance(colour: ColorTriplet) -> float:
    """Relative luminance (0 to 1) of an sRGB colour."""
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_dark(ground: ColorTriplet) -> bool:
    """Whether white stands out from a colour more than black does."""
    return contrast(_WHITE, ground) >= contrast(_BLACK, ground)


def _of_few(style: Style, ground: ColorTriplet, *, dark: bool) -> Style:
    """A style in 16 colours. What is behind something is shown by the other way round: no colour is free that could be read on, and
    none can on a grey ground."""
    how = Style(
        meta=style.meta or None,
        bold=style.bold,
        italic=style.italic,
        underline=style.underline,
        reverse=style.reverse or bool(style.bgcolor) or None,
    )
    if STANDARD.match(ground) in _GREYS:
        return how
    if style.color is None:
        return how + _numbered(7 if dark else 8) if style.dim else how
    if style.color == WRONG.color:
        return how + _numbered(15) + Style(bgcolor=_numbered(1).color)
    number = _few(dark=dark).get(style.color.get_truecolor())
    return how + (Style(color=style.color) if number is None else _numbered(number))


def _numbered(number: int) -> Style:
    return Style(color=Color.from_triplet(STANDARD[number]))


@lru_cache(maxsize=2)
def _few(*, dark: bool) -> Mapping[ColorTriplet, int]:
    """The number of every colour of `colours`."""
    emotions = _FEW_ON_DARK if dark else _FEW_ON_LIGHT
    styles = (
        {QUIET: 7, RAIL: 15, WAVE: 6, GUESSED: 7, MUSIC: 14, CUE: 14}
        if dark
        else {QUIET: 8, RAIL: 0, WAVE: 6, GUESSED: 8, MUSIC: 6, CUE: 6}
    )
    numbers = {Color.parse(EMOTION_COLOURS[name]).get_truecolor(): number for name, number in emotions.items()}
    return numbers | {style.color.get_truecolor(): number for style, number in styles.items() if style.color}


@lru_cache(maxsize=1)
def _lights() -> Mapping[ColorTriplet, ColorTriplet]:
    """Colours of emotions on dark grounds, and those on light ones."""
    return {
        Color.parse(EMOTION_COLOURS[name]).get_truecolor(): Color.parse(colour).get_truecolor()
        for name, colour in _ON_LIGHT.items()
    }


def _fore(base: Style, *, dark: bool) -> ColorTriplet:
    return base.color.get_truecolor() if base.color else _WHITE if dark else _BLACK


def _triplet(colour: Color | None) -> ColorTriplet | None:
    return colour.get_truecolor() if colour else None


@lru_cache(maxsize=256)
def _parsed(style: str | Style) -> Style:
    return Style.parse(style) if isinstance(style, str) else style
