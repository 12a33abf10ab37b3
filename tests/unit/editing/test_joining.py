from __future__ import annotations

import pytest

from emostage.editing.edit import EditError
from emostage.editing.joining import join_with_next


def test_keys_of_both_stay_at_their_words(scene, done):
    document = scene(
        """\
shots:
- lines:
  # one
  - ada: "the one"
    emotion:
      - {at: start, happy: 0.4}
      - {at: end - 100ms, sad: 0.2}
  # two
  - ada: "[nod] and the two"   # tail
    emotion: [{sad: 0.3}, {at: word:the, sad: 0.4}, {at: word:3, sad: 0.5}, {at: 1.5s, sad: 0.6}, {at: end, neutral: 1}]
    x-note: mine
"""
    )
    assert (
        done(document, join_with_next(document, 0))
        == """\
shots:
- lines:
  # one
  # two
  # tail
  - ada: "the one [nod] and the two"
    emotion:
      - {at: start, happy: 0.4}
      - {at: word:and - 100ms, sad: 0.2}
      - {at: word:and, sad: 0.3}
      - {at: word:the#2, sad: 0.4}
      - {at: word:5, sad: 0.5}
      - {at: word:and + 1.5s, sad: 0.6}
      - {at: end, neutral: 1}
    x-note: mine
"""
    )


def test_what_is_for_a_whole_line_becomes_keys_where_it_differs(scene, done):
    document = scene("shots: [lines: [{ada: one, emotion: happy 0.4, gaze: bob}, {ada: two, emotion: sad 0.2, gaze: bob}]]\n")
    assert done(document, join_with_next(document, 0)) == (
        "shots: [lines: [{ada: one two, emotion: [{at: start, happy: 0.4}, {at: word:two, sad: 0.2}], gaze: bob}]]\n"
    )


def test_pairs_in_brackets(scene, done):
    document = scene("shots: [lines: [ada: one, ada: two, bob: three]]\n")
    assert done(document, join_with_next(document, 0)) == "shots: [lines: [{ada: one two}, bob: three]]\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("[ada: one, bob: two]", "somebody else"),
        ("[ada: one]", "no line comes"),
        ("[ada: one, {ada: {pause: 1s}}]", "no words"),
        ("[{ada: one, voice: espeak/de}, ada: two]", "differ in 'voice'"),
        ("[ada: one, {ada: two, audio: a.wav}]", "'audio'"),
        ("[ada: one, {ada: two, emotion: [{at: 50%, sad: 1}]}]", "50%"),
        ("[ada: one, {ada: two, head: [{at: word:three, do: nod}]}]", "no word"),
        ("[ada: one]}, {lines: [ada: two]", "another shot"),
    ],
)
def test_what_does_not_go_together(scene, lines, reason):
    with pytest.raises(EditError, match=reason) as caught:
        join_with_next(scene("shots: [{lines: " + lines + "}]\n"), 0)
    assert caught.value.diagnostics[0].code == "E146"
