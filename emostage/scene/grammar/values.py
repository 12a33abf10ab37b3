"""Single values of the language: times, lengths, easings, names, files, quantities."""

from __future__ import annotations

from emostage.scene.emotions import EASINGS, parse_easing
from emostage.scene.issues import Misread
from emostage.scene.records import Field
from emostage.scene.shapes import Json, Number, Text
from emostage.scene.times import parse_amount, parse_time

VERSION = 1
"""The version of the language that this program reads."""

NUMERIC = (int, float, str)
"""YAML types of a quantity with an optional unit."""


def number_or_text(low: float, high: float, unit: str) -> Json:
    """Schema of a quantity: a number in a range, or text that ends in a unit (a regular expression)."""
    pattern = rf"^\s*[-+\u2212]?[\d.]+\s?({unit})?\s*$"
    return {"anyOf": [{"type": "number", "minimum": low, "maximum": high}, {"type": "string", "pattern": pattern}]}


def parse_version(text: str) -> int:
    """The version of the language. Raises Misread E013."""
    if int(text, 0) != VERSION:
        message = f"version {text} of the language is not known"
        raise Misread("E013", message, f"this emostage reads 'emostage: {VERSION}'")
    return VERSION


TIME = Text(
    words="a time such as 1.5s, 50%, end - 200ms or word:NAME",
    parse=parse_time,
    kinds=NUMERIC,
    json={
        "type": ["string", "number"],
        "pattern": r"^\s*([-+\u2212]?\s*[\d.]|[sS][tT][aA][rR][tT]|[eE][nN][dD]|[wW][oO][rR][dD]\s?:)",
    },
)
AMOUNT = Text(
    words="a length of time such as 400ms or 1.5s",
    parse=parse_amount,
    kinds=NUMERIC,
    json={"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^\s*[\d.]"}]},
)
EASE = Text(
    words="an easing such as linear or in-out",
    parse=parse_easing,
    json={
        "anyOf": [{"enum": list(EASINGS)}, {"type": "string", "pattern": r"^\s*([cC][uU][bB][iI][cC][-_]|[eE][aA][sS][eE][-_])"}]
    },
)
PERSON = Text(words="the name of a person of the cast", json={"type": "string", "minLength": 1})
FILE = Text(words="the path of a file", json={"type": "string", "minLength": 1})
FOLDER = Text(words="the path of a folder", json={"type": "string", "minLength": 1})
FREE_TEXT = Text(words="a text", json={"type": "string", "minLength": 1})
INTENSITY = Number(low=0, high=1, code="E032", hint="0 is nothing, 1 is as much as a face can show")

AT = Field(
    TIME,
    "When the key is reached; the first key of a list may leave it out.",
    default="start",
    examples=("start", "1.5s", "50%", "word:believe", "end - 200ms", "+0.3s"),
)
EASE_FIELD = Field(
    EASE,
    "How the key is approached from the one before it.",
    default="in-out",
    examples=(*EASINGS, "cubic-bezier(0.3, 0, 0.2, 1)"),
)
