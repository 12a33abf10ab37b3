from __future__ import annotations

import numpy as np
import pytest

from emostage.core.tracks import AudioClip
from emostage.speech.features import extract
from emostage.speech.listen import syllable_times_s, voice_activity
from emostage.speech.phrases import phrases_of
from emostage.speech.synthesis import SpeechRequest, speak


def test_speech_is_told_from_pauses_and_syllables_are_counted() -> None:
    text = "banana. potato. tomato"
    words = ("banana", "potato", "tomato")
    take = speak(SpeechRequest(phrases=phrases_of(text, words, ((1, 0.6), (2, 0.6))), voice="espeak/en-us+f3"))
    noise = 0.001 * np.random.default_rng(0).standard_normal(len(take.audio.samples_S) + 20_000)
    noise[10_000:-10_000] += take.audio.samples_S
    features = extract(AudioClip(samples_S=noise.astype(np.float32), rate_hz=take.audio.rate_hz))
    active_F = voice_activity(features)
    edges = np.flatnonzero(np.diff(active_F.astype(int)))
    assert len(edges) == 6
    starts = [word.start_s + 10_000 / take.audio.rate_hz for word in take.words]
    assert edges[::2] / 100 == pytest.approx(starts, abs=0.08)
    assert len(syllable_times_s(features)) == pytest.approx(9, abs=2)
