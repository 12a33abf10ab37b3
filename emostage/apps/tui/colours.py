"""Colours of the eight emotions, and the letters that say the same where there is no colour.

Styles here are meant for a dark ground and many colours; `legible` makes of them what can be read on the ground there is, in the
colours there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from rich.style import Style

EMOTION_COLOURS: Mapping[str, str] = MappingProxyType({
    "neutral": "#8a8f98", "happy": "#f2c14e", "sad": "#5b8def", "angry": "#e5484d",
    "afraid": "#a178e8", "disgusted": "#5fb760", "surprised": "#f28c38", "contempt": "#d86fb4",
})  # fmt: skip
LETTERS: Mapping[str, str] = MappingProxyType({
    "neutral": "N", "happy": "H", "sad": "S", "angry": "A", "afraid": "F", "disgusted": "D", "surprised": "!", "contempt": "C",
})  # fmt: skip

QUIET = Style(color="#7b8290")
"""What is there without asking to be looked at."""
PLAIN = Style()
STRONG = Style(bold=True)
DIM = Style(dim=True)
RAIL = Style(color="#9aa3b2")
WAVE = Style(color="#7d8ba1")
GUESSED = Style(color="#565d68")
CUT = Style(color="#9aa3b2", bold=True)
WRONG = Style(color="#ff5c5c", bold=True)
PICKED = Style(reverse=True, bold=True)
PLAYHEAD = Style(bgcolor="#3f4a5c", bold=True)
MUSIC = Style(color="#6ea8a1")
CUE = Style(color="#5cc8d7", italic=True)
"""A cue in a text."""
KEY = Style(color="#5cc8d7", bold=True)
"""A key of the keyboard."""
MISTAKE = WRONG + Style(underline=True)
"""What is wrong in a text."""


@lru_cache(maxsize=256)
def of_emotion(name: str, *, bold: bool = False, dim: bool = False, reverse: bool = False) -> Style:
    """The style of an emotion; of what is none, plain."""
    return Style(color=EMOTION_COLOURS.get(name), bold=bold or None, dim=dim or None, reverse=reverse or None)
