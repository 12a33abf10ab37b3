"""What is asked is seen: the finished films are tracked again."""

import json
from pathlib import Path

import pytest

from emostage.apps.cli import main
from emostage.apps.opening import Settings, open_scene
from emostage.evaluate.film import evaluate
from emostage.studio.compile import compile_script
from emostage.studio.run import render, studio

ROOT = Path(__file__).resolve().parents[2]
BILABIALS = """\
emostage: 1
film: {size: 384, quality: draft, seed: 3}
cast: {ada: {portrait: sample/astronaut, framing: close, voice: espeak/en-us+f3}}
shots:
  - lines:
      - ada: "Mama bought a big purple bubble machine, but Bob popped it before my mom came up."
      - ada: "[happy 0.8] Please, maybe bring me an apple pie. [sad 0.8] Nobody remembers my bumpy trip home."
"""


@pytest.mark.slow
def test_every_feeling_grows_as_asked(tmp_path):
    """The scene of moods, twice as fast."""
    scene = tmp_path / "moods.yaml"
    text = (ROOT / "scenes" / "moods.yaml").read_text(encoding="utf-8")
    assert text.count("3.2s") == text.count("2.4s") == 7
    scene.write_text(text.replace("3.2s", "1.6s").replace("2.4s", "1.2s"), encoding="utf-8")
    script, here = open_scene(scene, Settings(quality="draft"), rendering=True), studio()
    plan = compile_script(script, cache=here.cache, stages=here.stages)
    result = evaluate(plan, render(plan, tmp_path / "film.mp4", here).path, stages=here.stages)
    assert result.faces == 1.0
    found = {rise.emotion: rise.spearman for rise in result.emotions}
    assert set(found) == {"happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt"}
    assert min(found.values()) >= 0.95, found


@pytest.mark.slow
def test_lips_close_on_p_b_and_m_and_not_on_everything(tmp_path, capsys):
    scene = tmp_path / "scene.yaml"
    scene.write_text(BILABIALS)
    with pytest.raises(SystemExit) as end:
        main(["eval", str(scene), "--draft", "--json"])
    assert not end.value.code
    result = json.loads(capsys.readouterr().out)
    assert result["faces"] == 1.0
    lips = result["lips"]
    assert lips["asked"] >= 30
    assert lips["rate"] >= 0.95
    assert lips["chance"] <= 0.4
