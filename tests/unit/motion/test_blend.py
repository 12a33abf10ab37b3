"""Speech and feeling on one face."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52
from emostage.core.emotion import mix
from emostage.core.tracks import EmotionTrack
from emostage.motion.blend import OPEN_LIMIT, blend, speech_expression, talking, unlimited
from emostage.motion.contacts import Contacts
from emostage.motion.targets import CHANNELS, JAW, PUCKER

FPS = Fraction(25)
SMILE, OPEN = ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["jawOpen"]


def track(count: int = 10) -> EmotionTrack:
    silent, speaking = np.zeros((2, count, 52), np.float32)
    silent[:, OPEN], silent[:, SMILE], silent[:, ARKIT_INDEX["browInnerUp"]] = 0.35, 0.8, 0.6
    speaking[:, SMILE], speaking[:, ARKIT_INDEX["browInnerUp"]] = 0.7, 0.6
    silent[:, ARKIT_INDEX["mouthUpperUpLeft"]] = speaking[:, ARKIT_INDEX["mouthUpperUpLeft"]] = 0.4
    zeros = np.zeros(count, np.float32)
    return EmotionTrack(
        weights_T8=np.tile(mix({"happy": 1.0}), (count, 1)),
        silent_T52=silent,
        speaking_T52=speaking,
        posture_T3=np.zeros((count, 3), np.float32),
        arousal_T=zeros,
        fps=FPS,
    )


def touching(seal: float = 0.0, teeth: float = 0.0, count: int = 10) -> Contacts:
    return Contacts(seal_T=np.full(count, seal), teeth_T=np.full(count, teeth))


def channels(**values: float) -> np.ndarray:
    out_TC = np.zeros((10, len(CHANNELS)))
    for name, value in values.items():
        out_TC[:, CHANNELS.index(name)] = value
    return out_TC


def mixed(channels_TC: np.ndarray, touch: Contacts, busy: float) -> np.ndarray:
    return blend(speech_expression(channels_TC, touch), touch, np.full(10, busy), track())[0]


def test_a_silent_face_shows_the_whole_feeling() -> None:
    assert np.allclose(mixed(channels(), touching(), 0.0), track().silent_T52[0])


def test_the_upper_face_does_not_care_about_speech() -> None:
    spoken_52 = mixed(channels(jaw=0.3, pucker=0.6), touching(), 1.0)
    assert np.allclose(spoken_52[~MOUTH_MASK_52], track().speaking_T52[0, ~MOUTH_MASK_52])


def test_closures_win_over_every_lip_opening_feeling() -> None:
    shut_52 = mixed(channels(), touching(seal=1.0), 1.0)
    for name in ("jawOpen", "mouthUpperUpLeft", "mouthLowerDownLeft", "mouthFunnel"):
        assert shut_52[ARKIT_INDEX[name]] == 0
    assert shut_52[ARKIT_INDEX["mouthPressLeft"]] == pytest.approx(0.5)
    assert shut_52[SMILE] > 0.4  # smiling while closing the lips is fine


def test_a_rounded_mouth_hardly_smiles() -> None:
    rounded_52, spread_52 = (mixed(channels(**{name: 0.9}), touching(), 1.0) for name in ("pucker", "wide"))
    assert rounded_52[SMILE] < 0.25
    assert spread_52[SMILE] > 0.6


def test_speech_and_feeling_together_stay_in_range_and_natural() -> None:
    wide_52 = mixed(channels(jaw=1.0, lower=0.9, upper=0.9, wide=1.0), touching(), 0.5)
    assert wide_52.max() <= 1.0
    assert wide_52[OPEN] <= OPEN_LIMIT


def test_jaw_opening_is_bent_not_cut() -> None:
    jaws = np.linspace(0, 1, 10)
    out_T52 = speech_expression(np.eye(len(CHANNELS))[[JAW]] * jaws[:, None], touching())
    assert (np.diff(out_T52[:, OPEN]) > 0).all()
    assert np.allclose(out_T52[:3, OPEN], jaws[:3])
    assert out_T52[-1, OPEN] < OPEN_LIMIT


def test_lip_on_teeth_lifts_the_upper_lip_and_rolls_the_lower() -> None:
    out_52 = speech_expression(channels(), touching(teeth=1.0))[0]
    assert out_52[ARKIT_INDEX["mouthRollLower"]] > 0.4 > out_52[ARKIT_INDEX["mouthUpperUpLeft"]] > 0.2
    assert out_52[ARKIT_INDEX["mouthPressLeft"]] == 0


def test_pucker_is_passed_on() -> None:
    assert speech_expression(np.eye(len(CHANNELS))[[PUCKER]] * 0.7, touching(count=1))[0, ARKIT_INDEX["mouthPucker"]] == 0.7


def test_short_pauses_belong_to_speech_and_long_ones_do_not() -> None:
    busy_T = np.zeros(150)
    busy_T[20:50] = busy_T[62:80] = busy_T[120:140] = 1.0
    talking_T = talking(busy_T, FPS)
    assert (talking_T >= busy_T).all()
    assert talking_T[50:62].min() > 0.95
    assert talking_T[95:105].max() < 0.05
    assert talking_T[:12].max() < 0.05
    assert talking_T[148:].max() < 0.05
    assert np.abs(np.diff(talking_T[80:120])).max() <= 1.0
    assert [len(talking(np.zeros(n), FPS)) for n in (0, 1, 2)] == [0, 1, 2]


def test_a_surprised_face_does_not_gape_between_two_words() -> None:
    busy_T = np.ones(50)
    busy_T[20:30] = 0.0
    touch = touching(count=50)
    spoken_T52 = speech_expression(np.zeros((50, len(CHANNELS))), touch)
    open_T = blend(spoken_T52, touch, busy_T, track(50))[:, OPEN]
    assert open_T[15:35].max() < 0.02


def test_what_the_limit_of_the_jaw_did_is_undone() -> None:
    jaw_T = np.linspace(0.0, 0.7, 30)
    channels_TC = np.zeros((30, 7))
    channels_TC[:, 0] = jaw_T
    still_T = np.zeros(30)
    shown_T = speech_expression(channels_TC, Contacts(seal_T=still_T, teeth_T=still_T))[:, ARKIT_INDEX["jawOpen"]]
    assert np.allclose(unlimited(shown_T), jaw_T, atol=1e-9)
    assert np.isfinite(unlimited(np.ones(1))).all()
