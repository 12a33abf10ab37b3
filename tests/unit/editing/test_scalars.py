from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.editing.scalars import is_plain, number, quoted, seconds, written
from emostage.scene import reader
from emostage.scene.nodes import ScalarNode

ANY = st.text(
    alphabet=st.one_of(st.sampled_from("ab1 :-#[]{}\"'\\,&*!|>%@`?~.=é好🎉\n\t\x7f\x85\u2028\ufeff"), st.characters(codec="utf-8")),
    max_size=12,
).filter(lambda text: not any((ord(char) < 32 and char not in "\t\n") or char == "\x7f" for char in text))


@given(ANY, st.booleans())
def test_any_text_reads_back_as_itself(text, flow):
    yaml = f"- [a, {written(text, flow=True)}]" if flow else f"- k: {written(text)}"
    found = reader.parse(yaml).items[0]
    node = found.items[1] if flow else found.pairs[0][1]
    assert isinstance(node, ScalarNode) and node.text == text and isinstance(node.value, str)


@pytest.mark.parametrize("text", ["hello", "it's", "a b", "ada-1", "1:30", "word:not", "-x", "好"])
def test_harmless_texts_stay_without_quotes(text):
    assert written(text) == text


@pytest.mark.parametrize("text", ["", "12", "true", "null", "~", "1.5", "- x", "a: b", "a #b", "[x]", "#fff", "x ", "? a", "0x1f"])
def test_others_get_them(text):
    assert not is_plain(text) and written(text) == quoted(text)


def test_brackets_need_more_quotes():
    assert written("a, b") == "a, b" and written("a, b", flow=True) == '"a, b"'


@pytest.mark.parametrize(
    ("value", "text"), [(1.0, "1"), (0.25, "0.25"), (-0.0001, "0"), (1 / 3, "0.333"), (100.0, "100"), (-2.5, "-2.5")], ids=str
)
def test_numbers_are_short(value, text):
    assert number(value) == text


@pytest.mark.parametrize(("value", "text"), [(2.0, "2s"), (0.25, "250ms"), (0.0, "0s"), (0.9999, "1s"), (61.5, "61.5s")], ids=str)
def test_lengths_are_short(value, text):
    assert seconds(value) == text
