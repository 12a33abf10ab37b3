"""What can be heard in a recording without knowing its words: when it speaks, and where its syllables are. F frames of 10 ms.

Syllable nuclei are voiced peaks of loudness with dips between them: N. de Jong, T. Wempe, Praat script to detect syllable nuclei
and measure speech rate automatically, Behavior Research Methods 41 (2009), with their dip of 2 dB.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import AudioFeatures
from emostage.speech.align import speech_threshold_db

_DIP_DB = 2.0
_SMOOTH = 5
_HOLD = 12


def voice_activity(features: AudioFeatures) -> NDArray[np.bool_]:
    """True for the frames (F,) that belong to speech; gaps of up to 120 ms inside it (closures of plosives) count as speech."""
    from scipy.ndimage import binary_closing, binary_opening

    loud_F = features.loudness_F > max(speech_threshold_db(features.loudness_F), -60.0)
    padded_F = np.pad(binary_opening(loud_F, np.ones(3)), _HOLD)
    closed_F: NDArray[np.bool_] = binary_closing(padded_F, np.ones(_HOLD + 1))[_HOLD:-_HOLD]
    return closed_F


def syllable_times_s(features: AudioFeatures) -> tuple[float, ...]:
    """Times of the syllable nuclei in seconds."""
    from scipy.ndimage import uniform_filter1d
    from scipy.signal import find_peaks

    smooth_F = uniform_filter1d(features.loudness_F.astype(np.float64), _SMOOTH, mode="nearest")
    peaks, _ = find_peaks(smooth_F, prominence=_DIP_DB, distance=8)
    voiced_F = uniform_filter1d((features.pitch_F > 0).astype(np.float64), 5, mode="nearest") > 0.3
    speech_F = voice_activity(features)
    return tuple((float(peak) + 0.5) / features.rate_hz for peak in peaks if speech_F[peak] and voiced_F[peak])
