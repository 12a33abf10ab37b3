from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.speech import warp
from emostage.speech.warp import Chain, lay


def chain_of(states: int, seed: int, silences: tuple[int, ...] = ()) -> Chain:
    rows = np.random.default_rng(seed).standard_normal((states, 12))
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    silence = np.zeros(states, bool)
    silence[list(silences)] = True
    return Chain(cepstra_GK=rows.astype(np.float32), silence_G=silence)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 4), min_size=3, max_size=40), st.integers(0, 5))
def test_a_stretched_chain_is_found_again(stays: list[int], seed: int) -> None:
    chain = chain_of(len(stays), seed)
    truth = np.repeat(np.arange(len(stays)), stays)
    path = lay(chain, chain.cepstra_GK[truth], np.ones(len(truth), np.float32))
    assert (path == truth).mean() > 0.85
    assert (np.diff(path) >= 0).all()
    assert (np.diff(path) <= 3).all()


def test_silence_states_hold_through_a_pause_and_are_skipped_without_one() -> None:
    chain = chain_of(31, 3, (0, 10, 20, 30))
    truth = np.array([*range(1, 10), *[10] * 50, *range(11, 20), *range(21, 30)])
    loud = np.where(truth == 10, 0.0, 1.0).astype(np.float32)
    cepstra = chain.cepstra_GK[truth].copy()
    cepstra[truth == 10] = chain_of(50, 9).cepstra_GK[:50]
    assert (lay(chain, cepstra, loud) == truth).mean() > 0.97


def test_the_band_gives_what_the_whole_gives(monkeypatch: object) -> None:
    rng = np.random.default_rng(5)
    rows = np.cumsum(rng.standard_normal((3000, 12)), axis=0)
    rows -= rows.mean(0)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    chain = Chain(cepstra_GK=rows.astype(np.float32), silence_G=np.zeros(3000, bool))
    truth = np.sort(rng.integers(0, 3000, 4500))
    truth[0], truth[-1] = 0, 2999
    cepstra, loud = chain.cepstra_GK[truth], np.ones(4500, np.float32)
    whole = lay(chain, cepstra, loud)
    warp_cells = warp._FULL_CELLS
    try:
        warp._FULL_CELLS = 1
        banded = lay(chain, cepstra, loud)
    finally:
        warp._FULL_CELLS = warp_cells
    assert np.abs(banded - whole).max() <= 3


@given(st.integers(1, 30), st.integers(1, 30))
def test_any_two_lengths_give_a_path(frames: int, states: int) -> None:
    chain = chain_of(states, 1)
    path = lay(chain, chain_of(frames, 2).cepstra_GK, np.ones(frames, np.float32))
    assert len(path) == frames
    assert path.min() >= 0
    assert path.max() < states
