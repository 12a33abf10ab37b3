"""The film's sound, mixed once: every sound in its place at 48 kHz, the whole at its loudness, nothing over -1 dBTP.

Memory is one float32 sample for each of the film's (0.7 GB an hour) and one sound; measuring and limiting go block by block.
Sources: EBU R 128 (loudness by gain alone, maximum true peak -1 dBTP). Letters: S samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import floor, gcd, isfinite

import numpy as np

from emostage.core.time import SAMPLE_RATE_HZ
from emostage.core.timeline import Sound
from emostage.core.tracks import F32, AudioClip
from emostage.film.limiter import limited
from emostage.film.loudness import integrated_lufs, pieces

FADE_S = 0.005
"""Fade at both edges of every sound, against clicks."""
CEILING_DBTP = -1.0
TOLERANCE_LU = 0.05
GAIN_LIMIT_DB = 40.0
"""Most that a quiet film is raised, so that bare noise does not become a storm."""
MAKEUP_LIMIT_DB = 6.0
"""Most that is given back of what the limiter takes."""
PASSES = 5
BLOCK = 10 * SAMPLE_RATE_HZ


def mix(sounds: Sequence[Sound], samples: int, loudness_lufs: float) -> AudioClip:
    """`sounds` added up over `samples` samples at 48 kHz, at an integrated loudness of `loudness_lufs`.

    Sounds start at the sample nearest to their time; what lies outside the film is cut off. Samples that are not finite count as
    silence. A film of silence stays silent. A film whose peaks the limiter must hold down may stay quieter than asked.
    Raises ValueError for a sound whose rate is not positive.
    """
    film_S = np.zeros(samples, np.float32)
    for sound in sounds:
        _add(film_S, sound)
    _level(film_S, loudness_lufs)
    return AudioClip(samples_S=film_S, rate_hz=SAMPLE_RATE_HZ)


def resample(audio: AudioClip, rate_hz: int = SAMPLE_RATE_HZ) -> F32:
    """The sound at another rate, an array of its own (polyphase, zero phase: nothing moves in time). Samples that are not finite
    become 0."""
    from scipy.signal import resample_poly

    if audio.rate_hz <= 0:
        raise ValueError(f"a sound cannot have {audio.rate_hz} samples per second")
    samples_S = np.nan_to_num(audio.samples_S.astype(np.float32), copy=False, nan=0.0, posinf=0.0, neginf=0.0)
    if audio.rate_hz == rate_hz or not len(samples_S):
        return samples_S
    common = gcd(rate_hz, audio.rate_hz)
    resampled_S: F32 = resample_poly(samples_S, rate_hz // common, audio.rate_hz // common).astype(np.float32, copy=False)
    return resampled_S


def _add(film_S: F32, sound: Sound) -> None:
    """Add one sound to the film, in its place."""
    samples_S = resample(sound.audio)
    start = floor(sound.start_s * SAMPLE_RATE_HZ + 0.5)
    begin, end = max(start, 0), min(start + len(samples_S), len(film_S))
    if begin >= end:
        return
    inside_S = samples_S[begin - start : end - start]
    length = min(round(FADE_S * SAMPLE_RATE_HZ), len(inside_S) // 2)
    ramp_S = (0.5 - 0.5 * np.cos(np.pi * (np.arange(length) + 0.5) / max(length, 1))).astype(np.float32)
    inside_S[:length] *= ramp_S
    inside_S[len(inside_S) - length :] *= ramp_S[::-1]
    inside_S *= np.float32(10 ** (sound.gain_db / 20))
    film_S[begin:end] += inside_S


def _level(film_S: F32, loudness_lufs: float) -> None:
    """Bring the film to its loudness, in place. The limiter takes a little loudness away, which is given back in a few passes."""
    measured = integrated_lufs(pieces(film_S, BLOCK), SAMPLE_RATE_HZ)
    if not isfinite(measured):
        return
    ceiling = 10 ** (CEILING_DBTP / 20)
    gain_db = _gain_db(film_S, loudness_lufs, measured, ceiling)
    begin = 0
    for block_S in limited(film_S, SAMPLE_RATE_HZ, 10 ** (gain_db / 20), ceiling):
        film_S[begin : begin + len(block_S)] = block_S
        begin += len(block_S)


def _gain_db(film_S: F32, loudness_lufs: float, measured: float, ceiling: float) -> float:
    """The gain after which the limited film has its loudness, found by the secant method from what gain alone would need."""
    gain_db = min(loudness_lufs - measured, GAIN_LIMIT_DB)
    most_db, step_db, last = gain_db + MAKEUP_LIMIT_DB, gain_db, measured
    for _ in range(PASSES):
        reached = integrated_lufs(limited(film_S, SAMPLE_RATE_HZ, 10 ** (gain_db / 20), ceiling), SAMPLE_RATE_HZ)
        slope = min(max(step_db / (reached - last), 1.0), 4.0) if abs(reached - last) > TOLERANCE_LU else 1.0
        step_db, last = min((loudness_lufs - reached) * slope, most_db - gain_db, GAIN_LIMIT_DB - gain_db), reached
        if abs(loudness_lufs - reached) < TOLERANCE_LU or abs(step_db) < TOLERANCE_LU:
            break
        gain_db += step_db
    return gain_db
