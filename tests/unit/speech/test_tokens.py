from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emostage.speech.tokens import is_speakable, locate, spoken_text


@given(st.text(max_size=60))
def test_spoken_text_keeps_every_position(text: str) -> None:
    assert len(spoken_text(text)) == len(text)


@given(st.text(max_size=60), st.lists(st.text(max_size=8), max_size=8))
def test_ranges_are_in_order_and_inside_for_any_tokens(text: str, words: list[str]) -> None:
    places = locate(text, words)
    assert len(places) == len(words)
    at = 0
    for start, end in places:
        assert at <= start <= end <= len(text)
        at = end


@given(st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=1, max_size=8))
def test_tokens_of_plain_text_are_found_where_they_stand(words: list[str]) -> None:
    text = ", ".join(words)
    assert [text[start:end] for start, end in locate(text, words)] == words


def test_short_tokens_are_not_found_inside_others() -> None:
    text = "A cat and a hat"
    assert [text[a:b] for a, b in locate(text, ("a", "cat", "and", "a", "hat"))] == ["A", "cat", "and", "a", "hat"]
    assert locate(text, ("a", "cat", "and", "a", "hat"))[3] == (10, 11)


def test_tokens_written_otherwise_are_found() -> None:
    text = "“Don’t!” she said — twice…"
    assert [text[a:b] for a, b in locate(text, ("don't", "She", "said", "twice..."))] == ["Don’t", "she", "said", "twice"]


def test_what_is_unspeakable_becomes_space() -> None:
    assert spoken_text("“Hi” 😀 *you* [[x]] ’s") == " Hi     you    x   's"
    assert not is_speakable("😀")
    assert not is_speakable("—")
    assert is_speakable("50%")
    assert is_speakable("é")
    assert is_speakable("€")
