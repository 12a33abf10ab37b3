from __future__ import annotations

import pytest

from emostage.editing.finding import find, folded


@pytest.fixture
def film(scene):
    return scene(
        'shots: [lines: [ada: "Ça va, lift-off!", {pause: 1s}, bob: "Café or [nod] a cafeteria?", ada: "Straße 你好世界", '
        'bob: "he thought so"]]\n'
    )


@pytest.mark.parametrize(
    ("query", "places"),
    [
        ("ca", [(0, 0), (2, 0), (2, 3)]),
        ("CAFE", [(2, 0), (2, 3)]),
        ("liftoff", [(0, 2)]),
        ("lfitoff", [(0, 2)]),
        ("strasse", [(3, 0)]),
        ("好", [(3, 2)]),
        ("好世", [(3, 2)]),
        ("or a", [(2, 1)]),
        ("hough", [(4, 1)]),
        ("nod", []),
        ("", []),
        ("!?", []),
        ("zzz", []),
    ],
)
def test_places_of_words(film, query, places):
    assert [(match.line, match.word) for match in find(film, query)] == places


def test_the_same_word_comes_before_others(film):
    first, second = find(film, "cafe")
    assert first.score == 1 > second.score and first.text == "Café or a cafeteria"


def test_words_of_a_language_that_is_nothing_but_marks_are_kept():
    assert folded("ÉCOLE") == "ecole" and folded("हिन्दी")
