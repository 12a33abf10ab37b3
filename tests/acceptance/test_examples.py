"""Every example runs, at thumbnail size."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.py"))
ARGUMENTS = {
    "01_render_a_scene": lambda bench: [bench.scene, "film.mp4", "128"],
    "04_draw_one_frame": lambda bench: ["sample/hopper", "frame.png", "128"],
}
RESULTS = {"01_render_a_scene": "film.mp4: ", "04_draw_one_frame": "frame.png: 128 x 128"}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_example_runs(path, bench, film, tmp_path):
    arguments = ARGUMENTS.get(path.stem, lambda bench: [])(bench)
    done = subprocess.run(
        [sys.executable, "-W", "error::DeprecationWarning:__main__", path, *map(str, arguments)],
        cwd=tmp_path,
        env=bench.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert RESULTS.get(path.stem, "") in done.stdout
    assert done.stdout.strip()
