"""Performances in the manner of one person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX
from emostage.motion.diffuse import StagePerformer
from emostage.motion.generate import EmodiffheadPerformer
from emostage.motion.habits import lived, mouthed, paced
from emostage.motion.idle import SIDED
from emostage.motion.personal import PersonalManner
from emostage.motion.reference import ReferencePerformer, play, say
from emostage.nets.emodiffhead.generator import Generator, GeneratorConfig
from emostage.nets.emotivetalk.dicte import Dicte, DicteConfig
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

WIDE = PersonalManner(gain_C=np.full(7, 1.4), bias_C=np.array([0.05, 0, 0, 0, 0, 0, 0.0]))
JAW = ARKIT_INDEX["jawOpen"]


def stage(manner=None) -> StagePerformer:
    torch.manual_seed(0)
    vaid = Vaid(VaidConfig(width=24, code=8)).eval()
    dicte = Dicte(DicteConfig(width=32, blocks=1, heads=2, sound=24 + 13)).eval()
    dicte.std_M.fill_(0.02)
    return StagePerformer(vaid, dicte, steps=2, manner=manner)


def emodiffhead(manner=None) -> EmodiffheadPerformer:
    torch.manual_seed(0)
    return EmodiffheadPerformer(Generator(GeneratorConfig()).eval(), Vaid(VaidConfig(width=24, code=8)).eval(), manner=manner)


ENGINES = {"stage": stage, "reference": lambda manner=None: ReferencePerformer(manner=manner), "emodiffhead": emodiffhead}


@pytest.mark.parametrize("engine", ENGINES.values(), ids=ENGINES.keys())
def test_every_engine_performs_in_a_manner_and_without_one_as_ever(make, take, engine) -> None:
    performance = make(take, happy=0.4)
    usual, same, wide = (engine(manner).perform(performance, seed=1) for manner in (None, WIDE.at(0.0), WIDE))
    assert np.array_equal(usual.expression_T52, same.expression_T52)
    assert np.array_equal(usual.rotation_T3, same.rotation_T3)
    assert wide.expression_T52[:, JAW].mean() > 1.1 * usual.expression_T52[:, JAW].mean()


def test_lips_that_touch_still_touch(make, take) -> None:
    said = say(make(take))
    lips, shut_T = mouthed(said.lips, WIDE), said.lips.seal_T > 0.999
    assert shut_T.any()
    assert np.array_equal(lips.channels_TC[shut_T], said.lips.channels_TC[shut_T])
    assert np.array_equal(lips.seal_T, said.lips.seal_T)


def test_lips_that_rest_are_not_opened(make, take) -> None:
    lips = say(make(take)).lips
    still_TC = (lips.busy_T == 0.0)[:, None] & (lips.channels_TC == 0.0)
    assert still_TC.any()
    assert not mouthed(lips, WIDE).channels_TC[still_TC].any()


def test_one_side_is_stronger(make, take) -> None:
    smile = next(n for n, (left, _) in enumerate(SIDED) if left == ARKIT_INDEX["mouthSmileLeft"])
    sides_P = np.zeros(len(SIDED))
    sides_P[smile] = 0.2
    performance = make(take, happy=0.8)
    usual, own = (ReferencePerformer(manner=m).perform(performance, seed=1) for m in (None, PersonalManner(sides_P=sides_P)))
    left, right = ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthSmileRight"]
    assert np.allclose(own.expression_T52[:, left], 1.2 * usual.expression_T52[:, left], atol=1e-6)
    assert np.allclose(own.expression_T52[:, right], 0.8 * usual.expression_T52[:, right], atol=1e-6)


def test_moves_are_larger(make, take) -> None:
    performance = make(take)
    usual, own = (
        ReferencePerformer(manner=m).perform(performance, seed=1)
        for m in (None, PersonalManner(moves_G=np.array([0.0, 0.0, np.log(1.5), 0.0])))
    )
    assert np.allclose(own.rotation_T3, 1.5 * usual.rotation_T3, atol=1e-5)


def test_blinks_are_as_many_as_are_wanted() -> None:
    at_s = np.array([2.0, 2.6, 6.0, 9.0])
    assert np.array_equal(paced(at_s, 12.0, 1.0), at_s)
    assert len(paced(at_s, 12.0, 2.0)) == 8
    assert paced(at_s, 12.0, 0.75).tolist() == [2.6, 6.0, 9.0]
    assert len(paced(at_s, 12.0, 0.0)) == 0
    assert len(paced(at_s, 12.0, 1000.0)) < 30


def test_the_rate_and_the_length_of_blinks(make, take, speak) -> None:
    performance = make(speak(times=5), lead_s=1.0)
    times_T = (np.arange(performance.count) + 0.5) / 25
    manner = play(performance, say(performance), seed=2)

    def shut(**habits: float) -> float:
        own = lived(manner, PersonalManner(**habits), times_T, None)
        return float((own.lids_T > 0.5).sum())

    assert shut(blink_rate=0.7) > 1.3 * shut() > 1.6 * shut(blink_rate=-0.7)
    assert shut(blink_length=0.4) > 1.1 * shut() > 1.1 * shut(blink_length=-0.4)


def test_the_head_is_tilted_as_the_person_holds_it_and_no_further(make, take, seated) -> None:
    times_T = (np.arange(100) + 0.5) / 25
    performance = make(None)
    manner = play(performance, say(performance), seed=0)
    for roll, added in ((0.0, 0.06), (0.06, 0.0), (0.3, -0.06)):
        turned = lived(manner, PersonalManner(tilt_rad=0.06), times_T, seated(roll)).turn_T3 - manner.turn_T3
        assert turned[50, 2] == pytest.approx(added, abs=1e-6)
        assert not turned[[0, -1]].any()
    assert np.array_equal(lived(manner, PersonalManner(tilt_rad=0.06), times_T, None).turn_T3, manner.turn_T3)


@pytest.fixture
def seated():
    """Makes portraits whose heads are rolled, and nothing else of them."""
    from types import SimpleNamespace

    from emostage.face.fit import rotation

    return lambda roll: SimpleNamespace(fit=SimpleNamespace(rotation_33=rotation(np.array([0.0, 0.0, roll]))))


def test_strength_goes_from_nothing_to_more(make, take) -> None:
    performance = make(take)
    heights = [
        ReferencePerformer(manner=replace(WIDE, bias_C=np.zeros(7)).at(s)).perform(performance, seed=0).expression_T52[:, JAW].max()
        for s in (0.0, 0.5, 1.0, 1.5)
    ]
    assert (np.diff(heights) > 0).all()
