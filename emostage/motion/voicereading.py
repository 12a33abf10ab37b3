"""Feelings from the sound of a voice, as V-AID hears them. N frames at 25 fps."""

from __future__ import annotations

from math import ceil

import numpy as np
import torch

from emostage.core.smoothing import smoothed
from emostage.core.tracks import F64, AudioFeatures
from emostage.motion.hearing import MODEL_FPS
from emostage.motion.tone import tone
from emostage.nets.emotivetalk.vaid import Vaid

_SMOOTH_S = 0.5
"""Within this time feelings do not flicker."""


def read_feelings(net: Vaid, features: AudioFeatures) -> F64:
    """Emotion weights (N, 8) of a recording, rows sum to 1."""
    frames = max(1, ceil(len(features.loudness_F) * MODEL_FPS / features.rate_hz))
    tone_NS = tone(features, (np.arange(frames) + 0.5) / MODEL_FPS)
    with torch.inference_mode():
        code_1ND = net.expression_of(torch.from_numpy(tone_NS)[None])
        weights_N8 = net.emotion(code_1ND)[0].numpy().astype(np.float64)
    return smoothed(weights_N8, _SMOOTH_S * MODEL_FPS)
