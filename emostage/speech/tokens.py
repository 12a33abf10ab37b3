"""Tokens and the text they came from: where each lies, what of it can be spoken, in which script it is written. No numpy."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

_SAME = {"’": "'", "‘": "'", "ʼ": "'", "‚": ",", "‑": "-", "‐": "-", "−": "-", "\u00a0": " "}
_MUTE = frozenset('“”„«»‹›"[]{}<>|\\*_~`^#¶§•·')
_PICTURE = frozenset(("So", "Sk", "Cs", "Cn", "Co", "Cc", "Cf", "Zl", "Zp"))
_JOINERS = frozenset("\u200c\u200d")


def spoken_text(text: str) -> str:
    """`text` with everything unspeakable (emoji, quotation marks, brackets, markup, controls) as spaces, character for
    character.
    """
    return text.translate(_ASCII) if text.isascii() else "".join(map(_spoken, text))


def _spoken(char: str) -> str:
    if char in _SAME:
        return _SAME[char]
    if char in _MUTE:
        return " "
    if char in _JOINERS or char in "°©®™№":
        return char
    if unicodedata.category(char) in _PICTURE or "\ufe00" <= char <= "\ufe0f":
        return " "
    return char


_ASCII = {number: _spoken(chr(number)) for number in range(128)}


def is_speakable(token: str) -> bool:
    """Whether anything in `token` makes a sound: a letter, a digit or a symbol with a name such as % or €."""
    return token.isalnum() or any(map(_sounds, spoken_text(token)))


def _sounds(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) in {"Sc", "Sm"} or char in "%&@°"


def locate(text: str, words: Sequence[str]) -> tuple[tuple[int, int], ...]:
    """Character ranges of `words` in `text`, in order, never overlapping.

    Case is ignored; a token that is not found as written is searched by its letters and digits, and at last given its
    share of the text up to the next token that is found.
    """
    folded = _folded(text)
    found: list[tuple[int, int] | None] = []
    at = 0
    for word in words:
        place = next((p for p in (_find(folded, form, at) for form in _forms(word)) if p), None)
        found.append(place)
        if place:
            at = place[1]
    return tuple(_filled(found, len(text), words))


def _folded(text: str) -> str:
    """Lower case without changing the number of characters."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := _SAME.get(char, char).lower()) == 1 else char for char in text)


def _forms(word: str) -> Iterator[str]:
    folded = _folded(word)
    yield folded
    core = folded.strip("".join({char for char in folded if not char.isalnum()}))
    if core and core != folded:
        yield core


def _find(text: str, form: str, start: int) -> tuple[int, int] | None:
    """First occurrence that does not begin or end inside a run of letters, else the first at all."""
    first = at = text.find(form, start) if form else -1
    while at >= 0:
        end = at + len(form)
        inside = at > 0 and text[at - 1].isalnum() and form[0].isalnum()
        if not inside and not (end < len(text) and text[end].isalnum() and form[-1].isalnum()):
            return at, end
        at = text.find(form, at + 1)
    return (first, first + len(form)) if first >= 0 else None


def _filled(found: Sequence[tuple[int, int] | None], length: int, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The ranges with gaps filled: missing tokens share the text between their neighbours by their lengths."""
    index, at = 0, 0
    while index < len(found):
        place = found[index]
        if place:
            yield place
            index, at = index + 1, place[1]
            continue
        last = index
        while last < len(found) and found[last] is None:
            last += 1
        following = found[last] if last < len(found) else None
        end = following[0] if following else length
        total = sum(max(len(word), 1) for word in words[index:last])
        start, done = at, 0
        for word in words[index:last]:
            done += max(len(word), 1)
            stop = start + (end - start) * done // total
            yield at, stop
            at = stop
        index = last
