"""The training commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from emostage.apps.cli import main
from emostage.training import stage


def run(*arguments: object) -> int:
    with pytest.raises(SystemExit) as end:
        main([str(argument) for argument in arguments])
    return int(end.value.code or 0)


def test_train_motion_hands_on_what_was_asked(tmp_path: Path, monkeypatch, capsys) -> None:
    asked = []
    monkeypatch.setattr(stage, "train_stage", lambda plan, command: asked.append((plan, command)) or {"vaid": {}})
    assert run("train", "motion", tmp_path / "corpus", tmp_path / "out", "--steps", "7", "--seed", "3", "--minutes", "2") == 0
    plan, command = asked[0]
    assert (plan.dicte_steps, plan.seed, plan.minutes) == (7, 3, 2.0)
    assert plan.work == tmp_path / "out" / "runs"
    assert command == "emostage train motion corpus out --steps 7 --seed 3"
    assert json.loads(capsys.readouterr().out) == {"vaid": {}}


def test_a_missing_corpus_is_told_plainly(tmp_path: Path, capsys) -> None:
    assert run("train", "motion", tmp_path / "nothing", tmp_path / "out") == 4
    said = capsys.readouterr().err
    assert "E130" in said
    assert "Traceback" not in said
