from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.speech.call import Event, Utterance
from emostage.speech.spans import phone_spans, word_spans


def utterance(*events: tuple[str, int, str, int], samples: int = 1000) -> Utterance:
    made = tuple(Event(kind=kind, sample=sample, text=text, position=position) for kind, sample, text, position in events)
    return Utterance(samples_S=np.zeros(samples, np.float32), rate_hz=1000, events=made)


def times(spans: tuple[object, ...]) -> list[tuple[str, float, float]]:
    return [(s.text, round(s.start_s, 3), round(s.end_s, 3)) for s in spans]  # type: ignore[attr-defined]


def test_phones_join_marks_and_keep_stress() -> None:
    heard = utterance(
        ("phone", 0, "ˈ", -1), ("phone", 10, "a", -1), ("phone", 50, "ː", -1), ("phone", 90, ",", -1), ("phone", 95, "", -1)
    )
    assert times(phone_spans(heard)) == [("ˈaː", 0.0, 0.09), ("", 0.09, 1.0)]


def test_several_spoken_words_make_one_token_and_pauses_belong_to_none() -> None:
    heard = utterance(
        ("word", 0, "", 0), ("phone", 0, "ɪ", 0), ("word", 100, "", 3), ("phone", 100, "t", 3),
        ("word", 200, "", 4), ("phone", 200, "s", 4),
        ("phone", 300, "", 7), ("word", 400, "", 8), ("phone", 400, "n", 8), ("phone", 700, "", 11),
    )  # fmt: skip
    spans = word_spans("in 2026 now", ("in", "2026", "now"), heard)
    assert times(spans) == [("in", 0.0, 0.1), ("2026", 0.1, 0.3), ("now", 0.4, 0.7)]


def test_signs_belong_to_the_token_they_touch() -> None:
    heard = utterance(
        *(("word", 100 * i, "", at) for i, at in enumerate((0, 3, 4, 5, 8, 9, 12, 14))),
        *(("phone", 100 * i, "a", 0) for i in range(8)),
    )
    spans = word_spans("of $50 80% & me", ("of", "50", "80", "me"), heard)
    assert [span.start_s for span in spans] == pytest.approx([0.0, 0.1, 0.4, 0.7])


def test_tokens_without_an_event_share_or_have_no_length() -> None:
    heard = utterance(("word", 0, "", 0), ("phone", 0, "ɔ", 0), ("phone", 600, "", 6))
    assert times(word_spans("of the 😀", ("of", "the", "😀"), heard)) == [("of", 0.0, 0.24), ("the", 0.24, 0.6), ("😀", 0.6, 0.6)]
    late = utterance(("phone", 0, "", 0), ("word", 100, "", 4), ("phone", 100, "a", 4), ("phone", 500, "", 6))
    assert times(word_spans("... to", ("...", "to"), late)) == [("...", 0.1, 0.1), ("to", 0.1, 0.5)]


def test_counted_words_are_matched_by_order_or_by_length() -> None:
    counted = [("word", at, "", -1) for at in (0, 100, 600)]
    phones = [("phone", at, "a", -1) for at in (0, 100, 600)]
    heard = utterance(*counted, *phones)
    assert [span.start_s for span in word_spans("a b c", ("a", "b", "c"), heard)] == [0.0, 0.1, 0.6]
    assert [span.start_s for span in word_spans("a 20", ("a", "20"), heard)] == pytest.approx([0.0, 0.1])
    assert len(word_spans("a b c d e", ("a", "b", "c", "d", "e"), heard)) == 5


@given(
    st.lists(st.text(alphabet="abc1é😀'-.", min_size=1, max_size=6), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 1000), st.integers(0, 50)), max_size=12),
    st.booleans(),
)
def test_every_token_has_a_sorted_span_inside_the_sound(words: list[str], marks: list[tuple[int, int]], placed: bool) -> None:
    marks = sorted(marks)
    positions = sorted(position for _, position in marks)
    events = []
    for (sample, _), position in zip(marks, positions, strict=True):
        where = position if placed else -1
        events += [("word", sample, "", where), ("phone", sample, "a", where)]
    spans = word_spans(" ".join(words), words, utterance(*events))
    assert [span.text for span in spans] == words
    at = 0.0
    for span in spans:
        assert at <= span.start_s <= span.end_s <= 1.0
        at = span.start_s
