"""From a scene to a film by the command line, and again."""

import shutil
import subprocess
import sys
import time

import numpy as np
import pytest

from emostage.film.probe import decode, decode_sound, probe
from emostage.film.provenance import read_marks


def pictures(path):
    return np.stack([frame.copy() for frame in decode(path)])


def test_the_film_is_whole(film, bench, lines_drawn):
    facts = probe(film)
    ended = bench.events[-1]
    assert lines_drawn(bench.events) == [1, 2, 3]
    assert facts.frames == ended["frames"] == len(pictures(film))
    assert facts.size_px == (128, 128)
    assert abs(decode_sound(film).duration_s - facts.frames / 25) <= 0.5 / 25
    assert {p.name for p in bench.folder.iterdir()} == {"scene.yaml", "cache", "film.mp4", "film.png", "film.srt", "film.vtt"}
    assert "Pop! My map." in (bench.folder / "film.srt").read_text()


def test_the_film_says_what_it_is(film):
    marks = read_marks(film)
    assert marks.ai_generated
    assert marks.title == "Small"
    assert marks.tags["seed"] == "5"


def test_the_mouth_and_the_sound_move(film):
    frames = pictures(film).astype(np.int16)
    change = np.abs(np.diff(frames, axis=0)).mean((1, 2, 3))
    assert change.max() > 0.3
    sound = decode_sound(film).samples_S
    assert np.abs(sound).max() > 0.05


def test_a_second_render_is_quick_and_loads_no_torch(film, bench):
    code = (
        "import sys\nfrom emostage.apps.cli import main\n"
        "try:\n    main(['render', 'scene.yaml', '-o', 'again.mp4', '-q'])\nexcept SystemExit as end:\n    assert not end.code\n"
        "print([m for m in ('torch', 'moviepy', 'mediapipe', 'cv2', 'lightning') if m in sys.modules])"
    )
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=bench.folder, env=bench.environment, capture_output=True, text=True, check=True
    )
    assert time.perf_counter() - begun < 3.0
    assert done.stdout.splitlines()[-1] == "[]"
    assert (bench.folder / "again.mp4").read_bytes() == film.read_bytes()
    for suffix in (".mp4", ".srt", ".vtt"):
        (bench.folder / "again").with_suffix(suffix).unlink()


def test_the_same_seed_gives_the_same_frames_and_an_edited_key_costs_its_line(film, bench, new_bench, lines_drawn):
    shutil.copytree(bench.folder / "cache" / "takes", new_bench.folder / "cache" / "takes")
    new_bench.render("film.mp4")
    assert np.array_equal(pictures(new_bench.folder / "film.mp4"), pictures(film))
    new_bench.scene.write_text(new_bench.scene.read_text().replace("surprised: 0.5", "surprised: 0.9"))
    events = new_bench.render_here("edited.mp4")
    assert lines_drawn(events) == [2]
    edited, before = pictures(new_bench.folder / "edited.mp4"), pictures(film)
    same = (edited == before).all((1, 2, 3))
    first = events[0]["frames"] and next(e["frames"] for e in bench.events if e["event"] == "line")
    assert same[:first].all()
    assert not same.all()


def test_some_lines_make_a_film_of_their_own(film, bench, lines_drawn):
    events = bench.render_here("part.mp4", "--only", "2-3")
    assert lines_drawn(events) == []
    assert probe(bench.folder / "part.mp4").frames == events[-1]["frames"] < probe(film).frames


def test_an_existing_film_stays_when_asked(film, bench):
    before = film.read_bytes()
    done = bench.run("render", bench.scene, "-o", film, "--no-clobber", check=False)
    assert (done.returncode, "E103" in done.stderr) == (1, True)
    assert film.read_bytes() == before


@pytest.mark.parametrize(
    ("change", "code"),
    [(("sample/hopper", "no-face.png"), 4), (("espeak/en-gb", "espeak/en-xx"), 4), (("start, surprised", "9s, surprised"), 3)],
)
def test_what_cannot_be_made_stops_the_film(film, bench, new_bench, change, code):
    from PIL import Image

    shutil.copytree(bench.folder / "cache", new_bench.folder / "cache")
    Image.new("RGB", (200, 200), "#808080").save(new_bench.folder / "no-face.png")
    new_bench.scene.write_text(new_bench.scene.read_text().replace(*change))
    assert new_bench.here("render", new_bench.scene, "-o", "film.mp4", check=False).returncode == code
    assert not (new_bench.folder / "film.mp4").exists()


def test_best_effort_makes_the_film_of_the_rest(film, bench, new_bench):
    from PIL import Image

    shutil.copytree(bench.folder / "cache", new_bench.folder / "cache")
    Image.new("RGB", (200, 200), "#808080").save(new_bench.folder / "no-face.png")
    new_bench.scene.write_text(new_bench.scene.read_text().replace("sample/hopper", "no-face.png"))
    done = new_bench.here("render", new_bench.scene, "-o", "film.mp4", "--best-effort", check=False)
    assert done.returncode == 6
    assert done.stderr.count("E070") == 2
    first = next(e["frames"] for e in bench.events if e["event"] == "line")
    assert probe(new_bench.folder / "film.mp4").frames == first
