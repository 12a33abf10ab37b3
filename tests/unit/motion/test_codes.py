"""The two codes of a performance."""

from __future__ import annotations

import numpy as np

from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS, Lips, Manner


def test_both_codes_are_arrays_and_back() -> None:
    rng = np.random.default_rng(0)
    lips_TL, manner_TM = rng.random((9, len(LIP_CHANNELS))), rng.random((9, len(MANNER_CHANNELS)))
    assert np.allclose(Lips.of(lips_TL).values(), lips_TL)
    assert np.allclose(Manner.of(manner_TM).values(), manner_TM)


def test_channels_stand_where_their_names_say() -> None:
    manner_TM = np.zeros((2, len(MANNER_CHANNELS)))
    manner_TM[:, MANNER_CHANNELS.index("lids")] = 0.5
    manner_TM[:, MANNER_CHANNELS.index("headYaw")] = 0.1
    manner_TM[:, MANNER_CHANNELS.index("gazePitch")] = 0.2
    manner = Manner.of(manner_TM)
    assert (manner.lids_T == 0.5).all()
    assert (manner.turn_T3 == [0, 0.1, 0]).all()
    assert (manner.gaze_T2 == [0, 0.2]).all()
    assert (manner.scale_T == 1).all()
    lips_TL = np.zeros((2, len(LIP_CHANNELS)))
    lips_TL[:, LIP_CHANNELS.index("seal")] = 1.0
    assert (Lips.of(lips_TL).touch.seal_T == 1).all()
