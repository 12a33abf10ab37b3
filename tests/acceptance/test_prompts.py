"""The shipped Emotion Intensity Block: how well it reads, how quickly, and what it leaves alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import numpy as np
import pytest

from emostage.apps.cli import main
from emostage.core.emotion import EMOTION_INDEX, EMOTIONS
from emostage.core.resources import resource
from emostage.emotion.prompt import load_reader
from emostage.training.descriptions.choice import KEPT_OUT, seeded
from emostage.training.descriptions.corpus import descriptions
from emostage.training.handwritten import handwritten
from emostage.training.lookup import Lookup
from emostage.training.prompt_figures import order, scores, telling

MOST_BYTES = 5_000_000
MOST_SECONDS = 0.2
SEED = 2027
"""Not the seed of the figures in the card."""


@pytest.fixture(scope="module")
def reader():
    return load_reader(resource("checkpoints", "eib"))


@pytest.fixture(scope="module")
def unseen():
    return [each for kind in KEPT_OUT if kind != "words" for each in descriptions(300, seeded(SEED), kind)]


def test_it_reads_phrasings_that_training_never_saw(reader, unseen):
    found = scores(reader, unseen)
    assert found["strongest"] >= 0.95
    assert found["error"] <= 0.04 and found["error_asked"] <= 0.08
    assert found["denied"] >= 0.95


def test_it_reads_what_people_wrote_far_better_than_looking_words_up(reader):
    for name, least in (("first", 0.93), ("second", 0.65), ("third", 0.85)):
        found, looked_up = (scores(each, handwritten(name)) for each in (reader, Lookup()))
        assert found["strongest"] >= least > looked_up["strongest"] + 0.2
        assert found["error"] < 0.6 * looked_up["error"]


def test_degrees_are_in_order_for_every_emotion(reader):
    assert order(reader) == dict.fromkeys(EMOTIONS[1:], 1.0)


def test_it_tells_what_speaks_of_no_feeling(reader, unseen):
    found = telling(reader, unseen, 500)
    assert found["feeling"] >= 0.98 and found["none"] >= 0.95


@pytest.mark.parametrize(
    ("prompt", "asked"),
    [
        ("a little sad and a little fearful", {"sad": 0.25, "afraid": 0.25}),
        ("quietly furious", {"angry": 0.8}),
        ("not happy at all, just sad", {"sad": 0.65}),
        ("30% afraid", {"afraid": 0.3}),
        ("Mostly surprised, slightly disgusted.", {"surprised": 0.6, "disgusted": 0.22}),
        ("UTTERLY CONTEMPTUOUS!!!", {"contempt": 1.0}),
        ("expressionless", {}),
    ],
)
def test_prompts_of_the_language(reader, prompt, asked):
    wanted_8 = np.zeros(8)
    for name, strength in asked.items():
        wanted_8[EMOTION_INDEX[name]] = strength
    np.testing.assert_allclose(reader.read([prompt]).weights_N8[0][1:], wanted_8[1:], atol=0.15)


def test_a_degree_before_two_feelings_is_heard_with_both(reader):
    weights_8 = reader.read(["a little sad and fearful"]).weights_N8[0]
    assert 0.15 < weights_8[EMOTION_INDEX["sad"]] < 0.35 and 0.15 < weights_8[EMOTION_INDEX["afraid"]] < 0.5


def test_any_text_gives_a_mix(reader):
    texts = ["", " ", "\0", "sad " * 5000, "\u4f60\u597d", "\U0001f622", "[]{}()\\", "1e999 0x10 % %%", "x" * 100_000]
    reading = reader.read(texts)
    assert np.isfinite(reading.weights_N8).all() and np.isfinite(reading.embedding_ND).all()
    np.testing.assert_allclose(reading.weights_N8.sum(1), 1.0, atol=1e-5)


def test_planning_stays_light():
    code = (
        "import json, sys, time; from emostage.studio.stages import real_stages; understand = real_stages().understand\n"
        "begin = time.process_time(); understand(['quietly furious, but trying to stay polite'])\n"
        "print(json.dumps([time.process_time() - begin, 'torch' in sys.modules]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, torch = json.loads(done.stdout)
    assert seconds < MOST_SECONDS and not torch


def test_its_card_says_where_it_is_from():
    folder = resource("checkpoints", "eib")
    card = json.loads((folder / "card.json").read_text("utf-8"))
    assert {"what", "licence", "data", "command", "figures", "sha256"} <= set(card)
    assert sum(path.stat().st_size for path in folder.iterdir()) <= MOST_BYTES


SCENE = """emostage: 1
cast: {ada: {portrait: sample/astronaut}}
shots:
  - lines:
      - ada: 'Well, [like "a blue bicycle"] here it is. [like "furious" 0.5] Again!'
      - pause: 1s
      - ada: "Home."
        emotion: [{at: start, like: "a little sad"}, {at: end, like: "very happy", strength: 0.5}]
"""


def test_a_plan_shows_what_prompts_became_and_what_says_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "scene.yaml").write_text(SCENE, encoding="utf-8")
    with pytest.raises(SystemExit) as end:
        main(["plan", "scene.yaml", "--json"])
    told = capsys.readouterr()
    assert not end.value.code and re.search(r"scene.yaml:5:21: W034 'a blue bicycle'.*describe one", told.err)
    assert told.err.count("W034") == 1
    became = [each for line in json.loads(told.out)["lines"] for each in line["described"]]
    assert [each["like"] for each in became] == ["a blue bicycle", "furious", "a little sad", "very happy"]
    assert [max(each["weights"], key=each["weights"].get, default="neutral") for each in became] == [
        "neutral",
        "angry",
        "sad",
        "happy",
    ]
    assert became[1]["weights"]["angry"] == pytest.approx(0.475, abs=0.1) and became[3]["weights"]["happy"] == pytest.approx(
        0.41, abs=0.1
    )
