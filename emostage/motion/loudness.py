"""A mouth from sound alone, for recordings without a transcript. F feature frames, N samples at 100 Hz, G band groups.

A linear map from a short stretch of the mel spectrum to jaw opening, rounding, spreading and closure (after Yehia, Rubin &
Vatikiotis-Bateson, "Quantitative association of vocal-tract and facial behavior", 1998, who find such maps to hold well), fitted
by ridge regression on synthetic speech whose phones are known (`fit`; the shipped map: eSpeak, 10 voices, 4 languages, 9 minutes,
clean and with noise at 30 and 20 dB). Closures are deep minima of the opening and clear peaks of the closure channel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import numpy as np

from emostage.core.tracks import F64, AudioFeatures, SpeechTake
from emostage.motion.articulation import PAUSE_S, RATE_HZ, Mouth, Stretch, articulate, rest_in_pauses, soften, stretches
from emostage.motion.phones import SILENCE, Segment
from emostage.motion.prosody import on_clip_clock
from emostage.motion.targets import CHANNELS, FUNNEL, JAW, LOWER, PUCKER, UPPER, WIDE

GROUPS = 10
"""Band groups that the map hears."""

OFFSETS = (-8, -4, 0, 4, 8)
"""Frames around the present that it looks at."""

_MAP = Path(__file__).with_name("loudness.json")
_QUIET_DB, _FLOOR_DB = 34.0, -60.0
_JAW_GAIN, _JAW_FLOOR = 1.25, 0.02
_DIP, _SEAL = 0.045, 0.30
_VOWEL = Segment(place="vowel", openness=0.6, stressed=False)
_CLOSURE = Segment(place="bilabial", closed=True)


def listen(features: AudioFeatures, offset_s: float, duration_s: float) -> tuple[Mouth, tuple[Stretch, ...]]:
    """The mouth of a clip whose sound begins at `offset_s`, and what was heard: pauses, syllable nuclei and closures in order."""
    count = int(np.ceil(duration_s * RATE_HZ)) + 1
    if len(features.loudness_F) == 0:
        silence = (Stretch(segment=SILENCE, start_s=0.0, end_s=duration_s),)
        return Mouth(channels_NC=np.zeros((count, len(CHANNELS))), busy_N=np.zeros(count)), silence
    heard_F4 = hear(features) @ shipped_map()
    jaw_N, round_N, wide_N, seal_N = (
        soften(on_clip_clock(column_F.astype(np.float32), features.rate_hz, offset_s, duration_s, 0.0), 0.06)
        for column_F in heard_F4.T
    )
    jaw_N = np.clip(_JAW_GAIN * (jaw_N - _JAW_FLOOR), 0.0, 0.5)
    quiet = _silences(features, offset_s, duration_s)
    nuclei, closures = _events(jaw_N, seal_N, quiet)
    channels_NC = np.zeros((count, len(CHANNELS)))
    channels_NC[:, JAW] = jaw_N
    channels_NC[:, PUCKER] = np.clip(1.3 * round_N - 0.05, 0.0, 0.9)
    channels_NC[:, FUNNEL] = 0.5 * channels_NC[:, PUCKER]
    channels_NC[:, WIDE] = np.clip(1.2 * wide_N, 0.0, 0.7)
    channels_NC[:, LOWER] = 0.05 + 0.2 * jaw_N
    channels_NC[:, UPPER] = 0.02 + 0.15 * jaw_N
    spoken = tuple(sorted([*quiet, *nuclei, *closures], key=lambda s: s.start_s))
    return rest_in_pauses(channels_NC, quiet, duration_s), spoken


def hear(features: AudioFeatures) -> F64:
    """What the map sees (F, 51): band groups relative to the recording's own level and spread, now and around, and a 1."""
    level_FG = features.mel_FM.astype(np.float64).reshape(len(features.mel_FM), GROUPS, -1).mean(2)
    sounding_FG = level_FG[features.loudness_F > features.loudness_F.max() - 40.0]
    level_FG = np.clip((level_FG - sounding_FG.mean(0)) / max(float(sounding_FG.std()), 1e-6), -3.0, 3.0)
    reach = max(OFFSETS)
    padded_FG = np.pad(level_FG, ((reach, reach), (0, 0)), "edge")
    shifted = [padded_FG[reach + k : reach + k + len(level_FG)] for k in OFFSETS]
    return np.concatenate([*shifted, np.ones((len(level_FG), 1))], 1)


@lru_cache(maxsize=1)
def shipped_map() -> F64:
    """The map (51, 4) to jaw, pucker, spread and closure. Read-only."""
    weights = np.array(json.loads(_MAP.read_text("utf-8"))["weights"], np.float64)
    weights.setflags(write=False)
    return weights


def fit(examples: Iterable[tuple[SpeechTake, AudioFeatures]], ridge: float = 1e-3) -> F64:
    """The map (51, 4) that best predicts the articulation of takes with known phones from their features."""
    width = GROUPS * len(OFFSETS) + 1
    gram, moment = np.zeros((width, width)), np.zeros((width, 4))
    for take, features in examples:
        heard_FX, goals_F4 = hear(features), _goals(take, features)
        gram += heard_FX.T @ heard_FX
        moment += heard_FX.T @ goals_F4
    return np.asarray(np.linalg.solve(gram + ridge * np.trace(gram) / width * np.eye(width), moment))


def _goals(take: SpeechTake, features: AudioFeatures) -> F64:
    spoken = stretches(take.phones, 0.0, take.audio.duration_s)
    channels_NC = articulate(spoken, take.audio.duration_s, lambda at_s: np.ones(len(at_s))).channels_NC
    centres_F = (np.arange(len(features.mel_FM)) + 0.5) / features.rate_hz
    closed = [s for s in spoken if s.segment.place == "bilabial" and s.segment.closed]
    seal_F = np.zeros(len(centres_F))
    for s in closed:
        seal_F[np.searchsorted(centres_F, s.start_s) : np.searchsorted(centres_F, s.end_s)] = 1.0
    clock_N = np.arange(len(channels_NC)) / RATE_HZ
    return np.stack([*(np.interp(centres_F, clock_N, channels_NC[:, c]) for c in (JAW, PUCKER, WIDE)), seal_F], 1)


def _silences(features: AudioFeatures, offset_s: float, duration_s: float) -> list[Stretch]:
    """Stretches of at least `PAUSE_S` that are 34 dB under the loud parts, or outside the sound."""
    loud_db = float(np.percentile(features.loudness_F, 95))
    level_N = on_clip_clock(features.loudness_F, features.rate_hz, offset_s, duration_s, -80.0)
    quiet_N = level_N < max(loud_db - _QUIET_DB, _FLOOR_DB)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet_N, [False]]).astype(np.int8)))
    spans = [(a / RATE_HZ, min(b / RATE_HZ, duration_s)) for a, b in edges.reshape(-1, 2).tolist()]
    return [
        Stretch(segment=SILENCE, start_s=a, end_s=b)
        for a, b in spans
        if b - a >= PAUSE_S or a <= 0.0 or b >= duration_s
        if b > a
    ]  # fmt: skip


def _events(jaw_N: F64, seal_N: F64, quiet: list[Stretch]) -> tuple[list[Stretch], list[Stretch]]:
    """Syllable nuclei (peaks of the opening) and closures (its deep minima, or peaks of the closure channel)."""
    silent_N = np.zeros(len(jaw_N), bool)
    for s in quiet:
        silent_N[round(s.start_s * RATE_HZ) : round(s.end_s * RATE_HZ) + 1] = True
    peaks = [n for n in _tops(jaw_N, _DIP / 2) if not silent_N[n]]
    dips = [n for n in _tops(-jaw_N, _DIP) if not silent_N[n]]
    seals = [n for n in _tops(seal_N, 0.1) if seal_N[n] > _SEAL and not silent_N[n]]
    closures = sorted({*dips, *(n for n in seals if all(abs(n - d) > 12 for d in dips))})
    return [_around(n, 0.05, _VOWEL) for n in peaks], [_around(n, 0.035, _CLOSURE) for n in closures]


def _tops(curve_N: F64, height: float, reach: int = 20) -> list[int]:
    """Local maxima that stand out by `height` on both sides within `reach` samples, at least 80 ms apart."""
    inner = np.flatnonzero((curve_N[1:-1] >= curve_N[:-2]) & (curve_N[1:-1] > curve_N[2:])) + 1
    found: list[int] = []
    for n in inner.tolist():
        left, right = curve_N[max(0, n - reach) : n].min(), curve_N[n + 1 : n + 1 + reach].min()
        if curve_N[n] - max(left, right) > height and (not found or n - found[-1] >= 8):
            found.append(n)
    return found


def _around(sample: int, half_s: float, segment: Segment) -> Stretch:
    return Stretch(segment=segment, start_s=max(0.0, sample / RATE_HZ - half_s), end_s=sample / RATE_HZ + half_s)
