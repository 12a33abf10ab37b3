import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from emostage.apps import measure


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
