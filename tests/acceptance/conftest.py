"""One small film, made once by the command line as a user would."""

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from emostage.apps.cli import main

SCENE = """\
emostage: 1
title: Small
film: {size: 128, quality: draft, seed: 5, subtitles: true, engine: reference}
cast: {ada: {portrait: sample/astronaut}, bob: {portrait: sample/hopper, voice: espeak/en-gb}}
shots:
  - name: first
    lines:
      - ada: "[happy 0.6] Pop! My map."
      - bob: {pause: 400ms, emotion: [{at: start, surprised: 0.5}]}
  - name: second
    transition: {crossfade: 200ms}
    lines:
      - bob: "No."
"""


class Bench:
    """A folder with a scene and a cache of its own, and the command line in a process of its own, or in this one, where large
    libraries are loaded once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scene = folder / "scene.yaml"
        self.scene.write_text(SCENE)
        self.environment = os.environ | {"EMOSTAGE_CACHE": str(folder / "cache"), "OMP_NUM_THREADS": "1"}

    def command(self, *arguments) -> list[str]:
        return [sys.executable, "-m", "emostage", *map(str, arguments)]

    def run(self, *arguments, check=True) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*arguments), cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in done.stderr, done.stderr
        assert not check or done.returncode == 0, done.stderr
        return done

    def here(self, *arguments, check=True) -> subprocess.CompletedProcess[str]:
        out, err = io.StringIO(), io.StringIO()
        with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err), pytest.raises(SystemExit) as end:
            patch.chdir(self.folder)
            patch.setenv("EMOSTAGE_CACHE", self.environment["EMOSTAGE_CACHE"])
            main([str(argument) for argument in arguments])
        code, said = int(end.value.code or 0), err.getvalue()
        assert "Traceback" not in said, said
        assert not check or code == 0, said
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), said)

    def start(self, *arguments) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            self.command(*arguments), cwd=self.folder, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )

    def render(self, name="film.mp4", *more) -> list[dict]:
        """Render and return the events."""
        return _events(self.run(*self._rendering(name, *more)))

    def render_here(self, name="film.mp4", *more) -> list[dict]:
        """The same in this process."""
        return _events(self.here(*self._rendering(name, *more)))

    def _rendering(self, name, *more):
        return "render", self.scene, "-o", name, "--json-lines", *more


def _events(done) -> list[dict]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def drawn(events) -> list[int]:
    return [event["number"] for event in events if event["event"] == "line-done"]


@pytest.fixture(scope="session")
def bench(tmp_path_factory):
    return Bench(tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="session")
def film(bench):
    """The small film, with its contact sheet."""
    bench.events = bench.render("film.mp4", "--contact-sheet")
    return bench.folder / "film.mp4"


@pytest.fixture
def new_bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture
def lines_drawn():
    return drawn
