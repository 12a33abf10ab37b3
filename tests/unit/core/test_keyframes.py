import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.keyframes import Easing, Keyframe, sample, smoothstep

names = st.sampled_from(["hold", "linear", "in", "out", "in-out"])
keys = st.lists(
    st.builds(
        Keyframe, at_s=st.floats(0, 10), value=st.tuples(st.floats(0, 1), st.floats(0, 1)), ease=st.builds(Easing, name=names)
    ),
    max_size=6,
)


@given(keys, st.lists(st.floats(-1, 11), max_size=40))
def test_curves_stay_inside_the_values_of_their_keys(key_list, times):
    curve_TK = sample(key_list, times, (0.5, 0.5))
    values = np.array([k.value for k in key_list] + [(0.5, 0.5)])
    assert (curve_TK >= values.min(0) - 1e-9).all()
    assert (curve_TK <= values.max(0) + 1e-9).all()


@given(keys)
def test_every_key_is_reached_and_the_last_one_holds(key_list):
    by_time = {k.at_s: k.value for k in key_list}
    curve_TK = sample(key_list, list(by_time), (0.5, 0.5))
    np.testing.assert_allclose(curve_TK, np.array(list(by_time.values())).reshape(-1, 2), atol=1e-9)
    if key_list:
        last = by_time[max(by_time)]
        np.testing.assert_allclose(sample(key_list, [1e6], (0, 0))[0], last)


@given(names, st.floats(0, 1), st.floats(0, 1))
def test_named_easings_are_monotone_from_0_to_1(name, a, b):
    low, high = Easing(name=name)(sorted((a, b)))
    assert 0 <= low <= high <= 1
    np.testing.assert_array_equal(Easing(name=name)([0.0, 1.0]), [0.0, 1.0])


def test_bezier_agrees_with_the_css_curve_ease():
    ease = Easing(name="cubic-bezier", control=(0.25, 0.1, 0.25, 1.0))
    t = np.linspace(0, 1, 101)
    x = 3 * (1 - t) ** 2 * t * 0.25 + 3 * (1 - t) * t**2 * 0.25 + t**3
    y = 3 * (1 - t) ** 2 * t * 0.1 + 3 * (1 - t) * t**2 * 1.0 + t**3
    np.testing.assert_allclose(ease(x), y, atol=1e-6)


def test_in_out_is_symmetric():
    ease = Easing()
    assert ease([0.5])[0] == pytest.approx(0.5, abs=1e-6)
    np.testing.assert_allclose(ease([0.2]) + ease([0.8]), 1.0, atol=1e-6)


def test_a_smooth_step_rises_from_0_to_1_with_level_ends():
    x = np.linspace(-0.5, 1.5, 201)
    y = smoothstep(x)
    assert (y[x <= 0] == 0).all()
    assert (y[x >= 1] == 1).all()
    assert (np.diff(y) >= 0).all()
    assert smoothstep(np.array([0.5]))[0] == 0.5
    assert np.diff(smoothstep(np.array([0.0, 1e-3, 1 - 1e-3, 1.0])))[[0, 2]].max() < 1e-5


def test_a_held_off_turn_stays_at_the_value_before_it_until_then():
    from emostage.core.keyframes import Turn, keyframes

    turns = [Turn(at_s=1.0, value=(1.0,)), Turn(at_s=3.0, value=(0.0,), over_s=0.5), Turn(at_s=3.2, value=(1.0,), over_s=9.0)]
    found = keyframes(turns, (0.2,))
    assert [(key.at_s, key.value) for key in found] == [(1.0, (1.0,)), (2.5, (1.0,)), (3.0, (0.0,)), (3.0, (0.0,)), (3.2, (1.0,))]
    assert keyframes([Turn(at_s=2.0, value=(1.0,), over_s=0.5)], (0.2,))[0].value == (0.2,)
