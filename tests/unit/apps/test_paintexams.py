"""The command around the exam of painters; the exam itself is tested elsewhere."""

import json

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


def test_of_footage_that_no_net_has_seen_everybody_is_measured(asked, monkeypatch):
    folder, calls = asked
    monkeypatch.setattr("emostage.training.footage.store.joined", lambda parts: [*parts, "more"])
    assert ran(["eval", str(folder), "--everybody", "--clips", "3", "--seconds", "0", "--json"]) == 0
    assert calls[0][1] == Size(clips=3, seconds=0, smiles=3)


def test_what_is_found_of_a_finish_is_recorded_where_it_lies(asked, tmp_path, monkeypatch, capsys):
    from dataclasses import replace
    from types import SimpleNamespace

    from emostage.evaluate.painted import exam, finishing
    from emostage.evaluate.painted.likeness import Likeness

    folder, _ = asked
    (folder / "card.json").write_text('{"what": "heads", "seed": 5}', encoding="utf-8")
    nets = tmp_path / "nets"
    (nets / "finish").mkdir(parents=True)
    (nets / "finish" / "card.json").write_text('{"what": "a finish"}', encoding="utf-8")
    like = Likeness(
        psnr_db=20.0, ssim=0.5, whole_psnr_db=20.0, whole_ssim=0.5, error={"mouth": 1.0}, identity=0.9, boiling_face=1.0,
        boiling_still=1.0, tremor=1.0, frames=8, unread=0,
    )  # fmt: skip
    shown = exam.Shown(likeness=like, refused=0, ms=1.0, evaluations=1.0)
    bare = PaintExam(clips=1, frames=8, strangers=(0.0, 0.1), shown={}, intensity={}, ablations={}, lasting={})
    found = replace(
        bare, shown={exam.PHOTO: shown, exam.FINISHED: shown}, finish=finishing.Verdict(clips=9, filmed=9, gains={}, wins=True)
    )
    monkeypatch.setattr(exam, "examine", lambda *given, tell: found)
    monkeypatch.setattr("emostage.evaluate.painted.nets.examined", lambda folder, only: SimpleNamespace(finisher=object()))
    monkeypatch.setattr("emostage.training.footage.store.read_card", lambda folder: {"what": "heads", "seed": 5})
    assert ran(["eval", str(folder), "--nets", str(nets), "--only", "finish", "--json"]) == 0
    assert "figures" not in json.loads((nets / "finish" / "card.json").read_text("utf-8")), "only what is asked to is recorded"
    assert ran(["eval", str(folder), "--nets", str(nets), "--only", "finish", "--record", "--json"]) == 0
    figures = json.loads((nets / "finish" / "card.json").read_text("utf-8"))["figures"]
    assert figures["wins"] is True and figures["measured_on"]["seed"] == 5
    assert figures["command"].endswith("--clips 20 --record")
    assert ran(["eval", str(folder), "--only", "finish", "--record"]) == 2
    assert "E018" in capsys.readouterr().err


def test_options_of_footage_are_refused_elsewhere(tmp_path, capsys):
    assert ran(["eval", str(tmp_path / "scene.yaml"), "--clips", "3"]) == 2
    assert ran(["eval", str(tmp_path / "scene.yaml"), "--record"]) == 2
    assert "E018" in capsys.readouterr().err


def test_a_painter_that_is_not_there_is_told():
    from emostage.evaluate.painted.nets import examined

    with pytest.raises(UsageError) as wrong:
        examined(None, "rembrandt")
    assert "rembrandt" in str(wrong.value)
