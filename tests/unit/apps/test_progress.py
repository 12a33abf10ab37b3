import json
from pathlib import Path

import pytest

from emostage.apps import progress
from emostage.core.errors import Diagnostic
from emostage.studio.events import FilmEnded, FrameDrawn, LineBegun, LineEnded, LineFailed, Meter, Notice, Planned, StageBegun

STORY = [
    Planned(title="Launch", lines=15, cached=12, frames=500, to_draw=100, fps=25.0),
    StageBegun(stage="prepare"),
    LineBegun(number=3, speaker="ada", text="[Hello] there, [bold]you", frames=50),
    StageBegun(stage="picture", number=3),
    FrameDrawn(number=3, frame=25, frames=50, done=25, to_draw=100, rate=20.0, eta_s=3.75),
    LineEnded(number=3, seconds=2.5),
    LineFailed(number=4, diagnostics=(Diagnostic(code="E070", message="no face"),)),
    Notice(diagnostic=Diagnostic(code="W070", message="two faces")),
    FilmEnded(path=Path("film.mp4"), frames=500, duration_s=20.0, seconds=8.0, cached=False, failed=(4,)),
]


def told(capsys, **how):
    with progress.listener(**how) as listen:
        for event in STORY:
            listen(event)
    return capsys.readouterr()


@pytest.fixture(autouse=True)
def fresh_console(monkeypatch):
    from emostage.apps import streams

    streams.talk.cache_clear()
    yield
    streams.talk.cache_clear()


def test_programs_read_one_json_object_a_line(capsys):
    said = told(capsys, json_lines=True)
    events = [json.loads(line) for line in said.out.splitlines()]
    assert [e["event"] for e in events] == [
        "planned",
        "stage",
        "line",
        "stage",
        "frame",
        "line-done",
        "line-failed",
        "notice",
        "film",
    ]
    assert events[-1]["path"] == "film.mp4"
    assert events[6]["diagnostics"][0]["code"] == "E070"
    assert said.err == ""


def test_where_there_is_no_terminal_lines_are_plain(capsys):
    said = told(capsys)
    assert said.out == ""
    assert "12 of 15 lines cached" in said.err
    assert "[Hello] there, [bold]you" in said.err
    assert "25%" in said.err
    assert "0:03 left" in said.err
    assert "0.40 s of work per second" in said.err
    assert "\x1b[" not in said.err


def test_quiet_says_problems_only(capsys):
    said = told(capsys, quiet=True)
    assert (said.out, [line.split()[0] for line in said.err.splitlines()]) == ("", ["E070", "W070"])


def test_a_terminal_gets_bars(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    said = told(capsys)
    assert said.out == ""
    assert "12 of 15 lines cached" in said.err


def test_no_rate_is_told_before_there_is_one():
    heard = []
    meter = Meter(to_draw=3, listen=heard.append)
    meter.begin()
    for frame in (1, 2, 3):
        meter.drawn(1, frame, 3)
    assert [e.done for e in heard] == [1, 2, 3]
    assert {e.rate for e in heard} == {0.0}
    meter.begun_s -= 3.0
    meter.drawn(1, 3, 3)
    assert heard[-1].rate == pytest.approx(4 / 3, rel=0.05)
