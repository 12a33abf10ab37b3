"""Motion files: what is written comes back, what is none is refused, and motions at other rates."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES
from emostage.core.errors import AssetError
from emostage.core.time import FRAME_RATES, frame_times
from emostage.core.tracks import MotionTrack
from emostage.motion import recording
from emostage.motion.recording import Recording, look, read_motion, resampled, sampled, write_motion

FIELDS = ("expression_T52", "rotation_T3", "shift_T2", "scale_T", "tongue_T", "breath_T")


def moving(count: int, fps: Fraction = Fraction(25), seed: int = 0) -> MotionTrack:
    random = np.random.default_rng(seed)
    return MotionTrack(
        expression_T52=random.uniform(0, 1, (count, 52)).astype(np.float32),
        rotation_T3=random.uniform(-1, 1, (count, 3)).astype(np.float32),
        shift_T2=random.uniform(-1, 1, (count, 2)).astype(np.float32),
        scale_T=random.uniform(0.5, 1.5, count).astype(np.float32),
        tongue_T=random.uniform(0, 1, count).astype(np.float32),
        breath_T=random.uniform(0, 1, count).astype(np.float32),
        fps=fps,
    )


def plain(**changes) -> dict:
    """The arrays of a small good file, some of them changed or (None) left out."""
    arrays = {
        "format": np.array(recording.FORMAT),
        "names_A": np.array(["jawOpen", "browInnerUp"]),
        "fps": np.array([30000, 1001]),
        "expression_TA": np.linspace(0, 1, 8, dtype=np.float32).reshape(4, 2),
    } | changes
    return {name: array for name, array in arrays.items() if array is not None}


@pytest.fixture
def file(tmp_path):
    def make(**changes):
        path = tmp_path / "take.npz"
        np.savez(path, **plain(**changes))
        return path

    return make


@given(count=st.integers(1, 40), rate=st.sampled_from(sorted(FRAME_RATES)), seed=st.integers(0, 9))
def test_what_is_written_comes_back(tmp_path_factory, count, rate, seed):
    path = tmp_path_factory.getbasetemp() / "round.npz"
    written = Recording(motion=moving(count, FRAME_RATES[rate], seed), source="ab" * 32)
    write_motion(written, path)
    found = read_motion(path)
    assert (found.source, found.motion.fps) == (written.source, written.motion.fps)
    for name in FIELDS:
        np.testing.assert_array_equal(getattr(found.motion, name), getattr(written.motion, name))
    assert look(path) == pytest.approx(written.duration_s)
    before = path.read_bytes()
    write_motion(found, path)
    assert path.read_bytes() == before


def test_actions_come_by_name_and_what_is_absent_rests(file):
    found = read_motion(file()).motion
    assert found.fps == Fraction(30000, 1001)
    np.testing.assert_allclose(found.expression_T52[:, ARKIT_INDEX["jawOpen"]], [0, 2 / 7, 4 / 7, 6 / 7], atol=1e-6)
    np.testing.assert_allclose(found.expression_T52[:, ARKIT_INDEX["browInnerUp"]], [1 / 7, 3 / 7, 5 / 7, 1], atol=1e-6)
    assert np.count_nonzero(found.expression_T52.any(0)) == 2
    assert (found.scale_T == 1).all()
    assert not found.rotation_T3.any()


BAD = {
    "another format": {"format": np.array("emostage.motion.v2")},
    "no format": {"format": None},
    "no frame rate": {"fps": None},
    "frame rate 0": {"fps": np.array([0, 1])},
    "a thousand frames a second": {"fps": np.array([1000, 1])},
    "frame rate as a fraction": {"fps": np.array([25.0, 1.0])},
    "no frames": {"expression_TA": np.zeros((0, 2), np.float32)},
    "no table": {"expression_TA": np.zeros(4, np.float32)},
    "whole numbers": {"expression_TA": np.zeros((4, 2), np.int64)},
    "fewer names": {"names_A": np.array(["jawOpen"])},
    "a name twice": {"names_A": np.array(["jawOpen", "jawOpen"])},
    "an unknown name": {"names_A": np.array(["jawOpen", "earWiggle"])},
    "names that are numbers": {"names_A": np.array([1, 2])},
    "weights over 1": {"expression_TA": np.full((4, 2), 1.2, np.float32)},
    "weights that are no numbers": {"expression_TA": np.full((4, 2), np.nan, np.float32)},
    "a broken neck": {"rotation_T3": np.full((4, 3), 2.0)},
    "another length": {"rotation_T3": np.zeros((5, 3))},
    "endless scale": {"scale_T": np.full(4, np.inf)},
    "half an hour": {"expression_TA": np.zeros((60_000, 2), np.float32)},
    "too many actions": {"names_A": np.array([*ARKIT_NAMES, "x"]), "expression_TA": np.zeros((4, 53), np.float32)},
}


@pytest.mark.parametrize("changes", BAD.values(), ids=BAD)
def test_what_is_no_motion_file_is_refused(file, changes):
    with pytest.raises(AssetError) as refused:
        read_motion(file(**changes))
    assert [d.code for d in refused.value.diagnostics] == ["E089"]
    assert "take.npz" in refused.value.diagnostics[0].message


@pytest.mark.parametrize("name", ["another format", "frame rate 0", "no frames", "half an hour"])
def test_a_look_sees_what_headers_tell(file, name):
    with pytest.raises(AssetError, match="E089"):
        look(file(**BAD[name]))


@given(count=st.integers(1, 60), own=st.sampled_from(sorted(FRAME_RATES)), other=st.sampled_from(sorted(FRAME_RATES)))
def test_another_rate_keeps_the_length_and_the_range(count, own, other):
    motion = moving(count, FRAME_RATES[own])
    again = resampled(motion, FRAME_RATES[other])
    assert abs(len(again) / FRAME_RATES[other] - count / FRAME_RATES[own]) <= Fraction(1, 2) / FRAME_RATES[other] + Fraction(1, 24)
    for name in FIELDS:
        before, after = getattr(motion, name), getattr(again, name)
        assert before.min() - 1e-5 <= after.min()
        assert after.max() <= before.max() + 1e-5
    if own == other:
        np.testing.assert_allclose(again.expression_T52, motion.expression_T52, atol=1e-6)


def test_before_and_after_itself_a_motion_is_held():
    motion = moving(10)
    held = sampled(motion, np.array([-1.0, 5.0]), Fraction(25))
    np.testing.assert_array_equal(held.expression_T52, motion.expression_T52[[0, -1]])


def test_twice_the_pace_shows_every_other_frame():
    motion = moving(20)
    fast = sampled(motion, frame_times(10, Fraction(25)) * 2 - 0.02, Fraction(25))
    np.testing.assert_allclose(fast.rotation_T3, motion.rotation_T3[::2], atol=1e-5)
