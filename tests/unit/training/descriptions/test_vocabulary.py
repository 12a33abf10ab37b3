"""The words and phrases of feeling, and what words of degree make of them."""

import pytest

from emostage.core.emotion import EMOTIONS
from emostage.training.descriptions.degrees import LADDER, degrees, denied, mixed, scaled
from emostage.training.descriptions.vocabulary import NEUTRAL, phrases, read_felt

FORMS = ("adjective", "noun", "adverb", "state", "do", "does", "doing", "face", "clause", "scene", "likeness", "cry")


def test_every_phrase_is_a_mix_of_at_most_one():
    for each in phrases().values():
        assert all(len(p.felt_7) == NEUTRAL and min(p.felt_7) >= 0 and sum(p.felt_7) <= 1 + 1e-6 for p in each)


def test_every_feeling_has_words_in_training_and_out_of_it():
    for strongest in range(NEUTRAL):
        of_one = [p for each in phrases().values() for p in each if p.strongest == strongest]
        assert {bool(p.held) for p in of_one} == {True, False}, EMOTIONS[strongest + 1]


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_phrases(form):
    assert phrases()[form]


@pytest.mark.parametrize("name", EMOTIONS[1:])
def test_degrees_keep_their_order_for_every_emotion(name):
    level = {d.text: d.level for d in degrees()["before"]}
    strengths = [sum(scaled(read_felt(f"{name} .65"), level[word])) for word in LADDER]
    assert strengths == sorted(set(strengths))
    assert strengths[-1] == pytest.approx(1.0)


def test_the_plain_level_leaves_a_phrase_as_it_is():
    assert scaled(read_felt("sad .4 afraid .2"), 0.65) == pytest.approx(read_felt("sad .4 afraid .2"))


def test_mixes_stay_within_one_and_keep_their_proportions():
    felt = mixed(read_felt("sad .8"), read_felt("angry .8"))
    assert sum(felt) == pytest.approx(1.0)
    assert felt[EMOTIONS.index("sad") - 1] == pytest.approx(felt[EMOTIONS.index("angry") - 1])


def test_denied_fear_leaves_nothing_and_denied_joy_displeasure():
    assert sum(denied("afraid", read_felt("afraid .65"), flatly=True)) == 0.0
    left = denied("happy", read_felt("happy .65"), flatly=False)
    assert left[EMOTIONS.index("happy") - 1] == 0.0
    assert max(range(NEUTRAL), key=left.__getitem__) == EMOTIONS.index("sad") - 1


@pytest.mark.parametrize("text", ["sad .9 angry .4", "sad -.1"])
def test_more_than_one_in_all_is_refused(text):
    with pytest.raises(ValueError, match="no mix"):
        read_felt(text)
