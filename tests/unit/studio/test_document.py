import json

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.scene.model import Shot, TransitionIn
from emostage.studio.compile import compile_script
from emostage.studio.document import as_text, document, write_arrays, write_json
from emostage.studio.plot import write_plot


@pytest.fixture
def plan(make, fake, cache):
    shots = [
        Shot(index=0, name="a", lines=(make.said("One two three.", emotion=(make.key("word", 1, happy=0.6),)),)),
        Shot(index=1, name="b", lines=(make.said("Four."),), transition=TransitionIn(kind="crossfade", seconds=0.4)),
    ]
    return compile_script(make.script(shots=shots), cache=cache, stages=fake.stages())


def test_the_document_says_all_that_is_planned(plan):
    data = json.loads(as_text(plan))
    assert data == document(plan)
    assert (data["schema"], data["fps"], data["frames"]) == ("emostage.plan.v1", "25/1", plan.frames)
    first, second = data["lines"]
    assert first["emotion"] == [{"at_s": 0.7, "weights": {"happy": 0.6}, "ease": "in-out"}]
    assert first["words"][1] == {"text": "two", "start_s": 0.7, "end_s": 1.0}
    assert second["transition"] == {"kind": "crossfade", "frames": 10}
    assert second["start_frame"] == first["frames"] - 10
    assert len({line["fingerprint"] for line in data["lines"]}) == 2


def test_files_are_whole_or_not_there(plan, fake, tmp_path):
    write_json(plan, tmp_path / "plan.json")
    write_arrays(plan, tmp_path / "plan.npz", fake.stages())
    write_plot(plan, tmp_path / "plan.png", fake.stages())
    with np.load(tmp_path / "plan.npz") as arrays:
        assert json.loads(str(arrays["plan"])) == document(plan)
        assert arrays["1/emotion_T8"].shape == (plan.jobs[0].frames, 8)
        assert np.isnan(arrays["2/head_T3"]).all()
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["plan.json", "plan.npz", "plan.png"]
    for write in (
        write_json,
        lambda p, path: write_arrays(p, path, fake.stages()),
        lambda p, path: write_plot(p, path, fake.stages()),
    ):
        with pytest.raises(EmostageError):
            write(plan, tmp_path / "missing" / "x")


def test_the_plot_shows_long_films_in_rows(make, fake, cache, tmp_path):
    from PIL import Image

    heights = []
    for count in (1, 6, 24):
        lines = [make.said("One two three four five six seven eight.") for _ in range(count)]
        write_plot(compile_script(make.script(*lines), cache=cache, stages=fake.stages()), tmp_path / "plan.png", fake.stages())
        with Image.open(tmp_path / "plan.png") as image:
            heights.append(image.height)
            assert image.width == 1600
    assert heights == sorted(set(heights))
