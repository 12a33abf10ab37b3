"""`edit` without a terminal: the list, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.apps.cli import main

ROOT = Path(__file__).parents[3]


def ran(*arguments: str) -> int:
    with pytest.raises(SystemExit) as end:
        main(["edit", *arguments])
    return int(end.value.code or 0)


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))


def test_the_list_tells_lines_and_keys_with_their_words(capsys):
    assert ran(str(ROOT / "scenes" / "hello.yaml"), "--list") == 0
    out = capsys.readouterr().out
    assert 'shot 1 "hello"' in out
    assert "key 2 of 4" in out and "(word: Yesterday): surprised 0.7" in out


def test_a_list_of_no_file_and_of_a_wrong_scene_says_what_is_wrong(tmp_path, capsys):
    assert ran(str(tmp_path / "none.yaml"), "--list") == 3
    assert "E001 there is no file" in capsys.readouterr().err
    (tmp_path / "wrong.yaml").write_text("emostage: 1\ncast: {ada: {portrait: gone.png}}\nshots: [{lines: [{ada: Hi}]}]\n")
    assert ran(str(tmp_path / "wrong.yaml"), "--list") == 4
    assert "E071" in capsys.readouterr().err


def test_an_editor_needs_a_terminal(capsys):
    assert ran(str(ROOT / "scenes" / "hello.yaml")) == 2
    assert "E014 the editor needs a terminal" in capsys.readouterr().err
