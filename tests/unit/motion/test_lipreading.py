"""Lips from sound."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.time import frame_times
from emostage.motion.codes import LIP_CHANNELS, Lips
from emostage.motion.hearing import MODEL_FPS
from emostage.motion.lipreading import encoded, read_lips, spoken_at
from emostage.motion.targets import JAW
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig


@pytest.fixture(scope="module")
def net() -> Vaid:
    torch.manual_seed(0)
    net = Vaid(VaidConfig(width=24, code=8)).eval()
    net.lips_std_L.fill_(0.1)
    net.lips_mean_L.fill_(0.3)
    return net


def read(seal: np.ndarray, jaw: float = 0.3) -> Lips:
    values_NL = np.zeros((len(seal), len(LIP_CHANNELS)))
    values_NL[:, JAW] = jaw
    values_NL[:, LIP_CHANNELS.index("seal")] = seal
    values_NL[:, LIP_CHANNELS.index("busy")] = 1.0
    return Lips.of(values_NL)


@pytest.mark.parametrize("fps", [24, 25, 30, 60])
def test_a_closure_of_one_frame_closes_the_mouth_at_every_frame_rate(fps: int) -> None:
    seal_N = np.zeros(50)
    seal_N[25] = 1.0
    lips = spoken_at(read(seal_N), frame_times(2 * fps, Fraction(fps)))
    shut_T = lips.channels_TC[:, JAW] < 1e-6
    middle_T = np.abs(frame_times(2 * fps, Fraction(fps)) - 25.5 / MODEL_FPS) < 0.06
    assert (shut_T & middle_T).any()
    assert np.median(lips.channels_TC[:, JAW]) > 0.25


def test_lips_are_at_rest_at_both_ends() -> None:
    lips = spoken_at(read(np.zeros(50)), frame_times(50, Fraction(25)))
    assert not lips.channels_TC[[0, -1]].any()
    assert lips.busy_T[25] == 1


def test_long_takes_are_read_as_short_ones(net: Vaid) -> None:
    audio_NX = np.random.default_rng(0).normal(0, 1, (1200, net.config.audio)).astype(np.float32)
    whole, alone = (read_lips(net, encoded(net, part_NX)).values() for part_NX in (audio_NX, audio_NX[380:700].copy()))
    assert np.abs(whole[430:650] - alone[50:270]).max() < 0.02
