"""Trends and seams are found where there are some, and not where there are none."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.tracks import AudioClip, MotionTrack
from emostage.diffusion.windows import starts
from emostage.evaluate.endurance import border, borders, endure, repeated, trends
from emostage.evaluate.examinee import Examinee
from emostage.evaluate.recital import recital
from emostage.motion.diffuse import OVERLAP, WINDOW

FRAMES = 5000


@pytest.fixture
def wandering() -> MotionTrack:
    rng = np.random.default_rng(0)
    smooth = np.hanning(25) / 12
    slow_TC = np.stack([np.convolve(rng.normal(0, 0.02, FRAMES), smooth, "same") for _ in range(55)], 1).astype(np.float32)
    ones_T = np.ones(FRAMES, np.float32)
    return MotionTrack(
        expression_T52=np.clip(0.2 + slow_TC[:, 3:], 0, 1),
        rotation_T3=slow_TC[:, :3],
        shift_T2=np.zeros((FRAMES, 2), np.float32),
        scale_T=ones_T,
        tongue_T=0 * ones_T,
        breath_T=0 * ones_T,
        fps=Fraction(25),
    )


def test_a_head_that_wanders_has_no_trend_and_one_that_turns_away_has(wandering):
    assert all(trend.holds for trend in trends(wandering).values())
    turning_T3 = wandering.rotation_T3 + np.linspace(0, 0.05, FRAMES, dtype=np.float32)[:, None] * [0, 1, 0]
    found = trends(replace(wandering, rotation_T3=turning_T3.astype(np.float32)))
    assert found["pitch"].holds
    assert not found["yaw"].holds
    assert found["yaw"].per_min == pytest.approx(np.degrees(0.05) / (FRAMES / 1500), rel=0.3)


def test_a_face_that_goes_to_sleep_has_a_trend(wandering):
    sleepy_T52 = wandering.expression_T52 * np.linspace(1, 0.5, FRAMES, dtype=np.float32)[:, None]
    assert not trends(replace(wandering, expression_T52=sleepy_T52))["expression"].holds


def test_short_takes_tell_no_trend(wandering):
    short = replace(wandering, expression_T52=wandering.expression_T52[:500], rotation_T3=wandering.rotation_T3[:500])
    found = trends(short)
    assert all(np.isnan(trend.per_min) and trend.holds for trend in found.values())


def test_seams_are_found(wandering):
    assert all(found.holds for found in borders(wandering).values())
    turned_T3 = wandering.rotation_T3.copy()
    for first in starts(FRAMES, WINDOW, OVERLAP):
        turned_T3[first + 5] += 0.05
    found = borders(replace(wandering, rotation_T3=turned_T3))
    assert not found["head speed"].holds
    assert not found["head jerk"].holds
    assert found["head jerk"].ratio > 1.2
    assert found["face speed"].holds


def test_a_border_needs_windows():
    assert np.isnan(border(np.ones(50), [0, 20], 5).ratio)
    found = border(np.tile([2.0] * 5 + [1.0] * 15, 20), list(range(0, 400, 20)), 5)
    assert (found.ratio, found.noise) == (2.0, 0.0)
    assert not found.holds


def test_a_sound_is_repeated_without_gaps():
    audio = AudioClip(samples_S=np.arange(10, dtype=np.float32), rate_hz=10)
    assert repeated(audio, 2.5).samples_S.tolist() == [*range(10), *range(10), *range(5)]


def test_an_engine_endures(monkeypatch):
    audio = recital(["en"], ["f4"], sentences=1)[0].take.audio
    found = endure(Examinee(name="reference"), audio, 12.0)
    assert 0 < found.cost["lips"] <= found.cost["all"] < 1
    assert found.cost["features"] > 0
    assert 50 < found.peak_mb["short"] <= found.peak_mb["long"]
    assert found.holds["flat memory"]
    assert not replace(found, cost={**found.cost, "all": 0.2}).holds["cost"]
    assert not replace(found, peak_mb={"short": 100.0, "long": 300.0}).holds["flat memory"]
