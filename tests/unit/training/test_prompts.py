"""Training the Emotion Intensity Block and measuring how prompts are read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emostage.core.emotion import mix
from emostage.emotion.prompt import load_reader
from emostage.nets.emotalker.eib import EIBConfig
from emostage.nets.emotalker.reading import Reading
from emostage.training import prompts
from emostage.training.descriptions.corpus import Description
from emostage.training.fit import Terms
from emostage.training.handwritten import LISTS, handwritten
from emostage.training.lookup import Lookup
from emostage.training.prompt_figures import order, right, scores
from emostage.training.prompts import PromptPlan, train_prompts

pytestmark = pytest.mark.filterwarnings("ignore")
TINY = EIBConfig(known=2048, width=16, layers=1, heads=2, reach=3)


def test_training_writes_a_checkpoint_with_its_figures_and_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(prompts, "_PIECES_FROM", 5000)
    terms = Terms(accelerator="cpu")
    plan = PromptPlan(out=tmp_path / "eib", work=tmp_path / "work", steps=30, batch=64, config=TINY, measured=20, terms=terms)
    found = train_prompts(plan, "emostage train prompts eib")
    card = json.loads((tmp_path / "eib" / "card.json").read_text())
    assert card["figures"] == json.loads(json.dumps(found)) and card["command"] == "emostage train prompts eib"
    assert {"block", "looking words up"} == set(found)
    assert load_reader(tmp_path / "eib").read(["sad"]).weights_N8.shape == (1, 8)
    logged = next((tmp_path / "work").rglob("metrics.csv")).read_text().splitlines()
    assert "held/loss" in logged[0]
    again = train_prompts(PromptPlan(**{**vars(plan), "steps": 60}), "emostage train prompts eib")
    assert json.loads((tmp_path / "eib" / "card.json").read_text())["best_step"] > 30 or again == found


def test_handwritten_prompts_are_many_and_of_every_kind():
    for name in LISTS:
        asked = handwritten(name)
        assert len({each.text for each in asked}) == len(asked) >= 100
        assert all(any(each.felt_7[i] > 0 for each in asked) for i in range(7)) and any(each.denied for each in asked)


class Says:
    """A reader that answers with what it was given."""

    def __init__(self, answers):
        self.answers = answers

    def read(self, prompts):
        weights_N8 = np.array([mix(self.answers[prompt]) for prompt in prompts])
        return Reading(weights_N8=weights_N8, embedding_ND=weights_N8, sure_N=np.ones(len(prompts), np.float32))


def test_scores_of_known_answers():
    asked = [
        Description(text="a", felt_7=(0.5, 0, 0, 0, 0, 0, 0)),
        Description(text="b", felt_7=(0,) * 7, denied=(1,)),
        Description(text="c", felt_7=(0, 0.4, 0, 0, 0, 0, 0), denied=(0,)),
    ]
    found = scores(Says({"a": {"happy": 0.7}, "b": {"sad": 0.02}, "c": {"happy": 0.3, "sad": 0.1}}), asked)
    assert found["strongest"] == pytest.approx(2 / 3, abs=1e-3) and found["denied"] == 0.5
    assert found["error"] == pytest.approx((0.4 + 0.04 + 0.6) / 24, abs=1e-4)
    assert found["error_asked"] == pytest.approx((0.2 + 0.3) / 2, abs=1e-4)


@pytest.mark.parametrize(
    ("said", "asked", "expected"),
    [
        ((0.1, 0.3), (0.0, 0.5), True),
        ((0.3, 0.1), (0.0, 0.5), False),
        ((0.4, 0.5), (0.5, 0.5), True),
        ((0.02, 0.03), (0.0, 0.0), True),
        ((0.02, 0.2), (0.0, 0.0), False),
        ((0.0, 0.03), (0.0, 0.3), False),
    ],
)
def test_the_strongest_emotion_is_right_when_it_is_one_of_the_strongest_asked_for(said, asked, expected):
    assert right(np.array([said]), np.array([asked])) == [expected]


def test_looking_words_up_knows_degrees_and_nothing_else():
    sad_N = Lookup().read(["very sad", "a little sad", "sad", "over the moon", "not sad"]).weights_N8[:, 2]
    assert sad_N[0] > sad_N[2] > sad_N[1] > 0 and sad_N[3] == 0 and sad_N[4] > 0


def test_ladders_of_a_reader_that_hears_no_degrees_are_out_of_order():
    class Deaf(Says):
        def read(self, prompts):
            weights_N8 = np.tile(mix({"sad": 0.5}), (len(prompts), 1))
            return Reading(weights_N8=weights_N8, embedding_ND=weights_N8, sure_N=np.ones(len(prompts), np.float32))

    assert set(order(Deaf({})).values()) == {0.0}
