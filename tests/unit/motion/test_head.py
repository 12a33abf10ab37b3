"""Head and body."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest

from emostage.core.time import frame_times
from emostage.core.tracks import Directions, Gesture
from emostage.motion.articulation import stretches
from emostage.motion.head import Stroke, direct, move
from emostage.motion.prosody import Rhythm, rhythm

FPS = Fraction(25)
SILENT = rhythm((), None, 0.0, 6.0)


def unasked(count: int) -> Directions:
    return Directions(gaze_T2=np.full((count, 2), np.nan, np.float32), head_T3=np.full((count, 3), np.nan, np.float32))


class Moved(NamedTuple):
    rotation_T3: np.ndarray
    shift_T2: np.ndarray
    scale_T: np.ndarray


def moved(
    rhythm_: Rhythm = SILENT, count: int = 150, *, directions: Directions | None = None, live: float = 1.0, **more: Any
) -> Moved:
    times_T = frame_times(count, FPS)
    still_T2 = np.zeros((count, 2))
    body = move(
        times_T,
        rhythm_,
        arousal_T=np.zeros(count),
        follow_T2=still_T2,
        strokes=more.pop("strokes", ()),
        liveliness=live,
        rng=np.random.default_rng(more.pop("seed", 0)),
    )
    posture_T3 = more.pop("posture_T3", np.zeros((count, 3)))
    asked = directions or unasked(count)
    rotation_T3 = direct(body.turn_T3, times_T, posture_T3=posture_T3, follow_T2=more.pop("follow_T2", still_T2), directions=asked)
    assert not more
    return Moved(rotation_T3, body.shift_T2, body.scale_T)


def gesture(kind: str, at_s: float = 3.0, count: int = 150) -> np.ndarray:
    asked = unasked(count)
    asked = Directions(gaze_T2=asked.gaze_T2, head_T3=asked.head_T3, gestures=(Gesture(kind=kind, at_s=at_s),))  # type: ignore[arg-type]
    return np.degrees(moved(directions=asked, live=0.0, count=count).rotation_T3)


@pytest.fixture
def speech(take, hear) -> tuple[Rhythm, int]:
    duration_s = take.audio.duration_s + 1.0
    return rhythm(stretches(take.phones, 0.4, duration_s), hear(take), 0.4, duration_s), int(duration_s * 25)


def test_a_statue_keeps_the_posture_of_its_feeling_alone(speech) -> None:
    beat, count = speech
    posture_T3 = np.tile(np.radians([3.0, 1.0, -2.0]), (count, 1))
    body = moved(beat, count, live=0.0, posture_T3=posture_T3)
    assert np.allclose(body.rotation_T3, posture_T3)
    assert np.allclose(body.scale_T, 1)
    assert not body.shift_T2.any()


def test_beats_lower_the_head_on_the_syllable(speech) -> None:
    beat, count = speech
    bodies = np.mean([moved(beat, count, seed=s).rotation_T3[:, 0] for s in range(40)], 0)
    strongest = max(beat.beats, key=lambda b: b.strength)
    frame = int(strongest.at_s * 25)
    assert np.degrees(bodies[frame : frame + 3].max()) > 1.0
    assert bodies[frame : frame + 3].max() > bodies[frame - 6] + np.radians(0.7)


def test_the_head_sinks_at_the_end_of_a_phrase(speech) -> None:
    beat, count = speech
    mean_T = np.degrees(np.mean([moved(beat, count, seed=s).rotation_T3[:, 0] for s in range(40)], 0))
    start_s = beat.pauses[1][0]
    assert mean_T[int(start_s * 25)] > mean_T.mean() + 0.5


@pytest.mark.parametrize(("kind", "axis", "least"), [("nod", 0, 7), ("shake", 1, 7), ("tilt", 2, 6)])
def test_gestures_move_their_axis_and_peak_on_time(kind: str, axis: int, least: float) -> None:
    angles_T3 = gesture(kind)
    assert np.abs(angles_T3[:, axis]).max() > least
    assert abs(int(np.abs(angles_T3[:, axis]).argmax()) / 25 - 3.0) < 0.25
    others = [a for a in range(3) if a != axis]
    assert not angles_T3[:, others].any()


def test_a_nod_goes_down_first_and_a_shake_to_both_sides() -> None:
    assert gesture("nod")[:, 0].max() > 3 * -gesture("nod")[:, 0].min()
    yaw_T = gesture("shake")[:, 1]
    assert yaw_T.max() > 5
    assert yaw_T.min() < -5


@pytest.mark.parametrize("kind", ["nod", "shake", "tilt"])
@pytest.mark.parametrize("at_s", [0.0, 6.0])
def test_gestures_at_the_ends_are_done_inside_the_clip(kind: str, at_s: float) -> None:
    angles_T3 = gesture(kind, at_s)
    assert np.abs(angles_T3).max() > 5
    assert np.abs(angles_T3[[0, -1]]).max() == 0


def test_held_poses_are_obeyed_and_left_again() -> None:
    asked = unasked(150)
    head_T3 = asked.head_T3.copy()
    head_T3[50:90] = np.radians([-5.0, 12.0, 4.0])
    body = moved(directions=Directions(gaze_T2=asked.gaze_T2, head_T3=head_T3))
    angles_T3 = np.degrees(body.rotation_T3)
    assert np.abs(angles_T3[50:90] - [-5, 12, 4]).max() < 1.5
    assert np.abs(angles_T3[[0, -1]]).max() == 0
    assert np.abs(np.diff(angles_T3, axis=0)).max() * 25 < 120


def test_a_pose_held_to_the_end_still_returns_to_rest() -> None:
    asked = unasked(100)
    head_T3 = np.tile(np.radians(np.float32([0, 20, 0])), (100, 1))
    angles_T3 = np.degrees(moved(count=100, directions=Directions(gaze_T2=asked.gaze_T2, head_T3=head_T3)).rotation_T3)
    assert angles_T3[50, 1] == pytest.approx(20, abs=1.5)
    assert np.abs(angles_T3[[0, -1]]).max() == 0


def test_the_head_goes_along_with_an_asked_gaze() -> None:
    follow_T2 = np.tile(np.radians([6.0, 4.0]), (150, 1))  # to the left, up
    angles_T3 = np.degrees(moved(live=0.0, follow_T2=follow_T2).rotation_T3)
    assert np.allclose(angles_T3[75], [-4.0, 6.0, 0.0])
    assert not angles_T3[[0, -1]].any()


def test_strokes_scale_with_their_size() -> None:
    small, large = (
        np.abs(moved(live=0.0, strokes=(Stroke(kind="nod", at_s=3.0, size=s),)).rotation_T3[:, 0]).max() for s in (0.3, 0.9)
    )
    assert large == pytest.approx(3 * small, rel=1e-6)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_tiny_clips_are_at_rest(count: int) -> None:
    body = moved(rhythm((), None, 0.0, count / 25), count)
    assert body.rotation_T3.shape == (count, 3)
    if count:
        assert not body.rotation_T3[[0, -1]].any()
