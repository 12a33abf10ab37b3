from dataclasses import replace

import numpy as np
import pytest

from emostage.evaluate.recital import recital
from emostage.evaluate.seeds import seeds
from emostage.evaluate.soundclip import sound_clip
from emostage.motion.reference import ReferencePerformer
from emostage.studio.stages import real_stages


class Forgetful:
    """An engine that minds no seed."""

    def __init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def perform(self, performance, *, seed):
        motion = ReferencePerformer().perform(performance, seed=1)
        noise_T52 = self.rng.random(motion.expression_T52.shape).astype(np.float32)
        return replace(motion, expression_T52=0.5 * noise_T52)


@pytest.fixture(scope="module")
def clip():
    stages, take = real_stages(), recital(["en"], ["f4"], sentences=1)[0].take
    return sound_clip(take, stages.features(take.audio), stages)


def test_rules_keep_their_lips_and_move_otherwise(clip):
    found = seeds(ReferencePerformer(), clip)
    assert found.holds == {"same seed, same take": True, "another seed, same lips": True, "another seed, another manner": True}
    assert found.head_apart_deg > 1


def test_an_engine_that_minds_no_seed_is_found_out(clip):
    found = seeds(Forgetful(), clip)
    assert not any(found.holds.values())
    assert found.head_r == pytest.approx(1)
