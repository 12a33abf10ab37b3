from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.scene.words import normal, places_of, tokens, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("We have lift-off!", ["We", "have", "lift-off"]),
        ("Don't stop; don’t — 'quoted' rock'n'roll", ["Don't", "stop", "don’t", "quoted", "rock'n'roll"]),
        ("3.5 apples, 10:30, 1,000 and 7%.", ["3.5", "apples", "10:30", "1,000", "and", "7"]),
        ("The U.S.A. and AT&T agree.", ["The", "U.S.A", "and", "AT&T", "agree"]),
        ("End.Start one.two", ["End", "Start", "one", "two"]),
        ("a.m. and p.m.", ["a.m", "and", "p.m"]),
        ("Hi 🎉👨‍👩‍👧 there ❤️!", ["Hi", "there"]),
        ("Ça va? naïve Straße", ["Ça", "va", "naïve", "Straße"]),
        ("Привет, мир. Γειά σου", ["Привет", "мир", "Γειά", "σου"]),
        ("नमस्ते दुनिया", ["नमस्ते", "दुनिया"]),
        ("你好，世界", ["你", "好", "世", "界"]),
        ("مرحبا بالعالم", ["مرحبا", "بالعالم"]),
        ("snake_case and -dash- --", ["snake", "case", "and", "dash"]),
        ("?! … — 🎉", []),
        ("", []),
    ],
)  # fmt: skip
def test_words(text: str, words: list[str]) -> None:
    assert list(words_of(text)) == words


@given(st.text(max_size=80))
@settings(deadline=None)
def test_tokens_lie_in_order_in_the_text(text: str) -> None:
    end = 0
    for token in tokens(text):
        assert token.start >= end and text[token.start : token.end] == token.text and token.text
        assert normal(token.text), "every word can be named by an anchor"
        end = token.end


@given(st.text(max_size=60))
@settings(deadline=None)
def test_words_of_words(text: str) -> None:
    """Reading the words again, set apart by spaces, gives the same words."""
    assert words_of(" ".join(words_of(text))) == words_of(text)


@pytest.mark.parametrize("word", ["lift-off", "LiftOff", "lift off!", "“lift-off”", "ＬＩＦＴ-ＯＦＦ"])
def test_same_word(word: str) -> None:
    assert places_of(word, ("we", "have", "Lift-Off", "liftoff")) == (2, 3)


def test_nothing_is_no_word() -> None:
    assert places_of("!", ("a", "b")) == ()
