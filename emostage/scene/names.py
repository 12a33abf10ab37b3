"""Names of people and voices."""

from __future__ import annotations

import re

from emostage.scene.issues import Misread
from emostage.scene.suggest import hint_for

NAME_PATTERN = r"""^(?!x-)[^\s\d\-\[\]{}:,#"'!&*?|>%@`\\/.][^\s\[\]{}:,#"'\\/]{0,39}$"""
"""A person's name: no spaces, brackets or quotes, and no digit or hyphen first. The pattern serves JSON Schema as well."""

DEFAULT_ENGINE = "stage"
DEFAULT_VOICE = "espeak/en-us"
VOICE_KINDS = ("espeak", "piper")

_ESPEAK = re.compile(r"[a-z]{2,3}(-[a-z0-9]+)*(\+[\w-]+)?\Z", re.IGNORECASE)
_PIPER = re.compile(r"[a-z]{2,3}_[A-Z]{2}-\w+-(x_low|low|medium|high)\Z")


def person_problem(name: str, taken: frozenset[str]) -> Misread | None:
    """E021 when a person cannot be called `name`, because of its form or because the language uses the word (`taken`)."""
    if name in taken:
        return Misread("E021", f"a person cannot be called '{name}'", "it is a word of the language; take another name")
    if not re.match(NAME_PATTERN, name):
        return Misread(
            "E021", f"'{name}' cannot be a person's name", "one word of up to 40 letters, digits, '-' or '_', a letter first"
        )
    return None


def parse_voice(text: str) -> str:
    """The name of a voice: `espeak/LANGUAGE[+VARIANT]` or `piper/NAME` or `piper/PATH.onnx`. Raises Misread E062."""
    kind, slash, name = text.partition("/")
    if not slash or kind not in VOICE_KINDS:
        hint = hint_for(kind, VOICE_KINDS, "write espeak/en-us or piper/en_US-ljspeech-high; kinds")
        raise Misread("E062", f"'{text}' is not a voice", hint, start=0, end=max(1, len(kind)))
    good = _ESPEAK.match(name) if kind == "espeak" else name.endswith(".onnx") or _PIPER.match(name)
    if not good:
        form = "espeak/en-us or espeak/en-gb+f3" if kind == "espeak" else "piper/en_US-ljspeech-high or piper/path/to.onnx"
        raise Misread("E062", f"'{name}' is not a name of {kind} voices", f"write {form}", start=len(kind) + 1, end=len(text))
    return text
