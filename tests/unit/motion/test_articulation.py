"""Co-articulation: properties of the mouth channels."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.tracks import Span
from emostage.motion.articulation import RATE_HZ, articulate, pauses, stretches
from emostage.motion.targets import FUNNEL, JAW, PUCKER, WIDE

PHONES = st.sampled_from([*"pbmfvtdsznlkɡhwɹjʃiɪeɛæaɑɔouə", "tʃ", "aɪ", "oʊ", ""])


def plain(at_s: np.ndarray) -> np.ndarray:
    return np.ones(len(at_s))


def say(line: str) -> tuple[np.ndarray, np.ndarray, tuple]:
    pairs = line.split()
    spans, at_s = [], 0.0
    for text, length in zip(pairs[::2], pairs[1::2], strict=True):
        spans.append(Span(text="" if text == "." else text, start_s=at_s, end_s=at_s + float(length)))
        at_s += float(length)
    done = stretches(spans, 0.0, at_s)
    mouth = articulate(done, at_s, plain)
    return mouth.channels_NC, mouth.busy_N, done


@settings(max_examples=60)
@given(st.lists(st.tuples(PHONES, st.floats(0.01, 0.4)), max_size=25), st.floats(0, 0.6), st.floats(-0.2, 0.8))
def test_stretches_cover_the_clip_without_gap_or_overlap(phones: list, lead_s: float, tail_s: float) -> None:
    spans, at_s = [], 0.0
    for text, length in phones:
        spans.append(Span(text=text, start_s=at_s, end_s=at_s + length))
        at_s += length
    duration_s = max(at_s + lead_s + tail_s, 0.1)
    done = stretches(spans, lead_s, duration_s)
    assert done[0].start_s == 0.0
    assert done[-1].end_s == pytest.approx(duration_s)
    for before, after in pairwise(done):
        assert before.end_s == pytest.approx(after.start_s)
        assert not before.segment.place == after.segment.place == "silence"
    mouth = articulate(done, duration_s, plain)
    assert np.isfinite(mouth.channels_NC).all()
    assert mouth.channels_NC.min() >= 0
    assert mouth.channels_NC.max() <= 1
    assert 0 <= mouth.busy_N.min() <= mouth.busy_N.max() <= 1 + 1e-9


def test_overlapping_and_backward_spans_are_put_in_order() -> None:
    spans = [
        Span(text="a", start_s=0.0, end_s=0.5),
        Span(text="t", start_s=0.3, end_s=0.4),
        Span(text="i", start_s=0.45, end_s=0.8),
    ]
    done = stretches(spans, 0.0, 1.0)
    assert [s.end_s - s.start_s >= 0 for s in done] == [True] * len(done)
    assert done[-1].end_s == 1.0


def test_small_gaps_belong_to_the_sound_before() -> None:
    spans = [Span(text="a", start_s=0.0, end_s=0.2), Span(text="t", start_s=0.22, end_s=0.3)]
    assert [s.segment.place for s in stretches(spans, 0.0, 0.3)] == ["vowel", "alveolar"]


def test_named_silences_in_the_midst_of_a_word_are_no_pauses() -> None:
    spoken_NC, _, done = say(". .3 ɑ .2 . .05 t .06 ɑ .2 . .05")
    assert [s.segment.place for s in done] == ["silence", "vowel", "alveolar", "vowel", "silence"]
    through_NC, _, _ = say(". .3 ɑ .25 t .06 ɑ .2 . .05")
    assert np.allclose(spoken_NC, through_NC)
    assert [s.segment.place for s in say("ɑ .2 . .09 t .1")[2]] == ["vowel", "silence", "alveolar"]


def test_rounding_reaches_into_the_consonants_before_it() -> None:
    rounded_NC, _, _ = say("s .1 t .1 u .2")
    spread_NC, _, _ = say("s .1 t .1 i .2")
    in_t = slice(12, 20)
    assert rounded_NC[in_t, PUCKER].mean() > 0.1
    assert spread_NC[in_t, PUCKER].max() < 0.05
    assert spread_NC[in_t, WIDE].mean() > rounded_NC[in_t, WIDE].mean()


def test_rounding_enters_before_the_sound_after_a_pause() -> None:
    channels_NC, _, _ = say(". .6 u .3 . .6")
    assert channels_NC[50, PUCKER] > 0.02
    assert channels_NC[50, JAW] < 0.05
    assert channels_NC[30, PUCKER] < 0.01


def test_the_jaw_looks_less_far_than_the_lips() -> None:
    channels_NC, _, _ = say("k .3 u .2 k .3")
    lips_N = channels_NC[:, PUCKER] / channels_NC[:, PUCKER].max()
    open_NC, _, _ = say("s .3 ɑ .2 s .3")
    jaw_N = (open_NC[:, JAW] - open_NC[0, JAW]) / np.ptp(open_NC[:, JAW])
    assert (lips_N > 0.2).sum() > (jaw_N > 0.2).sum()


def test_short_vowels_undershoot_and_stressed_ones_open_more() -> None:
    long_NC, _, _ = say("t .1 ɑ .2 t .1")
    short_NC, _, _ = say("t .1 ɑ .04 t .1")
    stressed_NC, _, _ = say("t .1 ˈɑ .2 t .1")
    assert short_NC[:, JAW].max() < 0.75 * long_NC[:, JAW].max()
    assert stressed_NC[:, JAW].max() > 1.1 * long_NC[:, JAW].max()


def test_effort_opens_the_vowels_only() -> None:
    done = stretches([Span(text="s", start_s=0, end_s=0.2), Span(text="ɑ", start_s=0.2, end_s=0.5)], 0.0, 0.5)
    loud, soft = (articulate(done, 0.5, lambda t, f=f: np.full(len(t), f)).channels_NC for f in (1.3, 0.7))
    assert loud[40, JAW] > 1.4 * soft[40, JAW]
    assert loud[2, JAW] == pytest.approx(soft[2, JAW])


def test_puckered_lips_keep_the_jaw_up() -> None:
    channels_NC, _, _ = say("w .15 ɑ .3")
    assert channels_NC[5, JAW] < 0.35 * channels_NC[35, JAW]
    assert channels_NC[5, PUCKER] + channels_NC[5, FUNNEL] > 0.6


def test_pauses_rest_and_lips_part_before_the_sound() -> None:
    channels_NC, busy_N, done = say("ɑ .3 . .8 ɑ .3")
    assert pauses(done) == ((0.3, pytest.approx(1.1)),)
    assert channels_NC[60, JAW] < 0.01
    assert busy_N[60] < 0.01
    assert busy_N[107] > 0.5


def test_short_silences_are_spoken_through() -> None:
    _, busy_N, done = say("ɑ .3 . .1 ɑ .3")
    assert pauses(done) == ()
    assert busy_N.min() == 1.0


def test_no_phones_is_a_mouth_at_rest() -> None:
    mouth = articulate((), 1.0, plain)
    assert mouth.channels_NC.shape == (RATE_HZ + 1, 7)
    assert not mouth.channels_NC.any()
    assert not mouth.busy_N.any()
