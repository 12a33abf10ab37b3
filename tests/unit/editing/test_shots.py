from __future__ import annotations

import pytest

from emostage.editing.edit import EditError
from emostage.editing.refs import Focus
from emostage.editing.shots import (
    delete_shot,
    join_shots,
    move_shot,
    new_shot,
    rename_shot,
    set_layout,
    set_transition,
    split_shot,
)

BLOCK = """\
shots:
  # first
  - name: one   # c1
    layout: ada
    lines:
      - ada: One
      # of two
      - bob: Two   # c2
      - pause: 1s

  # second
  - layout: ada
    lines: [ada: Three, {ada: Four}]
    transition: {fade: 300ms}   # c3
"""


def test_a_cut_before_a_line(scene, done):
    document = scene(BLOCK)
    edit = split_shot(document, 1)
    assert edit.focus == Focus(line=1)
    assert done(document, edit) == BLOCK.replace("      # of two\n", "\n  - layout: ada\n    lines:\n      # of two\n")
    flow = done(document, split_shot(document, 4))
    assert flow.endswith(
        "    lines: [ada: Three]\n    transition: {fade: 300ms}   # c3\n\n  - layout: ada\n    lines: [{ada: Four}]\n"
    )


def test_joining_takes_a_cut_back(scene, done):
    document = scene(BLOCK)
    cut = document.replaced(split_shot(document, 1).spans)
    assert done(cut, join_shots(cut, 0)) == BLOCK
    joined = done(document, join_shots(document, 0))
    assert "      - pause: 1s\n" in joined and joined.endswith("# second\n      # c3\n      - ada: Three\n      - {ada: Four}\n")


def test_new_shots(scene, done):
    document = scene(BLOCK)
    edit = new_shot(document, 0, "bob", "Hey")
    assert edit.focus == Focus(line=3)
    assert done(document, edit) == BLOCK.replace("- pause: 1s\n", '- pause: 1s\n\n  - lines:\n      - bob: "Hey"\n')
    flow = scene("shots: [{lines: [ada: x]}]\n")
    assert done(flow, new_shot(flow, 0, "bob", "Hey")) == 'shots: [{lines: [ada: x]}, {lines: [{bob: "Hey"}]}]\n'


def test_order_and_deleting(scene, done):
    document = scene(BLOCK)
    edit = move_shot(document, 1, -1)
    one, two = BLOCK.removeprefix("shots:\n").split("\n\n")
    assert done(document, edit) == f"shots:\n{two}\n{one}\n" and edit.focus == Focus(line=0)
    assert done(document, move_shot(document, 0, 1)) == f"shots:\n{two}\n{one}\n" and move_shot(document, 0, 1).focus == Focus(
        line=2
    )
    assert done(document, delete_shot(document, 1)) == f"shots:\n{one}\n"


def test_names(scene, done):
    document = scene(BLOCK)
    assert done(document, rename_shot(document, 0, "a: b")) == BLOCK.replace("name: one", 'name: "a: b"')
    assert done(document, rename_shot(document, 1, "two")) == BLOCK.replace(
        "- layout: ada\n    lines: [", "- name: two\n    layout: ada\n    lines: ["
    )
    assert done(document, rename_shot(document, 0, " ")) == BLOCK.replace("name: one   # c1\n    ", "")


def test_transitions(scene, done):
    document = scene(BLOCK)
    assert done(document, set_transition(document, 1, "crossfade", 1.5)) == BLOCK.replace("{fade: 300ms}", "{crossfade: 1.5s}")
    assert done(document, set_transition(document, 1, "dip")) == BLOCK.replace("{fade: 300ms}", "dip")
    assert done(document, set_transition(document, 1, "cut")) == BLOCK.replace("    transition: {fade: 300ms}   # c3\n", "")
    assert done(document, set_transition(document, 0, "fade", 0.4)) == BLOCK.replace(
        "    lines:\n      - ada", "    transition: {fade: 400ms}\n    lines:\n      - ada"
    )


def test_layouts(scene, done):
    document = scene(BLOCK)
    assert done(document, set_layout(document, 0, ["bob", "ada"])) == BLOCK.replace("layout: ada", "layout: [bob, ada]", 1)
    assert done(document, set_layout(document, 0, [])) == BLOCK.replace("    layout: ada\n", "", 1)


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: split_shot(d, 0), "E146"),
        (lambda d: split_shot(d, 9), "E145"),
        (lambda d: join_shots(d, 1), "E146"),
        (lambda d: new_shot(d, 2, "ada", "x"), "E145"),
        (lambda d: new_shot(d, 0, "eve", "x"), "E145"),
        (lambda d: move_shot(d, 0, -1), "E146"),
        (lambda d: rename_shot(d, 1, "one"), "E146"),
        (lambda d: set_transition(d, 0, "wipe"), "E146"),
        (lambda d: set_transition(d, 0, "fade", 11), "E146"),
        (lambda d: set_layout(d, 0, ["eve"]), "E145"),
        (lambda d: set_layout(d, 0, ["ada", "ada"]), "E146"),
        (lambda d: join_shots(d.replaced(set_layout(d, 0, ["bob"]).spans), 0), "E146"),
    ],
)
def test_what_is_refused(scene, edit, code):
    with pytest.raises(EditError) as caught:
        edit(scene(BLOCK))
    assert caught.value.diagnostics[0].code == code
