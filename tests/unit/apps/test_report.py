from __future__ import annotations

import json
from pathlib import Path

import pytest

from emostage.apps.report import as_github, as_json, as_sarif, as_text, shown_path, sources_of, summary
from emostage.core.errors import Diagnostic, Place

FILE = Path("scene.yaml")


def problem(
    line: int = 1, column: int = 1, end: int | None = None, code: str = "E031", message: str = "unknown emotion 'x'"
) -> Diagnostic:
    return Diagnostic(
        code=code, message=message, hint="did you mean 'y'?", place=Place(file=FILE, line=line, column=column, end_column=end)
    )


def test_text_as_the_language_promises() -> None:
    source = ["", "      - {at: word:believe, happyness: 0.9}"]
    told = as_text([problem(2, 28, 37, message="unknown emotion 'happyness'")], {FILE: source})
    assert told == (
        "scene.yaml:2:28: E031 unknown emotion 'happyness'; did you mean 'y'?\n"
        "    2 |       - {at: word:believe, happyness: 0.9}\n"
        "      |                            ^^^^^^^^^"
    )


def test_carets_stand_under_wide_letters_and_tabs() -> None:
    told = as_text([problem(1, 5, 7)], {FILE: ["你好\t😀bc d"]}).split("\n")
    assert told[1] == "    1 | 你好 😀bc d"
    assert told[2] == "      | " + " " * 7 + "^^"
    told = as_text([problem(1, 2, 3)], {FILE: ["e\u0301x"]}).split("\n")
    assert told[2] == "      |  ^"


def test_long_lines_are_cut_around_the_caret() -> None:
    line = "a" * 300 + "BAD" + "c" * 300
    told = as_text([problem(1, 301, 304)], {FILE: [line]}).split("\n")
    shown, caret = told[1][8:], told[2][8:]
    assert len(shown) <= 134 and shown.startswith("…") and shown.endswith("…")
    assert shown[caret.index("^") : caret.rindex("^") + 1] == "BAD"


def test_without_place_or_source() -> None:
    assert as_text([Diagnostic(code="E111", message="no memory")]) == "E111 no memory"
    assert as_text([problem()], {}) == "scene.yaml:1:1: E031 unknown emotion 'x'; did you mean 'y'?"
    assert as_text([]) == ""


def test_control_characters_never_reach_the_terminal() -> None:
    assert "\x1b" not in as_text([problem(1, 3, 4)], {FILE: ["a\x1b[31mb"]})
    assert "\x1b[31m" in as_text([problem()], {FILE: ["abc"]}, colour=True)


def test_sources(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: caf\xe9\r\n")
    diagnostics = [Diagnostic(code="E002", message="m", place=Place(file=name)) for name in (path, tmp_path, tmp_path / "none")]
    assert sources_of(diagnostics) == {path: ["a: 1", "b: caf\ufffd", ""]}


def test_json() -> None:
    (entry,) = json.loads(as_json([problem(3, 5, 9)]))
    assert entry == {
        "file": "scene.yaml",
        "line": 3,
        "column": 5,
        "endColumn": 9,
        "severity": "error",
        "code": "E031",
        "message": "unknown emotion 'x'",
        "hint": "did you mean 'y'?",
    }
    assert json.loads(as_json([])) == []


def test_sarif(tmp_path: Path) -> None:
    odd = Diagnostic(code="W020", message="m", place=Place(file=tmp_path / "a b.yaml"))
    log = json.loads(as_sarif([problem(3, 5, 9), odd, Diagnostic(code="E031", message="again")]))
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["E031", "W020"]
    assert [(result["ruleId"], result["ruleIndex"], result["level"]) for result in run["results"]] == [
        ("E031", 0, "error"),
        ("W020", 1, "warning"),
        ("E031", 0, "error"),
    ]
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "scene.yaml"}, "region": {"startLine": 3, "startColumn": 5, "endColumn": 9}}
    assert run["results"][1]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].endswith("a%20b.yaml")
    assert "locations" not in run["results"][2]


def test_github() -> None:
    told = as_github([problem(3, 5, 9, message="50%\nof: it"), Diagnostic(code="W020", message="m")]).split("\n")
    assert told[0] == "::error file=scene.yaml,line=3,col=5,endColumn=9,title=E031::E031 50%25%0Aof: it; did you mean 'y'?"
    assert told[1] == "::warning title=W020::W020 m"
    odd = Diagnostic(code="E001", message="m", place=Place(file=Path("a,b:c.yaml")))
    assert as_github([odd]).startswith("::error file=a%2Cb%3Ac.yaml,line=1")


def test_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert shown_path(tmp_path / "films" / "a.yaml") == "films/a.yaml"
    assert shown_path(Path("/elsewhere/a.yaml")) == "/elsewhere/a.yaml"
    assert shown_path(None) == ""


def test_summary() -> None:
    assert summary([problem(), problem(), problem(code="W020")]) == "2 errors, 1 warning"
    assert summary([]) == ""


def test_nothing_in_a_message_can_command_the_terminal_or_turn_the_line() -> None:
    odd = Diagnostic(code="E071", message="there is no picture '\x1b[31m\u202egnp.\x9b'\nE000 lies", hint="a\nb")
    told = as_text([odd])
    assert told == "E071 there is no picture '\ufffd[31m\ufffdgnp.\ufffd' E000 lies; a b"
    told = as_text([problem(1, 3, 4)], {FILE: ["\u202eaX"]}).split("\n")
    assert told[1:] == ["    1 | \ufffdaX", "      |   ^"]
