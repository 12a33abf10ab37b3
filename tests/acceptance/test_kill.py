"""A render killed at any instant is continued by the next one and ends with the same film.

`EMOSTAGE_KILLS=20 pytest tests/acceptance/test_kill.py` kills more often than the few times of an ordinary run.
"""

import os
import random
import shutil
import sys
import time

import numpy as np
import pytest

from emostage.film.probe import decode

KILLS = int(os.environ.get("EMOSTAGE_KILLS", "3"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_again_and_again_the_film_is_the_same(film, bench, new_bench):
    shutil.copytree(bench.folder / "cache" / "portraits", new_bench.folder / "cache" / "portraits")
    instants = random.Random(7)
    out = new_bench.folder / "film.mp4"
    wholes = {path.name: path.read_bytes() for path in bench.folder.iterdir() if path.is_file()}
    killed = 0
    for _ in range(KILLS):
        child = new_bench.start("render", new_bench.scene, "-o", out)
        time.sleep(instants.uniform(0.1, 6.0))
        child.kill()
        killed += child.wait() != 0
        for path in new_bench.folder.iterdir():
            if path.is_file() and path.suffix in (".mp4", ".srt", ".vtt"):
                assert path.read_bytes() == wholes[path.name], "no partial file stands under a final name"
        if out.exists():  # it was quicker than the kill: begin anew
            shutil.rmtree(new_bench.folder / "cache")
            out.unlink()
            shutil.copytree(bench.folder / "cache" / "portraits", new_bench.folder / "cache" / "portraits")
    assert killed
    new_bench.render("film.mp4")
    whole, continued = decode(film), decode(out)
    assert len(whole) == len(continued)
    assert all(np.array_equal(a, b) for a, b in zip(whole, continued, strict=True))
    new_bench.run("cache", "ls")
    assert not [p for p in new_bench.folder.rglob("*.part*") if p.parent == new_bench.folder]
