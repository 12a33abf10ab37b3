from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.errors import SceneError
from emostage.scene import reader
from emostage.scene.nodes import ListNode, MapNode, ScalarNode


def scalar(text: str) -> ScalarNode:
    root = reader.parse(f"key: {text}\n")
    assert isinstance(root, MapNode)
    node = root.pairs[0][1]
    assert isinstance(node, ScalarNode)
    return node


def codes(text: str) -> list[str]:
    with pytest.raises(SceneError) as raised:
        reader.parse(text)
    return [d.code for d in raised.value.diagnostics]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("1:30", "1:30"),
        ("1:30.5", "1:30.5"),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("2026-01-01", "2026-01-01"),
        ("1_000", "1_000"),
        ("0b101", "0b101"),
        ("007", 7),
        ("0o17", 15),
        ("0x1F", 31),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("+0.3", 0.3),
        ("3.", 3.0),
        ("12", 12),
        ("-12", -12),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("'12'", "12"),
        ('"true"', "true"),
        (".inf", float("inf")),
        ("1" * 400, float("inf")),
    ],
)
def test_core_schema(written: str, value: object) -> None:
    node = scalar(written)
    assert node.value == value and type(node.value) is type(value)


def test_keys_stay_words() -> None:
    root = reader.parse("on: 1\nyes: 2\n1: 3\n")
    assert isinstance(root, MapNode)
    assert [key.text for key, _ in root.pairs] == ["on", "yes", "1"]


def test_all_duplicate_keys_at_once() -> None:
    assert codes("a: 1\na: 2\nb: {c: 1, c: 2}\n") == ["E005", "E005"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "E008"),
        ("# only talk\n", "E008"),
        ("a:\n\tb: 1\n", "E004"),
        ("a: [", "E003"),
        ('a: "x', "E003"),
        ("a: b: c", "E003"),
        ("a: @b", "E003"),
        ("a: 1\n---\nb: 2\n", "E007"),
        ("a: !x 1", "E007"),
        ("a: !!str 1", "E007"),
        ("a: *b", "E007"),
        ("a: &a [*a]", "E007"),
        ("? [a]\n: 1", "E007"),
        ("a: {<<: {b: 1}}", "E007"),
        ("[" * 5000, "E006"),
        ("- " * 400 + "x", "E006"),
        ("%YAML 3.0\n---\na: 1", "E003"),
        ('a: "\\0"', "E003"),
        ("a: \x07", "E003"),
    ],
)
def test_refused(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_bomb_is_cheap() -> None:
    text = "a0: &a0 [1, 1]\n" + "".join(f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 12))
    assert codes(text) == ["E006"]


def test_depth_counts_aliases() -> None:
    text = "a: &a [[[[[[[[[1]]]]]]]]]\nb: &b [[[[[[[*a]]]]]]]\nc: [[[[[[[[[[*b]]]]]]]]]]\n"
    assert codes(text) == ["E006"]


def test_aliases_repeat() -> None:
    root = reader.parse("a: &a {b: [1, 2]}\nc: *a\n")
    assert isinstance(root, MapNode)
    assert root.pairs[0][1] is root.pairs[1][1]


def test_files(tmp_path: Path) -> None:
    for name, data, code in (
        ("utf16.yaml", "a: 1".encode("utf-16"), "E002"),
        ("latin.yaml", b"a: caf\xe9", "E002"),
        ("large.yaml", b"a: 1\n#" + b"x" * reader.MAX_BYTES, "E006"),
    ):
        (tmp_path / name).write_bytes(data)
        with pytest.raises(SceneError) as raised:
            reader.load(tmp_path / name)
        assert [d.code for d in raised.value.diagnostics] == [code]
    for missing in (tmp_path, tmp_path / "none.yaml", tmp_path / "a\0b", tmp_path / ("x" * 300)):
        with pytest.raises(SceneError) as raised:
            reader.load(missing)
        assert [d.code for d in raised.value.diagnostics] == ["E001"]


def test_byte_order_mark_and_line_ends_keep_columns(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes("\ufeffa: 1\r\nb: [😀, x]\r\n".encode())
    root = reader.load(path)
    assert isinstance(root, MapNode)
    node = root.pairs[1][1]
    assert isinstance(node, ListNode)
    place = node.items[1].place
    assert (place.line, place.column, place.end_column) == (2, 8, 9)


STYLES = st.sampled_from(["plain", "single", "double", "folded", "literal"])
WORDS = st.lists(st.text(alphabet="abcXYZ'\"\\é😀你.,!", min_size=1, max_size=6), min_size=1, max_size=8)


def written(words: list[str], style: str, indent: str = "  ") -> str | None:
    text = " ".join(words)
    if style == "single":
        return "'" + text.replace("'", "''").replace(" ", f"\n{indent}", 1) + "'"
    if style == "double":
        escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("é", "\\u00e9")
        return '"' + escaped.replace(" ", f" \\\n{indent}", 1) + '"'
    if style in ("folded", "literal"):
        mark = ">" if style == "folded" else "|"
        return f"{mark}-\n{indent}" + text.replace(" ", f"\n{indent}", 1)
    return text if text[0] not in "'\"!,\\&*" and ", " not in text and not text.endswith(",") else None


@given(words=WORDS, style=STYLES)
@settings(deadline=None)
def test_every_character_has_its_place(words: list[str], style: str) -> None:
    """The place of a part of a text points at the very characters in the file."""
    source = written(words, style)
    if source is None:
        return
    text = f"key: {source}\n"
    lines = text.split("\n")
    root = reader.parse(text)
    assert isinstance(root, MapNode)
    node = root.pairs[0][1]
    assert isinstance(node, ScalarNode)
    for i, char in enumerate(node.text):
        place = node.part(i, i + 1)
        found = lines[place.line - 1][place.column - 1 : place.column]
        escaped = style == "double" and found == "\\"
        assert found == char or char in " \n" or escaped
