"""The engine `emodiffhead` with a small untrained generator: what must hold whatever it has learnt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52
from emostage.core.tracks import Directions
from emostage.motion import idle
from emostage.motion.codes import Lips
from emostage.motion.generate import EmodiffheadPerformer, joined
from emostage.motion.reference import ReferencePerformer
from emostage.nets.emodiffhead.contest import REST_S
from emostage.nets.emodiffhead.generator import Generator, GeneratorConfig
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

JAW, BROW = ARKIT_INDEX["jawOpen"], ARKIT_INDEX["browInnerUp"]


@pytest.fixture(scope="module")
def engine() -> EmodiffheadPerformer:
    torch.manual_seed(0)
    generator = Generator(GeneratorConfig(width=16, living=idle.COLUMNS)).eval()
    generator.parts.weight.data *= 0.2
    generator.parts.bias.data.fill_(0.3)
    return EmodiffheadPerformer(generator, Vaid(VaidConfig(width=24, code=8)).eval())


def test_shapes_and_ranges(engine, make, take) -> None:
    for fps in (24, 25, 60):
        performance = make(take, fps=fps, happy=0.5)
        motion = engine.perform(performance, seed=1)
        assert len(motion) == performance.count
        assert motion.fps == fps
        assert motion.expression_T52.dtype == np.float32
        assert 0 <= motion.expression_T52.min() <= motion.expression_T52.max() <= 1


def test_same_seed_same_performance_and_another_seed_another_with_the_same_jaw(engine, make, take) -> None:
    a, again, b = (engine.perform(make(take), seed=s) for s in (1, 1, 2))
    assert np.array_equal(a.expression_T52, again.expression_T52)
    assert np.array_equal(a.rotation_T3, again.rotation_T3)
    assert not np.array_equal(a.rotation_T3, b.rotation_T3)
    assert not np.array_equal(a.expression_T52[:, BROW], b.expression_T52[:, BROW])
    assert np.array_equal(a.expression_T52[:, JAW], b.expression_T52[:, JAW])


def test_lines_with_phones_have_the_lips_of_their_phones(engine, make, take) -> None:
    ours, rules = (e.perform(make(take), seed=1).expression_T52[:, JAW] for e in (engine, ReferencePerformer()))
    assert np.allclose(ours, rules, atol=0.03)


def test_lips_that_touch_stay_shut_whatever_is_felt(engine, make, take) -> None:
    performance = make(take, surprised=1.0)
    felt, bare = (e.perform(performance, seed=1) for e in (engine, ReferencePerformer()))
    shut = bare.expression_T52[:, ARKIT_INDEX["mouthPressLeft"]] > 0.49
    assert shut.any()
    assert felt.expression_T52[shut, JAW].max() < 0.02
    assert felt.expression_T52[:, JAW].max() > 0.2


def test_feelings_grow_with_what_is_asked(engine, make, take) -> None:
    shown = [engine.perform(make(take, liveliness=0.0, sad=x), seed=1).expression_T52[:, BROW].mean() for x in (0, 0.3, 0.6, 1.0)]
    assert (np.diff(shown) > 0.02).all()


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
    assert motion.expression_T52[[0, -1]].max() < 0.01


def test_what_the_script_asks_of_gaze_and_head_is_done(engine, make, take) -> None:
    def asked(count: int) -> Directions:
        return Directions(
            gaze_T2=np.full((count, 2), [0.2, 0.0], np.float32), head_T3=np.full((count, 3), [0.0, -0.1, 0.0], np.float32)
        )

    ours, rules = (e.perform(make(take, directions=asked), seed=1) for e in (engine, ReferencePerformer()))
    middle = len(ours) // 2
    assert np.allclose(ours.rotation_T3[middle], rules.rotation_T3[middle], atol=1e-6)
    looks = [ARKIT_INDEX[name] for name in ("eyeLookOutLeft", "eyeLookInRight")]
    assert np.allclose(ours.expression_T52[middle, looks], rules.expression_T52[middle, looks], atol=1e-6)
    assert ours.expression_T52[middle, looks].max() > 0.1


def test_a_jaw_opens_no_further_than_looks_natural() -> None:
    lips = Lips(channels_TC=np.full((4, 7), 0.9), seal_T=np.zeros(4), teeth_T=np.zeros(4), busy_T=np.ones(4))
    assert joined(lips, np.full((4, 52), 0.5), np.zeros((4, 52)))[:, JAW].max() <= 0.46


def test_chance_leaves_busy_lips_alone() -> None:
    lips = Lips(channels_TC=np.zeros((2, 7)), seal_T=np.zeros(2), teeth_T=np.zeros(2), busy_T=np.array([1.0, 0.0]))
    face_T52 = joined(lips, np.zeros((2, 52)), np.full((2, 52), 0.1))
    assert not face_T52[0, MOUTH_MASK_52].any()
    assert np.allclose(face_T52[1], 0.1)
    assert face_T52[0, BROW] == pytest.approx(0.1)


def test_chance_is_taught_to_rest_where_the_engine_rests() -> None:
    assert REST_S == idle.REST_S
