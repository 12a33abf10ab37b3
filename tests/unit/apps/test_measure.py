import json
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from emostage.apps import measure
from emostage.apps.cli import main


def test_overlapping_work_counts_once():
    spent = {}
    nap = measure._clock(lambda: time.sleep(0.2), "nap", spent)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: nap(), range(4)))
    assert spent["nap"] == pytest.approx(0.2, abs=0.12)
    nap()
    assert spent["nap"] == pytest.approx(0.4, abs=0.2)


def test_a_failing_call_is_counted_too():
    spent = {}

    def fail():
        raise ValueError

    with pytest.raises(ValueError):
        measure._clock(fail, "x", spent)()
    assert spent["x"] >= 0


def test_the_scene_of_a_bench_is_as_long_as_asked_for(tmp_path):
    script = measure._script(measure.Bench(seconds=30), tmp_path, 6)
    assert len(script.lines) == 6
    assert all(line.words and line.emotion for line in script.lines)


def test_drawing_and_encoding_are_told_apart_from_speech_and_motion():
    stages = {"speech": 1.0, "motion": 2.0, "picture": 5.0}
    measured = measure.Measured(film_s=10.0, fps=25.0, size_px=(64, 64), stages=stages, work_s=9.0, once_s=1.0, peak_mb=1.0)
    assert measured.as_dict()["picture_per_film_s"] == 0.5


def test_every_drawing_stage_has_a_command(capsys):
    with pytest.raises(SystemExit) as end:
        main(["bench", "--stages", "--size", "128", "--seconds", "1", "--framing", "bust", "--device", "cpu", "--json"])
    figures = json.loads(capsys.readouterr().out)
    assert not end.value.code
    assert {"pose", "flow", "warp", "mouth", "eyes", "composite", "sum", "film_per_s"} <= set(figures)
    assert all(value >= 0 for value in figures.values())
