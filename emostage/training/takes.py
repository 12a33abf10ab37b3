"""A take of the corpus: a line spoken in one voice and feeling, and what the reference performer does with it. T frames.

The performer, the teacher of the nets, hears the clean sound; what the nets are to hear may be noisy.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np

from emostage.core.keyframes import sample
from emostage.core.time import frames_covering
from emostage.core.tracks import F32, AudioClip, Directions, Frozen, Performance, SpeechTake
from emostage.emotion.curve import emotion_track
from emostage.motion.embody import embody
from emostage.motion.hearing import MODEL_FPS, Heard, hear, placed
from emostage.motion.reference import play, say
from emostage.motion.tone import tone
from emostage.speech.features import extract
from emostage.speech.phrases import Phrase, phrases_of
from emostage.speech.pitch import FRAME_RATE_HZ, frame_count
from emostage.training.dataset import SILENCE
from emostage.training.feelings_of_voices import coloured, felt, habits
from emostage.training.schedules import Schedule, schedule
from emostage.training.sounds import KINDS, Kind, resampled, varied
from emostage.training.speakers import Speaker

FPS = Fraction(MODEL_FPS)
_LEAD_S, _TAIL_S = (0.12, 0.9), (0.2, 1.1)
_BEAT_S = (1.5, 7.0)
_RATES, _PITCHES_ST, _RANGES = (0.85, 1.2), 2.5, (0.8, 1.3)
_MOST = {"clean": 0.8, "light": 0.8, "heavy": 1.0}
_KIND_SHARES = {"espeak": {"clean": 0.35, "light": 0.5, "heavy": 1.0}, "flite": _MOST, "festival": _MOST}


@dataclass(frozen=True, kw_only=True)
class Take(Frozen):
    """What a net hears of a clip and what it should do. `kind` is one of `sounds.KINDS`, `voice` a speaker's name."""

    kind: Kind
    voice: str
    text: str
    mel_TX: F32
    prosody_T3: F32
    tone_TS: F32
    lips_TL: F32
    manner_TM: F32
    weights_T8: F32
    expression_T52: F32
    sound_TS: F32


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line spoken once: its schedule, its clean sound, and the same with more feeling in the voice."""

    text: str
    speaker: Speaker
    schedule: Schedule
    take: SpeechTake
    felt: AudioClip


def spoken_line(text: str, speaker: Speaker, rng: np.random.Generator) -> Line:
    """`text` by `speaker` in a random feeling that bends the voice, at a random rate, pitch and range."""
    words = text.split()
    plan = schedule(len(words), rng)
    rate, pitch_st, spread = rng.uniform(*_RATES), _PITCHES_ST * rng.uniform(-1.0, 1.0), float(rng.uniform(*_RANGES))
    own, weights = habits(rng), plan.at_words(len(words))
    phrases = coloured(phrases_of(text, words, (), weights, float(rate), float(pitch_st)), weights, own)
    take = speaker.say(tuple(_ranged(phrase, spread) for phrase in phrases))
    times_F = np.arange(0.5 / FRAME_RATE_HZ, take.audio.duration_s + 1.0, 1.0 / FRAME_RATE_HZ)
    weights_F8 = sample(plan.keys(take.words, 0.0, take.audio.duration_s), times_F, plan.mood_8)
    heard = felt(take.audio, take.phones, weights_F8[: frame_count(len(take.audio.samples_S), take.audio.rate_hz)], own, rng)
    return Line(text=text, speaker=speaker, schedule=plan, take=take, felt=heard)


def _ranged(phrase: Phrase, factor: float) -> Phrase:
    return replace(phrase, prosody=replace(phrase.prosody, range=min(phrase.prosody.range * factor, 2.0)))


def take_of(line: Line, rng: np.random.Generator, babble: tuple[F32, ...]) -> Take:
    """The line heard in one way: clean, light or heavy, seldom clean where a synthesiser's clean sound teaches little."""
    shares = _KIND_SHARES[line.speaker.synthesiser]
    kind = KINDS[int(rng.choice(len(KINDS), p=np.array([shares[kind] for kind in KINDS]) / sum(shares.values())))]
    heard = varied(line.take, line.felt, kind, rng, babble)
    audio = AudioClip(samples_S=heard.heard_S, rate_hz=heard.take.audio.rate_hz)
    lead_s, tail_s = float(rng.uniform(*_LEAD_S)), float(rng.uniform(*_TAIL_S))
    frames = frames_covering(lead_s + audio.duration_s + tail_s, FPS)
    performance = _performance(frames, line.schedule, heard.take, lead_s)
    features = extract(audio)
    what = hear(features, lead_s, frames)
    tone_TS = tone(features, (np.arange(frames) + 0.5) / MODEL_FPS - lead_s)
    sound_TS = placed(audio, lead_s, frames)
    seed = int(rng.integers(1 << 31))
    return labelled(performance, what, tone_TS, sound_TS, kind=kind, voice=line.speaker.name, text=line.text, seed=seed)


def beat(rng: np.random.Generator) -> Take:
    """Somebody who listens: no sound, a feeling that may change."""
    frames = frames_covering(float(rng.uniform(*_BEAT_S)), FPS)
    performance = _performance(frames, schedule(4, rng), None, 0.0)
    what, tone_TS, sound_TS = hear(None, 0.0, frames), tone(None, np.zeros(frames)), placed(None, 0.0, frames)
    return labelled(performance, what, tone_TS, sound_TS, kind="clean", voice=SILENCE, text="", seed=int(rng.integers(1 << 31)))


def babble_of(line: Line) -> F32:
    """The line as background of another."""
    return resampled(replace(line.take, audio=line.felt)).audio.samples_S


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


def labelled(
    performance: Performance, heard: Heard, tone_TS: F32, sound_TS: F32, *, kind: Kind, voice: str, text: str, seed: int
) -> Take:
    """The take of a clip: what is `heard`, the tone of the voice and the sound itself, and the reference performer's codes and
    face."""
    said = say(performance)
    manner = play(performance, said, seed=seed)
    return Take(
        kind=kind,
        voice=voice,
        text=text,
        mel_TX=heard.mel_TX,
        prosody_T3=heard.prosody_T3,
        tone_TS=tone_TS,
        lips_TL=said.lips.values().astype(np.float32),
        manner_TM=manner.values().astype(np.float32),
        weights_T8=performance.emotion.weights_T8,
        expression_T52=embody(performance, said.lips, manner).expression_T52,
        sound_TS=sound_TS,
    )
