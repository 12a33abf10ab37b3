"""Prompts as words and hashed pieces."""

from __future__ import annotations

import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.nets.emotalker.wording import MOST_WORDS, WHOLE, consonants, pieces, rows_of, stem, words


@pytest.mark.parametrize(
    ("prompt", "expected"),
    [
        ("A little SAD!", ("a", "little", "sad", "!")),
        ("she can\u2019t, can't", ("she", "cant", ",", "cant")),
        ("wide-eyed", ("wide", "eyed")),
        ("soooo saaad", ("so", "sad")),
        ("30% sad, 0.3 afraid", ("#30", "%", "sad", ",", "#30", "afraid")),
        (".85 angry 33 percent", ("#85", "angry", "#35", "percent")),
        ("\uff53\uff41\uff44", ("sad",)),
        ("  \n", ()),
    ],
)
def test_words(prompt, expected):
    assert words(prompt) == expected


@given(st.text(max_size=200))
def test_any_text_has_words_and_every_word_pieces(prompt):
    found = words(prompt)
    assert len(found) <= MOST_WORDS
    for word in found:
        assert len(pieces(word)) >= WHOLE


def test_long_prompts_are_cut():
    assert len(words("sad " * 500)) == MOST_WORDS and len(words("sad" * 500)[0]) < 40


def test_numbers_of_any_length_are_at_most_everything():
    assert words("9" * 300) == ("#100",) and words("0." + "3" * 300) == ("#35",)


def test_forms_of_a_word_have_one_stem():
    assert len({stem(word) for word in ("baffled", "bafflement", "baffling")}) == 1
    assert len({stem(word) for word in ("cozy", "coziness", "cozily")}) == 1
    assert len({stem(word) for word in ("happy", "sad", "angry", "calm", "fear")}) == 5


@pytest.mark.parametrize("slipped", ["disapointed", "disappoonted", "dissappointed", "disappinted"])
def test_vowels_and_doubled_letters_do_not_change_the_consonants(slipped):
    assert consonants(slipped) == consonants("disappointed")


def test_a_slip_keeps_most_n_grams_of_a_word():
    right, slipped, other = (set(pieces(word)[WHOLE:].tolist()) for word in ("disappointed", "disappiinted", "enthusiastic"))
    assert len(right & slipped) / len(right) > 0.5 > len(right & other) / len(right)


def test_unknown_pieces_have_no_share():
    known_K = np.sort(pieces("sad"))
    rows, shares = rows_of("sad", known_K)
    assert np.array_equal(known_K[rows], pieces("sad")) and shares[WHOLE:].sum() == pytest.approx(1.0)
    assert rows_of("kitchen", known_K)[1].max() == 0.0


def test_pieces_are_the_same_everywhere():
    assert pieces("sad")[:2].tolist() == [zlib.crc32(b"=sad"), zlib.crc32(b"$sad")]
