from __future__ import annotations

import pytest

from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.lines import delete_line, duplicate_line, move_line, new_beat, new_line, set_pause, set_speaker
from emostage.editing.refs import Focus
from emostage.editing.rescue import lost_comments

BLOCK = """\
shots:
  # of the shot
  - lines:
      # of one
      - ada: "One"   # tail

      # of two
      - bob: Two
        mood: sad 0.1
      - pause: 600ms

  - name: second
    lines:
    - ada: Three
    # last
    - ada: Four
    transition: fade
"""
FLOW = 'shots: [{lines: [ada: "One", {bob: Two, mood: sad}, {pause: 600ms}]}, {lines: [{ada: Three}, ada: Four]}]\n'


def test_new_lines_are_written_as_their_neighbours(scene, done):
    document = scene(BLOCK)
    after = done(document, new_line(document, 0, "bob", "Hey: you"))
    assert after == BLOCK.replace("# tail\n", '# tail\n      - bob: "Hey: you"\n')
    assert done(document, new_line(document, 4, "ada", "x")) == BLOCK.replace("ada: Four\n", 'ada: Four\n    - ada: "x"\n')
    assert done(document, new_line(document, None, "ada", "x")) == BLOCK.replace(
        "      # of one", '      - ada: "x"\n      # of one'
    )
    flow = scene(FLOW)
    assert done(flow, new_line(flow, 0, "bob", "x")) == FLOW.replace('"One",', '"One", bob: "x",')
    assert done(flow, new_line(flow, 1, "bob", "x")) == FLOW.replace("sad},", 'sad}, {bob: "x"},')
    assert new_line(document, 0, "bob", "x").focus == Focus(line=1)


def test_the_first_line_of_an_empty_file():
    document = Document.read(Document(path=__import__("pathlib").Path("/nowhere/new.yaml"), raw="").path)
    after = document.replaced(new_line(document, None, "ada", "Hello.").spans)
    assert after.checked.script is not None and after.checked.script.lines[0].text == "Hello."


@pytest.mark.parametrize("rest", ["", "shots:\n", "shots: []\n", "shots:\n  - lines: []\n", "shots:\n  - lines:\n"])
def test_the_first_line_of_a_film_without_any(scene, rest):
    document = scene(rest)
    after = document.replaced(new_line(document, None, "bob", "Hello.").spans)
    assert after.checked.script is not None and [line.speaker for line in after.checked.script.lines] == ["bob"]
    assert after.text.startswith(document.text.split("shots")[0].rstrip("\n"))


def test_new_beats(scene, done):
    document = scene(BLOCK)
    assert done(document, new_beat(document, 2, None, 0.6)) == BLOCK.replace("600ms\n", "600ms\n      - pause: 600ms\n")
    assert done(document, new_beat(document, 2, "bob", 1.5)) == BLOCK.replace("600ms\n", "600ms\n      - bob: {pause: 1.5s}\n")


def test_another_pause(scene, done):
    for text in (BLOCK, FLOW):
        document = scene(text)
        assert done(document, set_pause(document, 2, 2.25)) == text.replace("600ms", "2.25s")


def test_another_speaker(scene, done):
    for text in (BLOCK, FLOW):
        document = scene(text)
        assert done(document, set_speaker(document, 0, "bob")) == text.replace('ada: "One"', 'bob: "One"')
    document = scene(BLOCK)
    assert done(document, set_speaker(document, 2, "ada")) == BLOCK.replace("600ms\n", "600ms\n        speaker: ada\n")
    other = scene("shots: [lines: [{speaker: ada, text: x}]]")
    assert done(other, set_speaker(other, 0, "bob")) == "shots: [lines: [{speaker: bob, text: x}]]"


def test_comments_above_a_line_go_with_it(scene, done):
    document = scene(BLOCK)
    two = "      # of two\n      - bob: Two\n        mood: sad 0.1\n"
    assert done(document, delete_line(document, 1)) == BLOCK.replace(two, "")
    one = '      # of one\n      - ada: "One"   # tail\n'
    assert done(document, move_line(document, 1, -1)) == BLOCK.replace(one + "\n" + two, two + "\n" + one)


def test_lines_move_over_cuts(scene, done):
    document = scene(BLOCK)
    edit = move_line(document, 4, -2)
    after = done(document, edit)
    assert "- pause: 600ms\n      # last\n      - ada: Four\n\n  - name" in after and edit.focus == Focus(line=3)
    assert "- ada: Three\n    transition" in after
    down = done(document, move_line(document, 1, 2))
    assert "    # of two\n    - bob: Two\n      mood: sad 0.1\n    - ada: Three" in down
    flow = scene(FLOW)
    assert done(flow, move_line(flow, 3, -1)) == FLOW.replace(", {lines: [{ada: Three}, ", ", {lines: [").replace(
        "600ms}", "600ms}, {ada: Three}"
    )


def test_there_and_back_again(scene, done):
    for text in (BLOCK, FLOW):
        document = scene(text)
        edit = move_line(document, 0, 3)
        there = document.replaced(edit.spans)
        back = there.replaced(move_line(there, edit.focus.line, -3).spans)
        assert [line.speaker for line in back.outline.lines] == [line.speaker for line in document.outline.lines]
        assert lost_comments(document, back) == []


def test_copies_have_no_comments_above(scene, done):
    document = scene(BLOCK)
    two = "      - bob: Two\n        mood: sad 0.1\n"
    assert done(document, duplicate_line(document, 1)) == BLOCK.replace(two, two + two)
    flow = scene(FLOW)
    assert done(flow, duplicate_line(flow, 0)) == FLOW.replace('ada: "One"', 'ada: "One", ada: "One"')


def test_an_empty_shot_goes_with_its_last_line(scene, done):
    document = scene("shots:\n- lines:\n  - ada: x\n\n# two\n- name: two\n  lines:\n  - ada: y\n")
    assert done(document, delete_line(document, 1)) == "shots:\n- lines:\n  - ada: x\n"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: delete_line(d, 0), "E146"),
        (lambda d: delete_line(d, 1), "E145"),
        (lambda d: move_line(d, 0, 1), "E146"),
        (lambda d: set_pause(d, 0, 1), "E146"),
        (lambda d: new_beat(d, 0, None, 0), "E146"),
        (lambda d: new_beat(d, 0, None, 601), "E146"),
        (lambda d: new_beat(d, 0, "eve", 1), "E145"),
        (lambda d: new_line(d, 0, "ada", " "), "E146"),
        (lambda d: new_line(d, 0, "eve", "x"), "E145"),
        (lambda d: set_speaker(d, 0, "eve"), "E145"),
    ],
)
def test_what_is_refused(scene, edit, code):
    with pytest.raises(EditError) as caught:
        edit(scene("shots: [lines: [ada: Hi]]\n"))
    assert caught.value.diagnostics[0].code == code
