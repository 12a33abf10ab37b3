from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysubs2 import SSAFile

from emostage.core.errors import EmostageError
from emostage.core.timeline import Subtitle
from emostage.film.lines import columns
from emostage.film.subtitles import cues, write

ADA = "We have lift-off! I did not think that I would ever see the day, but here we are."
WORDS = ADA.replace("!", "").replace(",", "").replace(".", "").split()


def said(text, speaker, start_s, end_s, words=()):
    return Subtitle(text=text, speaker=speaker, start_s=start_s, end_s=end_s, words=tuple(words))


def spoken(first_s=1.0, step_s=0.25):
    return [(word, first_s + i * step_s, first_s + (i + 0.8) * step_s) for i, word in enumerate(WORDS)]


def test_golden_files(tmp_path):
    lines = [said(ADA, "Ada", 1, 5.7, spoken()), said("No.", "Bob", 6, 6.2)]
    assert write(lines, tmp_path / "film.mp4") == (tmp_path / "film.srt", tmp_path / "film.vtt")
    golden = Path(__file__).parent / "golden"
    for suffix in ("srt", "vtt"):
        assert (tmp_path / f"film.{suffix}").read_text("utf-8") == (golden / f"two_people.{suffix}").read_text("utf-8")


def test_by_suffix(tmp_path):
    assert write([], tmp_path / "a.srt") == (tmp_path / "a.srt",)
    assert write([], tmp_path / "b.VTT") == (tmp_path / "b.VTT",)
    assert (tmp_path / "b.VTT").read_text("utf-8").startswith("WEBVTT")


def test_one_speaker_needs_no_name(tmp_path):
    write([said("Hello.", "Ada", 0, 1)], tmp_path / "a.srt")
    assert "Ada" not in (tmp_path / "a.srt").read_text("utf-8")


@pytest.mark.parametrize(
    "text", ["a <b>way</b> & co", "{\\an8}up", "{\\p1}m 0 0", "C:\\new \\Nothing", "3 --> 4", "<3", "&lt;", "42", "1\n\n2"]
)
def test_text_is_never_markup(tmp_path, text):
    (srt, vtt) = write([said(text, "A <&> B", 0, 2), said("next", "B", 3, 4)], tmp_path / "a.mp4")
    plain = srt.read_text("utf-8").replace("\u2060", "")
    assert " ".join(text.split()) in plain
    assert plain.count(" --> ") == 2 + (" --> " in text)
    body = vtt.read_text("utf-8")
    assert body.count("-->") == 2
    assert "<b>" not in body
    assert "<v A &lt;&amp;&gt; B>" in body
    assert len(SSAFile.load(str(srt))) == 2


def test_split_lines_follow_their_words():
    shown = cues([said(ADA, "Ada", 1, 5.7, spoken())], labels=False)
    starts = {w: round(1000 * s) for w, s, _ in spoken()}
    for cue in shown:
        word, at = cue.lines[0][0]
        assert cue.start_ms == at == starts[word.strip(".,!")]


def test_words_that_are_not_in_the_text_are_passed_over():
    shown = cues([said("One two three.", "A", 1, 4, [("one", 1, 2), ("missing", 2, 2.5), ("three", 3, 4)])], labels=False)
    assert list(shown[0].lines[0]) == [("One", 1000), ("two", pytest.approx(2000, abs=500)), ("three.", 3000)]


lines = st.builds(
    said,
    st.text(st.characters(codec="utf-8"), max_size=300),
    st.sampled_from(["Ada", "Bob", "", "A very long name of more than twenty columns"]),
    st.floats(0, 100),
    st.floats(0, 100),
    st.lists(st.tuples(st.text("abc", max_size=3), st.floats(0, 100), st.floats(0, 100)), max_size=5),
)


@given(st.lists(lines, max_size=6), st.booleans())
def test_in_order_never_two_at_once_never_too_wide(subtitles, labels):
    shown = cues(sorted(subtitles, key=lambda s: s.start_s), labels=labels)
    latest = 0
    for cue in shown:
        assert latest <= cue.start_ms < cue.end_ms
        latest = cue.end_ms
        assert 1 <= len(cue.lines) <= 2
        for i, line in enumerate(cue.lines):
            assert columns((cue.label if not i else "") + " ".join(word for word, _ in line)) <= 42
    assert sum(len(line) for cue in shown for line in cue.lines) >= sum(
        bool(s.text.split()) for s in subtitles if s.text.isprintable()
    )


def test_short_lines_stay_where_there_is_room():
    shown = cues([said("No.", "A", 1, 1.2), said("Yes.", "A", 5, 5.1), said("Why?", "A", 5.4, 5.5)], labels=False)
    assert [(c.start_ms, c.end_ms) for c in shown] == [(1000, 2000), (5000, 5400), (5400, 6400)]


def test_no_folder(tmp_path):
    with pytest.raises(EmostageError, match="E102"):
        write([], tmp_path / "gone" / "a.srt")
