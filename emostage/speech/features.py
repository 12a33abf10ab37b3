"""What motion hears of a sound: log-mel power, loudness and pitch, 100 frames a second.

S samples, F frames, M mel bands, B bins.
"""

from __future__ import annotations

import numpy as np

from emostage.core.tracks import F32, F64, AudioClip, AudioFeatures
from emostage.speech.pitch import FRAME_RATE_HZ, frame_count, track

MEL_BANDS = 40
_LOW_HZ, _HIGH_HZ = 60.0, 7600.0
_WINDOW_S = 0.025
_FLOOR = 1e-10
_FLOOR_DB = -80.0
_CHUNK = 2048


def extract(audio: AudioClip) -> AudioFeatures:
    """Features of a clip at 100 Hz, whatever its rate: `mel_FM` and `loudness_F` as of `spectra`, `pitch_F` as of `pitch.track`."""
    mel_FM, loudness_F = spectra(audio.samples_S, audio.rate_hz)
    pitch_F = track(audio.samples_S, audio.rate_hz)
    return AudioFeatures(mel_FM=mel_FM, loudness_F=loudness_F, pitch_F=pitch_F, rate_hz=FRAME_RATE_HZ)


def spectra(samples_S: F32, rate_hz: int) -> tuple[F32, F32]:
    """Log-mel power (F, M) and loudness (F,) of frames of 25 ms, frame f centred at (f + 0.5) / 100 s, silence beyond the ends.

    Log-mel power is the natural logarithm of the power in 40 triangular bands spaced evenly on the mel scale
    (2595 log10(1 + f / 700), 60-7600 Hz) under a Hann window, scaled so that a full-scale sine gives about 0, floor ln 1e-10;
    loudness is the RMS in dB re full scale (a full-scale sine is -3), floor -80.
    """
    frames = frame_count(len(samples_S), rate_hz)
    window = round(_WINDOW_S * rate_hz)
    size = 1 << int(np.ceil(np.log2(max(window, 2))))
    bank_BM = mel_bank(rate_hz, size).astype(np.float32)
    hann_S = np.hanning(window + 2)[1:-1].astype(np.float32)
    scale = np.float32(4.0 / float(hann_S.sum()) ** 2 * window / (1.5 * size))  # 1.5 size / window: the bins that a tone fills
    mel_FM = np.empty((frames, MEL_BANDS), np.float32)
    loudness_F = np.empty(frames, np.float32)
    for first in range(0, frames, _CHUNK):
        x_FS = _windows(samples_S, rate_hz, window, first, min(first + _CHUNK, frames))
        power_FB = (np.abs(np.fft.rfft(x_FS * hann_S, size)) ** 2).astype(np.float32) * scale
        mel_FM[first : first + len(x_FS)] = np.log(power_FB @ bank_BM + np.float32(_FLOOR))
        level_F = 10 * np.log10((x_FS.astype(np.float64) ** 2).mean(1) + 1e-12)
        loudness_F[first : first + len(x_FS)] = np.maximum(level_F, _FLOOR_DB)
    return mel_FM, loudness_F


def mel_bank(rate_hz: int, size: int) -> F64:
    """Triangular filters (B, M) over the bins of a transform of `size` samples."""
    high_hz = min(_HIGH_HZ, rate_hz / 2)
    low_mel, high_mel = (2595 * np.log10(1 + hertz / 700) for hertz in (_LOW_HZ, high_hz))
    edges_mel = np.linspace(low_mel, high_mel, MEL_BANDS + 2)
    edges_hz = 700 * (10 ** (edges_mel / 2595) - 1)
    bins_B1 = np.fft.rfftfreq(size, 1 / rate_hz)[:, None]
    rise_BM = (bins_B1 - edges_hz[:-2]) / np.diff(edges_hz)[:-1]
    fall_BM = (edges_hz[2:] - bins_B1) / np.diff(edges_hz)[1:]
    bank_BM: F64 = np.maximum(0.0, np.minimum(rise_BM, fall_BM))
    return bank_BM


def _windows(samples_S: F32, rate_hz: int, window: int, first: int, last: int) -> F32:
    """Windows (F, S) of frames `first` to `last`, each about its centre, zeros beyond the ends."""
    starts_F = np.round((np.arange(first, last) + 0.5) * rate_hz / FRAME_RATE_HZ - window / 2).astype(np.intp)
    begin, stop = int(starts_F[0]), int(starts_F[-1]) + window
    local_S = np.zeros(stop - begin, np.float32)
    piece_S = samples_S[max(begin, 0) : max(stop, 0)]
    local_S[max(-begin, 0) : max(-begin, 0) + len(piece_S)] = piece_S
    windows_FS: F32 = np.lib.stride_tricks.sliding_window_view(local_S, window)[starts_F - begin]
    return windows_FS
