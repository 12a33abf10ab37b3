"""The manner of a person is measured on what they were seen to do, and kept where it helps."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
import torch

from emostage.core.tracks import AudioClip, MotionTrack
from emostage.motion.blend import speech_expression
from emostage.motion.habits import mouthed
from emostage.motion.personal import PersonalManner
from emostage.motion.reference import ReferencePerformer
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.training.person.articulation import fit_articulation, mouth_figures
from emostage.training.person.manner import Fitting, fit_manner, tried
from emostage.training.person.performing import Piece, heard

RATE_HZ = 16_000


def babble(seconds: float, seed: int) -> AudioClip:
    """Syllables of noise and hum of different length and loudness."""
    rng, at_S = np.random.default_rng(seed), np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    loud_S = np.interp(
        at_S,
        np.arange(0, seconds + 1, 0.11),
        rng.uniform(0, 1, int((seconds + 1) / 0.11) + 1)[: len(np.arange(0, seconds + 1, 0.11))] ** 2,
    )
    sound_S = loud_S * (0.3 * np.sin(2 * np.pi * 130 * at_S) + 0.05 * rng.standard_normal(len(at_S)))
    return AudioClip(samples_S=sound_S.astype(np.float32), rate_hz=RATE_HZ)


@pytest.fixture(scope="module")
def fitting() -> Fitting:
    """An untrained V-AID, whose lips are brought to life, and the rules, which need no nets."""
    torch.manual_seed(0)
    vaid = Vaid(VaidConfig(width=16, code=8)).eval()
    vaid.lips_mean_L.fill_(0.3)
    vaid.lips_mean_L[-3:] = torch.tensor([-3.0, -3.0, 3.0])
    vaid.lips_std_L.fill_(0.4)
    return Fitting(vaid=vaid, engine=lambda manner: ReferencePerformer(manner=manner))


def still(seconds: float, seed: int, roll_rad: float | None = None) -> Piece:
    """A piece with a sound and a face that does nothing."""
    count = int(seconds * 25)
    zeros_T = np.zeros(count, np.float32)
    motion = MotionTrack(
        expression_T52=np.zeros((count, 52), np.float32),
        rotation_T3=np.zeros((count, 3), np.float32),
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=zeros_T + 1,
        tongue_T=zeros_T,
        breath_T=zeros_T,
        fps=Fraction(25),
    )
    return Piece(motion=motion, audio=babble(seconds, seed), roll_rad=roll_rad)


def acted(fitting: Fitting, truth: PersonalManner, seconds: float, seed: int, *, mouth: bool = False) -> Piece:
    """A piece of somebody whose manner is known: performed by the engine, or with `mouth` only with the lips that are heard."""
    piece = still(seconds, seed, roll_rad=truth.tilt_rad or None)
    what = heard(piece, fitting.vaid)
    motion = fitting.engine(truth).perform(what.performance, seed=seed + 100)
    if mouth:
        own = mouthed(what.lips, truth)
        face_T52 = speech_expression(own.channels_TC, own.touch).astype(np.float32)
        motion = replace(motion, expression_T52=np.maximum(face_T52, 0.0))
    return replace(piece, motion=motion)


WIDE = PersonalManner(gain_C=np.array([1.3, 0.8, 0.8, 1.0, 1.3, 1.3, 1.0]))


def test_how_far_a_mouth_opens_is_found(fitting) -> None:
    spoken = [heard(acted(fitting, WIDE, 8.0, seed, mouth=True), fitting.vaid) for seed in (0, 1)]
    found = fit_articulation(spoken)
    assert 1.1 < found.gain_C[0] < 1.35
    before, after = (mouth_figures(spoken, manner) for manner in (PersonalManner(), found))
    assert abs(np.log(after.opening_amplitude)) < 0.5 * abs(np.log(before.opening_amplitude))
    assert after.opening_r > before.opening_r - 0.02


def test_a_little_footage_is_believed_a_little(fitting) -> None:
    short, long = (fit_articulation([heard(acted(fitting, WIDE, s, 0, mouth=True), fitting.vaid)]) for s in (1.5, 12.0))
    assert 1.0 < short.gain_C[0] < long.gain_C[0]


def test_how_much_somebody_moves_is_found(fitting) -> None:
    truth = PersonalManner(moves_G=np.array([0.0, 0.0, 0.7, 0.0]), blink_rate=0.8, tilt_rad=0.08)
    found = fit_manner([acted(fitting, truth, 12.0, seed) for seed in (0, 1)], fitting)
    assert 0.3 < found.moves_G[2] < 1.0
    assert abs(found.moves_G[1]) < 0.3
    assert found.blink_rate > 0.2
    assert 0.05 < found.tilt_rad < 0.08


def test_what_helps_is_kept(fitting) -> None:
    truth = PersonalManner(moves_G=np.array([0.0, 0.0, 0.7, 0.0]))
    found = tried(truth, [acted(fitting, truth, 10.0, 5)], fitting)
    assert found.manner.moves_G[2] == truth.moves_G[2]
    moves = found.figures["moves"]
    assert abs(moves["after"]["head_deg_s"] - moves["person"]["head_deg_s"]) < abs(
        moves["before"]["head_deg_s"] - moves["person"]["head_deg_s"]
    )


def test_what_does_not_help_is_not_kept(fitting) -> None:
    wrong = PersonalManner(
        gain_C=1 / WIDE.gain_C, moves_G=np.array([0.0, 0.0, -0.7, 0.0]), blink_rate=-1.0, sides_P=np.full(13, 0.3)
    )
    held = acted(fitting, WIDE, 10.0, 5, mouth=True)
    found = tried(wrong, [held], fitting).manner
    assert not found.moves_G.any()
    assert found.gain_C[0] == 1.0
    assert not found.sides_P.any()


def test_footage_without_sound_tells_nothing(fitting) -> None:
    silent = replace(still(3.0, 0), audio=None)
    assert not fit_manner([silent], fitting).changes
    assert not tried(WIDE, [silent], fitting).manner.changes
    assert heard(silent, fitting.vaid) is None
