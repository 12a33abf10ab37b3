from __future__ import annotations

import pytest

from emostage.speech.estimate import estimate_seconds
from emostage.speech.phrases import phrases_of
from emostage.speech.prosody import PhraseProsody
from emostage.speech.synthesis import SpeechRequest, speak

LINES = (
    "We have lift-off!",
    "I wish he could see it.",
    "Tell me everything about the strange evening, and do not leave anything out.",
    "It was a bright cold day in April, and the clocks were striking thirteen.",
    "Nobody expects the chief inspector on a Sunday morning; nobody at all.",
)


def test_it_is_near_what_the_voice_needs() -> None:
    errors = []
    for text in LINES:
        words = text.split()
        real_s = speak(SpeechRequest(phrases=phrases_of(text, words), voice="espeak/en-us")).audio.duration_s
        errors.append(abs(estimate_seconds(text, words) / real_s - 1))
    assert sum(errors) / len(errors) < 0.12
    assert max(errors) < 0.25


def test_rate_and_pauses_count() -> None:
    words = ("one", "two")
    plain = estimate_seconds("one two", words)
    assert estimate_seconds("one two", words, PhraseProsody(rate=0.5)) == pytest.approx(2 * plain)
    assert estimate_seconds("one two", words, pauses=((1, 1.0),)) > plain + 1
    assert estimate_seconds("😀", ("😀",)) == 0
    assert estimate_seconds("", ()) == 0
