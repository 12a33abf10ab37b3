"""Clips of a film whose faces are made of numbers: what leaks into neutral, and what feelings do to speech."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.timeline import Transition
from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.evaluate.leaks import leaks
from emostage.evaluate.readings import aligned, said_with, same_texts
from emostage.evaluate.shown import Shown
from emostage.studio.plan import LineJob

FPS, LEAD_S = 25, 0.2


def clip(
    *,
    felt: np.ndarray | None = None,
    brows: np.ndarray | None = None,
    gap: np.ndarray | None = None,
    pace: float = 0.0,
    text="pam",
    frames=100,
) -> Shown:
    """A clip in which `felt` surprise is asked and brows are higher by `brows`; with a pace, phones of so many seconds are said."""
    phones = tuple(Span(text=p, start_s=k * pace, end_s=(k + 1) * pace) for k, p in enumerate(text)) if pace else ()
    audio = AudioClip(samples_S=np.zeros(int(pace * len(text) * 1000), np.float32), rate_hz=1000)
    spoken = SpeechTake(audio=audio, phones=phones) if pace else None
    job = LineJob(
        number=1,
        shot="a",
        speaker="ada",
        on_screen="ada",
        text=text if pace else None,
        start_frame=0,
        frames=frames,
        fps=Fraction(FPS),
        speech_at_s=LEAD_S,
        take=spoken,
        mood_8=(1.0, *[0.0] * 7),
        emotion=(),
        gaze=(),
        head=(),
        gestures=(),
        liveliness=1.0,
        transition=Transition(),
        seed=0,
        fingerprint="",
        sound="",
    )
    felt = np.zeros(frames) if felt is None else felt
    asked = np.zeros((frames, 8))
    asked[:, EMOTION_INDEX["surprised"]], asked[:, EMOTION_INDEX["neutral"]] = felt, 1 - felt
    level = np.zeros((frames, 468, 2))
    level[:, [145, 374], 1] = 0.1
    level[:, [105, 334, 107, 336], 1] = -0.3 - (np.zeros(frames) if brows is None else brows)[:, None]
    gap = np.full(frames, 0.1) if gap is None else gap
    return Shown(job=job, asked_T8=asked, level_TN2=level, angles_T3=np.zeros((frames, 3)), gap_T=gap)


def test_a_face_that_obeys_does_not_leak_and_one_that_stays_half_raised_does():
    felt = np.repeat([0.0, 1.0], 50)
    (clean,) = leaks([clip(felt=felt, brows=0.2 * felt), clip()])
    assert (clean.emotion, clean.silent) == ("surprised", pytest.approx(0))
    assert np.isnan(clean.speaking)
    lifted = np.where(np.arange(100) % 2 == 0, 0.05, -0.05)
    (restless,) = leaks([clip(felt=felt, brows=0.2 * felt), clip(brows=lifted), clip(brows=np.full(100, 0.1), pace=1.2)])
    assert restless.silent == pytest.approx(np.sqrt((100 * 0.25**2 + 10 * 0.5**2) / 160))
    assert restless.speaking == pytest.approx(0.5)


def test_emotions_that_are_never_asked_for_have_no_leak():
    assert not list(leaks([clip()]))
    assert not list(leaks([]))


def test_the_face_speaks_while_it_is_heard():
    spoken = clip(pace=0.8)
    assert np.flatnonzero(spoken.speaking())[[0, -1]].tolist() == [5, 64]
    assert [p.start_s for p in spoken.phones] == pytest.approx([0.2, 1.0, 1.8])
    assert not clip().speaking().any()
    assert clip().phones == ()


def lips(pace: float) -> np.ndarray:
    """A gap that closes in the first and the last of three phones."""
    said = ((np.arange(100) + 0.5) / FPS - LEAD_S) / pace
    return np.where((said > 0) & (said < 3), 0.2 * np.abs(np.cos(np.pi * (said - 0.5) / 2)), 0.2)


def test_a_slower_reading_with_feeling_is_brought_to_the_same_times():
    shut = lips(0.6)
    (found,) = same_texts([clip(pace=0.6, gap=shut), clip(pace=0.9, gap=1.5 * lips(0.9), felt=np.ones(100))])
    assert (found.emotion, found.text, found.lag) == ("surprised", "pam", 0)
    assert found.r == pytest.approx(1, abs=0.02)
    assert found.amplitude == pytest.approx(1.5, abs=0.1)
    assert found.shut == found.neutral_shut


def test_lips_that_no_longer_follow_lose_their_likeness_and_their_closures():
    open_lips = 0.25 + 0.02 * np.random.default_rng(3).standard_normal(100)
    (found,) = same_texts([clip(pace=0.9, gap=open_lips, felt=np.ones(100)), clip(pace=0.6, gap=lips(0.6))])
    assert abs(found.r) < 0.6
    assert found.shut == 0


def test_other_texts_are_not_compared():
    assert not list(same_texts([clip(pace=0.6), clip(pace=0.6, text="bob", felt=np.ones(100))]))
    assert not list(same_texts([clip(pace=0.6, felt=np.ones(100))]))
    assert aligned(clip(pace=0.6), clip(pace=0.6, text="pab")) is None
    assert aligned(clip(pace=0.6, gap=np.full(100, np.nan)), clip(pace=0.6)) is None


def test_a_line_is_said_with_what_prevails():
    assert said_with(clip(pace=0.8)) == "neutral"
    assert said_with(clip(pace=0.8, felt=np.full(100, 0.6))) == "surprised"
    assert said_with(clip(pace=0.8, felt=np.full(100, 0.3))) is None
    assert said_with(clip()) is None
