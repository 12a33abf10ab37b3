"""Films as takes: what was seen is what is taught, and what no camera sees is filled in."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.tracks import AudioClip, MotionTrack
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS, Lips, Manner
from emostage.motion.reference import ReferencePerformer
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.speech.features import extract
from emostage.training.films.take import filmed_take, shut_times, undirected
from emostage.training.footage.layouts import feeling
from emostage.training.takes import Take

RATE_HZ, COUNT = 16_000, 150


@pytest.fixture(scope="module")
def vaid() -> Vaid:
    torch.manual_seed(0)
    net = Vaid(VaidConfig(width=16, code=8)).eval()
    net.lips_mean_L.fill_(0.5)
    return net


@pytest.fixture(scope="module")
def audio() -> AudioClip:
    at_S = np.arange(COUNT * RATE_HZ // 25) / RATE_HZ
    sound_S = 0.3 * np.sin(2 * np.pi * 140 * at_S) * (np.sin(2 * np.pi * 2.7 * at_S) > -0.3)
    return AudioClip(samples_S=sound_S.astype(np.float32), rate_hz=RATE_HZ)


@pytest.fixture(scope="module")
def motion(audio) -> MotionTrack:
    """A performance as a camera sees it."""
    zeros_T = np.zeros(COUNT, np.float32)
    still = MotionTrack(
        expression_T52=np.zeros((COUNT, 52), np.float32),
        rotation_T3=np.zeros((COUNT, 3), np.float32),
        shift_T2=np.zeros((COUNT, 2), np.float32),
        scale_T=zeros_T + 1,
        tongue_T=zeros_T,
        breath_T=zeros_T,
        fps=Fraction(25),
    )
    played = ReferencePerformer().perform(undirected(still, audio, extract(audio)), seed=4)
    return replace(played, tongue_T=zeros_T, breath_T=zeros_T)


@pytest.fixture(scope="module")
def take(motion, audio, vaid) -> Take:
    return filmed_take(motion, audio, vaid, person="videos/ada", weights_8=feeling("neutral", 1.0), seed=1)


def test_a_take_has_what_takes_have(take: Take) -> None:
    assert take.voice == "videos/ada"
    assert take.lips_TL.shape == (COUNT, len(LIP_CHANNELS))
    assert take.manner_TM.shape == (COUNT, len(MANNER_CHANNELS))
    assert all(np.isfinite(values).all() for values in (take.lips_TL, take.manner_TM, take.tone_TS, take.mel_TX))
    assert take.sound_TS.size == COUNT * 640


def test_the_head_and_the_blinks_of_the_film_are_taught(take: Take, motion) -> None:
    manner, middle = Manner.of(take.manner_TM), slice(20, -20)
    assert np.allclose(manner.turn_T3[middle], motion.rotation_T3[middle], atol=1e-5)
    assert np.abs(manner.lids_T - motion.expression_T52[:, 0]).max() < 0.05
    assert not take.manner_TM[[0, -1]][:, :-2].any()


def test_what_no_camera_sees_is_filled_in(take: Take) -> None:
    assert Manner.of(take.manner_TM).breath_T.max() > 0.01
    lips = Lips.of(take.lips_TL)
    assert lips.channels_TC[:, LIP_CHANNELS.index("tongue")].max() > 0.1


def test_what_is_labelled_is_not_taken_for_manner(motion, audio, vaid) -> None:
    happy = filmed_take(motion, audio, vaid, person="a", weights_8=feeling("happy", 0.7))
    assert np.allclose(happy.weights_T8, feeling("happy", 0.7))
    smile = MANNER_CHANNELS.index("mouthSmileLeft")
    assert happy.manner_TM[40:-40, smile].mean() < -0.2  # the film does not smile, and the engine's feeling would


def test_without_a_label_the_feeling_is_read_in_the_face(motion, audio, vaid) -> None:
    unlabelled = filmed_take(motion, audio, vaid, person="a")
    assert np.allclose(unlabelled.weights_T8.sum(1), 1.0, atol=1e-4)


def test_films_of_other_rates_are_taken_at_25(motion, audio, vaid) -> None:
    assert len(filmed_take(replace(motion, fps=Fraction(50)), audio, vaid, person="a").lips_TL) == COUNT // 2


def test_tired_lids_do_not_blink() -> None:
    lids_T = np.full(100, 0.6)
    assert len(shut_times(lids_T * 0.0)) == len(shut_times(np.concatenate([[0.0], lids_T, [0.0]]) * 0.5)) == 0
    lids_T[50:53] = 1.0
    assert shut_times(lids_T).tolist() == pytest.approx([51.5 / 25])
