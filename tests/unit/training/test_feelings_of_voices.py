"""How feelings sound in the corpus."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import AudioClip, Span
from emostage.motion.tone import MOVING, TRAITS, tone
from emostage.speech.features import extract
from emostage.speech.phrases import phrases_of
from emostage.training.feelings_of_voices import FULL, NAMES, Habits, coloured, felt, habits

RATE_HZ = 16_000
PLAIN = Habits(factors_C=np.ones(len(NAMES)), own_C=np.zeros(len(NAMES)))
PHONES = (Span(text="a", start_s=0.1, end_s=1.4), Span(text="", start_s=1.4, end_s=1.6), Span(text="a", start_s=1.6, end_s=2.9))


def vowel() -> AudioClip:
    """A buzz of 140 Hz with two syllables a second, 3 s long."""
    times_S = np.arange(3 * RATE_HZ) / RATE_HZ
    buzz_S = sum(np.sin(2.0 * np.pi * 140.0 * n * times_S) / n for n in range(1, 57))
    return AudioClip(samples_S=(0.1 * buzz_S * (0.6 - 0.4 * np.cos(4.0 * np.pi * times_S))).astype(np.float32), rate_hz=RATE_HZ)


def weights(name: str, strength: float = 1.0) -> np.ndarray:
    weights_8 = np.zeros(8)
    weights_8[0], weights_8[EMOTIONS.index(name)] = 1.0 - strength, strength
    return weights_8 if name != "neutral" else np.eye(8)[0]


def heard(name: str, strength: float = 1.0, own: Habits = PLAIN) -> AudioClip:
    return felt(vowel(), PHONES, np.tile(weights(name, strength), (300, 1)), own, np.random.default_rng(0))


def whole(audio: AudioClip) -> dict[str, float]:
    """The traits of a whole recording."""
    first = len(TRAITS) + len(MOVING) + 2
    return dict(zip(TRAITS, tone(extract(audio), np.ones(1))[0, first : first + len(TRAITS)].tolist(), strict=True))


def test_without_feeling_and_habits_a_voice_stays_as_it_is() -> None:
    before, after = whole(vowel()), whole(heard("neutral"))
    assert all(abs(after[name] - before[name]) < 0.15 for name in before)


@pytest.mark.parametrize("name", EMOTIONS)
def test_time_and_limits_are_kept(name: str) -> None:
    audio = heard(name)
    assert len(audio.samples_S) == len(vowel().samples_S)
    assert np.isfinite(audio.samples_S).all()
    assert np.abs(audio.samples_S).max() <= 1.0


def test_anger_is_bright_sadness_dull_and_fear_trembles() -> None:
    angry, sad, afraid, neutral = (whole(heard(name)) for name in ("angry", "sad", "afraid", "neutral"))
    assert angry["tilt"] > neutral["tilt"] + 0.2 > neutral["tilt"] - 0.2 > sad["tilt"]
    assert afraid["tremor"] > neutral["tremor"] + 0.1


def test_more_feeling_is_heard_more() -> None:
    tilts = [whole(heard("angry", strength))["tilt"] for strength in (0.0, 0.4, 1.0)]
    assert tilts == sorted(tilts)


def test_no_two_emotions_sound_alike() -> None:
    cues_8C = PLAIN.cues(np.eye(8))
    size_C = np.abs(cues_8C).max(0)
    apart = np.abs(cues_8C[:, None] / size_C - cues_8C[None] / size_C).sum(-1)
    assert apart[~np.eye(8, dtype=bool)].min() > 1.0
    assert set(FULL) == set(EMOTIONS)


def test_people_differ_and_one_seed_is_one_person() -> None:
    one, same, other = (habits(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert np.array_equal(one.factors_C, same.factors_C)
    assert not np.allclose(one.factors_C, other.factors_C)
    drawn_NC = np.stack([habits(np.random.default_rng(seed)).factors_C for seed in range(300)])
    assert 0.02 < (drawn_NC == 0.0).mean() < 0.2


def test_phrases_take_speed_and_pitch_of_their_words() -> None:
    text = "One two three. Four five six."
    words = text.split()
    mixes = [tuple(weights("sad"))] * 3 + [tuple(weights("neutral"))] * 3
    plain = phrases_of(text, words)
    slow, same = coloured(plain, mixes, PLAIN)
    assert slow.prosody.rate < plain[0].prosody.rate
    assert slow.prosody.pitch_st < plain[0].prosody.pitch_st
    assert same.prosody == plain[1].prosody
