from __future__ import annotations

from dataclasses import astuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.emotion import EMOTIONS
from emostage.speech.prosody import FULL, NEUTRAL, prosody_of

NUMBERS = slice(0, 6)


def weights(**parts: float) -> list[float]:
    row = [parts.get(name, 0.0) for name in EMOTIONS]
    row[0] = 1 - sum(row[1:])
    return row


def numbers(prosody: object) -> tuple[float, ...]:
    return astuple(prosody)[NUMBERS]  # type: ignore[call-overload,no-any-return]


def test_neutral_changes_nothing() -> None:
    assert prosody_of(weights()) == NEUTRAL


@pytest.mark.parametrize("emotion", EMOTIONS[1:])
def test_full_intensity_is_the_table_and_half_is_half(emotion: str) -> None:
    assert numbers(prosody_of(weights(**{emotion: 1.0}))) == pytest.approx(numbers(FULL[emotion]))
    halfway = [(a + b) / 2 for a, b in zip(numbers(NEUTRAL), numbers(FULL[emotion]), strict=True)]
    assert numbers(prosody_of(weights(**{emotion: 0.5}))) == pytest.approx(halfway)


@given(st.floats(0, 0.5), st.floats(0, 0.5))
def test_mixes_add(a: float, b: float) -> None:
    mixed = numbers(prosody_of(weights(happy=a, afraid=b)))
    parts = zip(numbers(prosody_of(weights(happy=a))), numbers(prosody_of(weights(afraid=b))), numbers(NEUTRAL), strict=True)
    assert mixed == pytest.approx([x + y - rest for x, y, rest in parts])


def test_directions_of_the_literature() -> None:
    sad, angry, happy, afraid = (FULL[name] for name in ("sad", "angry", "happy", "afraid"))
    assert sad.rate < 1 < afraid.rate
    assert sad.pitch_st < 0 < happy.pitch_st < afraid.pitch_st
    assert sad.range < afraid.range < 1 < happy.range
    assert sad.volume_db < 0 < happy.volume_db < angry.volume_db
    assert sad.tilt_db < 0 < angry.tilt_db
    assert sad.pause > 1 > angry.pause


def test_the_script_comes_on_top_and_everything_is_clamped() -> None:
    shaped = prosody_of(weights(), rate=1.1, pitch_st=-2.0, volume_db=2.0)
    assert (shaped.rate, shaped.pitch_st, shaped.volume_db) == pytest.approx((1.1, -2.0, 2.0))
    wild = prosody_of(weights(afraid=1.0), rate=99.0, pitch_st=99.0, volume_db=99.0)
    assert (wild.rate, wild.pitch_st, wild.volume_db) == (2.5, 12.0, 12.0)


def test_only_a_strong_emotion_chooses_a_speaker() -> None:
    assert prosody_of(weights(angry=0.3)).emotion == "neutral"
    assert prosody_of(weights(angry=0.5, sad=0.4)).emotion == "angry"
