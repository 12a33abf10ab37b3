"""People act a film: a scene whose lines take performances and feelings from other files, through the real commands."""

from __future__ import annotations

import json
import shutil
from fractions import Fraction

import numpy as np
import pytest
import soundfile

from emostage.core.arkit import expression
from emostage.core.resources import resource
from emostage.core.tracks import MotionTrack
from emostage.film.probe import decode
from emostage.motion.recording import Recording, write_motion

SCENE = """\
emostage: 1
film: {size: 96, quality: draft, engine: reference, seed: 2}
cast: {ada: {portrait: sample/astronaut, framing: close, liveliness: 0}}
shots:
  - lines:
      - ada: {audio: take.wav, motion: take.npz}
      - ada: "Hi."
        motion: {file: take.npz, fit: true, gain: 0.9}
      - ada: {motion: take.npz}
      - ada: "Well."
        emotion: {from: smile.png, strength: 0.8}
      - ada: {pause: 600ms, emotion: {from: take.npz}}
"""
COUNT = 20


@pytest.fixture
def acted(new_bench):
    """A folder with a recording, a performance of the same length in which the mouth opens wide, and a smiling picture."""
    folder = new_bench.folder
    rise_T = np.sin(np.linspace(0, np.pi, COUNT)).astype(np.float32)
    still_T = np.zeros(COUNT, np.float32)
    motion = MotionTrack(
        expression_T52=rise_T[:, None] * expression(jawOpen=0.45, browInnerUp=0.8),
        rotation_T3=rise_T[:, None] * np.radians([0, 15, 0]).astype(np.float32),
        shift_T2=np.zeros((COUNT, 2), np.float32),
        scale_T=still_T + 1,
        tongue_T=still_T,
        breath_T=still_T,
        fps=Fraction(25),
    )
    write_motion(Recording(motion=motion), folder / "take.npz")
    tone_S = 0.2 * np.sin(np.arange(int(16_000 * COUNT / 25)) * 0.06)
    soundfile.write(folder / "take.wav", tone_S, 16_000)
    shutil.copy(resource("emostage", "data", "samples", "astronaut.png"), folder / "smile.png")
    (folder / "scene.yaml").write_text(SCENE)
    new_bench.scene = "scene.yaml"
    return new_bench


@pytest.mark.slow
def test_a_scene_is_acted(acted):
    assert acted.here("check", "scene.yaml", "--strict").returncode == 0
    lines = json.loads(acted.here("plan", "scene.yaml", "--json").stdout)["lines"]
    assert [line["acting"] and line["acting"]["lips"] for line in lines] == [True, False, True, None, None]
    assert lines[2]["frames"] == COUNT
    assert lines[3]["emotion"][0]["weights"]["happy"] > 0.6
    assert lines[4]["felt"]["seconds"] == COUNT / 25
    events = acted.render_here("film.mp4")
    assert sorted(event["number"] for event in events if event["event"] == "line-done") == [1, 2, 3, 4, 5]
    frames = np.stack(list(decode(acted.folder / "film.mp4"))).astype(int)
    first, beat = lines[0], lines[2]
    rest, moved = frames[first["start_frame"]], frames[first["start_frame"] + 10 + COUNT // 2]
    moved_by = np.abs(moved - rest).mean()
    assert moved_by > 3, "the head turns and the mouth opens"
    joint = beat["start_frame"]
    for one, other in ((joint, joint - 1), (joint + COUNT - 1, first["start_frame"])):
        assert np.abs(frames[one] - frames[other]).mean() < 0.4 * moved_by, "clips join at rest"
