"""The shipped nets of the engine `stage`: lips that are heard, long takes without drift or seams, feelings that reach the face."""

from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import mix
from emostage.core.keyframes import Keyframe
from emostage.core.resources import resource
from emostage.core.tracks import AudioClip, Directions, MotionTrack, Performance, SpeechTake
from emostage.diffusion.windows import starts
from emostage.emotion.curve import emotion_track
from emostage.motion.diffuse import OVERLAP, WINDOW, StagePerformer
from emostage.scene.model import Film
from emostage.speech.features import extract
from emostage.speech.phrases import phrases_of
from emostage.speech.recorded import read_sound
from emostage.speech.synthesis import SpeechRequest, speak
from emostage.studio.stages import real_stages

FPS = Fraction(25)
JAW = ARKIT_INDEX["jawOpen"]
LINE = "My mother bought a small blue boat, and we sailed it home before the storm. Who told you that?"


def performance(take: SpeechTake, **feeling: float) -> Performance:
    frames = int((take.audio.duration_s + 0.7) * 25)
    keys = [Keyframe(at_s=0.3, value=tuple(mix(feeling).tolist()))] if feeling else []
    return Performance(
        count=frames,
        fps=FPS,
        speech=take,
        features=extract(take.audio),
        speech_at_s=0.3,
        emotion=emotion_track(keys, mood_8=(1.0, *[0.0] * 7), count=frames, fps=FPS),
        directions=Directions(gaze_T2=np.full((frames, 2), np.nan, np.float32), head_T3=np.full((frames, 3), np.nan, np.float32)),
        liveliness=1.0,
        portrait=None,
    )


@pytest.fixture(scope="module")
def engine() -> StagePerformer:
    return StagePerformer()


@pytest.fixture(scope="module")
def line() -> SpeechTake:
    return speak(SpeechRequest(phrases=phrases_of(LINE, LINE.split()), voice="espeak/en-gb+f4"))


@pytest.fixture(scope="module")
def recording() -> AudioClip:
    return read_sound(resource("scenes", "recorded", "countdown.wav"))


def turning(motion: MotionTrack) -> np.ndarray:
    return np.abs(np.diff(np.degrees(motion.rotation_T3), axis=0)).sum(1)


def test_lips_that_are_heard_move_like_lips_whose_phones_are_known(engine, line) -> None:
    known = engine.perform(performance(line), seed=1).expression_T52[:, JAW]
    heard = engine.perform(performance(SpeechTake(audio=line.audio)), seed=1).expression_T52[:, JAW]
    assert np.corrcoef(known, heard)[0, 1] > 0.75
    assert 0.6 < heard.std() / known.std() < 1.1


def test_another_seed_is_another_performance_with_the_same_lips(engine, recording) -> None:
    a, b = (engine.perform(performance(SpeechTake(audio=recording)), seed=s) for s in (1, 2))
    assert np.abs(a.rotation_T3 - b.rotation_T3).max() > 0.02
    assert np.abs(a.expression_T52[:, JAW] - b.expression_T52[:, JAW]).max() < 0.02


def test_two_minutes_have_no_seams_and_no_drift(engine, recording) -> None:
    seconds = 120
    repeats = int(seconds / recording.duration_s) + 1
    audio = AudioClip(samples_S=np.tile(recording.samples_S, repeats)[: seconds * recording.rate_hz], rate_hz=recording.rate_hz)
    motion = engine.perform(performance(SpeechTake(audio=audio)), seed=3)
    speed_T = turning(motion)
    first = np.array(starts(len(motion), WINDOW, OVERLAP))[1:]
    inside_T = np.zeros(len(speed_T), bool)
    for frame in first:
        inside_T[frame : frame + OVERLAP] = True
    assert 0.75 < speed_T[inside_T].mean() / speed_T[~inside_T].mean() < 1.3
    assert speed_T[first - 1].max() < 1.5 * np.percentile(speed_T, 99)
    halves = np.array_split(np.degrees(motion.rotation_T3[25:-25]), 2)
    assert np.abs(halves[0].mean(0) - halves[1].mean(0)).max() < 3.0
    jitter = [np.abs(np.diff(half, 2, axis=0)).mean() for half in halves]
    assert 0.75 < jitter[0] / jitter[1] < 1.33


def test_a_lively_head_blinks_and_looks_about_as_people_do(engine, line) -> None:
    motions = [engine.perform(performance(line), seed=s) for s in range(8)]
    minutes = sum(len(m) for m in motions) / 1500
    lids = [m.expression_T52[:, ARKIT_INDEX["eyeBlinkLeft"]] > 0.9 for m in motions]
    assert 7 < sum((np.diff(shut.astype(int)) > 0).sum() for shut in lids) / minutes < 32
    spread_deg = np.degrees(np.concatenate([m.rotation_T3 - m.rotation_T3.mean(0) for m in motions])).std(0)
    assert (spread_deg > (1.0, 1.2, 0.7)).all()
    assert (spread_deg < (5.0, 9.0, 4.0)).all()


def test_feelings_reach_the_face_as_asked(engine, line) -> None:
    smile = ARKIT_INDEX["mouthSmileLeft"]
    levels = [engine.perform(performance(line, happy=x), seed=4).expression_T52[20:-20, smile].mean() for x in (0.1, 0.4, 0.7, 1.0)]
    assert all(b > a + 0.05 for a, b in itertools.pairwise(levels))


def test_the_default_engine_is_the_trained_one() -> None:
    performer = real_stages().performer(Film().engine)
    assert isinstance(performer, StagePerformer)
