from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.errors import Place, SceneError
from emostage.core.tracks import Span
from emostage.scene.issues import Misread
from emostage.scene.model import TimeRef
from emostage.scene.times import Amount, WrittenTime, bind, parse_amount, parse_time, resolve, write_time

FPS = Fraction(25)
WORDS = ("the", "first", "the", "lift-off", "it's")
SPANS = tuple(Span(text=word, start_s=0.2 + 0.5 * i, end_s=0.6 + 0.5 * i) for i, word in enumerate(WORDS))


def seconds(text: str, *, duration_s: float = 4.0, previous_s: float | None = None, fps: Fraction = FPS) -> float:
    ref = bind(parse_time(text), words=WORDS, fps=fps, place=None)
    return resolve(ref, words=SPANS, duration_s=duration_s, fps=fps, previous_s=previous_s)


@pytest.mark.parametrize(
    ("text", "time_s"),
    [
        ("0", 0),
        ("1.5", 1.5),
        ("1.5s", 1.5),
        (".5 s", 0.5),
        ("700ms", 0.7),
        ("700 ms", 0.7),
        ("0:01.5", 1.5),
        ("0:00:02", 2.0),
        ("37f", 1.48),
        ("50%", 2.0),
        ("0%", 0),
        ("100%", 4.0),
        ("start", 0),
        ("START", 0),
        ("end", 4.0),
        ("-200ms", 3.8),
        ("-0.5", 3.5),
        ("-12f", 3.52),
        ("- 1s", 3.0),
        ("\u2212 1s", 3.0),
        ("end - 200ms", 3.8),
        ("end-200ms", 3.8),
        ("start + 200ms", 0.2),
        ("50% + 10f", 2.4),
        ("1s + 500ms - 5f", 1.3),
        ("word:first", 0.7),
        ("word:3", 1.2),
        ('word:"the#2"', 1.2),
        ("word:the#2", 1.2),
        ("word:the", 0.2),
        ("word:LIFTOFF", 1.7),
        ("word:its", 2.2),
        ("word:first + 200ms", 0.9),
        ("word:first - 3f", 0.58),
        ("word:'first' - 100ms", 0.6),
        ("+0.3s", 0.3),
        ("1e0", 1.0),
    ],
)
def test_forms(text: str, time_s: float) -> None:
    assert seconds(text) == pytest.approx(time_s)


def test_minutes() -> None:
    assert seconds("2m05s", duration_s=200) == 125
    assert seconds("1m", duration_s=200) == 60
    assert seconds("1:01:01", duration_s=4000) == 3661


def test_after_the_key_before() -> None:
    assert seconds("+0.3s", previous_s=1.0) == pytest.approx(1.3)
    assert seconds("+10f - 100ms", previous_s=1.0) == pytest.approx(1.3)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "1.5.2",
        "5 parsecs",
        "1:75",
        "1:2:3:4",
        "end 200ms",
        "end -",
        "--1s",
        "-10%",
        "+5%",
        "word:",
        "1,5s",
        "s",
        "0x10",
        "1s2s",
        "nan",
        "inf",
        "2m75s",
    ],
)
def test_nonsense(text: str) -> None:
    with pytest.raises(Misread) as raised:
        parse_time(text)
    assert raised.value.code == "E040"


@pytest.mark.parametrize("text", ["word:believe", "word:9", "word:0", 'word:"first#2"', "word:!"])
def test_unknown_words(text: str) -> None:
    with pytest.raises(Misread) as raised:
        seconds(text)
    assert raised.value.code == "E042" and "words: the, first" in raised.value.hint


def test_word_without_words() -> None:
    with pytest.raises(Misread) as raised:
        bind(parse_time("word:the"), words=(), fps=FPS, place=None)
    assert raised.value.code == "E043"


def test_quoted_number_is_a_word() -> None:
    assert bind(parse_time('word:"3"'), words=("1", "2", "5", "3"), fps=FPS, place=None).value == 3
    assert bind(parse_time("word:3"), words=("1", "2", "5", "3"), fps=FPS, place=None).value == 2


@pytest.mark.parametrize("text", ["5s", "-5s", "200f", "end + 1s", "start - 1s", "110%", "+9s"])
def test_outside_is_an_error_with_a_place(text: str) -> None:
    place = Place(line=3, column=7)
    ref = bind(parse_time(text), words=WORDS, fps=FPS, place=place)
    with pytest.raises(SceneError) as raised:
        resolve(ref, words=SPANS, duration_s=4.0, fps=FPS, previous_s=None)
    (diagnostic,) = raised.value.diagnostics
    assert diagnostic.code == "E041" and diagnostic.place == place and "4 s" in diagnostic.hint


def test_a_frame_of_grace_and_words_stay_inside() -> None:
    assert seconds("4.03s") == 4.0
    assert seconds("word:the - 2s") == 0.0
    assert seconds("word:it's + 9s") == 4.0


def test_a_word_that_was_never_spoken() -> None:
    with pytest.raises(SceneError) as raised:
        resolve(TimeRef(kind="word", value=7.0), words=SPANS, duration_s=4.0, fps=FPS, previous_s=None)
    assert raised.value.diagnostics[0].code == "E043"


AMOUNTS = st.builds(
    Amount,
    seconds=st.integers(0, 10**7).map(lambda n: n / 1000),
    frames=st.integers(0, 10**5).map(float),
)
OFFSETS = st.builds(
    Amount, seconds=st.integers(-(10**6), 10**6).map(lambda n: n / 1000), frames=st.integers(-(10**4), 10**4).map(float)
)
WRITTEN = st.one_of(
    st.builds(WrittenTime, kind=st.sampled_from(["start", "end"]), offset=OFFSETS),
    st.builds(WrittenTime, kind=st.just("seconds"), value=st.integers(-(10**6), 10**7).map(lambda n: n / 1000), offset=OFFSETS),
    st.builds(WrittenTime, kind=st.just("frames"), value=st.integers(-(10**4), 10**5).filter(bool).map(float), offset=OFFSETS),
    st.builds(WrittenTime, kind=st.just("percent"), value=st.integers(0, 1000).map(lambda n: n / 10), offset=OFFSETS),
    st.builds(
        WrittenTime,
        kind=st.just("word"),
        word=st.text(alphabet="abcé-' 3", min_size=1, max_size=8).filter(lambda w: w.strip()),
        occurrence=st.integers(1, 9),
        offset=OFFSETS,
    ),
)


@given(WRITTEN)
@settings(deadline=None)
def test_written_times_read_back(time: WrittenTime) -> None:
    again = parse_time(write_time(time))
    assert replace(again, word_start=0, word_end=0) == time


@given(offset=AMOUNTS)
@settings(deadline=None)
def test_relative_times_read_back(offset: Amount) -> None:
    time = WrittenTime(kind="previous", offset=offset)
    assert parse_time(write_time(time)) == time


@given(st.text(alphabet="0123456789.:smf%+- wordenstart\"'#", max_size=16))
@settings(deadline=None)
def test_any_text_is_a_time_or_misread(text: str) -> None:
    try:
        time = parse_time(text)
    except Misread as problem:
        assert problem.code in ("E040", "E044")
    else:
        assert replace(parse_time(write_time(time)), word_start=0, word_end=0) == replace(time, word_start=0, word_end=0)


@given(
    time=WRITTEN.filter(lambda t: t.kind != "word"),
    duration_s=st.floats(0.04, 600),
    fps=st.sampled_from([Fraction(24000, 1001), FPS, Fraction(60)]),
    previous_s=st.none() | st.floats(0, 600),
)
@settings(deadline=None)
def test_resolved_times_lie_in_the_line(time: WrittenTime, duration_s: float, fps: Fraction, previous_s: float | None) -> None:
    ref = bind(time, words=(), fps=fps, place=None)
    try:
        assert 0.0 <= resolve(ref, words=(), duration_s=duration_s, fps=fps, previous_s=previous_s) <= duration_s
    except SceneError as error:
        assert error.diagnostics[0].code == "E041"


def test_amounts() -> None:
    assert parse_amount("10f").at(FPS) == pytest.approx(0.4)
    assert parse_amount(" 1m30s ").at(FPS) == 90
    for bad in ("", "-1s", "+1s", "soon", "50%"):
        with pytest.raises(Misread):
            parse_amount(bad)
