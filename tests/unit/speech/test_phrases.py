from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.speech.phrases import phrases_of

HAPPY, SAD = (0.2, 0.8, 0, 0, 0, 0, 0, 0), (0.2, 0, 0.8, 0, 0, 0, 0, 0)


def split(text: str, **settings: object) -> list[str]:
    return [phrase.text for phrase in phrases_of(text, words_of(text), **settings)]  # type: ignore[arg-type]


def words_of(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[\w$%'’.-]*[\w%]", text))


def test_sentences_and_clauses_become_phrases() -> None:
    assert split("Well, I never! Did you? Yes; I did: twice.") == ["Well,", "I never!", "Did you?", "Yes;", "I did:", "twice."]


def test_numbers_times_abbreviations_and_hyphens_stay_whole() -> None:
    text = "Mr. Smith paid 1,000.50 at 10:30, e.g. for a lift-off."
    assert split(text) == ["Mr. Smith paid 1,000.50 at 10:30,", "e.g. for a lift-off."]


def test_quotes_dashes_and_ellipses() -> None:
    assert split("“Go!” he said — and left… Then silence") == ["“Go!”", "he said,", "and left…", "Then silence"]


def test_points_inside_and_after_dotted_words() -> None:
    assert split("The U.S.A. won. I met J. Smith at 5 p.m. Then he left.") == [
        "The U.S.A. won.",
        "I met J. Smith at 5 p.m.",
        "Then he left.",
    ]
    assert split('He said "stop." Then he left.') == ['He said "stop."', "Then he left."]
    assert split("It was $5, or €6.") == ["It was $5,", "or €6."]


def test_other_writing_systems() -> None:
    assert [p.text for p in phrases_of("你好。我很好！", ("你好", "我很好"))] == ["你好。", "我很好！"]


def test_pauses_grow_with_the_weight_of_the_punctuation() -> None:
    pauses = [p.pause_before_s for p in phrases_of("One, two; three. Four… five", words_of("One two three Four five"))]
    assert pauses[0] == 0
    assert pauses[1:] == sorted(pauses[1:])
    assert len(set(pauses)) == 5


def test_an_explicit_pause_is_the_silence_that_is_heard() -> None:
    phrases = phrases_of("one two, three", ("one", "two", "three"), pauses=((0, 0.3), (1, 0.4), (2, 0.05), (3, 1.5)))
    assert [(p.words, p.pause_before_s) for p in phrases] == [(("one",), 0.3), (("two",), 0.4), (("three",), 0.05), ((), 1.5)]
    assert phrases[-1].text == ""
    assert phrases[0].text == "one,"


def test_a_phrase_speaks_in_the_mean_of_its_words_and_splits_where_the_feeling_turns() -> None:
    text = "I am so glad and so very sorry"
    words = words_of(text)
    phrases = phrases_of(text, words, (), [HAPPY] * 4 + [SAD] * 4)
    assert [p.words for p in phrases] == [words[:4], words[4:]]
    assert phrases[0].prosody.pitch_st > 0 > phrases[1].prosody.pitch_st
    assert phrases[1].pause_before_s == 0
    assert phrases[0].text.endswith(",")


def test_a_small_drift_of_feeling_does_not_split() -> None:
    weights = [(1 - i / 10, i / 10, 0, 0, 0, 0, 0, 0) for i in range(8)]
    assert (
        len(phrases_of("one two three four five six seven eight", words_of("one two three four five six seven eight"), (), weights))
        == 1
    )


def test_sadness_and_slowness_lengthen_pauses() -> None:
    words = ("one", "two")
    plain = phrases_of("one. two", words)[1].pause_before_s
    assert phrases_of("one. two", words, (), [SAD, SAD])[1].pause_before_s > 1.4 * plain
    assert phrases_of("one. two", words, rate=0.5)[1].pause_before_s == pytest.approx(2 * plain)


@given(st.text(alphabet="ab ,.!?—…\"'()\n😀5é", max_size=80), st.data())
def test_every_token_is_in_one_phrase_in_order(text: str, data: st.DataObject) -> None:
    words = words_of(text)
    pauses = data.draw(st.lists(st.tuples(st.integers(0, len(words)), st.floats(0.01, 2)), max_size=3))
    phrases = phrases_of(text, words, pauses)
    assert [word for phrase in phrases for word in phrase.words] == list(words)
    assert all(phrase.pause_before_s >= 0 for phrase in phrases)
    letters = [char for char in text if char.isalnum()]
    assert [char for phrase in phrases for char in phrase.text if char.isalnum()] == letters


def test_a_very_long_line_is_split_without_punctuation_and_quickly() -> None:
    words = tuple(f"word{i}" for i in range(10_000))
    phrases = phrases_of(" ".join(words), words)
    assert sum(len(p.words) for p in phrases) == 10_000
    assert max(len(p.words) for p in phrases) <= 60
