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

KILLS = int(os.environ.get("EMOSTAGE_KILLS", "4"))


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals")
def test_killed_again_and_again_the_film_is_the_same(film, bench, new_bench):
    """The instants lie between two events of the render, so a busy machine does not move them all into its beginning."""
    instants = random.Random(7)
    out, cache = new_bench.folder / "film.mp4", new_bench.folder / "cache"
    wholes = {path.name: path.read_bytes() for path in bench.folder.iterdir() if path.suffix in (".mp4", ".srt", ".vtt")}
    shutil.copytree(bench.folder / "cache" / "portraits", cache / "portraits")
    killed = 0
    while killed < KILLS:
        child = new_bench.start("render", new_bench.scene, "-o", out, "--json-lines")
        for _ in range(instants.randrange(len(bench.events))):
            if not child.stdout.readline():
                break
        time.sleep(instants.uniform(0.0, 0.3))
        child.kill()
        killed += child.wait() != 0
        child.stdout.close()
        for path in new_bench.folder.iterdir():
            if path.name in wholes:
                assert path.read_bytes() == wholes[path.name], "no partial file stands under a final name"
        if out.exists():  # so much is in the cache that a render is over at once: begin anew
            shutil.rmtree(cache)
            out.unlink()
            shutil.copytree(bench.folder / "cache" / "portraits", cache / "portraits")
    new_bench.render("film.mp4")
    whole, continued = decode(film), decode(out)
    assert len(whole) == len(continued)
    assert all(np.array_equal(a, b) for a, b in zip(whole, continued, strict=True))
    new_bench.run("cache", "clear")
    assert not [p for p in cache.rglob("*") if p.is_file()], "what was killed is swept"
