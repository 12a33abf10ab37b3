"""A film of two people who each play an identity of their own, from the scene to the file, and what is left of it without them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.core.tracks import FrameStream
from emostage.film.probe import decode
from emostage.film.provenance import read_marks
from emostage.scene.check import check_file
from emostage.studio import drawing
from emostage.studio.cache import Cache
from emostage.studio.compile import compile_script
from emostage.studio.identities import FACE
from emostage.studio.run import Studio, render
from emostage.studio.stages import real_stages

SCENE = """\
emostage: 1
film: {size: 64, quality: draft, engine: reference}
cast:
  ada: {portrait: sample/hopper, framing: close, identity: checkpoints/ada}
  bob: {portrait: sample/hopper, framing: close, identity: {path: checkpoints/bob, strength: 0.5}}
shots:
  - lines:
      - ada: {pause: 200ms}
      - bob: {pause: 200ms}
"""


class Dyed:
    """Draws as the real stage does, and adds to the red of everybody who has a personal face, by its strength."""

    def __init__(self, *given: Any, identity: Any = None) -> None:
        self._drawn = drawing.renderer(*given)
        self._face = identity.adapter(FACE) if identity else None

    def render(self, *given: Any, seed: int) -> FrameStream:
        frames = self._drawn.render(*given, seed=seed)
        dye = np.array([100 * self._face.strength if self._face else 0, 0, 0])
        dyed = [(frame + dye).clip(0, 255).astype(np.uint8) for frame in frames]
        return FrameStream(fps=frames.fps, size_px=frames.size_px, count=frames.count, open=lambda: iter(dyed))


@pytest.fixture(scope="module")
def portraits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the prepared portrait is kept from test to test: identities do not change it."""
    return tmp_path_factory.mktemp("portraits")


@pytest.fixture
def scene(tmp_path: Path, tune: Any, monkeypatch: pytest.MonkeyPatch, portraits: Path) -> Iterator[Path]:
    shutil.copytree(portraits, tmp_path / "cache" / "portraits")
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    tune(tmp_path / "checkpoints" / "ada", "face")
    tune(tmp_path / "checkpoints" / "bob", "face", name="robert", seed=1, consent={"text": "Bob, by mail", "given": "2024-12-31"})
    (tmp_path / "scene.yaml").write_text(SCENE)
    yield tmp_path / "scene.yaml"
    shutil.copytree(tmp_path / "cache" / "portraits", portraits, dirs_exist_ok=True)


def filmed(scene: Path) -> tuple[list[float], tuple[int, ...], list[str]]:
    """Render with dye: the red of the first frame of each line over its green, the lines that were drawn, and the warnings."""
    result = check_file(scene)
    stages = replace(real_stages(), renderer=Dyed, unheeded=lambda *_: ())
    cache = Cache()
    plan = compile_script(result.renderable(), cache=cache, stages=stages)
    done = render(plan, scene.with_suffix(".mp4"), Studio(cache=cache, stages=stages, device="cpu"))
    frames = [frame.astype(float).mean((0, 1)) for frame in decode(done.path)]
    red = [float(frames[job.start_frame][0] - frames[job.start_frame][1]) for job in plan.jobs]
    return red, done.drawn, [d.code for d in (*result.diagnostics, *plan.findings)]


def test_two_people_play_their_identities_and_one_falls_back_without_it(scene: Path) -> None:
    (ada, bob), drawn, told = filmed(scene)
    assert drawn == (1, 2) and told == []
    assert read_marks(scene.with_suffix(".mp4")).identities == (
        "ada plays the tuned identity 'ada' at strength 1; consent of 2025-03-01: Ada Lovelace, by letter",
        "bob plays the tuned identity 'robert' at strength 0.5; consent of 2024-12-31: Bob, by mail",
    )
    shutil.rmtree(scene.parent / "checkpoints" / "ada")
    (plain, same), drawn, told = filmed(scene)
    assert drawn == (1,), "bob's line is as it was"
    assert told == ["W028"]
    assert ada - plain > 25 and ada - bob > 15 and bob - plain > 15 and same == pytest.approx(bob, abs=1)
    marks = read_marks(scene.with_suffix(".mp4"))
    assert [told.split()[0] for told in marks.identities] == ["bob"] and marks.tags["synopsis"] == marks.identities[0]


def test_a_deleted_identity_is_drawn_no_more(scene: Path, capsys: pytest.CaptureFixture[str]) -> None:
    filmed(scene)
    with pytest.raises(SystemExit) as end:
        main(["identity", "delete", "checkpoints/bob", "--yes"])
    assert not end.value.code and "2 clips" in capsys.readouterr().err, "a clip, and the film it is in"
    kinds = [entry.kind for entry in Cache().entries()]
    assert kinds.count("clips") == 1 and "films" not in kinds
    _, drawn, told = filmed(scene)
    assert drawn == (2,) and told == ["W028"]


def test_the_command_line_makes_the_film_and_tells_what_it_falls_back_to(
    scene: Path, tune: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(scene.parent / "checkpoints" / "ada")
    shutil.rmtree(scene.parent / "checkpoints" / "bob")
    tune(scene.parent / "checkpoints" / "ada")
    with pytest.raises(SystemExit) as end:
        main(["render", "scene.yaml", "-o", "film.mp4", "--json-lines"])
    said = capsys.readouterr()
    assert not end.value.code, said.err
    assert "scene.yaml:5:67: W028 the identity 'checkpoints/bob' is not there: the portrait is used as it is" in said.err
    notices = [event["diagnostic"]["code"] for line in said.out.splitlines() if (event := json.loads(line))["event"] == "notice"]
    assert notices.count("W136") == 1, "ada's identity has no part"
    assert len(read_marks(Path("film.mp4")).identities) == 1
