"""Lines to speak."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.training.sentences import LANGUAGES, grammar, is_held_out, sentence


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_of_a_grammar_exists_and_is_used(language: str) -> None:
    rules = grammar(language)
    used = {part.split(">")[0] for lines in rules.values() for line in lines for part in line.split("<")[1:]}
    assert used == set(rules) - {"sentence"}
    assert all(rules.values())


@pytest.mark.parametrize("language", LANGUAGES)
def test_lines_are_drawn_from_the_asked_half(language: str) -> None:
    rng = np.random.default_rng(0)
    for held_out in (False, True):
        lines = [sentence(language, rng, held_out=held_out) for _ in range(20)]
        assert all(is_held_out(line) == held_out for line in lines)
        assert not any("<" in line or "[" in line for line in lines)
        assert len(set(lines)) > 8


def test_english_lines_are_many_and_of_every_kind() -> None:
    rng = np.random.default_rng(1)
    lines = [sentence("en", rng, held_out=False) for _ in range(3000)]
    assert len(set(lines)) > 2500
    for mark in "?!,":
        assert sum(mark in line for line in lines) > 300
    text = " ".join(lines).casefold()
    for sound in ("p", "b", "m", "f", "v", "w", "oo", "ee", "th", "l", "r", "sh"):
        assert text.count(sound) > 500
    assert not any(line[0].islower() for line in lines)
    assert " a apple" not in text
    assert " an apple" in text


def test_small_changes_of_writing_do_not_move_a_line_to_the_other_half() -> None:
    assert is_held_out("Oh no, the moon!") == is_held_out("oh NO the moon")
