"""What people of footage do, and what is heard meanwhile."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.training.footage.acting import CLIP, CLIPS, SILENCE_X, STILLS, around, clip, columns, shot, starts, still
from emostage.training.footage.store import FRAMES, REACH

MOST_DEG = np.array([16.0, 28.0, 12.0])


def test_a_shot_is_clips_then_stills(corpus) -> None:
    acted = shot(corpus, np.random.default_rng(1))
    assert np.diff(starts(acted)).tolist() == [CLIP] * CLIPS + [1] * STILLS
    arrays = columns(acted)
    for name, values in arrays.items():
        shape, kind = FRAMES[name]
        assert (values.shape, values.dtype) == ((CLIP * CLIPS + STILLS, *shape), kind)
    assert (arrays["expression_N52"] >= 0).all() and (arrays["expression_N52"] <= 1).all()
    assert np.allclose(arrays["weights_N8"].astype(float).sum(1), 1, atol=5e-3)
    assert (np.abs(np.degrees(arrays["rotation_N3"])) <= MOST_DEG + 1e-3).all()


def test_the_same_draws_are_the_same_acting_and_others_are_not(corpus) -> None:
    one, again, other = (columns(shot(corpus, np.random.default_rng(seed))) for seed in (1, 1, 2))
    assert all(np.array_equal(one[name], again[name]) for name in one)
    assert not np.array_equal(one["rotation_N3"], other["rotation_N3"])


def test_a_clip_is_what_was_done_in_consecutive_frames_of_one_take(corpus) -> None:
    whole_NX, ends = corpus.frames["mel_N160"], set(corpus.starts_K1.tolist())
    firsts = []
    for seed in range(20):
        acted = clip(corpus, 18, np.random.default_rng(seed))
        (first,) = np.flatnonzero((whole_NX == acted.sound_TWX[0, REACH]).all(1))
        firsts.append(int(first))
        assert np.array_equal(acted.sound_TWX[:, REACH], whole_NX[first : first + 18])
        assert np.array_equal(acted.expression_T52, corpus.frames["expression_N52"][first : first + 18].astype(np.float32))
        assert not ends & set(range(first + 1, first + 18))
    assert len(set(firsts)) > 5


def test_sound_is_that_of_the_neighbours_and_silence_beyond_the_take() -> None:
    sound_NX = np.arange(20, dtype=np.uint8)[:, None].repeat(len(SILENCE_X), 1) + 1
    sound_TWX = around(sound_NX, np.array([0, 10, 19]))
    assert sound_TWX[1, :, 0].tolist() == list(range(11 - REACH, 12 + REACH))
    assert (sound_TWX[0, :REACH] == SILENCE_X).all() and (sound_TWX[2, REACH + 1 :] == SILENCE_X).all()
    assert sound_TWX[0, REACH, 0] == 1 and sound_TWX[2, REACH, 0] == 20


def test_stills_show_feelings_speech_and_single_actions(corpus) -> None:
    stills = [still(corpus, np.random.default_rng(seed)) for seed in range(60)]
    felt = [s.weights_T8[0, 0] < 0.9 for s in stills]
    spoken = [not (s.sound_TWX == SILENCE_X).all() for s in stills]
    assert 10 < sum(felt) < 55
    assert 8 < sum(spoken) < 35
    assert all(len(s.expression_T52) == 1 and s.expression_T52.max() > 0.05 for s in stills)


def test_takes_that_are_too_short_are_told(corpus) -> None:
    short = replace(corpus, starts_K1=np.arange(0, 51, 5))
    with pytest.raises(AssetError, match=r"E130.*no take of 8 frames"):
        clip(short, 8, np.random.default_rng(0))
