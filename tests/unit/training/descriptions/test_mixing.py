"""Two feelings in one description."""

from __future__ import annotations

import pytest

from emostage.training.descriptions import mixing
from emostage.training.descriptions.choice import Choice, Pattern, seeded
from emostage.training.descriptions.mixing import pattern_part

SECTIONS = ("mix", "unequal", "equal", "deny", "instead", "compare", "share")


def drawn(section, count=300, pattern=None):
    choice = Choice(seeded(2))
    if pattern is not None:
        choice.mix = lambda _: Pattern(pattern)
    return [pattern_part(choice, section) for _ in range(count)]


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_gives_whole_texts(section):
    for part in drawn(section):
        assert part.text and not any(slot in part.text for slot in ("{a}", "{b}", "{A}", "{M}", "{d}", "{i}", "{u}"))


def test_percent_are_shares_of_the_fullest():
    for part in drawn("share", 200, "{i}% {a}"):
        assert sum(part.felt_7) <= int(part.text.split("%")[0]) / 100 + 1e-9


def test_what_is_denied_is_not_felt():
    for section in ("deny", "instead"):
        assert all(part.felt_7[i] == 0 for part in drawn(section) for i in part.denied)
    assert any(part.denied for part in drawn("deny"))


def test_patterns_that_stand_alone_get_no_frame():
    assert mixing._slot(Pattern("don't be {a}")) == "whole"
    assert mixing._slot(Pattern("{N}, not {m}")) == "noun"
    assert mixing._slot(Pattern("{A} and {B}")) == "state"
