import json

import pytest

from emostage.apps import checkup
from emostage.apps.cli import main
from emostage.core.errors import AssetError, EmostageError
from emostage.core.plugins import PAINTERS


def test_every_examination_ends_with_a_finding(monkeypatch):
    def broken():
        raise ImportError("libGL.so.1: cannot open shared object file")

    def failing():
        raise EmostageError.of("E069", "no voice", "pip install it")

    monkeypatch.setattr(checkup, "CHECKS", {"face": broken, "espeak": failing, "piper": broken})
    face, espeak, piper = checkup.examine()
    assert (face.ok, face.required) == (False, True)
    assert "libGL" in face.detail
    assert (espeak.detail, espeak.hint) == ("no voice", "pip install it")
    assert not piper.required


def ended(*arguments):
    with pytest.raises(SystemExit) as end:
        main([*arguments])
    return end.value.code or 0


def test_something_required_that_is_missing_is_a_failure(monkeypatch, capsys):
    good = checkup.Finding(name="python", ok=True, detail="3.11")
    for finding, code in ((good, 0), (checkup.Finding(name="x", ok=False, detail="gone", hint="get it"), 1)):
        monkeypatch.setattr(checkup, "CHECKS", {"python": lambda: good, "x": lambda finding=finding: finding})
        assert ended("doctor") == code
        assert ended("doctor", "--json") == code
        assert json.loads(capsys.readouterr().out.split("\n", 2 if code == 0 else 3)[-1])[0]["name"] == "python"


def test_what_the_terminal_draws_is_told(monkeypatch):
    from emostage.apps.tui.graphics import probe
    from emostage.apps.tui.graphics.kind import Graphics

    monkeypatch.setattr("sys.stdin.isatty", lambda: False)
    assert checkup.CHECKS["terminal"]().detail == "none"
    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr(probe, "probe", lambda: Graphics(kind="sixel", cell_px=(8, 17)))
    assert checkup.CHECKS["terminal"]().detail == "pictures as sixels, cells of 8x17 pixels"


def test_painters_are_loaded(installed, warp, monkeypatch):
    installed(PAINTERS, "oils", warp)
    monkeypatch.setattr(checkup, "CHECKS", {"painters": checkup.CHECKS["painters"]})
    (finding,) = checkup.examine()
    assert finding.ok
    assert "oils" in finding.detail

    def bare(*, steps, device):
        raise AssetError.of("E133", "there is no checkpoint 'chalk'", "train it")

    installed(PAINTERS, "chalk", bare)
    (finding,) = checkup.examine()
    assert (finding.ok, finding.required) == (False, False)
    assert (finding.detail, finding.hint) == ("there is no checkpoint 'chalk'", "train it")


def test_quick_examinations_pass_here(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path))
    quick = ("python", "espeak", "piper", "ffmpeg", "lightning", "fonts", "memory", "cache", "disk")
    findings = {name: checkup.CHECKS[name]() for name in quick}
    assert [name for name, finding in findings.items() if finding.required and not finding.ok] == []
