import json
from itertools import islice
from pathlib import Path

import pytest

from emostage.apps import measure_editor
from emostage.apps.cli import main
from emostage.apps.measure_editor import CASES, LINES_A_SHOT, long_scene
from emostage.apps.measure_editor import _keys as keys
from emostage.apps.typist import sent
from emostage.scene.check import check_text


@pytest.mark.parametrize("lines", [1, LINES_A_SHOT, 200])
def test_the_scene_has_as_many_lines_as_are_asked_for_and_no_errors(lines):
    checked = check_text(long_scene(lines), Path("scene.yaml"))
    assert not checked.diagnostics
    assert len(checked.script.lines) == lines


def test_an_hour_of_editing_is_always_the_same_and_takes_back_what_it_does():
    pressed = list(islice(keys(), 3600))
    assert pressed == list(islice(keys(), 3600))
    assert {"S", "M", "D", "x", "+"} <= set(pressed)
    assert all(sent(key) for key in pressed)
    done = sum(pressed.count(key) for key in ("+", "-", "L", "x", "S", "M", "D", "alt+down")) + pressed.count("U")
    assert pressed.count("u") > 0.7 * done


def test_the_editor_is_measured_on_a_terminal(capsys, monkeypatch):
    cases = [case for case in CASES if case.name in {"move", "split a line"}]
    monkeypatch.setattr(measure_editor, "CASES", cases)
    with pytest.raises(SystemExit) as end:
        main(["bench", "--editor", "--lines", "6", "--repeat", "1", "--minutes", "0.2", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert not end.value.code
    assert set(figures["median_ms"]["presses"]) == {case.name for case in cases}
    times = [figures["opening_ms"], *(value for table in figures["median_ms"].values() for value in table.values())]
    assert all(0 <= value < 60_000 for value in times)
    assert figures["median_ms"]["picture"].keys() == {"move a frame", "next line", "stronger"}
    assert figures["raw"]["keys"] == 12
