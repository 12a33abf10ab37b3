"""Life between the words."""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52
from emostage.core.emotion import mix
from emostage.core.time import frame_times
from emostage.motion.articulation import stretches
from emostage.motion.idle import ACTIONS, idle, lean, listening, lopsided
from emostage.motion.prosody import rhythm

TIMES_T = frame_times(500, Fraction(25))
SILENT = rhythm((), None, 0.0, 20.0)


def test_a_resting_face_is_never_frozen_and_never_grimaces() -> None:
    out_T52 = idle(TIMES_T, SILENT, np.zeros(500), 1.0, np.random.default_rng(0))
    assert (np.abs(np.diff(out_T52[20:480], axis=0)).sum(1) > 0).all()
    assert 0 <= out_T52.min() <= out_T52.max() < 0.35
    assert not out_T52[[0, -1]].any()


def test_busy_lips_drift_less() -> None:
    still, busy = (idle(TIMES_T, SILENT, np.full(500, b), 1.0, np.random.default_rng(0)) for b in (0.0, 1.0))
    assert busy[:, MOUTH_MASK_52].sum() < 0.3 * still[:, MOUTH_MASK_52].sum()


def test_brows_rise_on_strong_beats(take, hear) -> None:
    duration_s = take.audio.duration_s + 0.8
    beat = rhythm(stretches(take.phones, 0.3, duration_s), hear(take), 0.3, duration_s)
    times_T = frame_times(int(duration_s * 25), Fraction(25))
    raised_T = np.mean([idle(times_T, beat, np.ones(len(times_T)), 1.0, np.random.default_rng(s)) for s in range(40)], 0)
    strongest = max(beat.beats, key=lambda b: b.strength)
    brow_T = raised_T[:, ARKIT_INDEX["browOuterUpLeft"]]
    assert brow_T[int(strongest.at_s * 25)] > brow_T.mean() + 0.05


def test_stress_is_marked_by_the_face_that_is_felt(take, hear) -> None:
    duration_s = take.audio.duration_s + 0.8
    beat = rhythm(stretches(take.phones, 0.3, duration_s), hear(take), 0.3, duration_s)
    times_T = frame_times(int(duration_s * 25), Fraction(25))
    frame = int(max(beat.beats, key=lambda b: b.strength).at_s * 25)

    def marked(action: str, **weights: float) -> float:
        weights_T8 = np.tile(mix(weights), (len(times_T), 1)).astype(np.float64)
        out_T52 = np.mean(
            [idle(times_T, beat, np.ones(len(times_T)), 1.0, np.random.default_rng(s), weights_T8=weights_T8) for s in range(20)], 0
        )
        return float(out_T52[frame, ARKIT_INDEX[action]] - out_T52[:, ARKIT_INDEX[action]].mean())

    assert marked("browDownLeft", angry=1.0) > 0.05 > marked("browOuterUpLeft", angry=1.0)
    assert marked("browOuterUpLeft", surprised=1.0) > 0.05 > marked("browDownLeft", surprised=1.0)
    assert marked("noseSneerLeft", disgusted=1.0) > 0.05
    assert marked("browOuterUpRight", contempt=1.0) > 3 * abs(marked("browOuterUpLeft", contempt=1.0))


def test_marks_are_seldom_quite_even(take, hear) -> None:
    duration_s = take.audio.duration_s + 0.8
    beat = rhythm(stretches(take.phones, 0.3, duration_s), hear(take), 0.3, duration_s)
    times_T = frame_times(int(duration_s * 25), Fraction(25))
    uneven = []
    for seed in range(20):
        out_T52 = idle(times_T, beat, np.ones(len(times_T)), 1.0, np.random.default_rng(seed))
        left_T, right_T = (out_T52[:, ARKIT_INDEX[f"browOuterUp{side}"]] for side in ("Left", "Right"))
        uneven.append(float(np.abs(left_T - right_T).max()))
    assert np.mean(np.array(uneven) > 0.01) > 0.7
    assert max(uneven) < 0.3


def test_listeners_nod_and_speakers_do_not(take) -> None:
    nods = listening(SILENT, 1.0, np.random.default_rng(0))
    assert 3 <= len(nods) <= 12
    assert all(0.2 < s.size < 0.6 and 0 < s.at_s < 20 for s in nods)
    spoken = rhythm(stretches(take.phones, 0.3, 5.0), None, 0.3, 5.0)
    assert listening(spoken, 1.0, np.random.default_rng(0)) == ()


def test_statues_do_nothing() -> None:
    assert not idle(TIMES_T, SILENT, np.zeros(500), 0.0, np.random.default_rng(0)).any()
    assert listening(SILENT, 0.0, np.random.default_rng(0)) == ()


def test_only_named_actions_live() -> None:
    out_T52 = idle(TIMES_T, SILENT, np.zeros(500), 1.0, np.random.default_rng(0))
    assert set(np.flatnonzero(out_T52.any(0))) == {ARKIT_INDEX[name] for name in ACTIONS}


def test_sides_drift_apart_a_little_but_blinks_stay_paired() -> None:
    face_T52 = np.full((500, 52), 0.5)
    out_T52 = lopsided(face_T52, lean(TIMES_T, 1.0, np.random.default_rng(0)))
    left, right = (out_T52[:, ARKIT_INDEX[f"mouthSmile{s}"]] for s in ("Left", "Right"))
    assert 0.01 < np.abs(left - right).max() < 0.25
    assert np.array_equal(out_T52[:, ARKIT_INDEX["eyeBlinkLeft"]], out_T52[:, ARKIT_INDEX["eyeBlinkRight"]])
    assert np.array_equal(out_T52[[0, -1]], face_T52[[0, -1]])
    assert not lean(TIMES_T, 0.0, np.random.default_rng(0)).any()
