"""Which vowels are stressed, for synthesisers that do not tell: taken over from another reading of the same text."""

from __future__ import annotations

from dataclasses import replace
from difflib import SequenceMatcher

from emostage.core.tracks import Span, SpeechTake
from emostage.motion.phones import Segment, segments


def with_stress(take: SpeechTake, like: SpeechTake) -> SpeechTake:
    """`take` with its ARPAbet vowels marked as stressed where the phones of `like` that they match are."""
    own = [_heads(phone.text) for phone in take.phones]
    other = [_heads(phone.text) for phone in like.phones]
    marked = [False] * len(own)
    matcher = SequenceMatcher(None, [_kind(s) for s in own], [_kind(s) for s in other], autojunk=False)
    for tag, first, last, start, stop in matcher.get_opcodes():
        if tag == "equal" or (tag == "replace" and last - first == stop - start):
            for mine, theirs in zip(range(first, last), range(start, stop), strict=True):
                segment = other[theirs]
                marked[mine] = segment is not None and segment.stressed
    return replace(take, phones=tuple(_marked(phone, on) for phone, on in zip(take.phones, marked, strict=True)))


def _heads(text: str) -> Segment | None:
    found = segments(text)
    return found[0] if found else None


def _kind(segment: Segment | None) -> str:
    """What must agree for two phones to match: the place; of vowels only that they are vowels."""
    return segment.place if segment is not None else "silence"


def _marked(phone: Span, on: bool) -> Span:
    return replace(phone, text=f"{phone.text[:-1]}{int(on)}") if phone.text.endswith(("0", "1")) else phone
