"""How feelings colour articulation."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import EMOTIONS, NEUTRAL_8, mix
from emostage.motion.colouring import coloured, firmness
from emostage.motion.reference import ReferencePerformer, say
from emostage.motion.targets import CHANNELS, JAW, LOWER, UPPER, WIDE

SPOKEN_TC = np.random.default_rng(0).uniform(0.0, 0.7, (50, len(CHANNELS)))


def felt(**weights: float) -> np.ndarray:
    return np.tile(mix(weights), (50, 1)).astype(np.float64)


def gain(channel: int, **weights: float) -> float:
    return float((coloured(SPOKEN_TC, felt(**weights))[:, channel] / SPOKEN_TC[:, channel]).mean())


def test_without_a_feeling_speech_is_itself() -> None:
    neutral_T8 = np.tile(NEUTRAL_8, (50, 1))
    assert np.allclose(coloured(SPOKEN_TC, neutral_T8), SPOKEN_TC)
    assert np.allclose(firmness(neutral_T8), 1.0)


def test_each_feeling_has_lips_of_its_own() -> None:
    assert gain(WIDE, happy=1.0) > 1.1
    assert gain(JAW, happy=1.0) > 1.05
    assert gain(JAW, sad=1.0) < 0.95
    assert gain(UPPER, disgusted=1.0) > max(gain(UPPER, **{name: 1.0}) for name in EMOTIONS if name != "disgusted")
    assert gain(LOWER, angry=1.0) > 1.2
    assert gain(JAW, surprised=1.0) > gain(JAW, angry=1.0)
    assert firmness(felt(angry=1.0))[0] > 1.3


def test_the_colour_grows_with_the_feeling() -> None:
    gains = [gain(JAW, sad=x) for x in (0.0, 0.25, 0.5, 0.75, 1.0)]
    assert all(a > b for a, b in pairwise(gains))


@pytest.mark.parametrize("emotion", EMOTIONS)
def test_what_is_closed_stays_closed_and_all_stays_in_range(emotion: str) -> None:
    weights_T8 = felt(**{emotion: 1.0})
    assert not coloured(np.zeros_like(SPOKEN_TC), weights_T8).any()
    assert coloured(np.ones_like(SPOKEN_TC), weights_T8).max() <= 1.0


@pytest.mark.parametrize("emotion", EMOTIONS[1:])
def test_the_lip_code_is_speech_alone_and_the_mouth_follows_it_in_every_feeling(make, take, emotion: str) -> None:
    plain, full = make(take), make(take, **{emotion: 1.0})
    assert np.array_equal(say(plain).lips.values(), say(full).lips.values())
    busy_T = say(plain).lips.busy_T > 0.99
    a_T, b_T = (ReferencePerformer().perform(p, seed=1).expression_T52[busy_T, ARKIT_INDEX["jawOpen"]] for p in (plain, full))
    assert np.corrcoef(a_T, b_T)[0, 1] > 0.97


def test_angry_lips_close_firmly(make, take) -> None:
    roll = ARKIT_INDEX["mouthRollUpper"]
    calm, angry = (ReferencePerformer().perform(make(take, **w), seed=1).expression_T52[:, roll] for w in ({}, {"angry": 1.0}))
    assert angry.max() > calm.max() + 0.05
