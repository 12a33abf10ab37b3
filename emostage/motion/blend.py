"""Speech and feeling on one face: speech wins at the lips where they fight, feeling keeps the rest. T frames, 52 ARKit actions.

The share of the feeling's lip part falls with how busy the lips are, with rounding (a smile makes `oo` a grin) and is zero in
closures. Short pauses belong to speech: a feeling whose silent form opens the mouth does not gape between two words. Layers in the
spirit of JALI (Edwards et al., SIGGRAPH 2016), with a hard priority for contacts.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, MOUTH_MASK_52, indices
from emostage.core.time import frame_times
from emostage.core.tracks import F64, EmotionTrack
from emostage.motion.contacts import Contacts
from emostage.motion.curves import soften_frames
from emostage.motion.targets import FUNNEL, JAW, LOWER, PUCKER, UPPER, WIDE

OPEN_LIMIT = 0.46
"""jawOpen beyond this stops looking natural."""

_OPEN_KNEE = 0.24
_NEARLY = 0.98
"""So near to the limit, as a share of the way from the knee, an opening is told from others."""
_EASE_S = 0.3
_PAUSE_S = 0.9
"""Lips that rest for less are still speaking."""


def _columns(*names: str) -> list[int]:
    return [i for name in names for i in indices(name)]


_PARTING = _columns("mouthUpperUp", "mouthLowerDown", "jawOpen", "mouthFunnel")
_SPREADING = _columns("mouthSmile", "mouthDimple", "mouthStretch")
_SMILES, _FROWNS = _columns("mouthSmile"), _columns("mouthFrown")
_TONGUE_OUT = ARKIT_INDEX["tongueOut"]


def _limited(jaw_T: F64) -> F64:
    """Jaw opening bent smoothly so that it stays under `OPEN_LIMIT`."""
    room = OPEN_LIMIT - _OPEN_KNEE
    beyond_T = np.maximum(jaw_T - _OPEN_KNEE, 0.0)
    return np.asarray(np.minimum(jaw_T, _OPEN_KNEE) + room * np.tanh(beyond_T / room))


def unlimited(shown_T: F64) -> F64:
    """The jaw channel that is shown as `shown_T`, as far as it can be told: openings beyond the limit are all one."""
    room = OPEN_LIMIT - _OPEN_KNEE
    beyond_T = np.clip((shown_T - _OPEN_KNEE) / room, 0.0, _NEARLY)
    return np.asarray(np.minimum(shown_T, _OPEN_KNEE) + room * np.arctanh(beyond_T))


def speech_expression(channels_TC: F64, touch: Contacts, firm_T: F64 | float = 1.0) -> F64:
    """Mouth channels and contacts as ARKit weights (T, 52); closed lips are rolled in `firm_T` times as far as usual."""
    out_T52 = np.zeros((len(channels_TC), ARKIT_COUNT))

    def put(name: str, value_T: F64) -> None:
        out_T52[:, list(indices(name))] += value_T[:, None]

    put("jawOpen", _limited(channels_TC[:, JAW]))
    put("mouthPucker", channels_TC[:, PUCKER])
    put("mouthFunnel", channels_TC[:, FUNNEL])
    put("mouthStretch", 0.60 * channels_TC[:, WIDE])
    put("mouthSmile", 0.25 * channels_TC[:, WIDE])
    put("mouthLowerDown", channels_TC[:, LOWER])
    put("mouthUpperUp", channels_TC[:, UPPER] + 0.30 * touch.teeth_T)
    put("mouthPress", 0.50 * touch.seal_T)
    put("mouthRollLower", 0.25 * firm_T * touch.seal_T + 0.50 * touch.teeth_T)
    put("mouthRollUpper", 0.20 * firm_T * touch.seal_T)
    put("mouthShrugLower", 0.15 * touch.teeth_T)
    return np.asarray(np.clip(out_T52, 0.0, 1.0))


def talking(busy_T: F64, fps: Fraction) -> F64:
    """How far a face is speaking (T,): as busy as its lips, and through the pauses between its words."""
    if not len(busy_T):
        return busy_T
    reach = max(1, round(_PAUSE_S / 2 * fps))
    widened = sliding_window_view(np.pad(busy_T, 2 * reach), 2 * reach + 1).max(1)
    return np.asarray(np.maximum(busy_T, sliding_window_view(widened, 2 * reach + 1).min(1)))


def felt_at(busy_T: F64, emotion: EmotionTrack) -> F64:
    """The feeling's own expression (T, 52): its silent form, or the one that leaves the lips free while the face speaks."""
    silent_T52, speaking_T52 = emotion.silent_T52.astype(np.float64), emotion.speaking_T52.astype(np.float64)
    felt_T52: F64 = silent_T52 + talking(busy_T, emotion.fps)[:, None] * (speaking_T52 - silent_T52)
    return felt_T52


def shares_of_feeling(speech_T52: F64, touch: Contacts, busy_T: F64, fps: Fraction) -> F64:
    """How much of a feeling's expression (T, 52) is seen beside speech."""
    contact_T = np.maximum(touch.seal_T, touch.teeth_T)
    rounded_T = np.clip(speech_T52[:, ARKIT_INDEX["mouthPucker"]] + 0.7 * speech_T52[:, ARKIT_INDEX["mouthFunnel"]], 0.0, 1.0)
    eased_T = busy_T * soften_frames(rounded_T[:, None], frame_times(len(rounded_T), fps), _EASE_S)[:, 0]
    share_T52 = np.ones_like(speech_T52)
    share_T52[:, MOUTH_MASK_52] = (1.0 - 0.15 * busy_T)[:, None]
    share_T52[:, _SPREADING] *= (1.0 - np.clip(eased_T, 0.0, 0.7))[:, None]
    share_T52[:, _PARTING] *= ((1.0 - 0.35 * busy_T) * (1.0 - contact_T))[:, None]
    share_T52[:, _TONGUE_OUT] *= 1.0 - contact_T
    jaw = ARKIT_INDEX["jawOpen"]
    share_T52[:, jaw] *= np.clip(1.0 - speech_T52[:, jaw] / OPEN_LIMIT, 0.0, 1.0)  # an open mouth needs no more opening
    return share_T52


def blend(speech_T52: F64, touch: Contacts, busy_T: F64, emotion: EmotionTrack) -> F64:
    """Speech weights and the clip's feeling as one expression (T, 52) in [0, 1]."""
    felt_T52 = felt_at(busy_T, emotion)
    out_T52: F64 = np.clip(speech_T52 + shares_of_feeling(speech_T52, touch, busy_T, emotion.fps) * felt_T52, 0.0, 1.0)
    out_T52[:, _SMILES] *= 1.0 - felt_T52[:, _FROWNS]
    return out_T52
