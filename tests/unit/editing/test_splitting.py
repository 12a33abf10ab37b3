from __future__ import annotations

import pytest

from emostage.editing.edit import EditError
from emostage.editing.refs import Focus
from emostage.editing.splitting import halves, split_line

HALVES = [
    ("one two three", 1, "one", "two three"),
    ("[happy] one, [pause 1s] [nod] two [sad] three", 1, "[happy] one,", "[pause 1s] [nod] two [sad] three"),
    ("three [nod], [shake] four", 1, "three,", "[nod] [shake] four"),
    ('He said: "Come in." Now', 2, "He said:", '"Come in." Now'),
    ("Read \\[this\\] and", 1, "Read", "\\[this\\] and"),
    ("你好世界", 2, "你好", "世界"),
    ("this — that", 1, "this —", "that"),
    ("it's 10:30, don't", 2, "it's 10:30,", "don't"),
    ("مرحبا يا صديقي", 1, "مرحبا", "يا صديقي"),
]


@pytest.mark.parametrize(("text", "word", "first", "second"), HALVES)
def test_cues_and_punctuation_stay_with_their_words(scene, text, word, first, second):
    document = scene("shots:\n- lines:\n  - ada: '" + text.replace("'", "''") + "'\n")
    assert halves(document.outline.lines[0], word) == (first, second)


def test_keys_go_with_their_words(scene, done):
    document = scene(
        """\
shots:
- lines:
  # above
  - ada: "the one and the two"   # tail
    voice: {rate: 1.1}
    gaze: bob
    emotion:   # keys
      - {at: start, happy: 0.4}
      - {at: word:one, sad: 0.1}   # stays
      - {at: 1.5s, sad: 0.2}
      - {at: word:"the#2", sad: 0.3}   # goes
      - {at: +0.3s, sad: 0.4}
      - {at: word:5 - 100ms, sad: 0.5, ease: out}
      - {at: end, neutral: 1}
    head: [{at: -200ms, do: nod}]
  - bob: x
"""
    )
    edit = split_line(document, 0, 3)
    assert edit.focus == Focus(line=1)
    assert (
        done(document, edit)
        == """\
shots:
- lines:
  # above
  - ada: "the one and"   # tail
    voice: {rate: 1.1}
    gaze: bob
    emotion:   # keys
      - {at: start, happy: 0.4}
      - {at: word:one, sad: 0.1}   # stays
      - {at: 1.5s, sad: 0.2}
  # goes
  - ada: "the two"
    emotion:
      - {at: word:"the", sad: 0.3}
      - {at: +0.3s, sad: 0.4}
      - {at: word:2 - 100ms, sad: 0.5, ease: out}
      - {at: end, neutral: 1}
    gaze: bob
    head: [{at: -200ms, do: nod}]
    voice: {rate: 1.1}
  - bob: x
"""
    )


def test_lines_in_brackets(scene, done):
    document = scene("shots: [lines: [ada: one two, {bob: three four, emotion: [{sad: 1}, {at: word:four, happy: 1}]}]]\n")
    assert done(document, split_line(document, 0, 1)).startswith('shots: [lines: [ada: one, ada: "two", {bob')
    assert '{bob: three, emotion: [{sad: 1}]}, {bob: "four", emotion: [{at: word:four, happy: 1}]}' in done(
        document, split_line(document, 1, 1)
    )


@pytest.mark.parametrize(("line", "word", "code"), [(0, 0, "E146"), (0, 2, "E146"), (1, 1, "E146"), (2, 1, "E146"), (9, 1, "E145")])
def test_what_is_refused(scene, line, word, code):
    document = scene("shots: [lines: [ada: one two, {pause: 1s}, {bob: {audio: a.wav, text: one two}}]]\n")
    with pytest.raises(EditError) as caught:
        split_line(document, line, word)
    assert caught.value.diagnostics[0].code == code
