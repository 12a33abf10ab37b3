from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from emostage.core.tracks import AudioClip, SpeechTake
from emostage.speech.align import align
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak

TEXT = "I can't believe you did that! Tell me everything about the strange evening, and do not leave anything out."
WORDS = tuple(TEXT.replace("!", "").replace(",", "").replace(".", "").split())
OTHER = "Forty purple elephants were dancing around a burning piano somewhere in the north of France, singing loudly."


def reading(voice: str = "espeak/en-us", text: str = TEXT, **settings: object) -> SpeechTake:
    words = WORDS if text == TEXT else tuple(text.split())
    return speak(SpeechRequest(phrases=phrases_of(text, words, **settings), voice=voice))  # type: ignore[arg-type]


def in_a_room(take: SpeechTake, before_s: float = 0.4, after_s: float = 0.6) -> tuple[AudioClip, float]:
    rate_hz = take.audio.rate_hz
    before = int(before_s * rate_hz)
    sound = np.pad(take.audio.samples_S, (before, int(after_s * rate_hz)))
    sound = sound + 0.003 * np.random.default_rng(0).standard_normal(len(sound))
    return AudioClip(samples_S=sound.astype(np.float32), rate_hz=rate_hz), before / rate_hz


@pytest.mark.parametrize(
    ("voice", "rate", "pitch_st", "pauses"),
    [
        ("espeak/en-gb-x-rp+f3", 0.8, 4.0, ()),
        ("espeak/en-us+m7", 1.25, -4.0, ((3, 0.8), (8, 0.5), (15, 1.2))),
        ("espeak/en-gb-scotland+f5", 0.95, 2.0, ((10, 2.0),)),
        ("espeak/en-us+klatt4", 1.0, 0.0, ()),
    ],
)
def test_words_of_another_voice_are_found(voice: str, rate: float, pitch_st: float, pauses: tuple[tuple[int, float], ...]) -> None:
    take = reading(voice, rate=rate, pitch_st=pitch_st, pauses=pauses)
    sound, shift = in_a_room(take)
    aligned = align(sound, reading())
    errors = [abs(a.start_s - b.start_s - shift) for a, b in zip(aligned.words, take.words, strict=True)]
    assert np.median(errors) < 0.025
    assert max(errors) < 0.12
    assert [span.text for span in aligned.words] == list(WORDS)


def test_phones_fill_the_sound_with_silence_between() -> None:
    sound, shift = in_a_room(reading("espeak/en-us+f2", pauses=((6, 1.0),)))
    phones = align(sound, reading()).phones
    assert phones[0].text == phones[-1].text == ""
    assert phones[0].end_s == pytest.approx(shift, abs=0.06)
    assert any(not phone.text and phone.end_s - phone.start_s > 0.8 for phone in phones[1:-1])
    for before, after in pairwise(phones):
        assert before.end_s == pytest.approx(after.start_s)
    assert phones[-1].end_s == sound.duration_s


def test_another_text_matches_less() -> None:
    sound, _ = in_a_room(reading("espeak/en-us+f2"))
    assert align(sound, reading()).match > align(sound, reading(text=OTHER)).match + 0.15


def test_nonsense_still_gives_sorted_spans_inside() -> None:
    noise = AudioClip(samples_S=(0.1 * np.random.default_rng(1).standard_normal(8000)).astype(np.float32), rate_hz=16_000)
    aligned = align(noise, reading())
    at = 0.0
    for span in aligned.words:
        assert at <= span.start_s <= span.end_s <= 0.5
        at = span.start_s
