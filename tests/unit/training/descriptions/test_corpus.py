"""Descriptions drawn from the grammar."""

from __future__ import annotations

import re

import pytest

from emostage.training.descriptions.choice import KEPT_OUT, patterns, seeded
from emostage.training.descriptions.corpus import descriptions, ladders
from emostage.training.descriptions.degrees import LADDER
from emostage.training.descriptions.noise import misspelt
from emostage.training.descriptions.vocabulary import NEUTRAL, phrases


@pytest.fixture(scope="module")
def drawn():
    return descriptions(6000, seeded(1))


def test_a_seed_draws_the_same(drawn):
    assert descriptions(300, seeded(1)) == drawn[:300] and descriptions(300, seeded(2)) != drawn[:300]


def test_every_slot_is_filled(drawn):
    assert not [each.text for each in drawn if re.search(r"[{}]", each.text) or not each.text.strip()]


def test_strengths_are_mixes_and_what_is_denied_is_not_felt(drawn):
    for each in drawn:
        assert len(each.felt_7) == NEUTRAL and min(each.felt_7) >= 0 and sum(each.felt_7) <= 1 + 1e-6
        assert all(each.felt_7[i] == 0 for i in each.denied)
        assert each.says or max(each.felt_7) == 0


def test_every_emotion_is_drawn_about_as_often(drawn):
    counts = [sum(each.felt_7[i] == max(each.felt_7) > 0 for each in drawn) for i in range(NEUTRAL)]
    assert min(counts) > 0.5 * max(counts)


def test_training_never_sees_what_is_kept_out(drawn):
    texts = [each.text.casefold() for each in drawn]
    words = {p.text for form in ("adjective", "state", "adverb") for p in phrases()[form] if p.held and len(p.text) > 6}
    seen_words = {word for text in texts for word in re.findall(r"[\w-]+", text)}
    assert not {word for word in words if " " not in word} & seen_words
    starts = [p.text.partition("{")[0] for p in patterns("frames")["state"] if p.held]
    assert not [text for text in texts for start in starts if len(start) > 8 and text.startswith(start)]


@pytest.mark.parametrize("kept", KEPT_OUT)
def test_each_kind_of_held_out_description_can_be_drawn(kept):
    drawn = descriptions(50, seeded(3), kept)
    assert {each.kept for each in drawn} == {kept} and all(each.says for each in drawn)


def test_ladders_differ_in_the_degree_alone():
    for emotion, rungs in ladders(3, seeded(0)):
        assert 0 <= emotion < NEUTRAL
        assert len({rung.replace(word, "", 1) for rung, word in zip(rungs, LADDER, strict=True)}) == 1


def test_slips_change_one_word():
    text = "somewhat disappointed grandmother"
    slipped = [misspelt(text, seeded(i)).split(" ") for i in range(40)]
    assert {sum(a != b for a, b in zip(text.split(" "), each, strict=True)) for each in slipped} <= {0, 1}
    assert misspelt("sad", seeded(0)) == "sad"
