"""A take of the corpus: a line spoken in one voice and feeling, and what the reference performer does with it. T frames.

The performer, the teacher of the nets, hears the clean sound; what the nets are to hear may be noisy.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from emostage.core.time import frames_covering
from emostage.core.tracks import F32, AudioClip, Directions, Frozen, Performance, SpeechTake
from emostage.emotion.curve import emotion_track
from emostage.motion.embody import embody
from emostage.motion.hearing import MODEL_FPS, Heard, hear
from emostage.motion.reference import play, say
from emostage.speech.features import extract
from emostage.speech.phrases import Phrase, phrases_of
from emostage.training.schedules import Schedule, schedule
from emostage.training.sounds import KINDS, Kind, resampled, varied
from emostage.training.speakers import Speaker

FPS = Fraction(MODEL_FPS)
SILENCE = "silence"
"""The voice of takes in which nobody speaks."""

_LEAD_S, _TAIL_S = (0.12, 0.9), (0.2, 1.1)
_BEAT_S = (1.5, 7.0)
_RATES, _PITCHES_ST, _RANGES = (0.85, 1.2), 2.5, (0.8, 1.3)
_ALL = {"clean": 1.0, "light": 1.0, "heavy": 1.0}
_KIND_SHARES = {"espeak": {"clean": 0.35, "light": 0.5, "heavy": 1.0}, "flite": _ALL, "festival": _ALL}


@dataclass(frozen=True, kw_only=True)
class Take(Frozen):
    """What a net hears of a clip and what it should do. `kind` is one of `sounds.KINDS`, `voice` a speaker's name."""

    kind: Kind
    voice: str
    text: str
    mel_TX: F32
    prosody_T3: F32
    tone_6: F32
    lips_TL: F32
    manner_TM: F32
    weights_T8: F32
    expression_T52: F32


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line spoken once: its schedule and its clean sound."""

    text: str
    speaker: Speaker
    schedule: Schedule
    take: SpeechTake


def spoken_line(text: str, speaker: Speaker, rng: np.random.Generator) -> Line:
    """`text` by `speaker` in a random feeling that bends the voice, at a random rate, pitch and range."""
    words = text.split()
    plan = schedule(len(words), rng)
    rate, pitch_st, spread = rng.uniform(*_RATES), _PITCHES_ST * rng.uniform(-1.0, 1.0), float(rng.uniform(*_RANGES))
    phrases = phrases_of(text, words, (), plan.at_words(len(words)), float(rate), float(pitch_st))
    take = speaker.say(tuple(_ranged(phrase, spread) for phrase in phrases))
    return Line(text=text, speaker=speaker, schedule=plan, take=take)


def _ranged(phrase: Phrase, factor: float) -> Phrase:
    return replace(phrase, prosody=replace(phrase.prosody, range=min(phrase.prosody.range * factor, 2.0)))


def takes_of(line: Line, rng: np.random.Generator, babble: tuple[F32, ...]) -> Iterator[Take]:
    """The line's takes: clean, light and heavy, or some of them where a synthesiser's clean sound teaches little."""
    shares = _KIND_SHARES[line.speaker.synthesiser]
    for kind in KINDS:
        if rng.random() >= shares[kind]:
            continue
        heard = varied(line.take, kind, rng, babble)
        audio = AudioClip(samples_S=heard.heard_S, rate_hz=heard.take.audio.rate_hz)
        lead_s, tail_s = float(rng.uniform(*_LEAD_S)), float(rng.uniform(*_TAIL_S))
        frames = frames_covering(lead_s + audio.duration_s + tail_s, FPS)
        performance = _performance(frames, line.schedule, heard.take, lead_s)
        what = hear(extract(audio), lead_s, frames)
        yield labelled(performance, what, kind=kind, voice=line.speaker.name, text=line.text, seed=int(rng.integers(1 << 31)))


def beat(rng: np.random.Generator) -> Take:
    """Somebody who listens: no sound, a feeling that may change."""
    frames = frames_covering(float(rng.uniform(*_BEAT_S)), FPS)
    performance = _performance(frames, schedule(4, rng), None, 0.0)
    what = hear(None, 0.0, frames)
    return labelled(performance, what, kind="clean", voice=SILENCE, text="", seed=int(rng.integers(1 << 31)))


def babble_of(line: Line) -> F32:
    """The line as background of another."""
    return resampled(line.take).audio.samples_S


def _performance(frames: int, plan: Schedule, speech: SpeechTake | None, lead_s: float) -> Performance:
    keys = plan.keys(speech.words if speech else (), lead_s, float(frames / FPS))
    return Performance(
        count=frames,
        fps=FPS,
        speech=speech,
        features=extract(speech.audio) if speech else None,
        speech_at_s=lead_s,
        emotion=emotion_track(keys, mood_8=plan.mood_8, count=frames, fps=FPS),
        directions=Directions(gaze_T2=np.full((frames, 2), np.nan, np.float32), head_T3=np.full((frames, 3), np.nan, np.float32)),
        liveliness=1.0,
        portrait=None,
    )


def labelled(performance: Performance, heard: Heard, *, kind: Kind, voice: str, text: str, seed: int) -> Take:
    """The take of a clip: what is `heard`, and the reference performer's codes and face."""
    said = say(performance)
    manner = play(performance, said, seed=seed)
    return Take(
        kind=kind,
        voice=voice,
        text=text,
        mel_TX=heard.mel_TX,
        prosody_T3=heard.prosody_T3,
        tone_6=heard.tone_6,
        lips_TL=said.lips.values().astype(np.float32),
        manner_TM=manner.values().astype(np.float32),
        weights_T8=performance.emotion.weights_T8,
        expression_T52=embody(performance, said.lips, manner).expression_T52,
    )
