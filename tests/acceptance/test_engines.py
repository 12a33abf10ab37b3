"""A film whose shots are drawn by different engines, one of which paints, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.core.errors import AssetError
from emostage.core.plugins import PAINTERS
from emostage.film.probe import decode, probe
from emostage.studio import engines

SCENE = """\
emostage: 1
film: {size: 96, quality: draft, seed: 5, engine: reference}
cast: {ada: {portrait: sample/astronaut, framing: close}}
shots:
  - name: moved
    lines: [ada: "Hi."]
  - name: painted
    engine: oils
    lines: [ada: "Hi."]
"""


class Bench:
    """A folder with a scene and a cache, and the command line in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        (folder / "scene.yaml").write_text(SCENE)

    def call(self, *arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(list(arguments))
        said = self._capsys.readouterr()
        assert "Traceback" not in said.err
        return int(end.value.code or 0), said.out, said.err

    def drawn(self, name: str = "film.mp4", *more: str) -> list[int]:
        """Render and give the numbers of the lines that were drawn."""
        code, out, err = self.call("render", "scene.yaml", "-o", name, "--json-lines", *more)
        assert code == 0, err
        events = [json.loads(line) for line in out.splitlines()]
        return [event["number"] for event in events if event["event"] == "line-done"]


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Bench:
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return Bench(tmp_path, capsys)


def test_shots_of_several_engines_stand_side_by_side(bench, installed, warp, monkeypatch) -> None:
    asked = []

    def oils(*, steps, device):
        asked.append(warp(steps=steps, device=device))
        return asked[-1]

    installed(PAINTERS, "oils", oils)
    assert bench.drawn() == [1, 2]
    (painter,) = asked
    ((given, _),) = painter.asked
    facts = probe(bench.folder / "film.mp4")
    frames = np.stack([frame.copy() for frame in decode(bench.folder / "film.mp4")]).astype(int)
    assert facts.frames == len(frames)
    assert painter.steps == engines.STEPS["draft"]
    assert given.part(0, given.frames).sound_BFWX.max() > 0, "it hears the line"
    painted = frames[-given.frames :]
    assert np.abs(np.diff(painted, axis=0)).mean((1, 2, 3)).max() > 0.05
    still = painted[[0, -1]].astype(float)
    assert np.abs(still[0] - still[1]).mean() < 3, "a clip ends as it began"

    assert bench.drawn("again.mp4") == []
    assert (bench.folder / "again.mp4").read_bytes() == (bench.folder / "film.mp4").read_bytes()
    monkeypatch.setattr(engines, "checkpoint_digest", lambda name: "another")
    assert bench.drawn() == [2], "another checkpoint paints otherwise"
    assert bench.drawn("film.mp4", "--quality", "high") == [1, 2]
    assert asked[-1].steps == engines.STEPS["high"]


def test_an_interrupted_painting_is_continued_and_nothing_of_it_is_left(bench, installed, warp) -> None:
    class Interrupted(warp):
        left = 2

        def paint(self, given, **more):
            for some in super().paint(given, **more):
                yield some
                self.left -= 1
                if self.left == 0:
                    raise KeyboardInterrupt

    installed(PAINTERS, "oils", Interrupted)
    code, _, err = bench.call("render", "scene.yaml", "-o", "film.mp4")
    assert (code, "interrupted" in err) == (130, True)
    assert not (bench.folder / "film.mp4").exists()
    assert bench.drawn() == [2]
    assert (bench.folder / "film.mp4").exists()


def test_a_painter_without_checkpoint_is_told_and_costs_its_lines_only(bench, installed) -> None:
    def bare(*, steps, device):
        raise AssetError.of("E133", "there is no checkpoint 'oils'", "install emostage again, or train it")

    installed(PAINTERS, "oils", bare)
    code, _, err = bench.call("render", "scene.yaml", "-o", "film.mp4")
    assert code == 4
    assert "scene.yaml:9" in err
    assert "E133 there is no checkpoint 'oils'" in err
    assert not (bench.folder / "film.mp4").exists()
    code, _, err = bench.call("render", "scene.yaml", "-o", "film.mp4", "--best-effort")
    assert code == 6
    assert probe(bench.folder / "film.mp4").frames > 0
