"""Rhythm: beats, pauses, loudness."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.tracks import AudioFeatures
from emostage.motion.articulation import stretches
from emostage.motion.prosody import BEAT_GAP_S, on_clip_clock, relative_loudness, rhythm


def test_beats_are_apart_and_prefer_stress(speak, hear) -> None:
    take = speak(times=3)
    duration_s = take.audio.duration_s + 0.8
    done = stretches(take.phones, 0.3, duration_s)
    beats = rhythm(done, hear(take), 0.3, duration_s).beats
    times = [beat.at_s for beat in beats]
    assert times == sorted(times)
    assert np.diff(times).min() > BEAT_GAP_S
    assert max(beat.strength for beat in beats) == 1.0
    stressed = [any(s.segment.stressed and s.start_s <= t <= s.end_s for s in done) for t in times]
    assert np.mean(stressed) > 0.7


def test_pauses_include_the_ends(take) -> None:
    duration_s = take.audio.duration_s + 0.8
    pauses = rhythm(stretches(take.phones, 0.3, duration_s), None, 0.3, duration_s).pauses
    assert pauses[0][0] == 0.0
    assert pauses[-1][1] == duration_s
    assert len(pauses) == 4


def test_a_beat_without_sound_is_one_pause() -> None:
    empty = rhythm((), None, 0.0, 3.0)
    assert not empty.spoken
    assert empty.beats == ()
    assert empty.pauses == ((0.0, 3.0),)


def test_loudness_is_relative_to_the_recording() -> None:
    quiet, loud = (
        AudioFeatures(
            mel_FM=np.zeros((200, 40), np.float32),
            loudness_F=np.repeat([-80.0, level], 100).astype(np.float32),
            pitch_F=np.zeros(200, np.float32),
        )
        for level in (-40.0, -15.0)
    )
    for features in (quiet, loud):
        loudness_N = relative_loudness(features, 0.5, 3.0)
        assert loudness_N[30] == pytest.approx(0.0, abs=0.01)
        assert loudness_N[200] == pytest.approx(1.0, abs=0.05)


def test_features_are_placed_on_the_clock_of_the_clip() -> None:
    values_N = on_clip_clock(np.arange(100, dtype=np.float32), 100, 0.25, 2.0, -1.0)
    assert values_N[10] == -1.0
    assert values_N[75] == pytest.approx(49.5)
    assert values_N[-1] == -1.0
    assert (on_clip_clock(np.zeros(0, np.float32), 100, 0.0, 1.0, 3.0) == 3.0).all()
