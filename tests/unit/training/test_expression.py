"""The expression generator from a tiny corpus, by one call."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import EMOTIONS, NEUTRAL_8
from emostage.diffusion.checkpoints import load
from emostage.emotion import facs
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.tone import SUMS
from emostage.nets.emodiffhead.generator import Generator, GeneratorConfig
from emostage.training import expression, expressionfigures
from emostage.training.dataset import read_corpus
from emostage.training.expression import ExpressionPlan, train_expression
from emostage.training.expressionfigures import intensities
from emostage.training.fit import Terms, held_out_curve
from emostage.training.generator import EXPRESSION, generator_takes

pytestmark = pytest.mark.filterwarnings("ignore")
JAW, BROW = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["browInnerUp"]
SECONDS = 90


def shard(path: Path, takes: int, seed: int) -> None:
    """Takes whose sound tells the jaw and whose sadness tells the brow, which also drifts by chance."""
    rng = np.random.default_rng(seed)
    starts_K1 = np.arange(takes + 1, dtype=np.int64) * SECONDS
    frames = int(starts_K1[-1])
    wave_N = np.abs(np.sin(np.arange(frames) / 3.0))
    weights_N8 = np.tile(NEUTRAL_8, (frames, 1))
    weights_N8[:, 2] = np.repeat(rng.random(takes), SECONDS)
    weights_N8[:, 0] -= weights_N8[:, 2]
    lips_NL, face_NA = np.zeros((frames, len(LIP_CHANNELS))), np.zeros((frames, 52))
    lips_NL[:, 0] = face_NA[:, JAW] = 0.3 * wave_N
    face_NA[:, BROW] = 0.7 * weights_N8[:, 2] + 0.2 * np.abs(np.sin(np.arange(frames) / 9.0 + rng.normal()))
    save_file(
        {
            "starts_K1": starts_K1,
            "mel_N160": np.clip(60 + 120 * wave_N[:, None] + rng.normal(0, 8, (frames, 160)), 0, 255).astype(np.uint8),
            "prosody_N3": np.stack([wave_N, wave_N > 0.5, 0 * wave_N], 1).astype(np.float16),
            "tone_NS": np.zeros((frames, SUMS), np.float16),
            "lips_N10": lips_NL.astype(np.float16),
            "manner_N27": np.zeros((frames, len(MANNER_CHANNELS)), np.float16),
            "weights_N8": weights_N8.astype(np.float16),
            "expression_N52": face_NA.astype(np.float16),
            "kind_K": (np.arange(takes) % 3).astype(np.uint8),
            "voice_K": np.zeros(takes, np.int32),
        },
        path,
    )


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpus")
    shard(folder / "train-00.safetensors", 12, 0)
    shard(folder / "held-00.safetensors", 6, 1)
    about = dict.fromkeys(("what", "command", "teacher"), "made in a test")
    card = {"format": 1, "shards": {"train": 1, "held": 1}, "voices": ["nobody"], "seed": 0, "parts": {}, "licences": {"a": "CC0"}}
    (folder / "card.json").write_text(json.dumps({**about, **card, "synthesisers": {}}))
    return folder


def plan(corpus: Path, out: Path, steps: int) -> ExpressionPlan:
    small = replace(EXPRESSION, config=replace(EXPRESSION.config, width=16), batch=4, held=1)
    terms = Terms(accelerator="cpu", devices=1)
    return ExpressionPlan(corpus=corpus, out=out / "net", work=out / "run", recipe=small, steps=steps, terms=terms)


def trained_in(out: Path) -> Generator:
    return load(out / "net", lambda config: Generator(GeneratorConfig(**config)))


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict]:
    out = tmp_path_factory.mktemp("trained")
    with pytest.MonkeyPatch.context() as few:
        few.setattr(expressionfigures, "TAKES", 3)
        return out, train_expression(plan(corpus, out, 60), "a test")


def test_the_card_tells_how_and_how_well_it_was_trained(trained: tuple[Path, dict]) -> None:
    out, told = trained
    card = json.loads((out / "net" / "card.json").read_text())
    assert card["figures"] == told
    assert card["command"] == "a test"
    assert card["data"]["licences"] == ["CC0"]
    assert {"wall_s", "held_out_curve", "cannot"} <= set(card)
    assert told["mouth_r"]["clean"]["jawOpen"] > 0.3, "even so small a generator hears a jaw that the sound tells"
    assert set(told["asked_and_shown_spearman"]) == set(EMOTIONS[1:])
    known = told["error_with_known_lips"]
    assert known["engine"]["upper_face"] != known["lips_alone"]["upper_face"], "lips alone feel nothing"
    moved = told["movement_over_teacher"]
    assert set(moved) == {"with_critics", "its_expected_face", "without_critics", "halves_of_the_teacher"}


def test_the_checkpoint_holds_a_generator_that_lives(trained: tuple[Path, dict]) -> None:
    net = trained_in(trained[0])
    assert tuple(net.config.living) == EXPRESSION.config.living
    assert not any(name.startswith("critics") for name in net.state_dict())


def test_a_finished_run_is_not_trained_again_and_a_longer_one_goes_on(corpus: Path, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(expression, "expression_figures", lambda *_: {})
    train_expression(plan(corpus, tmp_path, 4), "a test")
    first = trained_in(tmp_path).state_dict()
    train_expression(plan(corpus, tmp_path, 4), "a test")
    again = trained_in(tmp_path).state_dict()
    assert all(torch.equal(first[name], again[name]) for name in first)
    train_expression(plan(corpus, tmp_path, 8), "a test")
    assert [step for step, _ in held_out_curve(tmp_path / "run" / "critics")] == [4, 8]
    state = torch.load(tmp_path / "run" / "critics" / "last.ckpt", weights_only=True)
    assert any("critics.moment" in name for name in state["state_dict"]), "the critics go on too"


def test_shown_intensities_are_ranked(corpus: Path) -> None:
    net = Generator(GeneratorConfig(width=8)).eval().requires_grad_(False)
    for parameter in (net.parts.weight, net.parts.bias, net.speech.weight, net.speech.bias):
        parameter.zero_()
    faces_EA = torch.from_numpy(facs.SPEAKING_E52[1:].astype(np.float32)).clone()
    faces_EA[0] *= -1.0
    faces_EA[1] = 0.0
    net.parts.bias.copy_(faces_EA.flatten())
    takes = generator_takes(read_corpus(corpus, "held"))
    net.speech.bias.fill_(0.4)
    found = intensities(net, takes, [0, 3])
    assert found["angry"] == pytest.approx(1.0, abs=1e-3)
    assert found["happy"] == pytest.approx(-1.0, abs=1e-3)
    assert not found["sad"] > 0.1
