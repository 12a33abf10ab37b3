"""What V-AID hears of a clip: its mel spectrum, or what an encoder from the hub makes of its sound; and its prosody.

T frames at 25 fps.
"""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F32, AudioClip
from emostage.motion.hearing import MODEL_FPS, PROSODY, SAMPLES, Heard, placed
from emostage.nets.emotivetalk.hub import hub_sound
from emostage.nets.emotivetalk.vaid import Vaid


def audio_for(net: Vaid, heard: Heard, audio: AudioClip | None, offset_s: float) -> F32:
    """What `net` takes in of a clip: (T, 163), or (T, H + 3) with an encoder. Raises AssetError E134 when that cannot be used."""
    if not net.config.hub:
        return heard.audio()
    sound_TS = placed(audio, offset_s, len(heard.prosody_T3))
    hidden_TH = hub_sound(net.config.hub).encode(sound_TS.reshape(-1))
    audio_TX: F32 = np.concatenate([hidden_TH, heard.prosody_T3], 1)
    return audio_TX


def still(hub: str) -> F32:
    """What V-AID with an encoder takes in of a frame of silence (H + 3,)."""
    hidden_TH = hub_sound(hub).encode(np.zeros(MODEL_FPS * SAMPLES, np.float32))
    still_X: F32 = np.concatenate([hidden_TH[MODEL_FPS // 2], np.zeros(len(PROSODY), np.float32)])
    return still_X
