"""The engine `stage` with small untrained nets: what must hold whatever they have learnt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52
from emostage.motion.diffuse import StagePerformer
from emostage.motion.reference import ReferencePerformer
from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

JAW = ARKIT_INDEX["jawOpen"]


@pytest.fixture(scope="module")
def engine() -> StagePerformer:
    torch.manual_seed(0)
    vaid = Vaid(VaidConfig(width=24, code=8)).eval()
    dicte = Dicte(DicteConfig(width=32, blocks=1, heads=2, sound=24 + 13)).eval()
    dicte.std_M.fill_(0.02)
    return StagePerformer(vaid, dicte, steps=3)


def test_shapes_and_ranges(engine, make, take) -> None:
    for fps in (24, 25, 60):
        performance = make(take, fps=fps, happy=0.5)
        motion = engine.perform(performance, seed=1)
        assert len(motion) == performance.count
        assert motion.fps == fps
        assert motion.expression_T52.dtype == np.float32
        assert 0 <= motion.expression_T52.min() <= motion.expression_T52.max() <= 1


def test_same_seed_same_performance_and_another_seed_another_with_the_same_lips(engine, make, take) -> None:
    a, again, b = (engine.perform(make(take), seed=s) for s in (1, 1, 2))
    assert np.array_equal(a.expression_T52, again.expression_T52)
    assert np.array_equal(a.rotation_T3, again.rotation_T3)
    assert not np.array_equal(a.rotation_T3, b.rotation_T3)
    assert np.array_equal(a.expression_T52[:, JAW], b.expression_T52[:, JAW])


def test_lines_with_phones_have_the_lips_of_their_phones(engine, make, take) -> None:
    ours, rules = (e.perform(make(take), seed=1).expression_T52[:, JAW] for e in (engine, ReferencePerformer()))
    assert np.allclose(ours, rules, atol=0.03)


def test_recordings_without_transcript_move_the_mouth(engine, make, take) -> None:
    performance = make(take)
    motion = engine.perform(replace(performance, speech=replace(performance.speech, phones=())), seed=0)
    assert motion.expression_T52[:, MOUTH_MASK_52].std(0).max() > 0


def test_statues_only_speak_and_feel(engine, make, take) -> None:
    a, b = (engine.perform(make(take, liveliness=0.0, sad=0.5), seed=s) for s in (1, 2))
    assert np.array_equal(a.expression_T52, b.expression_T52)
    assert np.array_equal(a.rotation_T3, b.rotation_T3)


@pytest.mark.parametrize("count", [1, 2, 3, 10])
def test_tiny_clips(engine, make, count: int) -> None:
    motion = engine.perform(make(None, beat_s=count / 25), seed=3)
    assert len(motion) == count
    assert np.isfinite(motion.expression_T52).all()


def test_clips_begin_and_end_at_rest(engine, make, take) -> None:
    motion = engine.perform(make(take), seed=5)
    assert np.abs(motion.rotation_T3[[0, -1]]).max() < 1e-6
    assert motion.breath_T[[0, -1]].max() == 0
    assert motion.expression_T52[[0, -1], JAW].max() == 0


def test_windows_leave_no_seams(engine, make, speak) -> None:
    motion = engine.perform(make(speak(times=8)), seed=1)
    speed_T = np.abs(np.diff(motion.rotation_T3, axis=0)).sum(1)
    assert len(motion) > 600
    assert speed_T.max() < 12 * np.median(speed_T)
