"""How recordings differ: speed, equaliser, room, noise, telephone and coarse coding. S samples at one rate.

`clean` leaves a sound as it is; `light` and `heavy` change it more and more. Speed is a change of the playing rate, which moves
pitch and formants too; times of phones move with it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Literal

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import F32, F64, AudioClip, Span, SpeechTake

Kind = Literal["clean", "light", "heavy"]
KINDS: tuple[Kind, ...] = ("clean", "light", "heavy")

RATE_HZ = 16_000
"""Rate of all sounds that are changed."""

SPEEDS = (0.82, 1.22)
"""Least and greatest length of a changed sound against the original."""

_EQ_DB = {"light": 4.0, "heavy": 9.0}
_ROOM = {"light": 0.3, "heavy": 0.7}
_ROOM_S = {"light": (0.05, 0.2), "heavy": (0.05, 0.45)}
_DIRECT = {"light": (4.0, 8.0), "heavy": (1.5, 8.0)}
_NOISE_DB = {"light": (-60.0, -20.0), "heavy": (-32.0, -2.0)}
"""Level of the noise against the speech."""
_BABBLE, _HUM = 0.2, 0.2
_BAND = {"light": 0.1, "heavy": 0.3}
_COARSE = {"light": 0.1, "heavy": 0.3}
_PADDED_S = {"light": 0.3, "heavy": 0.8}


@dataclass(frozen=True, kw_only=True)
class Varied:
    """A take as it is heard: `take` with its own clean sound and the times that fit, and `heard_S` at the rate of that sound."""

    take: SpeechTake
    heard_S: F32


def varied(take: SpeechTake, felt: AudioClip, kind: Kind, rng: np.random.Generator, babble: tuple[F32, ...] = ()) -> Varied:
    """`take` as one of the kinds, heard as `felt`, a sound of the same length and rate. `babble` are other lines at `RATE_HZ` to be
    heard in the background."""
    if kind == "clean":
        return Varied(take=take, heard_S=felt.samples_S)
    speed = Fraction(float(rng.uniform(*SPEEDS))).limit_denominator(40)
    before_s, after_s = (float(x) for x in rng.uniform(0.0, _PADDED_S[kind], 2))
    changed, sounding = (padded(stretched(resampled(t), speed), before_s, after_s) for t in (take, replace(take, audio=felt)))
    heard_S = _equalised(sounding.audio.samples_S.astype(np.float64), rng, _EQ_DB[kind])
    if rng.random() < _ROOM[kind]:
        heard_S = _in_a_room(heard_S, rng, _ROOM_S[kind], _DIRECT[kind])
    level = float(np.sqrt((heard_S**2).mean())) + 1e-9
    noise_S = _background(len(heard_S), rng, babble)
    heard_S = heard_S / level + noise_S * 10 ** (float(rng.uniform(*_NOISE_DB[kind])) / 20.0)
    if rng.random() < _BAND[kind]:
        heard_S = _band_limited(heard_S, rng)
    if rng.random() < _COARSE[kind]:
        heard_S = _coarse(heard_S, rng)
    heard_S = heard_S / (np.abs(heard_S).max() + 1e-9) * 10 ** (float(rng.uniform(-20.0, -1.0)) / 20.0)
    return Varied(take=changed, heard_S=heard_S.astype(np.float32))


def read_wave(path: Path) -> tuple[F32, int]:
    """The first channel (S,) of the sound a synthesiser wrote, and its rate in Hz. Raises EmostageError E064 when there is none."""
    import soundfile

    if not path.is_file():
        raise EmostageError.of("E064", f"the synthesiser wrote no '{path.name}'", "choose another voice")
    samples_S, rate_hz = soundfile.read(path, dtype="float32", always_2d=True)
    return samples_S[:, 0], int(rate_hz)


def resampled(take: SpeechTake) -> SpeechTake:
    """The take at `RATE_HZ`."""
    if take.audio.rate_hz == RATE_HZ:
        return take
    samples_S = _resampled(take.audio.samples_S, Fraction(RATE_HZ, take.audio.rate_hz))
    return SpeechTake(audio=AudioClip(samples_S=samples_S, rate_hz=RATE_HZ), words=take.words, phones=take.phones)


def stretched(take: SpeechTake, length: Fraction) -> SpeechTake:
    """The take played so that it lasts `length` times as long; pitch, formants and the times of words and phones follow."""
    samples_S = _resampled(take.audio.samples_S, length)
    factor = float(length)

    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        return tuple(Span(text=s.text, start_s=s.start_s * factor, end_s=s.end_s * factor) for s in spans)

    audio = AudioClip(samples_S=samples_S, rate_hz=take.audio.rate_hz)
    return SpeechTake(audio=audio, words=moved(take.words), phones=moved(take.phones))


def padded(take: SpeechTake, before_s: float, after_s: float) -> SpeechTake:
    """The take with silence around it."""
    rate_hz = take.audio.rate_hz
    before, after = round(before_s * rate_hz), round(after_s * rate_hz)

    def moved(spans: tuple[Span, ...]) -> tuple[Span, ...]:
        by_s = before / rate_hz
        return tuple(Span(text=s.text, start_s=s.start_s + by_s, end_s=s.end_s + by_s) for s in spans)

    audio = AudioClip(samples_S=np.pad(take.audio.samples_S, (before, after)), rate_hz=rate_hz)
    return SpeechTake(audio=audio, words=moved(take.words), phones=moved(take.phones))


def _resampled(samples_S: F32, length: Fraction) -> F32:
    from scipy.signal import resample_poly

    changed_S: F32 = resample_poly(samples_S, length.numerator, length.denominator).astype(np.float32)
    return changed_S


def _equalised(samples_S: F64, rng: np.random.Generator, spread_db: float) -> F64:
    """Random gains at seven places of the spectrum, straight in between (dB)."""
    spectrum = np.fft.rfft(samples_S)
    places = np.sort(np.r_[0.0, rng.uniform(0.0, 1.0, 5) ** 1.5, 1.0])
    gain_db = np.interp(np.linspace(0.0, 1.0, len(spectrum)), places, rng.standard_normal(7) * spread_db)
    return np.asarray(np.fft.irfft(spectrum * 10 ** (gain_db / 20.0), len(samples_S)))


def _in_a_room(samples_S: F64, rng: np.random.Generator, length_s: tuple[float, float], direct: tuple[float, float]) -> F64:
    """Convolved with noise that dies away exponentially behind the direct sound."""
    from scipy.signal import fftconvolve

    count = int(RATE_HZ * rng.uniform(*length_s))
    echo_S = rng.standard_normal(count) * np.exp(-np.linspace(0.0, 7.0, count))
    echo_S[0] = rng.uniform(*direct)
    return np.asarray(fftconvolve(samples_S, echo_S / np.abs(echo_S).sum() ** 0.8)[: len(samples_S)])


def _background(count: int, rng: np.random.Generator, babble: tuple[F32, ...]) -> F64:
    """Sound of unit power: noise of a colour between violet and brown, with or without hum, or voices."""
    if babble and rng.random() < _BABBLE:
        noise_S = _voices(count, rng, babble)
    else:
        spectrum = np.fft.rfft(rng.standard_normal(count))
        hertz = np.maximum(np.arange(len(spectrum)) * RATE_HZ / count, 30.0)
        noise_S = np.fft.irfft(spectrum * (hertz / 1000.0) ** rng.uniform(-1.0, 0.3), count)
        if rng.random() < _HUM:
            noise_S += noise_S.std() * _tone(float(rng.choice([50.0, 60.0])), np.arange(count) / RATE_HZ, rng)
    return np.asarray(noise_S / (noise_S.std() + 1e-9))


def _voices(count: int, rng: np.random.Generator, babble: tuple[F32, ...]) -> F64:
    noise_S = np.zeros(count)
    for number in rng.integers(0, len(babble), 4):
        noise_S += np.roll(np.resize(babble[number], count), int(rng.integers(0, count)))
    return noise_S


def _tone(base_hz: float, times_S: F64, rng: np.random.Generator) -> F64:
    """A tone with seven harmonics of random strength."""
    harmonics = np.arange(1, 8)
    strengths = rng.uniform(0.0, 2.0, 7) / harmonics
    return np.asarray(strengths @ np.sin(2 * np.pi * base_hz * harmonics[:, None] * times_S))


def _band_limited(samples_S: F64, rng: np.random.Generator) -> F64:
    """Only the band of a telephone, a small loudspeaker or a slow codec."""
    from scipy.signal import butter, sosfilt

    low_hz, high_hz = rng.uniform(40.0, 400.0), rng.uniform(2800.0, 7000.0)
    return np.asarray(sosfilt(butter(4, (low_hz, high_hz), "bandpass", fs=RATE_HZ, output="sos"), samples_S))


def _coarse(samples_S: F64, rng: np.random.Generator) -> F64:
    """Quantised with few steps on a logarithmic scale (ITU-T G.711, mu = 255)."""
    peak = float(np.abs(samples_S).max()) + 1e-9
    steps = 2.0 ** float(rng.uniform(3.0, 7.0))
    small_S = np.sign(samples_S) * np.log1p(255.0 * np.abs(samples_S) / peak) / np.log(256.0)
    small_S = np.round(small_S * steps) / steps
    return np.asarray(np.sign(small_S) * np.expm1(np.abs(small_S) * np.log(256.0)) / 255.0 * peak)
