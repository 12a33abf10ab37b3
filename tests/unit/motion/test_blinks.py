"""Blinks: rate, shape, ends."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.emotion import mix
from emostage.core.time import FRAME_RATES, frame_times
from emostage.motion.blinks import QUIET_S, blinks
from emostage.motion.prosody import rhythm


def lids(seconds: float = 60.0, fps: Fraction = Fraction(25), seed: int = 0, live: float = 1.0, **feeling: float) -> np.ndarray:
    count = int(seconds * fps)
    return blinks(
        frame_times(count, fps),
        rhythm((), None, 0.0, seconds),
        (),
        weights_T8=np.tile(mix(feeling), (count, 1)).astype(np.float64),
        liveliness=live,
        rng=np.random.default_rng(seed),
    )


def rate(**feeling: float) -> float:
    return float(np.mean([(np.diff((lids(120.0, seed=s, **feeling) > 0.9).astype(int)) > 0).sum() / 2 for s in range(5)]))


def test_the_rate_is_human_and_depends_on_the_feeling() -> None:
    assert 10 <= rate() <= 22
    assert rate(afraid=1.0) > 1.2 * rate()
    assert rate(surprised=1.0) < 0.85 * rate()


@pytest.mark.parametrize("fps", sorted(FRAME_RATES))
def test_each_blink_shuts_for_a_frame_and_opens_slower_than_it_shuts(fps: float) -> None:
    lid_T = lids(30.0, FRAME_RATES[fps])
    shut = np.flatnonzero(lid_T == 1.0)
    assert len(shut) >= 4
    for frame in shut:
        falling = int((lid_T[max(0, frame - 30) : frame][::-1] > 0).argmin())
        rising = int((lid_T[frame + 1 : frame + 60] > 0).argmin())
        assert rising > falling >= 2


def test_a_film_at_25_fps_shows_three_to_five_steps_down_and_more_up() -> None:
    lid_T = lids(30.0)
    for frame in np.flatnonzero(lid_T == 1.0):
        down = int((lid_T[max(0, frame - 30) : frame][::-1] > 0).argmin()) + 1
        up = int((lid_T[frame + 1 : frame + 60] > 0).argmin()) + 1
        assert 3 <= down <= 5
        assert down < up <= 8


def test_no_lid_moves_near_the_ends() -> None:
    for seed in range(20):
        lid_T = lids(3.0, Fraction(60), seed)
        assert not lid_T[: int(QUIET_S * 60)].any()
        assert not lid_T[-int(QUIET_S * 60) :].any()


def test_statues_and_tiny_clips_do_not_blink() -> None:
    assert not lids(live=0.0).any()
    for count in range(3):
        assert len(lids(count / 25)) == count
