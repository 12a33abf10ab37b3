from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.emotion import EMOTIONS, EVERYDAY, VOCABULARY
from emostage.scene.emotions import parse_easing, parse_mix, unknown_emotion, weights_of
from emostage.scene.issues import Misread


@pytest.mark.parametrize("text", ["happy 0.4", "happy: 0.4", "happy=0.4", "Happy .4", "joy 0.4", " happy 0.40 "])
def test_one_emotion(text: str) -> None:
    assert parse_mix(text) == (0.6, 0.4, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("text", ["sad 0.3, afraid 0.2", "sad 0.3 afraid 0.2", "sad 0.3 + fear 0.2", "sad 0.3 and fearful 0.2"])
def test_a_mix(text: str) -> None:
    assert parse_mix(text) == (0.5, 0, 0.3, 0, 0.2, 0, 0, 0)


def test_without_a_number_it_is_whole() -> None:
    assert parse_mix("angry")[EMOTIONS.index("angry")] == 1
    assert parse_mix("excited")[1] == pytest.approx(EVERYDAY["excited"]["happy"])


@pytest.mark.parametrize(
    ("text", "code"),
    [("", "E030"), ("0.4", "E030"), ("happy 0.2 0.3", "E030"), ("happy 0.1, happy 0.2", "E030"), ("happpy 0.4", "E031"),
     ("happy 1.1", "E032"), ("happy -0.1", "E032"), ("happy 0.8 sad 0.3", "E033"), ("happy ;", "E030")],
)  # fmt: skip
def test_problems(text: str, code: str) -> None:
    with pytest.raises(Misread) as raised:
        parse_mix(text)
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("word", "meant"),
    [("happyness", "happy"), ("mad", "angry"), ("Suprised", "surprised"), ("contemp", "contempt"), ("scared", "afraid")],
)
def test_did_you_mean(word: str, meant: str) -> None:
    assert unknown_emotion(word).hint == f"did you mean '{meant}'?"


def test_the_hint_for_a_sum_over_one_keeps_proportions() -> None:
    with pytest.raises(Misread) as raised:
        weights_of({"happy": 0.9, "sad": 0.6})
    assert "happy 0.6, sad 0.4" in raised.value.hint


@given(st.dictionaries(st.sampled_from(VOCABULARY), st.floats(0, 1), max_size=4))
@settings(deadline=None)
def test_weights_sum_to_one_or_are_refused(words: dict[str, float]) -> None:
    try:
        weights = weights_of(words)
    except Misread as problem:
        assert problem.code == "E033"
    else:
        assert sum(weights) == pytest.approx(1, abs=1e-4) and all(0 <= weight <= 1 for weight in weights)


@given(st.text(alphabet="hapysd 0.123,+-", max_size=20))
@settings(deadline=None)
def test_any_text_is_a_mix_or_misread(text: str) -> None:
    try:
        parse_mix(text)
    except Misread as problem:
        assert problem.start is None or 0 <= problem.start <= len(text)


def test_easings() -> None:
    assert parse_easing("linear").name == "linear"
    assert parse_easing("ease-in-out").name == "in-out"
    assert parse_easing("cubic-bezier(0.3, 0, .2, 1)").control == (0.3, 0, 0.2, 1)
    for bad in (
        "bounce",
        "cubic-bezier(1, 2)",
        "cubic-bezier(2, 0, 1, 1)",
        "cubic-bezier(a, b, c, d)",
        "cubic-bezier(0, nan, 1, 1)",
        "",
    ):
        with pytest.raises(Misread) as raised:
            parse_easing(bad)
        assert raised.value.code == "E036"
