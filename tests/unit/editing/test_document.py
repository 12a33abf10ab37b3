from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import SceneError
from emostage.editing.document import Document, Patch, Span

PATH = Path("/nowhere/scene.yaml")
CHARACTERS = st.text(alphabet="ab:-# \n\r\té好🎉\ufeff", max_size=40)


def document(raw):
    return Document(path=PATH, raw=raw)


def test_bytes_come_back_as_they_were(tmp_path):
    for data in (b"a: 1\n", b"\xef\xbb\xbfa: 1\r\nb: 2\r\n", "ä: 好\r".encode(), b""):
        (tmp_path / "x.yaml").write_bytes(data)
        assert Document.read(tmp_path / "x.yaml").encoded() == data


def test_a_file_that_is_not_there_is_empty(tmp_path):
    assert Document.read(tmp_path / "new.yaml").raw == ""


def test_what_is_no_text_is_refused():
    with pytest.raises(SceneError) as caught:
        Document.of_bytes(b"a: \xff", PATH)
    assert caught.value.diagnostics[0].code == "E002"


def test_text_has_neither_mark_nor_carriage_returns():
    assert document("\ufeffa: 1\r\nb: 2\rc: 3\n").text == "a: 1\nb: 2\nc: 3\n"


def test_a_text_that_is_no_yaml_has_diagnostics_and_no_tree():
    broken = document("a: [1")
    assert broken.root is None and broken.checked.script is None and broken.checked.diagnostics[0].code == "E003"
    assert broken.outline.lines == ()


def test_spans_count_in_the_text_and_patches_in_the_file():
    before = document("\ufeffa: 1\r\nb: 2\r\n")
    (patch,) = before.patches([Span(8, 9, "x\ny")])
    assert patch == Patch(at=10, old="2", new="x\r\ny")
    assert before.patched([patch]).raw == "\ufeffa: 1\r\nb: x\r\ny\r\n"


def test_new_line_ends_are_those_of_most_lines():
    assert document("a\r\nb\r\nc\n").newline == "\r\n"
    assert document("a\nb\nc\r\n").newline == "\n"
    assert document("").newline == "\n"


def test_several_spans_count_before_any_of_them():
    assert document("one two three").replaced([Span(8, 13, "3"), Span(0, 3, "1"), Span(4, 4, "and ")]).raw == "1 and two 3"


def test_spans_that_overlap_are_refused():
    with pytest.raises(ValueError, match="overlap"):
        document("one two").replaced([Span(0, 4, "x"), Span(3, 5, "y")])


def test_a_patch_of_another_text_is_refused():
    with pytest.raises(ValueError, match="another"):
        document("one").patched([Patch(at=0, old="two", new="x")])


def test_what_changes_nothing_is_no_patch():
    assert document("one").patches([Span(0, 2, "on"), Span(3, 3, "")]) == ()


@given(raw=CHARACTERS, new=CHARACTERS, data=st.data())
def test_replacing_is_the_same_in_text_and_file_and_can_be_taken_back(raw, new, data):
    before = document(raw)
    start = data.draw(st.integers(0, len(before.text)))
    end = data.draw(st.integers(start, len(before.text)))
    new = new.replace("\r", "").replace("\ufeff", "")
    patches = before.patches([Span(start, end, new)])
    after = before.patched(patches)
    assert after.text == before.text[:start] + new + before.text[end:]
    assert after.patched([patch.inverse for patch in reversed(patches)]).raw == raw
