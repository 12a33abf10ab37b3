import dataclasses
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.arkit import ARKIT_NAMES, MIRROR_52, expression
from emostage.core.errors import Diagnostic, EmostageError, Place, SceneError, in_file_order
from emostage.core.timeline import Clip, Timeline, Transition
from emostage.core.tracks import AudioClip, Crop, FrameStream


def test_arrays_that_flow_between_stages_cannot_be_changed():
    samples = np.zeros(10, np.float32)
    clip = AudioClip(samples_S=samples, rate_hz=10)
    with pytest.raises(ValueError, match="read-only"):
        clip.samples_S[0] = 1
    with pytest.raises(dataclasses.FrozenInstanceError):
        clip.rate_hz = 3
    samples[0] = 0.5  # the caller's own array stays writable
    assert clip.duration_s == 1.0


@given(
    st.floats(-1e3, 1e3),
    st.floats(-1e3, 1e3),
    st.floats(0.05, 20),
    st.lists(st.tuples(st.floats(-4e3, 4e3), st.floats(-4e3, 4e3)), min_size=1),
)
def test_crop_and_paste_back_are_inverse(left, top, scale, points):
    crop = Crop(left=left, top=top, scale=scale, size_px=512)
    np.testing.assert_allclose(crop.to_picture(crop.to_crop(np.array(points))), points, atol=1e-6)


def test_mirroring_twice_is_nothing_and_swaps_sides():
    vector_52 = np.arange(52.0)
    np.testing.assert_array_equal(vector_52[MIRROR_52][MIRROR_52], vector_52)
    left = expression(mouthSmileLeft=1.0)
    assert ARKIT_NAMES[int(left[MIRROR_52].argmax())] == "mouthSmileRight"
    assert expression(mouthSmile=0.5).sum() == 1.0
    with pytest.raises(KeyError):
        expression(mouthGrin=1.0)


def test_crossfades_overlap_and_other_transitions_do_not():
    clips = (
        Clip(path=Path("a"), frames=50),
        Clip(path=Path("b"), frames=40, transition=Transition(kind="crossfade", frames=10)),
        Clip(path=Path("c"), frames=30, transition=Transition(kind="fade", frames=10)),
    )
    timeline = Timeline(fps=Fraction(25), size_px=(64, 64), clips=clips)
    assert timeline.start_frames == (0, 40, 80)
    assert timeline.frames == 110


def test_streams_can_be_read_twice():
    stream = FrameStream(Fraction(25), (2, 2), 3, lambda: iter([np.zeros((2, 2, 3), np.uint8)] * 3))
    assert len(list(stream)) == len(list(stream)) == len(stream)


def test_diagnostics_come_in_file_order_once_and_keep_their_class():
    late, early = (Diagnostic(code="E031", message="m", place=Place(file=Path("s"), line=n)) for n in (9, 2))
    assert in_file_order([late, early, late]) == (early, late)
    error = SceneError.of("E041", "no").at(Place(line=3))
    assert isinstance(error, SceneError)
    assert isinstance(error, EmostageError)
    assert error.diagnostics[0].place.line == 3
    assert error.exit_code == 3
