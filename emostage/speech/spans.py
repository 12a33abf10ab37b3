"""Events of a voice to spans: each of the line's tokens and each phone gets its time."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from emostage.core.tracks import F32, Frozen, Span
from emostage.speech.call import Event, Utterance
from emostage.speech.tokens import is_speakable, locate

_STRESS = frozenset("ˈˌ")
_LENGTH = frozenset("ːˑ")


@dataclass(frozen=True, kw_only=True)
class Reading(Frozen):
    """One phrase as a voice read it: `samples_S` float32 and the times of its tokens and phones from the start of the phrase."""

    samples_S: F32
    rate_hz: int
    words: tuple[Span, ...] = ()
    phones: tuple[Span, ...] = ()


def reading(text: str, words: Sequence[str], utterance: Utterance) -> Reading:
    """The reading of a phrase out of what the worker answered."""
    return Reading(
        samples_S=utterance.samples_S,
        rate_hz=utterance.rate_hz,
        words=word_spans(text, words, utterance),
        phones=phone_spans(utterance),
    )


def phone_spans(utterance: Utterance) -> tuple[Span, ...]:
    """The phones, IPA with a stress mark before them, without gaps; silence is the empty text.

    Stress marks, length marks and diacritics that a voice reports on their own are joined to their phone; punctuation is silence.
    """
    merged: list[tuple[str, int]] = []
    stress, stress_at = "", 0
    for event in utterance.events:
        if event.kind != "phone":
            continue
        text = event.text
        if text and all(char in _STRESS for char in text):
            stress, stress_at = text, event.sample
        elif merged and merged[-1][0] and text and all(char in _LENGTH or unicodedata.combining(char) for char in text):
            merged[-1] = (merged[-1][0] + text, merged[-1][1])
        else:
            text = text if any(char.isalpha() for char in text) else ""
            start = stress_at if stress and text else event.sample
            if not (merged and not text and not merged[-1][0]):
                merged.append((stress + text if text else "", start))
            stress = ""
    if not merged:
        return ()
    total, rate_hz = len(utterance.samples_S), utterance.rate_hz
    ends = [min(start, total) for _, start in merged[1:]] + [total]
    spans = zip(merged, ends, strict=True)
    return tuple(Span(text=text, start_s=min(start, end) / rate_hz, end_s=end / rate_hz) for (text, start), end in spans)


def word_spans(text: str, words: Sequence[str], utterance: Utterance) -> tuple[Span, ...]:
    """A span for every token of `words`, sorted, inside the sound.

    Events carry the character they speak, so each belongs to the token it falls in, and several (numbers, hyphens) make one span.
    Voices that only count words are matched by order. A token spoken together with the one before shares its time;
    one that is not spoken has no length.
    """
    if not words:
        return ()
    events = [event for event in utterance.events if event.kind == "word"]
    phones = [span for span in phone_spans(utterance) if span.text]
    end_s = phones[-1].end_s if phones else len(utterance.samples_S) / utterance.rate_hz
    owners = (
        _by_position(text, words, events)
        if events and events[0].position >= 0
        else _by_order(words, events, len(utterance.samples_S))
    )
    starts: list[float | None] = [None] * len(words)
    for owner, event in zip(owners, events, strict=True):
        if starts[owner] is None:
            starts[owner] = event.sample / utterance.rate_hz
    return _closed(words, starts, phones, end_s)


def _by_position(text: str, words: Sequence[str], events: Sequence[Event]) -> list[int]:
    """The token each event falls in; a sign before a token without a space (the $ of $5) belongs to it, else to the one before."""
    places = locate(text, words)
    owners, owner = [], 0
    for event in events:
        while owner + 1 < len(words) and _belongs(text, event.position, places[owner], places[owner + 1]):
            owner += 1
        owners.append(owner)
    return owners


def _belongs(text: str, position: int, place: tuple[int, int], following: tuple[int, int]) -> bool:
    """Whether a position belongs to the `following` token and not to the one at `place`."""
    if position >= following[0]:
        return True
    between = text[position : following[0]]
    return position > place[1] and bool(between) and not any(char.isspace() for char in between)


def _by_order(words: Sequence[str], events: Sequence[Event], end: int) -> list[int]:
    """Owner of each spoken word: one to one when the counts agree, else where the share of characters (digits count fourfold)
    puts it.
    """
    spoken = [index for index, word in enumerate(words) if is_speakable(word)] or [0]
    if len(spoken) == len(events) or not events:
        return spoken[: len(events)]
    sizes = [sum(4 if char.isdigit() else 1 for char in words[index] if char.isalnum()) or 1 for index in spoken]
    first = events[0].sample
    wanted = [first + (end - first) * sum(sizes[:number]) / sum(sizes) for number in range(len(spoken))]
    if len(spoken) < len(events):
        starts = _nearest(wanted, [event.sample for event in events])
        return [spoken[sum(start <= number for start in starts) - 1] for number in range(len(events))]
    return [spoken[number] for number in _nearest([event.sample for event in events], wanted)]


def _nearest(wanted: Sequence[float], places: Sequence[float]) -> list[int]:
    """For each wanted number the index of a place near it: the first for the first, no place twice, in order. Places are not
    fewer.
    """
    chosen = [0]
    for number in range(1, len(wanted)):
        free = range(chosen[-1] + 1, len(places) - (len(wanted) - number) + 1)
        chosen.append(min(free, key=lambda index: abs(places[index] - wanted[number])))
    return chosen


def _closed(words: Sequence[str], starts: Sequence[float | None], phones: Sequence[Span], end_s: float) -> tuple[Span, ...]:
    """Spans from starts: groups of a token with a start and the ones after it without share the time by their lengths."""
    first_s = phones[0].start_s if phones else 0.0
    groups: list[tuple[float, list[int]]] = []
    for index, start in enumerate(starts):
        if start is not None or not groups:
            groups.append((first_s if start is None else min(start, end_s), [index]))
        else:
            groups[-1][1].append(index)
    if len(groups) > 1 and starts[0] is None:
        groups[1] = (groups[0][0], groups[0][1] + groups[1][1])
        groups.pop(0)
    spans: list[Span] = []
    for number, (start, members) in enumerate(groups):
        limit = groups[number + 1][0] if number + 1 < len(groups) else end_s
        stop = min(limit, max((phone.end_s for phone in phones if start < phone.end_s <= limit + 1e-6), default=limit))
        sizes = [len(words[index]) if is_speakable(words[index]) else 0 for index in members]
        total = sum(sizes) or 1
        done, at = 0, start
        for index, size in zip(members, sizes, strict=True):
            done += size
            end = min(stop, start + (stop - start) * done / total)
            spans.append(Span(text=words[index], start_s=at, end_s=end))
            at = end
    return tuple(spans)
