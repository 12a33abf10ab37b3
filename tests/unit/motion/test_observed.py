"""What is seen of a performance is what was performed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.emotion.curve import emotion_track
from emostage.emotion.facs import PROTOTYPES
from emostage.face.sitter import SEEN_52
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.embody import embody
from emostage.motion.idle import ACTIONS
from emostage.motion.observed import SEEN_L, SEEN_M, observed
from emostage.motion.reference import play, say


def performed(make, take, *, seed: int = 3, **weights):
    performance = make(take)
    if weights:
        eight = tuple(1.0 - sum(weights.values()) if n == "neutral" else weights.get(n, 0.0) for n in PROTOTYPES)
        felt = emotion_track((), mood_8=eight, count=performance.count, fps=performance.fps)
        performance = replace(performance, emotion=felt)
    said = say(performance)
    manner = play(performance, said, seed=seed)
    return performance, said.lips, manner, embody(performance, said.lips, manner)


@pytest.mark.parametrize("weights", [{}, {"happy": 0.8}, {"sad": 1.0}, {"angry": 0.6}, {"afraid": 0.7}, {"disgusted": 0.5}])
def test_what_is_observed_is_embodied_as_it_was(make, take, weights) -> None:
    performance, lips, _, motion = performed(make, take, **weights)
    found = observed(motion, performance.emotion, lips.busy_T)
    again = embody(performance, found.lips, found.manner)
    apart_T52 = np.abs(again.expression_T52 - motion.expression_T52)
    assert apart_T52.mean() < 0.004
    assert np.quantile(apart_T52, 0.99) < 0.06
    assert np.abs(again.rotation_T3 - motion.rotation_T3).max() < 1e-5
    assert np.allclose(again.shift_T2, motion.shift_T2)
    assert np.allclose(again.scale_T, motion.scale_T)
    assert np.allclose(again.breath_T, motion.breath_T)


def test_the_lip_code_is_found_again_on_a_face_that_feels_nothing(make, take) -> None:
    performance, lips, _, motion = performed(make, take)
    found = observed(motion, performance.emotion, lips.busy_T).lips
    for name, ours_T, theirs_T in zip(LIP_CHANNELS, found.values().T, lips.values().T, strict=True):
        assert np.abs(ours_T - theirs_T).mean() < 0.03, name


def test_gaze_lids_and_head_are_found_again(make, take) -> None:
    performance, lips, manner, motion = performed(make, take)
    found = observed(motion, performance.emotion, lips.busy_T).manner
    assert np.abs(found.lids_T - manner.lids_T).max() < 0.01
    assert np.allclose(found.turn_T3, manner.turn_T3, atol=1e-5)
    inner = slice(3, -6)  # at both ends of a clip the eyes are at the camera whatever the manner says
    assert np.abs(found.gaze_T2 - manner.gaze_T2)[inner].max() < 0.01
    assert np.abs(found.lean_T - manner.lean_T).mean() < 0.05


def test_lids_that_a_feeling_lowers_do_not_blink(make, take) -> None:
    performance, lips, _, motion = performed(make, take, sad=1.0)
    statue = observed(replace(motion, expression_T52=performance.emotion.silent_T52), performance.emotion, 0 * lips.busy_T)
    assert not statue.manner.lids_T.any()


def test_pressed_lips_of_an_open_mouth_are_no_closure(make, take) -> None:
    performance, lips, _, motion = performed(make, take)
    face_T52 = np.zeros_like(motion.expression_T52)
    face_T52[:, [ARKIT_INDEX["mouthPressLeft"], ARKIT_INDEX["mouthPressRight"]]] = 0.5
    face_T52[:, ARKIT_INDEX["jawOpen"]] = 0.4
    found = observed(replace(motion, expression_T52=face_T52), performance.emotion, lips.busy_T)
    assert found.lips.seal_T.max() < 0.2


def test_what_trackers_of_films_read_is_seen_and_nothing_else() -> None:
    assert [n for n, seen in zip(LIP_CHANNELS, SEEN_L, strict=True) if not seen] == ["tongue", "teeth"]
    unseen = [n for n, seen in zip(MANNER_CHANNELS, SEEN_M, strict=True) if not seen]
    assert unseen == [*(name for name in ACTIONS if not SEEN_52[ARKIT_INDEX[name]]), "breath"]
    assert not SEEN_52[ARKIT_INDEX["mouthRollLower"]]
