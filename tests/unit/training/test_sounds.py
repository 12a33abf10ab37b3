"""Recordings that differ."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.training.sounds import RATE_HZ, SPEEDS, padded, resampled, stretched, varied

MARKS_S = (0.21, 0.64, 1.33)


def clicks(rate_hz: int = 22050) -> SpeechTake:
    """A take with a loud click at the start of each of three phones."""
    sound_S = np.zeros(2 * rate_hz, np.float32)
    for mark_s in MARKS_S:
        at = round(mark_s * rate_hz)
        sound_S[at : at + 60] = 0.8 * np.hanning(60)
    phones = tuple(Span(text="p", start_s=s, end_s=s + 0.1) for s in MARKS_S)
    return SpeechTake(audio=AudioClip(samples_S=sound_S, rate_hz=rate_hz), words=phones, phones=phones)


def heard_at(take: SpeechTake, sound_S: np.ndarray, phone: Span) -> float:
    """Seconds from the start of a phone to the loudest sample around it."""
    rate_hz = take.audio.rate_hz
    first = round((phone.start_s - 0.05) * rate_hz)
    window_S = np.abs(sound_S[first : first + round(0.12 * rate_hz)])
    return (first + int(window_S.argmax())) / rate_hz - phone.start_s


@pytest.mark.parametrize("length", [Fraction(4, 5), Fraction(1), Fraction(6, 5)])
def test_phone_times_survive_speed_rate_and_padding(length: Fraction) -> None:
    take = padded(stretched(resampled(clicks()), length), 0.25, 0.1)
    assert take.audio.rate_hz == RATE_HZ
    assert take.audio.duration_s == pytest.approx(2 * float(length) + 0.35, abs=0.002)
    for phone, mark_s in zip(take.phones, MARKS_S, strict=True):
        assert phone.start_s == pytest.approx(mark_s * float(length) + 0.25)
        assert abs(heard_at(take, take.audio.samples_S, phone)) < 0.004
    assert take.words == take.phones


@pytest.mark.parametrize("kind", ["light", "heavy"])
def test_what_is_heard_is_as_long_as_its_clean_take_and_in_time_with_it(kind) -> None:
    rng = np.random.default_rng(3)
    late_s = []
    for _ in range(14):
        out = varied(clicks(), kind, rng, (np.ones(500, np.float32),))
        assert len(out.heard_S) == len(out.take.audio.samples_S)
        assert np.isfinite(out.heard_S).all()
        assert 0.05 < np.abs(out.heard_S).max() <= 1.0
        length = out.take.phones[1].start_s - out.take.phones[0].start_s
        assert SPEEDS[0] - 0.02 < length / (MARKS_S[1] - MARKS_S[0]) < SPEEDS[1] + 0.02
        late_s += [heard_at(out.take, out.heard_S, phone) for phone in out.take.phones]
    assert abs(np.median(late_s)) < 0.008


def test_clean_is_the_take_itself() -> None:
    take = clicks()
    out = varied(take, "clean", np.random.default_rng(0))
    assert out.take is take
    assert out.heard_S is take.audio.samples_S or np.array_equal(out.heard_S, take.audio.samples_S)


def test_heavy_is_noisier_than_light() -> None:
    def floor(kind) -> float:
        rng = np.random.default_rng(5)
        quiet = []
        for _ in range(14):
            out = varied(clicks(), kind, rng)
            loud = np.abs(out.heard_S).max()
            quiet.append(np.median(np.abs(out.heard_S)) / loud)
        return float(np.median(quiet))

    assert floor("heavy") > 3.0 * floor("light")


def test_the_same_seed_sounds_the_same() -> None:
    a, b, c = (varied(clicks(), "heavy", np.random.default_rng(s)).heard_S for s in (1, 1, 2))
    assert np.array_equal(a, b)
    assert len(a) != len(c) or not np.array_equal(a, c)
