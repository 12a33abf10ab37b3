"""Word and phone times of a recording whose text is known: its sound is aligned to a synthetic reading of that text.

F frames of the recording, G states of the reading, M mel bands, K cepstral coefficients. Frames last 10 ms.

The idea is that of aeneas (A. Pettarin, 2015): MFCCs (S. Davis, P. Mermelstein, IEEE ASSP 28, 1980) of both sounds, aligned by
dynamic programming. Here the reading is a left-to-right chain of states, one per frame, with an optional silence between words that
holds for as long as the recording is silent, so that pauses anywhere in the recording do no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, AudioClip, Span, SpeechTake
from emostage.speech.features import spectra
from emostage.speech.pitch import FRAME_RATE_HZ
from emostage.speech.warp import Chain, Ints, lay

_COEFFICIENTS = 13
_SLOPE_WEIGHT = 0.7


@dataclass(frozen=True, kw_only=True)
class Alignment:
    """Spans of the recording, and `match`, the mean cosine of the spoken frames: near 0.5 for the right text, under 0.2 for
    another.
    """

    words: tuple[Span, ...]
    phones: tuple[Span, ...]
    match: float


def align(recording: AudioClip, reading: SpeechTake) -> Alignment:
    """Times of the reading's words and phones in the recording, sorted and inside it. Silence takes what is between phones."""
    cepstra_FK, loud_F = _heard(recording)
    chain, begin_B, end_B = _chain(reading)
    path_F = lay(chain, cepstra_FK, loud_F)
    frame_G = np.searchsorted(path_F, np.arange(len(chain.silence_G) + 1), side="left")

    def clock(boundary_B: Ints) -> Callable[[float], float]:
        def time_of(seconds: float) -> float:
            boundary = boundary_B[min(round(seconds * FRAME_RATE_HZ), len(boundary_B) - 1)]
            return min(float(frame_G[boundary]) / FRAME_RATE_HZ, recording.duration_s)

        return time_of

    begin, end = clock(begin_B), clock(end_B)
    words = _moved(reading.words, begin, end)
    phones = _moved([phone for phone in reading.phones if phone.text], begin, end)
    spoken_F = ~chain.silence_G[path_F]
    match_F = np.einsum("fk,fk->f", cepstra_FK[spoken_F], chain.cepstra_GK[path_F[spoken_F]])
    return Alignment(
        words=words, phones=_with_silence(phones, recording.duration_s), match=float(match_F.mean()) if len(match_F) else 0.0
    )


def speech_threshold_db(loudness_F: F32) -> float:
    """The level that parts speech from pauses: between the noise floor and the speech, nearer to the floor."""
    floor, peak = np.percentile(loudness_F, (5, 95))
    return float(np.clip(floor + 0.3 * (peak - floor), peak - 40.0, peak - 12.0))


def _heard(audio: AudioClip) -> tuple[F32, F32]:
    """Normalised cepstra (F, K), and how loud each frame is, 0 (a pause) to 1 (speech)."""
    mel_FM, loudness_F = spectra(audio.samples_S, audio.rate_hz)
    threshold_db = speech_threshold_db(loudness_F)
    loud_F = np.clip((loudness_F - threshold_db + 3.0) / 9.0, 0.0, 1.0).astype(np.float32)
    return _cepstra(mel_FM, loudness_F > threshold_db), loud_F


def _cepstra(mel_FM: F32, speech_F: NDArray[np.bool_]) -> F32:
    """MFCCs and their slopes, whitened by the mean and spread of the speech; rows of length 1."""
    order_K1 = np.arange(_COEFFICIENTS)[:, None]
    basis_KM = np.cos(np.pi / mel_FM.shape[1] * (np.arange(mel_FM.shape[1]) + 0.5) * order_K1)
    still_FK = np.maximum(mel_FM, mel_FM.max() - 14.0) @ basis_KM.T
    padded_FK = np.pad(still_FK, ((2, 2), (0, 0)), mode="edge")
    slope_FK = (padded_FK[3:-1] - padded_FK[1:-3] + 2 * (padded_FK[4:] - padded_FK[:-4])) / 10
    both_FK = np.concatenate((still_FK, slope_FK), axis=1)
    known_FK = both_FK[speech_F] if speech_F.sum() > 5 else both_FK
    both_FK = (both_FK - known_FK.mean(0)) / (known_FK.std(0) + 1e-6)
    both_FK[:, _COEFFICIENTS:] *= _SLOPE_WEIGHT
    unit_FK: F32 = (both_FK / np.maximum(np.linalg.norm(both_FK, axis=1, keepdims=True), 1e-6)).astype(np.float32)
    return unit_FK


def _chain(reading: SpeechTake) -> tuple[Chain, Ints, Ints]:
    """The reading without its pauses and with a silence state at either end and before each word; and for each frame boundary of
    the reading the state that begins there, and the state after the one that ends there."""
    cepstra_GK, _ = _heard(reading.audio)
    count = len(cepstra_GK)
    pause_G = np.zeros(count, bool)
    for phone in reading.phones:
        if not phone.text:
            pause_G[round(phone.start_s * FRAME_RATE_HZ) : round(phone.end_s * FRAME_RATE_HZ)] = True
    gaps = {0} | {min(round(word.start_s * FRAME_RATE_HZ), count - 1) for word in reading.words}
    rows: list[int] = []
    begin_B, end_B = np.zeros(count + 1, np.intp), np.zeros(count + 1, np.intp)
    for frame in range(count):
        end_B[frame] = len(rows)
        if frame in gaps:
            rows.append(-1)
        begin_B[frame] = len(rows)
        if not pause_G[frame]:
            rows.append(frame)
    begin_B[count] = end_B[count] = len(rows)
    index_G = np.array([*rows, -1])
    return Chain(cepstra_GK=cepstra_GK[index_G], silence_G=index_G < 0), begin_B, end_B


def _moved(spans: Sequence[Span], begin: Callable[[float], float], end: Callable[[float], float]) -> tuple[Span, ...]:
    at, moved = 0.0, []
    for span in spans:
        at = max(begin(span.start_s), at)
        moved.append(Span(text=span.text, start_s=at, end_s=max(end(span.end_s), at)))
    return tuple(moved)


def _with_silence(phones: Sequence[Span], duration_s: float) -> tuple[Span, ...]:
    filled: list[Span] = []
    at = 0.0
    for phone in phones:
        if phone.start_s > at:
            filled.append(Span(text="", start_s=at, end_s=phone.start_s))
        if phone.end_s > phone.start_s:
            filled.append(phone)
        at = max(at, phone.end_s)
    if at < duration_s:
        filled.append(Span(text="", start_s=at, end_s=duration_s))
    return tuple(filled)
