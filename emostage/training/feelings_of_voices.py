"""How feelings sound in the corpus: on top of what a synthesiser does by itself, for the ears of the nets only.

The directions of change are those of emotional speech in P. N. Juslin, P. Laukka, Communication of emotions in vocal expression and
music performance, Psychological Bulletin 129 (2003), tables 7 and 11; K. R. Scherer, Speech Communication 40 (2003); and, for
voice quality, F. Burkhardt, W. F. Sendlmeier, Verification of acoustical correlates of emotional speech, ISCA Workshop on Speech
and Emotion (2000), where anger is tense, fear trembles, joy smiles (V. C. Tartter, Happy talk, Perception & Psychophysics 27
(1980)), and sadness is breathy. The sizes are choices of ours, and so is contempt: slow, level, nasal and falling.

People differ: every line has its own habits, which use some cues more, some less and some not at all, and a voice of its own that
is breathy, rough or bright without any feeling. S samples, F frames at 100 Hz, B bins of a transform, C cues.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64, AudioClip, Frozen, Span
from emostage.speech.bend import moved
from emostage.speech.phrases import Phrase
from emostage.speech.pitch import FRAME_RATE_HZ, track


@dataclass(frozen=True, kw_only=True)
class Cues:
    """What a feeling does to a voice at full strength. `rate`, `range` and `pause` are shares by which speed, swing of the pitch
    and pauses grow; `pitch_st` semitones; `rise_st` by how much the pitch rises from pause to pause; `loud_db`, `bright_db` (above
    1.5 kHz), `smile_db` (2 to 3.5 kHz), `nasal_db` (a hole at 700 Hz between peaks) decibels; `swing` the share by which that of
    the level grows; `breath`, `rough`, `tremor` and `jitter` are amounts from 0 to 1 (breath 1: as
    strong as the voice between 1.5 and 4.5 kHz)."""

    rate: float = 0.0
    pitch_st: float = 0.0
    range: float = 0.0
    pause: float = 0.0
    rise_st: float = 0.0
    loud_db: float = 0.0
    bright_db: float = 0.0
    smile_db: float = 0.0
    nasal_db: float = 0.0
    swing: float = 0.0
    breath: float = 0.0
    rough: float = 0.0
    tremor: float = 0.0
    jitter: float = 0.0


NAMES: tuple[str, ...] = tuple(field.name for field in fields(Cues))

FULL: Mapping[str, Cues] = {
    "neutral": Cues(),
    "happy": Cues(rate=0.10, pitch_st=3.0, range=0.4, rise_st=3.0, loud_db=3.0, bright_db=2.0, smile_db=9.0, swing=0.4),
    "sad": Cues(
        rate=-0.20, pitch_st=-2.0, range=-0.4, pause=0.6, rise_st=-3.0, loud_db=-8.0, bright_db=-10.0, swing=-0.5, breath=0.3,
        tremor=0.1,
    ),
    "angry": Cues(rate=0.10, pitch_st=1.0, range=0.2, pause=-0.3, loud_db=9.0, bright_db=10.0, swing=0.8, rough=1.2, jitter=0.2),
    "afraid": Cues(
        rate=0.18, pitch_st=5.0, range=-0.5, rise_st=2.0, loud_db=-3.0, bright_db=-3.0, breath=0.2, tremor=1.4, jitter=0.9,
    ),
    "disgusted": Cues(
        rate=-0.20, pitch_st=-4.0, range=0.4, pause=0.3, rise_st=-8.0, bright_db=2.0, nasal_db=4.0, swing=0.4, rough=0.8,
    ),
    "surprised": Cues(rate=0.05, pitch_st=5.0, range=0.8, pause=0.2, rise_st=10.0, loud_db=4.0, swing=0.3, breath=0.15),
    "contempt": Cues(rate=-0.12, pitch_st=-2.5, range=-0.6, pause=0.3, rise_st=-3.0, loud_db=-4.0, nasal_db=12.0, swing=-0.4),
}  # fmt: skip
"""The cues of each emotion at intensity 1."""

_LEFT_OUT, _HABITS = 0.08, 0.25
"""Share of cues that a speaker does not use, and the spread of the logarithms by which they use the others."""
_OWN = Cues(
    pitch_st=0.3, rise_st=0.6, loud_db=0.5, bright_db=1.5, smile_db=1.2, nasal_db=1.2, swing=0.06, breath=0.05, rough=0.08,
    tremor=0.05, jitter=0.08,
)  # fmt: skip
"""Spread of what is in a voice without any feeling."""
_WINDOW, _HOP = 512, 128
_RATES, _RANGES, _PAUSES = (0.5, 1.9), (0.2, 2.0), (0.4, 2.5)
_SHELF_HZ, _SMILE_HZ, _HOLE_HZ, _NASAL_HZ, _AIRY_HZ = 1500.0, 2700.0, 700.0, (280.0, 1100.0), (1500.0, 4500.0)
_SHAKE_ST, _SHAKE_DB, _JITTER_ST = 1.3, 3.0, 1.2
_SWING = (1.6, 16.0)
_ROUGH_HZ, _TREMOR_HZ = (30.0, 65.0), (5.0, 8.0)


@dataclass(frozen=True, kw_only=True)
class Habits(Frozen):
    """How a line is given its feeling: factors (C,) on the cues of each feeling, and the cues (C,) of the voice itself."""

    factors_C: F64
    own_C: F64

    def cues(self, weights_N8: F64) -> F64:
        """The cues (N, C) under emotion weights (N, 8)."""
        full_8C = np.array([[getattr(FULL[name], cue) for cue in NAMES] for name in EMOTIONS])
        cues_NC: F64 = (weights_N8 @ full_8C) * self.factors_C + self.own_C
        return cues_NC


def habits(rng: np.random.Generator) -> Habits:
    """The habits of somebody."""
    factors_C = np.exp(rng.normal(0.0, _HABITS, len(NAMES))) * (rng.random(len(NAMES)) >= _LEFT_OUT)
    own_C = np.array([getattr(_OWN, cue) for cue in NAMES]) * rng.normal(0.0, 1.0, len(NAMES))
    return Habits(factors_C=np.minimum(factors_C, 2.0), own_C=own_C)


def coloured(phrases: Sequence[Phrase], weights_per_word_8: Sequence[Sequence[float]], habits: Habits) -> tuple[Phrase, ...]:
    """The phrases of a line with the speed, pitch, range and pauses of its feeling."""
    out, first = [], 0
    for phrase in phrases:
        words = np.array(weights_per_word_8[first : first + len(phrase.words)], np.float64).reshape(-1, 8)
        first += len(phrase.words)
        if not len(words):
            out.append(phrase)
            continue
        cue = dict(zip(NAMES, habits.cues(words.mean(0, keepdims=True))[0].tolist(), strict=True))
        was = phrase.prosody
        prosody = replace(
            was,
            rate=float(np.clip(was.rate * (1.0 + cue["rate"]), *_RATES)),
            pitch_st=float(np.clip(was.pitch_st + cue["pitch_st"], -12.0, 12.0)),
            range=float(np.clip(was.range * (1.0 + cue["range"]), *_RANGES)),
        )
        out.append(
            replace(phrase, prosody=prosody, pause_before_s=phrase.pause_before_s * float(np.clip(1.0 + cue["pause"], *_PAUSES)))
        )
    return tuple(out)


def felt(audio: AudioClip, phones: Sequence[Span], weights_F8: F64, habits: Habits, rng: np.random.Generator) -> AudioClip:
    """The sound with the contours and the voice of its feeling, whose weights are given 100 times a second; same length."""
    cues_FC = habits.cues(weights_F8)
    cue = {name: cues_FC[:, at] for at, name in enumerate(NAMES)}
    samples_S, rate_hz = audio.samples_S, audio.rate_hz
    pitch_F = track(samples_S, rate_hz)
    octaves_F, shake_F = _melody(cue, phones, len(pitch_F), rng)
    pitched_S = moved(samples_S, rate_hz, pitch_F, octaves_F).astype(np.float64)
    level_S = np.interp(np.arange(len(samples_S)) / rate_hz, _times(len(pitch_F)), _level_db(pitched_S, rate_hz, cue, shake_F))
    rough_S = _roughness(cue["rough"], len(samples_S), rate_hz, rng)
    heard_S = _voice(pitched_S * rough_S, rate_hz, cue, rng) * 10 ** (level_S / 20.0)
    heard_S *= min(1.0, 0.99 / (float(np.abs(heard_S).max()) + 1e-9))
    return AudioClip(samples_S=heard_S.astype(np.float32), rate_hz=rate_hz)


def _times(frames: int) -> F64:
    return (np.arange(frames) + 0.5) / FRAME_RATE_HZ


def _melody(cue: Mapping[str, F64], phones: Sequence[Span], frames: int, rng: np.random.Generator) -> tuple[F64, F64]:
    """Octaves (F,) by which the pitch moves, and the trembling (F,) in [-1, 1] that voice and loudness share."""
    times_F, place_F = _times(frames), np.full(frames, 0.5)
    begin_s: float | None = None
    for phone in (*phones, Span(text="", start_s=phones[-1].end_s if phones else 0.0, end_s=np.inf)):
        if phone.text and begin_s is None:
            begin_s = phone.start_s
        elif not phone.text and begin_s is not None:
            inside_F = (times_F >= begin_s) & (times_F < phone.start_s)
            place_F[inside_F] = (times_F[inside_F] - begin_s) / max(phone.start_s - begin_s, 1e-3)
            begin_s = None
    speed_hz = rng.uniform(*_TREMOR_HZ) * np.exp(np.cumsum(rng.normal(0.0, 0.02, frames)))
    shake_F = np.sin(2.0 * np.pi * (rng.random() + np.cumsum(np.clip(speed_hz, 3.0, 11.0)) / FRAME_RATE_HZ))
    semitones_F = cue["rise_st"] * (place_F - 0.5)
    semitones_F = semitones_F + _SHAKE_ST * np.clip(cue["tremor"], 0.0, 1.5) * shake_F
    semitones_F = semitones_F + _JITTER_ST * np.clip(cue["jitter"], 0.0, 1.5) * rng.normal(0.0, 1.0, frames)
    return semitones_F / 12.0, shake_F


def _level_db(samples_S: F64, rate_hz: int, cue: Mapping[str, F64], shake_F: F64) -> F64:
    """Decibels (F,) by which the level changes: as a whole, in its swing about a slow mean, and trembling."""
    from scipy.ndimage import gaussian_filter1d

    hop = rate_hz / FRAME_RATE_HZ
    edges_F = np.round(np.arange(len(shake_F) + 1) * hop).astype(np.intp)
    power_S = np.concatenate([[0.0], np.cumsum(samples_S**2)])
    power_F = np.diff(power_S[np.minimum(edges_F, len(samples_S))]) / hop
    level_F, slow_F = (10.0 * np.log10(gaussian_filter1d(power_F, frames) + 1e-9) for frames in _SWING)
    swing_F: F64 = np.clip(level_F - slow_F, -15.0, 12.0)
    changed_F: F64 = cue["loud_db"] + cue["swing"] * swing_F + _SHAKE_DB * np.clip(cue["tremor"], 0.0, 1.5) * shake_F
    return changed_F


def _roughness(amount_F: F64, samples: int, rate_hz: int, rng: np.random.Generator) -> F64:
    """Fast beats of the amplitude (S,), as in a harsh voice (Arnal et al., Human screams occupy a privileged niche, 2015)."""
    times_S = np.arange(samples) / rate_hz
    speed_hz = rng.uniform(*_ROUGH_HZ) * np.exp(np.cumsum(rng.normal(0.0, 0.05, len(amount_F))))
    beat_S = np.cos(2.0 * np.pi * np.cumsum(np.interp(times_S, _times(len(amount_F)), np.clip(speed_hz, 25.0, 80.0))) / rate_hz)
    depth_S = 0.45 * np.interp(times_S, _times(len(amount_F)), np.clip(amount_F, 0.0, 1.5))
    return np.asarray(1.0 - depth_S * (0.5 - 0.5 * beat_S))


def _voice(samples_S: F64, rate_hz: int, cue: Mapping[str, F64], rng: np.random.Generator) -> F64:
    """Spectrum and breath of a voice."""
    from scipy.signal import istft, stft

    hertz_B, at_G, voice_BG = stft(samples_S, rate_hz, nperseg=_WINDOW, noverlap=_WINDOW - _HOP)
    octave_B = np.log2(np.maximum(hertz_B, 40.0))
    shelf_B = 1.0 / (1.0 + np.exp(-4.0 * (octave_B - np.log2(_SHELF_HZ))))
    smile_B = _peak(octave_B, _SMILE_HZ, 0.45)
    nasal_B = sum(_peak(octave_B, hertz, 0.3) for hertz in _NASAL_HZ) - 1.5 * _peak(octave_B, _HOLE_HZ, 0.3)

    def at(name: str) -> F64:
        return np.interp(at_G, _times(len(cue[name])), cue[name])

    gain_BG = shelf_B[:, None] * at("bright_db") + smile_B[:, None] * at("smile_db") + nasal_B[:, None] * at("nasal_db")
    shaped_BG = voice_BG * 10 ** (gain_BG / 20.0)
    _, _, noise_BG = stft(rng.standard_normal(len(samples_S)), rate_hz, nperseg=_WINDOW, noverlap=_WINDOW - _HOP)
    airy_B = np.clip(octave_B - np.log2(_AIRY_HZ[0]), 0.0, 1.0) * np.minimum(1.0, _AIRY_HZ[1] / np.maximum(hertz_B, 1.0)) ** 2
    high_B = (hertz_B > _AIRY_HZ[0]) & (hertz_B < _AIRY_HZ[1])
    strength_G = np.sqrt((np.abs(shaped_BG[high_B]) ** 2).mean(0) / (np.abs(noise_BG) ** 2).mean())
    breath_BG = noise_BG * airy_B[:, None] * (strength_G * np.clip(at("breath"), 0.0, 1.5))
    _, out_S = istft(shaped_BG + breath_BG, rate_hz, nperseg=_WINDOW, noverlap=_WINDOW - _HOP)
    return np.asarray(np.pad(out_S, (0, max(len(samples_S) - len(out_S), 0)))[: len(samples_S)])


def _peak(octave_B: F64, hertz: float, width: float) -> F64:
    return np.asarray(np.exp(-0.5 * ((octave_B - np.log2(hertz)) / width) ** 2))
