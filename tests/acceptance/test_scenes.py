"""Good scenes check without an error; bad scenes give exactly the problems that stand beside them in `.expected`.

After a change of words or codes, look at what `EMOSTAGE_RENEW=1 python -m pytest tests/acceptance/test_scenes.py` writes,
and keep it if it is better.
Scenes called `confined*` are checked with `confine`.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from emostage.apps.report import as_text
from emostage.scene import reader
from emostage.scene.check import CheckResult, check_file
from emostage.scene.codes import CODES
from emostage.scene.nodes import ListNode, MapNode, Node
from emostage.scene.schema import schema

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").glob("*.yaml"))
BAD = sorted((HERE / "bad").glob("*.yaml"))
STRUCTURAL = {"E010", "E011", "E012", "E013", "E015", "E017", "E019", "E032"}
"""Codes of problems that the schema sees as well."""
UNREADABLE = {"E003", "E005", "E006", "E007"}
BEYOND_SCHEMA = {"missing-keys", "texts", "cues", "people", "words", "broken-person-is-one-error"}
"""Scenes of which the schema must not be asked: what is wrong needs the cast, the text or the other keys."""


def plain(node: Node) -> object:
    """Nodes as JSON values."""
    if isinstance(node, MapNode):
        return {key.text: plain(value) for key, value in node.pairs}
    return [plain(item) for item in node.items] if isinstance(node, ListNode) else node.value


def checked(path: Path, monkeypatch: pytest.MonkeyPatch) -> CheckResult:
    monkeypatch.chdir(path.parent)
    monkeypatch.setenv("HOME", "/home/nobody-at-all")
    return check_file(Path(path.name), confine=path.stem.startswith("confined"))


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good_scene(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = checked(path, monkeypatch)
    assert [d for d in result.diagnostics if not d.code.startswith("W09")] == []
    assert result.script is not None
    jsonschema.Draft7Validator(schema()).validate(plain(reader.load(path)))
    jsonschema.Draft202012Validator({**schema(), "$schema": "https://json-schema.org/draft/2020-12/schema"})


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad_scene(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = checked(path, monkeypatch)
    told = as_text(result.diagnostics) + "\n"
    expected = path.with_suffix(".expected")
    if os.environ.get("EMOSTAGE_RENEW"):
        expected.write_text(told, encoding="utf-8")
    assert told == expected.read_text(encoding="utf-8")
    assert result.script is None or {d.severity for d in result.diagnostics} == {"warning"}


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_places_lie_in_the_file(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = path.read_bytes().removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\r\n", "\n").split("\n")
    for diagnostic in checked(path, monkeypatch).diagnostics:
        place = diagnostic.place
        assert place is not None and place.end_column is not None
        assert 1 <= place.line <= len(lines)
        assert 1 <= place.column <= len(lines[place.line - 1]) + 1
        assert place.column < place.end_column


def test_schema_agrees(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scene with a structural problem does not validate either."""
    validator, asked = jsonschema.Draft7Validator(schema()), 0
    for path in BAD:
        codes = {d.code for d in checked(path, monkeypatch).diagnostics}
        if codes & STRUCTURAL and not codes & UNREADABLE and path.stem not in BEYOND_SCHEMA:
            asked += 1
            assert not validator.is_valid(plain(reader.load(path))), path.stem
    assert asked >= 10


def test_every_code_has_an_example() -> None:
    told = "".join(path.with_suffix(".expected").read_text(encoding="utf-8") for path in BAD)
    shown = set(re.findall(r"^\S+:\d+:\d+: ([EW]\d{3}) ", told, re.MULTILINE))
    assert shown | {"E001"} == set(CODES)  # E001: there is no file to keep here


def test_no_jsonschema_prose() -> None:
    told = "".join(path.with_suffix(".expected").read_text(encoding="utf-8") for path in BAD)
    assert "given schemas" not in told and "is not of type" not in told and "Traceback" not in told


def test_yaml_agrees_on_good_scenes() -> None:
    """Our tree and a plain YAML loader see the same keys in the same order."""
    for path in GOOD:
        ours, theirs = plain(reader.load(path)), yaml.safe_load(path.read_text(encoding="utf-8"))
        assert list(ours) == [str(key) for key in theirs], json.dumps(ours)  # type: ignore[call-overload]
