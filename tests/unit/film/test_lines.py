from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from emostage.film.lines import LINE_COLUMNS, chop, columns, line_break, split

TOKENS = st.lists(st.text("abcdefg.,!?", min_size=1, max_size=14), max_size=60)


@given(TOKENS, st.integers(0, 20))
def test_every_token_once_and_no_line_too_long(tokens, lead):
    counts = split(tokens, lead)
    assert sum(counts) == len(tokens)
    assert all(counts)
    begin = 0
    for count in counts:
        part, taken = tokens[begin : begin + count], lead if begin == 0 else 0
        at = line_break(part, taken)
        if count > 1 or columns(part[0]) + taken <= LINE_COLUMNS:
            assert at is not None
            assert columns(" ".join(part[:at])) + taken <= LINE_COLUMNS
            assert columns(" ".join(part[at:])) <= LINE_COLUMNS
        begin += count


@given(st.text(max_size=200))
def test_chopped_pieces_make_the_token_and_fit(token):
    pieces = chop(token)
    assert "".join(pieces) == token
    assert all(columns(piece) <= LINE_COLUMNS for piece in pieces)


def test_a_short_text_stays_whole():
    assert split(["I", "wish", "he", "could", "see", "it."]) == [6]
    assert line_break(["I", "wish", "he", "could", "see", "it."]) == 6


def test_breaks_follow_sentences():
    text = "This is a first sentence of some length, is it not. And this is the second sentence, which is about as long."
    first, second = split(text.split())
    assert " ".join(text.split()[:first]).endswith("not.")
    assert second == len(text.split()) - first


def test_lines_are_of_like_length():
    tokens = ["The", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "dog", "today"]
    at = line_break(tokens)
    assert abs(columns(" ".join(tokens[:at])) - columns(" ".join(tokens[at:]))) <= 6


def test_wide_and_combining_characters():
    assert (columns("日本"), columns("é"), columns("e\u0301")) == (4, 1, 1)


def test_ten_thousand_words_take_little_time():
    assert sum(split(["word"] * 10_000)) == 10_000
