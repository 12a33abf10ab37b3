"""What is asked is seen: the finished films are tracked again."""

import json
from pathlib import Path

import pytest

from emostage.apps.cli import main

ROOT = Path(__file__).resolve().parents[2]
BILABIALS = """\
emostage: 1
film: {quality: draft, seed: 3}
cast: {ada: {portrait: sample/astronaut, framing: close, voice: espeak/en-us+f3}}
shots:
  - lines:
      - ada: "Mama bought a big purple bubble machine, but Bob popped it before my mom came up."
      - ada: "[happy 0.8] Please, maybe bring me an apple pie. [sad 0.8] Nobody remembers my bumpy trip home."
"""


def evaluated(scene, capsys) -> dict:
    with pytest.raises(SystemExit) as end:
        main(["eval", str(scene), "--draft", "--json"])
    assert not end.value.code
    return json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_every_feeling_grows_as_asked(capsys):
    result = evaluated(ROOT / "scenes" / "moods.yaml", capsys)
    assert result["faces"] == 1.0
    found = {e["emotion"]: e["spearman"] for e in result["emotions"]}
    assert set(found) == {"happy", "sad", "angry", "afraid", "disgusted", "surprised", "contempt"}
    assert min(found.values()) >= 0.95, found


@pytest.mark.slow
def test_lips_close_on_p_b_and_m_and_not_on_everything(tmp_path, capsys):
    scene = tmp_path / "scene.yaml"
    scene.write_text(BILABIALS)
    lips = evaluated(scene, capsys)["lips"]
    assert lips["asked"] >= 30
    assert lips["rate"] >= 0.95
    assert lips["chance"] <= 0.4
