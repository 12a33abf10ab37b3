"""A line's text to phrases: what is said in one breath, in one manner, after how long a pause.

Pauses fall into a brief class (under 200 ms) and a medium one (200 ms to 1 s); longer ones occur in spontaneous speech only
(E. Campione, J. Véronis, A large-scale multilingual study of silent pause duration, Speech Prosody 2002). Which mark asks for which
length is a choice of ours: brief at commas, medium between sentences.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from emostage.core.emotion import NEUTRAL_8
from emostage.speech.prosody import NEUTRAL, PhraseProsody, prosody_of
from emostage.speech.tokens import is_speakable, locate

_PAUSES_S: tuple[tuple[re.Pattern[str], float], ...] = (
    (re.compile(r"\n\s*\n"), 0.70),
    (re.compile(r"…|\.\.\."), 0.50),
    (re.compile(r"[.!?]['\")\]»”’]*\s|[。！？।؟۔]"), 0.42),
    (re.compile(r"[;:]['\")\]»”’]*\s|[—；：]|\s[–-]+\s"), 0.26),
    (re.compile(r",['\")\]»”’]*\s|[，、،]"), 0.17),
    (re.compile(r"\n"), 0.17),
)
_BREATH_S = 0.12
_LONGEST_WORDS = 60
_TURN = 0.35
"""Change of the emotion mix (half its L1 distance) from one word to the next that begins a new phrase."""
_ABBREVIATIONS = frozenset({
    "mr", "mrs", "ms", "dr", "prof", "st", "jr", "sr", "vs", "vol", "fig", "inc", "ltd", "co", "dept", "approx",
    "e.g", "i.e", "hr", "bzw", "usw", "z.b", "mme", "mlle",
})  # fmt: skip
_prosody = lru_cache(maxsize=1024)(prosody_of)
_LEADING = re.compile(r"^(?:[—–…,;:.!?-]+\s+)+")
_TRAILING = re.compile(r"[^\w\s([{¿¡“‘«$€£#@]*")
_ENDINGS = tuple(".!?,;:…—。！？，、；：।؟")


@dataclass(frozen=True, kw_only=True)
class Phrase:
    """A stretch of a line: its text with punctuation, the tokens in it, its prosody, and the silence before it.

    A last phrase without text is a pause after the last word.
    """

    text: str
    words: tuple[str, ...]
    prosody: PhraseProsody = NEUTRAL
    pause_before_s: float = 0.0


def phrases_of(  # noqa: PLR0917 - the fields of a line, in the order of the script
    text: str,
    words: Sequence[str],
    pauses: Sequence[tuple[int, float]] = (),
    weights_per_word_8: Sequence[Sequence[float]] = (),
    rate: float = 1.0,
    pitch_st: float = 0.0,
    volume_db: float = 0.0,
) -> tuple[Phrase, ...]:
    """The phrases of a line, cut at punctuation, at explicit `pauses` (word index, seconds) and where the emotion turns.

    `weights_per_word_8` gives each word its emotion mix (none: neutral); a phrase speaks in the mean of its words. An explicit
    pause is the silence that is heard there; elsewhere punctuation decides, longer in sadness and at a slow rate.
    """
    places = locate(text, words)
    asked = dict(pauses)
    weights = [tuple(float(w) for w in row) for row in weights_per_word_8] or [NEUTRAL_8] * len(words)
    starts = _starts(text, words, places, weights, asked)
    phrases: list[Phrase] = []
    for number, (first, natural_s) in enumerate(starts):
        last = starts[number + 1][0] if number + 1 < len(starts) else len(words)
        prosody = _prosody(_mean(weights[first:last]), rate=rate, pitch_st=pitch_st, volume_db=volume_db)
        before = phrases[-1].prosody if phrases else prosody
        length_s = natural_s * (before.pause + prosody.pause) / (before.rate + prosody.rate)
        begin = places[first - 1][1] if first else 0
        end = places[last - 1][1] if 0 < last < len(words) else len(text)
        own = _with_punctuation(text, begin, end, last=last == len(words))
        phrases.append(Phrase(text=own, words=tuple(words[first:last]), prosody=prosody, pause_before_s=asked.get(first, length_s)))
    return _with_last_pause(phrases, asked.get(len(words), 0.0) if words else 0.0)


def _mean(weights_N8: Sequence[tuple[float, ...]]) -> tuple[float, ...]:
    return tuple(sum(column) / len(weights_N8) for column in zip(*weights_N8, strict=True)) if weights_N8 else NEUTRAL_8


def _starts(
    text: str, words: Sequence[str], places: Sequence[tuple[int, int]], weights: Sequence[Sequence[float]], asked: dict[int, float]
) -> list[tuple[int, float]]:
    """(first word, natural silence before it) of every phrase."""
    starts = [(0, 0.0)]
    spoken = False
    for index in range(1, len(words)):
        spoken = spoken or is_speakable(words[index - 1])
        begin, end = places[index - 1][1], places[index][0]
        natural_s = _pause_s(text, places[index - 1], end, words[index - 1])
        turn = sum(abs(a - b) for a, b in zip(weights[index - 1], weights[index], strict=True)) / 2 >= _TURN
        if index in asked or (spoken and (natural_s > 0 or turn)):
            starts.append((index, natural_s if natural_s else 0.0))
            spoken = False
        elif index - starts[-1][0] >= _LONGEST_WORDS and begin < end:
            starts.append((index, _BREATH_S))
    return starts


def _pause_s(text: str, place: tuple[int, int], end: int, word: str) -> float:
    """The silence that punctuation between two tokens asks for; 0 for none."""
    tail = len(word) - len(word.rstrip("".join(_ENDINGS) + "'\")»”’"))
    gap = text[max(place[0], place[1] - tail) : end]
    if gap.startswith(".") and not gap.startswith("..") and _is_short(word.rstrip("."), text[end : end + 1]):
        gap = gap[1:]
    return next((seconds for pattern, seconds in _PAUSES_S if pattern.search(gap)), 0.0)


def _is_short(word: str, following: str) -> bool:
    """Whether the point after a word marks an abbreviation: a title, an initial, or a dotted word that no capital follows."""
    core = word.casefold()
    if core in _ABBREVIATIONS or (len(core) == 1 and core.isalpha() and core != "i" and word.isupper()):
        return True
    return "." in core and not following.isupper()


def _with_punctuation(text: str, begin: int, end: int, *, last: bool) -> str:
    """The phrase between two tokens' ends with the punctuation around it; a cut without any gets a comma, so the voice stays up."""
    start, stop = (_after_punctuation(text, at) if at else 0 for at in (begin, end))
    own = _LEADING.sub("", text[start:stop].strip())
    return own if last or not own or own.rstrip("'\")]»”’").endswith(_ENDINGS) else f"{own},"


def _after_punctuation(text: str, at: int) -> int:
    """Where the punctuation that follows a token ends."""
    tail = _TRAILING.match(text, at)
    return tail.end() if tail else at


def _with_last_pause(phrases: Sequence[Phrase], seconds: float) -> tuple[Phrase, ...]:
    if seconds <= 0 or not phrases:
        return tuple(phrases)
    return (*phrases, replace(phrases[-1], text="", words=(), pause_before_s=seconds))
