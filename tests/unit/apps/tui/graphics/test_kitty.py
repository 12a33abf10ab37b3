"""Pictures are sent whole, and cells name their places in them."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from rich.cells import cell_len
from rich.style import Style

from emostage.apps.tui.graphics.kitty import ACCENTS, MOST, PLACEHOLDER, deletion, new_number, placeholders, transmission

PICTURES = arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, max_side=40).map(lambda shape: (*shape, 3)))


def test_what_is_sent_is_the_picture(kitty_of):
    @given(picture=PICTURES, number=st.integers(1, 2**24 - 1))
    def every(picture, number):
        seen = kitty_of(transmission(picture, number, 7, 4).encode("ascii"))
        assert (seen.pictures[number] == picture).all() and seen.places[number] == (7, 4)

    every()


def test_large_pictures_go_in_chunks_and_are_forgotten_when_told(kitty_of):
    picture = np.random.default_rng(0).integers(0, 256, (90, 120, 3), np.uint8)
    sent = transmission(picture, 5, 12, 4) + transmission(picture[::-1], 6, 12, 4)
    assert sent.count("\x1b_G") > 14
    seen = kitty_of(sent.encode("ascii"))
    assert (seen.pictures[5] == picture).all() and (seen.pictures[6] == picture[::-1]).all()
    assert set(kitty_of((sent + deletion(5)).encode("ascii")).pictures) == {6}


def test_accents_are_those_of_the_protocol():
    assert len(set(ACCENTS)) == MOST >= 128
    assert {unicodedata.combining(accent) for accent in ACCENTS} == {230}
    assert [*ACCENTS] == sorted(ACCENTS)
    assert [ord(ACCENTS[n]) for n in (0, 17, 30, 63, 100, 128)] == [0x305, 0x363, 0x483, 0x658, 0x7EB, 0x82D]


def test_every_cell_is_one_cell_wide_and_tells_its_place():
    strips = placeholders(0x0A0B0C, MOST, 3, Style(bgcolor="#102030"))
    assert [strip.cell_length for strip in strips] == [MOST] * 3
    for row, strip in enumerate(strips):
        (segment,) = strip
        assert cell_len(segment.text) == MOST
        assert segment.style.color.triplet == (10, 11, 12) and segment.style.bgcolor.triplet == (16, 32, 48)
        left, middle, right = strip.divide([5, 9, MOST])
        assert middle.text == "".join(PLACEHOLDER + ACCENTS[row] + ACCENTS[column] for column in range(5, 9))
        assert left.text + middle.text + right.text == segment.text
        assert strip.crop(5, 9).text == middle.text


def test_numbers_are_new_and_of_24_bits():
    numbers = [new_number() for _ in range(200)]
    assert len(set(numbers)) == 200 and all(0 < number < 2**24 for number in numbers)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 50, 3)])
def test_the_smallest_pictures_are_sent_too(kitty_of, shape):
    picture = np.full(shape, 200, np.uint8)
    assert (kitty_of(transmission(picture, 1, 1, 1).encode("ascii")).pictures[1] == picture).all()
