"""Feelings heard in a voice."""

from __future__ import annotations

import numpy as np
import torch

from emostage.core.tracks import AudioFeatures
from emostage.motion.voicereading import read_feelings
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig


def test_every_moment_of_a_recording_has_strengths_that_are_shares() -> None:
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    features = AudioFeatures(
        mel_FM=rng.normal(-8.0, 2.0, (330, 40)).astype(np.float32),
        loudness_F=rng.normal(-20.0, 3.0, 330).astype(np.float32),
        pitch_F=np.where(np.arange(330) % 60 < 40, 140.0, 0.0).astype(np.float32),
    )
    weights_N8 = read_feelings(Vaid(VaidConfig(width=24, code=8)).eval(), features)
    assert weights_N8.shape == (83, 8)
    assert np.allclose(weights_N8.sum(1), 1.0)
    assert (weights_N8 >= 0.0).all()
    assert np.ptp(weights_N8, axis=0).max() > 0.0
