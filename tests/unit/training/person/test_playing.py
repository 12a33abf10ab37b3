"""Di-CTE tuned on films of one person, with a small net that has learnt nothing."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import torch

from emostage.core.tracks import AudioClip, MotionTrack
from emostage.diffusion.checkpoints import load, save
from emostage.motion.diffuse import StagePerformer
from emostage.motion.personal import PersonalManner, read_manner
from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.training.fit import Terms
from emostage.training.person.performing import Piece, heard
from emostage.training.person.playing import PlayingPlan, tune_playing

pytestmark = pytest.mark.filterwarnings("ignore")


def nodding(seconds: float, seed: int) -> Piece:
    """Somebody who nods for ever, beside a hum."""
    count = int(seconds * 25)
    zeros_T = np.zeros(count, np.float32)
    at_T = np.arange(count) / 25 + seed
    rotation_T3 = np.stack([0.1 * np.sin(2 * np.pi * at_T), zeros_T, zeros_T], 1).astype(np.float32)
    motion = MotionTrack(
        expression_T52=np.zeros((count, 52), np.float32),
        rotation_T3=rotation_T3,
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=zeros_T + 1,
        tongue_T=zeros_T,
        breath_T=zeros_T,
        fps=Fraction(25),
    )
    hum_S = 0.3 * np.sin(np.arange(count * 640) / 20).astype(np.float32)
    return Piece(motion=motion, audio=AudioClip(samples_S=hum_S, rate_hz=16_000))


@pytest.fixture(scope="module")
def vaid() -> Vaid:
    torch.manual_seed(0)
    return Vaid(VaidConfig(width=16, code=8)).eval()


@pytest.fixture(scope="module")
def plan(tmp_path_factory) -> PlayingPlan:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("base") / "dicte"
    net = Dicte(DicteConfig(width=32, blocks=1, heads=2, sound=16 + 13))
    net.std_M.fill_(0.05)
    save(folder, net, net.config, {"what": "nothing"})
    work = tmp_path_factory.mktemp("work")
    return PlayingPlan(work=work, steps=25, base=folder, terms=Terms(accelerator="cpu", devices=1))


def test_a_net_learns_how_somebody_moves(vaid, plan, tmp_path: Path, monkeypatch) -> None:
    train, held = [nodding(12.0, 0), nodding(12.0, 1)], [nodding(6.0, 2)]
    found, figures = tune_playing(PersonalManner(), train, held, vaid, plan)
    assert figures["tuned"]
    assert figures["held_out_loss"] < figures["held_out_loss_before"]
    found.write(tmp_path / "manner.safetensors")
    again = read_manner(tmp_path / "manner.safetensors")
    dicte = load(plan.base, lambda config: Dicte(DicteConfig(**config)))
    performance = heard(held[0], vaid).performance
    usual, own, half = (
        StagePerformer(vaid, dicte, steps=2, manner=m).perform(performance, seed=0) for m in (None, again, again.at(0.5))
    )
    assert not np.array_equal(usual.rotation_T3, own.rotation_T3)
    assert not np.array_equal(half.rotation_T3, own.rotation_T3)
    assert np.array_equal(StagePerformer(vaid, dicte, steps=2).perform(performance, seed=0).rotation_T3, usual.rotation_T3)


def test_a_little_footage_is_not_tried(vaid, plan) -> None:
    manner = PersonalManner(blink_rate=0.1)
    for train, held in (([nodding(10.0, 0)], [nodding(6.0, 1)]), ([nodding(30.0, 0)], [replace(nodding(6.0, 1), audio=None)])):
        found, figures = tune_playing(manner, train, held, vaid, plan)
        assert found is manner
        assert not figures["tuned"]
