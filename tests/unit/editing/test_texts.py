from __future__ import annotations

import pytest

from emostage.editing.edit import EditError
from emostage.editing.refs import Focus
from emostage.editing.texts import insert_in_text, replace_text, set_text

CHANGED = [
    # file before, new text, file after, characters of the file that are replaced
    ('- ada: "Hello my friend"', "Hello my old friend", '- ada: "Hello my old friend"', "old "),
    ("- ada: 'It''s me'  # c", "It's 'you'", "- ada: 'It''s ''you'''  # c", "''you''"),
    ("- ada: Hello there  # c", "Hello you there", "- ada: Hello you there  # c", "you "),
    ("- ada: Hello", "Hello: you #1", '- ada: "Hello: you #1"', None),
    ("- ada: 12 bottles", "12", '- ada: "12"', None),
    ('- ada: "a \\u00e9 b \\"c\\" d"', 'a é x "c" d', '- ada: "a \\u00e9 x \\"c\\" d"', "x"),
    ('- ada: "one two"', 'one "2"', '- ada: "one \\"2\\""', '\\"2\\"'),
    (
        "- ada: >-\n    one two\n    three four\n  mood: sad",
        "one two new four",
        "- ada: >-\n    one two\n    new four\n  mood: sad",
        "new",
    ),
    ("- ada: >-\n    one two\n    three\n", "one", "- ada: >-\n    one\n", ""),
    ("- ada: |\n    one\n    two\n", "one\nand\ntwo", "- ada: |\n    one\n    and\n    two\n", None),
    ("- ada: |+\n    one\n\n\n- bob: x", "two", "- ada: |+\n    two\n\n\n- bob: x", None),
    ("- ada: one\n    two", "one three", "- ada: one\n    three", "hree"),
    ('- ada: "one\n    two"', "one two three", '- ada: "one\n    two three"', " three"),
    ("- {ada: Hi you, mood: sad}", "Hi, you", '- {ada: "Hi, you", mood: sad}', None),
    ("- ada:\n    text: Hi\n    mood: sad", "Ho", "- ada:\n    text: Ho\n    mood: sad", "o"),
    ("- speaker: ada\n  text: 你好 世界", "你好 [nod] 世界", "- speaker: ada\n  text: 你好 [nod] 世界", "[nod] "),
    ('- ada: "مرحبا يا صديقي"', "مرحبا صديقي", '- ada: "مرحبا صديقي"', ""),
    ("- ada: x\u2019y 🎉", "x\u2019y 🎉🎉", "- ada: x\u2019y 🎉🎉", "🎉"),
]


@pytest.mark.parametrize(("before", "text", "after", "new"), CHANGED)
def test_as_little_as_can_be_is_changed(scene, done, before, text, after, new):
    document = scene(f"shots:\n- lines:\n  {before.replace(chr(10), chr(10) + '  ')}")
    edit = set_text(document, 0, text)
    assert done(document, edit) == f"shots:\n- lines:\n  {after.replace(chr(10), chr(10) + '  ')}".replace(
        "\n  \n  \n", "\n  \n  \n"
    )
    assert edit.focus == Focus(line=0)
    if new is not None:
        assert [span.new for span in edit.spans] == [new]


FIRST = [
    ("- pause: 600ms # c\n  emotion: happy 0.4", '- bob: "Hi you" # c\n  emotion: happy 0.4'),
    ("- ada: {pause: 2s}", '- ada: "Hi you"'),
    ("- ada: {pause: 2s, emotion: sad}", '- ada: {text: "Hi you", emotion: sad}'),
    ("- speaker: ada\n  pause: 2s", '- speaker: ada\n  text: "Hi you"'),
    ("- ada:", '- ada: "Hi you"'),
    ('- ada: ""', '- ada: "Hi you"'),
    ("- ada:\n  audio: a.wav", '- ada: "Hi you"\n  audio: a.wav'),
    ("- ada: {audio: a.wav}", '- ada: {audio: a.wav, text: "Hi you"}'),
]


@pytest.mark.parametrize(("before", "after"), FIRST)
def test_a_line_without_text_gets_one(scene, done, before, after):
    def text(line):
        return "shots:\n- lines:\n  - bob: x\n  " + line.replace("\n", "\n  ") + "\n"

    document = scene(text(before))
    assert done(document, set_text(document, 1, "Hi you")) == text(after)


def test_long_folded_texts_are_wrapped_again(scene, done):
    document = scene("shots:\n- lines:\n  - ada: >-\n      one\n      two\n")
    lines = done(document, set_text(document, 0, "[nod] " + "word " * 60 + "end")).split("\n")[2:-1]
    assert lines[0] == "  - ada: >-" and all(line.startswith("      ") and 60 < len(line) <= 100 for line in lines[1:-1])
    assert len(lines) == 5


def test_parts_of_a_text_are_counted_in_its_value(scene, done):
    document = scene("shots:\n- lines:\n  - ada: 'It''s me'\n")
    assert done(document, insert_in_text(document, 0, 5, "[nod] ")) == "shots:\n- lines:\n  - ada: 'It''s [nod] me'\n"
    assert done(document, replace_text(document, 0, 5, 7, "you")) == "shots:\n- lines:\n  - ada: 'It''s you'\n"
    assert replace_text(document, 0, 5, 7, "you").merges


def test_line_ends_and_mark_of_the_file_are_kept(scene):
    document = scene("shots:\n- lines:\n  - ada: |\n      one\n")
    windows = type(document)(path=document.path, raw="\ufeff" + document.raw.replace("\n", "\r\n"))
    after = windows.replaced(set_text(windows, 0, "one\ntwo").spans)
    assert after.raw.endswith("- ada: |\r\n      one\r\n      two\r\n") and after.raw.startswith("\ufeffemostage")


def test_the_same_text_changes_nothing(scene):
    document = scene("shots: [lines: [ada: Hi]]\n")
    assert set_text(document, 0, "Hi").spans == ()


def test_what_is_refused(scene):
    document = scene("shots: [lines: [ada: &a Hi, bob: *a]]\n")
    for line, text, code in (
        (0, " \n", "E146"),
        (2, "x", "E145"),
        (-1, "x", "E145"),
        (0, "Ho", "E141"),
        (1, "Ho", "E141"),
        (0, "\0", "E141"),
    ):
        with pytest.raises(EditError) as caught:
            set_text(document, line, text)
        assert caught.value.diagnostics[0].code == code
