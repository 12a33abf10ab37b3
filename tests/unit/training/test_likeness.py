"""Statistics and distances of expression codes against codes whose answer is known."""

import numpy as np
import pytest

from emostage.motion.codes import MANNER_CHANNELS
from emostage.training.likeness import GROUPS, distances, frechet, over, statistics

LIDS, YAW = MANNER_CHANNELS.index("lids"), MANNER_CHANNELS.index("headYaw")


def takes(seed: int, *, louder: float = 1.0, count: int = 4) -> list[np.ndarray]:
    rng = np.random.default_rng(seed)
    return [louder * np.cumsum(rng.normal(0, 0.01, (500, len(MANNER_CHANNELS))), 0) for _ in range(count)]


def test_the_distance_of_normal_distributions_is_the_closed_form():
    rng = np.random.default_rng(0)
    one_ND, other_ND = rng.normal(0, 1, (200_000, 3)), rng.normal(0, 1, (200_000, 3)) * [2, 1, 1] + [0, 3, 0]
    assert frechet(one_ND, other_ND) == pytest.approx((2 - 1) ** 2 + 9, rel=0.02)
    assert frechet(one_ND, one_ND) == pytest.approx(0, abs=1e-9)


def test_codes_are_nearer_to_their_like():
    taught = takes(0, count=12)
    like, unlike = distances(takes(1, count=12), taught), distances(takes(1, louder=2.0, count=12), taught)
    assert set(like) == set(GROUPS)
    assert distances(taught, taught) == dict.fromkeys(GROUPS, 0.0)
    assert all(like[name] < 0.5 * unlike[name] for name in GROUPS)


def test_blinks_and_movements_are_counted():
    code_NM = np.zeros((750, len(MANNER_CHANNELS)))
    for first in (0, 100, 400):
        code_NM[first : first + 4, LIDS] = 1
    code_NM[:, YAW] = np.arange(750) % 2
    found = statistics([code_NM])
    assert found["blinks_per_min"] == 6
    assert found["shut_lids"] == pytest.approx(12 / 750)
    assert (found["head_speed"], found["head_energy"], found["head_spread"]) == (1, 1, 0.5)
    assert found["gaze_speed"] == found["gaze_energy"] == 0


def test_statistics_are_told_as_shares_of_the_teacher():
    usual, doubled = statistics(takes(0)), statistics(takes(0, louder=2.0))
    shares = over(doubled, usual)
    assert shares["head_spread"] == shares["accents_speed"] == 2
    assert shares["gaze_energy"] == 4
