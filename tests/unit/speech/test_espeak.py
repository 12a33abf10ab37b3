from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.speech import catalogue
from emostage.speech.espeak import parameters, request_of
from emostage.speech.phrases import Phrase
from emostage.speech.prosody import NEUTRAL, PhraseProsody
from emostage.speech.voices import find

PITCH_HZ = (140.0, 240.0)


def test_the_neutral_voice_is_its_own_pitch() -> None:
    assert parameters(NEUTRAL, PITCH_HZ) == {"rate": 165, "pitch": 50, "range": 55}


@given(st.floats(0.01, 9), st.floats(-40, 40), st.floats(0, 9), st.tuples(st.floats(50, 250), st.floats(1, 150)))
def test_everything_stays_within_what_espeak_takes(rate: float, pitch_st: float, width: float, pitch: tuple[float, float]) -> None:
    asked = parameters(PhraseProsody(rate=rate, pitch_st=pitch_st, range=width), (pitch[0], sum(pitch)))
    assert 80 <= asked["rate"] <= 450
    assert 0 <= asked["pitch"] <= 100
    assert 0 <= asked["range"] <= 100


def test_pitch_and_range_grow_with_what_is_asked() -> None:
    pitches = [parameters(PhraseProsody(pitch_st=st), PITCH_HZ)["pitch"] for st in range(-8, 9)]
    ranges = [parameters(PhraseProsody(range=r / 10), PITCH_HZ)["range"] for r in range(0, 19)]
    assert pitches == sorted(set(pitches))
    assert ranges == sorted(set(ranges))


def test_the_worker_gets_speakable_text_of_the_same_length() -> None:
    request = request_of(find("espeak/en-us+f3"), [Phrase(text="“Hi” 😀!", words=("Hi",))])
    assert request["voice"] == "gmw/en-US+f3"
    assert request["phrases"][0]["text"] == " Hi   !"


def test_pitches_come_from_variant_language_or_default() -> None:
    assert catalogue.pitch_hz("gmw/en-US", "f3") == (140, 240)
    assert catalogue.pitch_hz("aav/vi", "") == (95, 175)
    assert catalogue.pitch_hz("gmw/en-US", "") == (82, 118)


@pytest.mark.parametrize("variant", catalogue.VARIANTS)
def test_curated_variants_are_installed(variant: str) -> None:
    assert variant in catalogue.variants()


def test_languages_without_a_dictionary_are_left_out() -> None:
    languages = catalogue.languages()
    assert len({language.file for language in languages.values()}) > 100
    assert "xex" not in languages
    assert "fo" not in languages
