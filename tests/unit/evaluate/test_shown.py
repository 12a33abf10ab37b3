"""Clips of a film whose faces are made of numbers."""

from __future__ import annotations

import numpy as np
import pytest


def test_the_face_speaks_while_it_is_heard(clip):
    spoken = clip(pace=0.8)
    assert np.flatnonzero(spoken.speaking())[[0, -1]].tolist() == [5, 64]
    assert [p.start_s for p in spoken.phones] == pytest.approx([0.2, 1.0, 1.8])
    assert not clip().speaking().any()
    assert clip().phones == ()
