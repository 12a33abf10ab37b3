"""Loudness and shape of speech: level to LUFS, limit peaks, tilt the spectrum, fade, find where the sound begins and ends.

S samples. Loudness is ITU-R BS.1770-4 (pyloudnorm).
"""

from __future__ import annotations

import math
import warnings

import numpy as np

from emostage.core.tracks import F32

NOMINAL_LUFS = -20.0
"""Loudness of a neutral line."""
_CEILING = 0.89
_LIMITED_S = 10
_BLOCK_S = 0.4
_MEASURED_S = 300.0
_PIECE_S = 3.0
_TILT_HZ = 1500.0


def loudness_lufs(samples_S: F32, rate_hz: int) -> float:
    """Integrated loudness in LUFS, -inf for silence.

    Clips shorter than one block of 0.4 s are repeated to fill it; of clips over five minutes evenly spread pieces are measured.
    """
    import pyloudnorm

    if not len(samples_S):
        return -math.inf
    block = math.ceil(_BLOCK_S * rate_hz) + 1
    if len(samples_S) < block:
        samples_S = np.tile(samples_S, math.ceil(block / len(samples_S)))
    if len(samples_S) > _MEASURED_S * rate_hz:
        piece = int(_PIECE_S * rate_hz)
        starts = np.linspace(0, len(samples_S) - piece, int(_MEASURED_S / _PIECE_S)).astype(int)
        samples_S = np.concatenate([samples_S[start : start + piece] for start in starts])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return float(pyloudnorm.Meter(rate_hz).integrated_loudness(samples_S.astype(np.float64)))


def limited(samples_S: F32, rate_hz: int, ceiling: float = _CEILING) -> F32:
    """The sound with no sample over `ceiling`: gain is lowered around peaks, smoothly over 5 ms to each side.

    Works ten seconds at a time, so that long sounds need no more memory than their copy.
    """
    if not len(samples_S) or max(float(samples_S.max()), -float(samples_S.min())) <= ceiling:
        return samples_S
    width = 2 * max(int(0.005 * rate_hz), 1) + 1
    low_S = samples_S.copy()
    for start in range(0, len(samples_S), _LIMITED_S * rate_hz):
        first, last = max(start - width, 0), start + _LIMITED_S * rate_hz + width
        gain_S = _peak_gain(samples_S[first:last], width, ceiling)
        if gain_S is not None:
            low_S[start : start + _LIMITED_S * rate_hz] *= gain_S[start - first :][: _LIMITED_S * rate_hz]
    return np.clip(low_S, -ceiling, ceiling, out=low_S)


def _peak_gain(samples_S: F32, width: int, ceiling: float) -> F32 | None:
    from scipy.ndimage import minimum_filter1d, uniform_filter1d

    peak_S = np.abs(samples_S)
    if peak_S.max() <= ceiling:
        return None
    gain_S = np.minimum(1.0, ceiling / np.maximum(peak_S, 1e-9)).astype(np.float64)
    smooth_S: F32 = uniform_filter1d(minimum_filter1d(gain_S, width, mode="nearest"), width, mode="nearest").astype(np.float32)
    return smooth_S


def levelled(samples_S: F32, rate_hz: int, target_lufs: float = NOMINAL_LUFS) -> F32:
    """The sound at `target_lufs`, peaks limited; silence stays as it is."""
    now = loudness_lufs(samples_S, rate_hz)
    if not math.isfinite(now):
        return samples_S
    return limited(samples_S * np.float32(10 ** ((target_lufs - now) / 20)), rate_hz)


def tilted(samples_S: F32, rate_hz: int, gain_db: float) -> F32:
    """The sound with `gain_db` more energy above 1.5 kHz: the high shelf of R. Bristow-Johnson's Audio EQ Cookbook, slope 0.7."""
    if abs(gain_db) < 0.05 or not len(samples_S):
        return samples_S
    from scipy.signal import lfilter

    a = 10 ** (gain_db / 40)
    omega = 2 * math.pi * _TILT_HZ / rate_hz
    alpha = math.sin(omega) / 2 * math.sqrt((a + 1 / a) * (1 / 0.7 - 1) + 2)
    cos, root = math.cos(omega), 2 * math.sqrt(a) * alpha
    b_3 = [a * (a + 1 + (a - 1) * cos + root), -2 * a * (a - 1 + (a + 1) * cos), a * (a + 1 + (a - 1) * cos - root)]
    a_3 = [a + 1 - (a - 1) * cos + root, 2 * (a - 1 - (a + 1) * cos), a + 1 - (a - 1) * cos - root]
    shelved: F32 = lfilter(b_3, a_3, samples_S.astype(np.float64)).astype(np.float32)
    return shelved


def audible(samples_S: F32, rate_hz: int, below_peak_db: float = 42.0) -> tuple[int, int]:
    """First and last sample (exclusive) of what can be heard: 5 ms frames within `below_peak_db` of the loudest. (0, 0) for
    silence.
    """
    frame = max(int(0.005 * rate_hz), 1)
    count = math.ceil(len(samples_S) / frame)
    padded_S = np.zeros(count * frame, np.float32)
    padded_S[: len(samples_S)] = samples_S
    rms_F = np.sqrt((padded_S.reshape(count, frame) ** 2).mean(1)) if count else np.zeros(0)
    if not count or rms_F.max() < 1e-5:
        return 0, 0
    heard = np.flatnonzero(rms_F > rms_F.max() * 10 ** (-below_peak_db / 20))
    return int(heard[0]) * frame, min((int(heard[-1]) + 1) * frame, len(samples_S))


def faded(samples_S: F32, rate_hz: int, in_s: float = 0.004, out_s: float = 0.012) -> F32:
    """The sound with raised-cosine fades at both ends, so that nothing clicks."""
    out_S = samples_S.copy()
    for seconds, part in ((in_s, slice(None)), (out_s, slice(None, None, -1))):
        count = min(int(seconds * rate_hz), len(out_S) // 2)
        ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(count) + 0.5) / max(count, 1))).astype(np.float32)
        out_S[part][:count] *= ramp
    return out_S
