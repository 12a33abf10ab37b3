from fractions import Fraction
from math import degrees, radians

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import Span
from emostage.motion.reference import ReferencePerformer
from emostage.scene.check import check_text
from emostage.scene.model import EmotionKey, GazeKey, HeadKey, Line, TimeRef
from emostage.scene.times import resolve
from emostage.studio.compile import compile_script
from emostage.studio.document import document
from emostage.studio.keys import EYES_MOVE_S, Clock, emotion_keys, gaze_keys, head_keys
from emostage.studio.perform import _asked, perform, performance_of

WORDS = tuple(Span(text=t, start_s=0.5 * i, end_s=0.5 * i + 0.4) for i, t in enumerate(["one", "two", "three", "four"]))
CLOCK = Clock(words=WORDS, duration_s=2.0, offset_s=0.24, end_s=2.64, fps=Fraction(25), resolve=resolve)
HAPPY, SAD = (0.5, 0.5, *[0.0] * 6), (0.3, 0.0, 0.7, *[0.0] * 5)
CAST = ("ada", "bob", "cyd")


def at(kind, value=0.0, offset=0.0):
    return TimeRef(kind=kind, value=value, offset_s=offset)


def line(**more):
    return Line(index=0, speaker="bob", on_screen="bob", text="One two three four.", words=("One", "two", "three", "four"), **more)


def test_times_of_a_line_count_from_its_speech():
    keys = emotion_keys(
        line(emotion=(EmotionKey(at=at("start"), weights_8=HAPPY), EmotionKey(at=at("word", 2), weights_8=SAD))), CLOCK
    )
    assert [k.at_s for k in keys] == pytest.approx([0.24, 1.24])
    assert keys[0].value == HAPPY


def test_a_key_with_a_length_waits_for_it():
    keys = emotion_keys(line(emotion=(EmotionKey(at=at("word", 3), weights_8=SAD, over_s=0.3),)), CLOCK)
    assert [k.at_s for k in keys] == pytest.approx([1.44, 1.74])
    assert keys[0].value[0] == 1.0, "the mood until then"


def test_a_length_never_reaches_back_before_the_key_before():
    wanted = (EmotionKey(at=at("word", 1), weights_8=HAPPY), EmotionKey(at=at("word", 2), weights_8=SAD, over_s=9.0))
    keys = emotion_keys(line(emotion=wanted), CLOCK)
    assert [k.at_s for k in keys] == pytest.approx([0.74, 0.74, 1.24])
    assert keys[1].value == HAPPY


@pytest.mark.parametrize(("target", "yaw"), [("camera", 0), ("ada", -12), ("cyd", 12), ("bob", 0), ((20.0, -5.0), 20)])
def test_people_stand_side_by_side_in_cast_order(target, yaw):
    keys = gaze_keys(line(gaze=(GazeKey(at=at("word", 1), target=target),)), CLOCK, CAST)
    assert degrees(keys[1].value[0]) == pytest.approx(yaw)
    assert keys[1].at_s - keys[0].at_s == pytest.approx(EYES_MOVE_S)


def test_nothing_is_asked_before_the_first_key_and_all_rests_at_the_end():
    times = (np.arange(66) + 0.5) / 25
    keys = gaze_keys(line(gaze=(GazeKey(at=at("word", 1), target=(10.0, 4.0)),)), CLOCK, CAST)
    gaze = _asked(keys, times, 2)
    assert np.isnan(gaze[times < 0.74]).all()
    assert np.isfinite(gaze[times >= 0.74]).all()
    assert gaze[times > 0.9][0] == pytest.approx([radians(10), radians(-4)])
    assert np.abs(np.degrees(gaze[-1])).max() < 2.0
    assert np.isnan(_asked((), times, 3)).all()


def test_gestures_and_postures_go_apart():
    wanted = (HeadKey(at=at("word", 0), do="nod"), HeadKey(at=at("word", 2), angles_deg=(10.0, -5.0, 3.0)))
    keys, gestures = head_keys(line(head=wanted), CLOCK)
    assert [(g.kind, g.at_s) for g in gestures] == [("nod", pytest.approx(0.24))]
    assert np.degrees(keys[1].value) == pytest.approx([5.0, 10.0, 3.0])
    assert keys[-1].value == (0.0, 0.0, 0.0)
    assert keys[-1].at_s == CLOCK.end_s


@given(st.lists(st.floats(0.0, 1.99), max_size=8))
def test_moves_are_in_order_and_inside_the_clip(times):
    wanted = tuple(GazeKey(at=at("seconds", t), target=(10.0 * (i % 3), 0.0)) for i, t in enumerate(sorted(times)))
    keys = gaze_keys(line(gaze=wanted), CLOCK, CAST)
    moments = [k.at_s for k in keys]
    assert moments == sorted(moments)
    assert all(0.0 <= t <= CLOCK.end_s for t in moments)
    assert not keys or keys[-1].value == (0.0, 0.0)


def performed(action, tmp_path, fake, cache):
    """A statue's motion in the middle of a silent beat with `action`, and the line in the plan's document."""
    scene = f"""
emostage: 1
cast: {{ada: {{portrait: sample/astronaut, liveliness: 0}}}}
shots: [{{lines: [{{ada: {{pause: 3s, {action}}}}}]}}]
"""
    plan = compile_script(check_text(scene, tmp_path / "scene.yaml").renderable(), cache=cache, stages=fake.stages())
    job = plan.jobs[0]
    motion = perform(job, performance_of(job, None, fake.stages()), ReferencePerformer(), fake.stages())
    return motion, len(motion) // 2, document(plan)["lines"][0]


@pytest.mark.parametrize("sign", [1, -1])
def test_up_and_right_in_a_scene_are_up_and_right_in_the_motion(sign, tmp_path, fake, cache):
    """Scenes: yaw to the viewer's right, pitch up, roll clockwise. Motion: pitch down, yaw and roll to the person's left."""
    motion, middle, told = performed(f"head: [{sign * 12}, {sign * 8}, {sign * 6}]", tmp_path, fake, cache)
    assert np.degrees(motion.rotation_T3[middle]) == pytest.approx(np.multiply(sign, [-8.0, 12.0, 6.0]), abs=0.5)
    assert told["head"][1] == {"at_s": told["head"][1]["at_s"], "yaw_deg": sign * 12, "pitch_deg": sign * 8, "roll_deg": sign * 6}
    motion, middle, told = performed(f"gaze: [{sign * 15}, {sign * 10}]", tmp_path, fake, cache)
    looks = {name: motion.expression_T52[middle, i] for name, i in ARKIT_INDEX.items() if name.startswith("eyeLook")}
    wanted = {"OutLeft", "InRight", "UpLeft", "UpRight"} if sign > 0 else {"InLeft", "OutRight", "DownLeft", "DownRight"}
    assert {name.removeprefix("eyeLook") for name, weight in looks.items() if weight > 0.1} == wanted
    assert told["gaze"][1] == {"at_s": told["gaze"][1]["at_s"], "yaw_deg": sign * 15, "pitch_deg": sign * 10}
