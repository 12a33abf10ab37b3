"""What nets hear."""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import AudioFeatures
from emostage.motion.hearing import COLUMNS, LIMIT, MELS, hear


def features(count: int = 200, gain: float = 0.0) -> AudioFeatures:
    rng = np.random.default_rng(0)
    return AudioFeatures(
        mel_FM=(rng.normal(-8.0, 2.0, (count, MELS)) + gain).astype(np.float32),
        loudness_F=np.full(count, -20.0, np.float32),
        pitch_F=np.where(np.arange(count) % 100 < 50, 120.0, 0.0).astype(np.float32),
    )


def test_a_frame_hears_its_own_four_columns() -> None:
    one = features()
    heard = hear(one, 0.0, 50)
    level_FM = heard.mel_TX.reshape(200, MELS)
    assert np.corrcoef(level_FM[:, 7], one.mel_FM[:, 7])[0, 1] > 0.999
    late = hear(one, 0.4, 60)
    assert np.allclose(late.mel_TX[10:60], heard.mel_TX, atol=1e-5)
    assert (late.mel_TX[:9] == -LIMIT).all()


def test_levels_do_not_depend_on_the_gain() -> None:
    assert np.allclose(hear(features(), 0.1, 60).mel_TX, hear(features(gain=3.0), 0.1, 60).mel_TX, atol=1e-4)


def test_prosody_tells_voice_from_silence() -> None:
    prosody_T3 = hear(features(), 0.0, 50).prosody_T3
    assert (prosody_T3[2:10, 1] == 1).all()
    assert (prosody_T3[15:22, 1] == 0).all()


def test_silence_is_heard_as_silence() -> None:
    heard = hear(None, 0.0, 7)
    assert heard.mel_TX.shape == (7, COLUMNS * MELS)
    assert (heard.mel_TX == -LIMIT).all()
    assert not heard.prosody_T3.any()
