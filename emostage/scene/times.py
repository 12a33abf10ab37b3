"""The times of the language: reading, writing, binding to the words of a line, and turning into seconds.

1.5   1.5s   700ms   2m05s   0:01.5   37f   50%        from the start of the line
-200ms   -12f                                           from its end
start   end   word:believe   word:3   word:"the#2"      places of the line
end - 200ms   word:believe + 0.1s   50% - 3f            any of these and an offset
+0.3s                                                   after the key before
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import copysign

from emostage.core.errors import Place, SceneError
from emostage.core.tracks import Span
from emostage.scene.issues import Misread
from emostage.scene.model import AnchorKind, TimeRef
from emostage.scene.suggest import closest, listed
from emostage.scene.words import places_of

FORMS = "write 1.5s, 700ms, 2m05s, 0:01.5, 37f, 50%, start, end, word:NAME, '+0.3s' or 'end - 200ms'"
_NUMBER = r"(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?"
_SHORT = r"(?:\d+(?:\.\d*)?|\.\d+)"
_SPAN = re.compile(
    rf"(?:(?P<h>\d+):(?P<hm>[0-5]\d):(?P<hs>[0-5]\d(?:\.\d*)?)|(?P<cm>\d+):(?P<cs>[0-5]\d(?:\.\d*)?)|(?P<ms>{_SHORT})\s?ms"
    rf"|(?P<m>\d+)\s?m(?:\s?(?P<s2>[0-5]?\d(?:\.\d*)?)\s?s)?|(?P<f>{_SHORT})\s?f|(?P<s>{_SHORT})\s?s|(?P<n>{_NUMBER}))(?![\w.:%])",
    re.IGNORECASE,
)
_PERCENT = re.compile(rf"({_SHORT})\s?%")
_WORD = re.compile(r"word\s?:\s?(?:\"([^\"]*)\"|'([^']*)'|(\S+))", re.IGNORECASE)
_PLACE = re.compile(r"(start|end)\b", re.IGNORECASE)
_OFFSET = re.compile(r"\s*([-+\u2212])\s*")
_LONGEST_S = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A length of time in seconds and frames, either of which may be negative."""

    seconds: float = 0.0
    frames: float = 0.0

    def at(self, fps: Fraction) -> float:
        """The length in seconds."""
        return self.seconds + float(Fraction(self.frames) / fps) if self.frames else self.seconds

    def __neg__(self) -> Amount:
        return Amount(seconds=-self.seconds, frames=-self.frames)


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenTime:
    """A time as written, not yet bound to a line. `word` is the anchor's text (between `word_start` and `word_end` of the
    whole), `by_number` tells that it counts words from 1; `occurrence` counts equal words from 1."""

    kind: AnchorKind
    value: float = 0.0
    offset: Amount = Amount()
    word: str | None = None
    occurrence: int = 1
    by_number: bool = False
    word_start: int = 0
    word_end: int = 0


def parse_amount(text: str) -> Amount:
    """A length such as `400ms`, `1.5`, `2m05s`, `0:01.5` or `10f`. Raises Misread E040."""
    match = _SPAN.fullmatch(text.strip())
    if not match:
        raise Misread("E040", f"'{text}' is not a length of time", "write 1.5s, 700ms, 2m05s, 0:01.5 or 10f")
    return _amount(match, text)


def _amount(match: re.Match[str], text: str) -> Amount:
    part = {name: float(value) for name, value in match.groupdict().items() if value is not None}
    if "f" in part:
        amount = Amount(frames=part["f"])
    elif "ms" in part:
        amount = Amount(seconds=part["ms"] / 1000)
    else:
        hours, minutes = part.get("h", 0.0), part.get("hm", part.get("cm", part.get("m", 0.0)))
        rest = part.get("hs", part.get("cs", part.get("s2", part.get("s", part.get("n", 0.0)))))
        amount = Amount(seconds=hours * 3600 + minutes * 60 + rest)
    if amount.seconds > _LONGEST_S or amount.frames > _LONGEST_S * 60:
        raise Misread("E044", f"'{text}' is longer than a day", "times count within one line")
    return amount


def parse_time(text: str) -> WrittenTime:
    """A time as written. Raises Misread E040 with the part that is wrong."""
    body = text.strip()
    lead = len(text) - len(text.lstrip())
    anchor, end = _anchor(body)
    offset = Amount()
    while end < len(body):
        sign = _OFFSET.match(body, end)
        span = _SPAN.match(body, sign.end()) if sign else None
        if not sign or not span:
            raise Misread("E040", f"'{body[end:].strip()}' is not an offset", "write ' + 200ms' or ' - 200ms'", start=lead + end)
        amount = _amount(span, body)
        amount = amount if sign[1] == "+" else -amount
        offset = Amount(seconds=offset.seconds + amount.seconds, frames=offset.frames + amount.frames)
        end = span.end()
    return WrittenTime(
        kind=anchor.kind, value=anchor.value, word=anchor.word, occurrence=anchor.occurrence, by_number=anchor.by_number,
        word_start=anchor.word_start + lead, word_end=anchor.word_end + lead,
        offset=Amount(seconds=anchor.offset.seconds + offset.seconds, frames=anchor.offset.frames + offset.frames),
    )  # fmt: skip


def _anchor(body: str) -> tuple[WrittenTime, int]:
    """What a time begins with, and where that ends."""
    if place := _PLACE.match(body):
        return WrittenTime(kind="start" if place[1].lower() == "start" else "end"), place.end()
    if word := _WORD.match(body):
        return _word(word), word.end()
    sign = _OFFSET.match(body)
    begin = sign.end() if sign else 0
    if percent := _PERCENT.match(body, begin):
        if sign:
            raise Misread("E040", f"'{body}' has a sign", "percent count from the start of the line: 0% to 100%")
        return WrittenTime(kind="percent", value=float(percent[1])), percent.end()
    span = _SPAN.match(body, begin)
    if not span:
        raise _no_time(body)
    return _counted(sign[1] if sign else "", _amount(span, body)), span.end()


def _no_time(body: str) -> Misread:
    first = re.split(r"[\s:+-]", body, maxsplit=1)[0]
    close = closest(first, ("start", "end", "word"), 0.6) if first else None
    return Misread("E040", f"'{body}' is not a time", f"did you mean '{close}'? {FORMS}" if close else FORMS)


def _counted(sign: str, amount: Amount) -> WrittenTime:
    """A length counted from the start, from the key before (`+`), or from the end."""
    if sign == "+":
        return WrittenTime(kind="previous", offset=amount)
    kind: AnchorKind = "frames" if amount.frames else "seconds"
    value = amount.frames or amount.seconds
    return WrittenTime(kind=kind, value=-value if sign else value)


def _word(match: re.Match[str]) -> WrittenTime:
    quoted = match[3] is None
    group = 3 if match[3] is not None else 1 if match[1] is not None else 2
    text = match[group]
    name, hash_sign, count = text.rpartition("#")
    numbered = bool(hash_sign and name and count.isdecimal() and count.isascii() and int(count[:6]) > 0)
    return WrittenTime(
        kind="word", word=name if numbered else text, occurrence=int(count[:6]) if numbered else 1,
        by_number=not quoted and text.isdecimal() and text.isascii(), word_start=match.start(group), word_end=match.end(group),
    )  # fmt: skip


def write_time(time: WrittenTime) -> str:
    """A time as text that `parse_time` reads back to an equal one (but for the places of the word)."""
    if time.kind == "word":
        count = f"#{time.occurrence}" if time.occurrence > 1 else ""
        text = f"word:{time.word}" if time.by_number else f'word:"{time.word}{count}"'
    elif time.kind in ("start", "end"):
        text = time.kind
    elif time.kind == "previous":
        text = f"+{_plain(time.offset.seconds)}s" if time.offset.seconds >= 0 else f"+0s - {_plain(-time.offset.seconds)}s"
        return text + _offset_text(Amount(frames=time.offset.frames))
    else:
        text = f"{_plain(time.value)}{ {'seconds': 's', 'percent': '%', 'frames': 'f'}[time.kind] }"
    return text + _offset_text(time.offset)


def _plain(value: float) -> str:
    text = f"{value:.9f}".rstrip("0")
    return text[:-1] if text.endswith(".") else text


def _offset_text(offset: Amount) -> str:
    parts = ((offset.seconds, "s"), (offset.frames, "f"))
    return "".join(f" {'-' if value < 0 else '+'} {_plain(abs(value))}{unit}" for value, unit in parts if value)


def bind(time: WrittenTime, *, words: Sequence[str], fps: Fraction, place: Place | None) -> TimeRef:
    """The time with its word found among the words of the line. Raises Misread E042 or E043."""
    value = time.value
    if time.kind == "word":
        value = float(_find(time, words))
    return TimeRef(kind=time.kind, value=value, offset_s=time.offset.at(fps), place=place)


def _find(time: WrittenTime, words: Sequence[str]) -> int:
    word = time.word or ""
    where = {"start": time.word_start, "end": time.word_end}
    if not words:
        hint = "give a time such as 1s; a recording has words when its transcript is given as 'text:'"
        raise Misread("E043", f"'word:{word}' on a line without words", hint, **where)
    if time.by_number:
        number = int(word[:9])
        if not 1 <= number <= len(words):
            raise Misread("E042", f"there is no word {number}; the line has {len(words)}", f"words: {listed(words)}", **where)
        return number - 1
    places = places_of(word, words)
    if not places:
        close = closest(word, words, 0.6)
        guess = f"did you mean '{close}'? "
        raise Misread(
            "E042",
            f"'{word}' is not a word of this line",
            f"{guess}(words: {listed(words)})" if close else f"words: {listed(words)}",
            **where,
        )
    if time.occurrence > len(places):
        times = "once" if len(places) == 1 else f"{len(places)} times"
        raise Misread("E042", f"'{word}' is said only {times}", f"words: {listed(words)}", **where)
    return places[time.occurrence - 1]


def resolve(ref: TimeRef, *, words: Sequence[Span], duration_s: float, fps: Fraction, previous_s: float | None) -> float:
    """Seconds from the start of a line of `duration_s`, within [0, duration_s].

    `words` are the spoken words that a `word` anchor counts; `previous_s` is the time of the key before (None: the start).
    A time up to one frame outside, and an offset from a word that leads outside, is moved to the line's edge.
    Raises SceneError E041 for any other time outside of the line and E043 for a word that has no time.
    """
    tolerance_s = float(1 / fps) + 1e-6
    if ref.kind == "word":
        if int(ref.value) >= len(words):
            raise SceneError.of("E043", f"the time of word {int(ref.value) + 1} is not known", "give a time in seconds", ref.place)
        return min(max(words[int(ref.value)].start_s + ref.offset_s, 0.0), duration_s)
    time_s = _position_s(ref, duration_s, fps, previous_s) + ref.offset_s
    if not -tolerance_s <= time_s <= duration_s + tolerance_s:
        side = "before the start" if time_s < 0 else "after the end"
        message = f"this time is {side} of the line, at {time_s:.3g} s"
        raise SceneError.of("E041", message, f"the line lasts {duration_s:.3g} s", ref.place)
    return min(max(time_s, 0.0), duration_s)


def nearest(ref: TimeRef, *, words: Sequence[Span], duration_s: float, fps: Fraction, previous_s: float | None) -> float:
    """As `resolve`, but a time outside of the line is moved to its edge, and a word that has no time is at the start: for lines
    whose length is only guessed."""
    if ref.kind == "word":
        time_s = words[int(ref.value)].start_s if int(ref.value) < len(words) else 0.0
    else:
        time_s = _position_s(ref, duration_s, fps, previous_s)
    return min(max(time_s + ref.offset_s, 0.0), duration_s)


def _position_s(ref: TimeRef, duration_s: float, fps: Fraction, previous_s: float | None) -> float:
    backwards = copysign(1.0, ref.value) < 0
    if ref.kind == "previous":
        return (previous_s or 0.0) + ref.value
    if ref.kind == "percent":
        return duration_s * ref.value / 100
    if ref.kind in ("seconds", "frames"):
        value_s = ref.value if ref.kind == "seconds" else float(ref.value / fps)
        return duration_s + value_s if backwards else value_s
    return duration_s if ref.kind == "end" else 0.0
