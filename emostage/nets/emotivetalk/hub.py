"""A pretrained sound encoder from the hub in place of mel columns: wav2vec 2.0, HuBERT, WavLM or Whisper, from a folder, never
from the network. EmotiveTalk (arXiv 2411.16726, section 3.2) hears through wav2vec.

S samples at 16 kHz, T frames at 25 fps, H channels.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from emostage.core.errors import AssetError
from emostage.core.tracks import F32
from emostage.diffusion.pretrained import pretrained

RATE_HZ = 16_000
SAMPLES = 640
"""Samples of a frame at 25 frames a second."""

_CHUNK_S, _CONTEXT_S = 20, 2
_WHISPER_S = 30
_NEEDS = "config.json, preprocessor_config.json and safetensors of wav2vec 2.0, HuBERT, WavLM or Whisper"


class HubSound:
    """The last hidden states of a frozen encoder in a folder, with its feature extractor and safetensors weights beside it.

    `width` is H. Raises AssetError E134 when the folder holds no such encoder.
    """

    def __init__(self, folder: Path) -> None:
        self._extractor, model = pretrained(folder, "AutoFeatureExtractor", what="sound encoder", needs=_NEEDS)
        rate_hz = int(getattr(self._extractor, "sampling_rate", 0))
        if rate_hz != RATE_HZ:
            raise AssetError.of("E134", f"'{folder}' hears {rate_hz} Hz", f"give an encoder of {RATE_HZ} Hz")
        self.width = int(model.config.hidden_size)
        self._whisper = model.config.model_type == "whisper"
        self._model = model.get_encoder() if self._whisper else model

    def encode(self, samples_S: NDArray[np.floating[Any]]) -> F32:
        """Hidden states (T, H) of a sound at `RATE_HZ`, T = ceil(S / 640).

        Long sounds are heard in chunks with two seconds of context on either side, so that memory stays flat.
        """
        count = -(-len(samples_S) // SAMPLES)
        padded_S = np.pad(np.asarray(samples_S, np.float32), (0, count * SAMPLES - len(samples_S)))
        out_TH = np.empty((count, self.width), np.float32)
        chunk, context = _CHUNK_S * RATE_HZ // SAMPLES, _CONTEXT_S * RATE_HZ // SAMPLES
        for begin in range(0, count, chunk):
            first, last = max(0, begin - context), min(count, begin + chunk + context)
            heard_NH = self._chunk(padded_S[first * SAMPLES : last * SAMPLES], last - first)
            end = min(begin + chunk, count)
            out_TH[begin:end] = heard_NH[begin - first : end - first]
        return out_TH

    @torch.inference_mode()
    def _chunk(self, samples_S: F32, frames: int) -> F32:
        """Hidden states (frames, H) of one chunk: those of the encoder, averaged or drawn out to 25 a second."""
        if self._whisper:
            given = self._extractor(samples_S, sampling_rate=RATE_HZ, return_tensors="pt")
            hidden_1NH: Tensor = self._model(given["input_features"]).last_hidden_state
            hidden_1NH = hidden_1NH[:, : max(1, round(hidden_1NH.shape[1] * len(samples_S) / (_WHISPER_S * RATE_HZ)))]
        else:
            long_enough_S = np.pad(samples_S, (0, max(0, SAMPLES - len(samples_S))))
            given = self._extractor(long_enough_S, sampling_rate=RATE_HZ, return_tensors="pt")
            hidden_1NH = self._model(given["input_values"]).last_hidden_state
        even_1HT = functional.interpolate(hidden_1NH.float().transpose(1, 2), size=2 * frames, mode="linear", align_corners=False)
        frames_TH: F32 = functional.avg_pool1d(even_1HT, 2)[0].T.contiguous().numpy()
        return frames_TH


@lru_cache(maxsize=2)
def hub_sound(folder: str) -> HubSound:
    """The encoder in a folder, loaded once. Raises AssetError E134."""
    return HubSound(Path(folder))
