"""The command around the exam of painters; the exam itself is tested elsewhere."""

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.core.errors import UsageError
from emostage.evaluate.painted.exam import PaintExam, Size


def ran(arguments: list[str]) -> int:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    return int(end.value.code or 0)


@pytest.fixture
def asked(tmp_path, monkeypatch):
    """A folder whose files hold pictures, and what the exam is asked for."""
    from safetensors.numpy import save_file

    save_file({"pictures_X": np.zeros(4, np.uint8)}, tmp_path / "held-000.safetensors")
    calls = []

    def examine(footage, nets, recogniser, size, *, tell):
        calls.append((nets, size))
        return PaintExam(clips=1, frames=8, strangers=(0.0, 0.1), shown={}, intensity={}, ablations={}, lasting={})

    monkeypatch.setattr("emostage.evaluate.painted.exam.examine", examine)
    monkeypatch.setattr("emostage.evaluate.painted.nets.examined", lambda folder, only: (folder, only))
    monkeypatch.setattr("emostage.training.footage.store.read_footage", lambda folder, part: part)
    return tmp_path, calls


def test_footage_is_told_from_a_corpus_and_options_are_handed_on(asked, capsys):
    folder, calls = asked
    assert ran(["eval", str(folder), "--only", "emotalker", "--clips", "3", "--seconds", "0", "--json"]) == 0
    assert calls == [((None, "emotalker"), Size(clips=3, seconds=0))]
    assert '"strangers"' in capsys.readouterr().out


def test_options_of_footage_are_refused_elsewhere(tmp_path, capsys):
    assert ran(["eval", str(tmp_path / "scene.yaml"), "--clips", "3"]) == 2
    assert "E018" in capsys.readouterr().err


def test_a_painter_that_is_not_there_is_told():
    from emostage.evaluate.painted.nets import examined

    with pytest.raises(UsageError) as wrong:
        examined(None, "rembrandt")
    assert "rembrandt" in str(wrong.value)
