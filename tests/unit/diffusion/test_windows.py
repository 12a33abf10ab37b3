"""Long takes in overlapping windows."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from emostage.diffusion.windows import in_windows, starts, weights


@given(st.integers(1, 3000), st.integers(2, 200), st.data())
def test_windows_cover_a_take_with_their_overlap(frames: int, window: int, data: st.DataObject) -> None:
    overlap, turn = data.draw(st.integers(0, window - 1)), data.draw(st.floats(0.0, 1.0, exclude_max=True))
    first = starts(frames, window, overlap, turn)
    assert first[0] == 0
    if frames > window:
        assert first[-1] == frames - window
        assert all(0 < b - a <= max(window - overlap, 1) for a, b in itertools.pairwise(first))


def test_an_overlap_must_fit() -> None:
    with pytest.raises(ValueError, match="overlap"):
        starts(100, 10, 10)


@given(st.integers(4, 60), st.integers(0, 30))
def test_every_frame_counts(window: int, overlap: int) -> None:
    out_W = weights(window, min(overlap, window // 2))
    assert (out_W > 0).all()
    assert (out_W <= 1).all()
    assert torch.allclose(out_W, out_W.flip(0))


@pytest.mark.parametrize("frames", [1, 7, 64, 65, 200, 1000])
def test_what_looks_at_single_frames_does_not_notice_the_windows(frames: int) -> None:
    x_TC = torch.randn(frames, 3, generator=torch.Generator().manual_seed(0))
    out_TC = in_windows(lambda n_BW: x_TC[n_BW] ** 2, frames, window=64, overlap=16, batch=3)
    assert torch.allclose(out_TC, x_TC**2, atol=1e-6)


def test_turned_windows_have_their_borders_elsewhere() -> None:
    straight, turned = starts(1000, 64, 16), starts(1000, 64, 16, 0.5)
    assert not set(straight[1:-1]) & set(turned[1:-1])
    x_TC = torch.randn(1000, 3, generator=torch.Generator().manual_seed(0))
    assert torch.allclose(in_windows(lambda n_BW: x_TC[n_BW], 1000, window=64, overlap=16, turn=0.5), x_TC, atol=1e-6)


def test_disagreeing_windows_are_crossfaded_without_a_jump() -> None:
    def predict(n_BW: Tensor) -> Tensor:
        return torch.arange(len(n_BW)).float()[:, None, None].expand(-1, n_BW.shape[1], 1)

    out_T = in_windows(predict, 160, window=64, overlap=16)[:, 0]
    steps_T = out_T.diff()
    assert steps_T.min() >= -1e-6
    assert steps_T.max() < 0.2
    assert out_T[0] == 0
    assert out_T[-1] == len(starts(160, 64, 16)) - 1
