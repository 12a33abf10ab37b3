"""Feelings in free words: the Emotion Intensity Block of `nets.emotalker.eib` in numpy, so that planning a film needs no torch.

W words of a prompt, D channels, H heads, C channels of a head.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.nets.emotalker.reading import F32, PromptReader, Reading, with_neutral
from emostage.nets.emotalker.wording import pieces, words

ENV_FOLDER = "EMOSTAGE_EIB"
WEIGHTS = "eib.safetensors"
_EPSILON = 1e-5


def eib_folder() -> Path:
    """The checkpoint that reads prompts: `$EMOSTAGE_EIB`, or the one that comes with emostage. Raises AssetError E065."""
    try:
        chosen = os.environ.get(ENV_FOLDER)
        return Path(chosen).expanduser() if chosen else resource("checkpoints", "eib")
    except FileNotFoundError as error:
        raise AssetError.of("E065", str(error), "install emostage again") from error


def load_reader(folder: Path | None = None) -> PromptReader:
    """The block in a folder, or of `eib_folder`; loaded once. Raises AssetError E065 when it cannot be read."""
    folder = folder or eib_folder()
    try:
        return _load(folder)
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = f"look at ${ENV_FOLDER}" if os.environ.get(ENV_FOLDER) else "install emostage again"
        raise AssetError.of("E065", f"'{folder}' cannot read prompts: {error}", hint) from error


@lru_cache(maxsize=2)
def _load(folder: Path) -> PromptReader:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    if config["hub"]:
        from emostage.nets.emotalker.checkpoint import load_block

        return load_block(folder)
    try:
        arrays = load_file(folder / WEIGHTS)
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    return NumpyBlock(arrays, heads=int(config["heads"]), layers=int(config["layers"]))


class NumpyBlock:
    """A trained block with the small encoder. Raises KeyError or ValueError for arrays that do not fit together."""

    def __init__(self, arrays: Mapping[str, NDArray[np.floating]], *, heads: int, layers: int) -> None:
        self._table = arrays["encoder.table"]
        self._of = {name: array.astype(np.float32) for name, array in arrays.items() if name != "encoder.table"}
        self._heads, self._layers = heads, layers
        self._one("")

    def measure(self, prompts: Sequence[str]) -> Reading:
        """Strengths, embedding and certainty of prompts."""
        read = [self._one(prompt) for prompt in prompts]
        felt_N7, embedding_ND = (np.array([each[i] for each in read], np.float32) for i in (0, 1))
        return Reading(
            weights_N8=with_neutral(felt_N7), embedding_ND=embedding_ND, sure_N=np.array([each[2] for each in read], np.float32)
        )

    def read(self, prompts: Sequence[str]) -> tuple[F32, F32]:
        """(weights_N8, embedding_ND) of prompts."""
        reading = self.measure(prompts)
        return reading.weights_N8, reading.embedding_ND

    def _one(self, prompt: str) -> tuple[F32, F32, float]:
        x_WD = np.stack([self._word(word) for word in words(prompt) or ("",)])
        for i in range(self._layers):
            x_WD = self._layer(x_WD, f"encoder.layers.{i}.")
        hidden_WD = self._norm(x_WD, "encoder.norm")
        felt_7 = 1.0 - np.exp(-np.logaddexp(0.0, self._linear(hidden_WD, "head.share")).sum(0))
        look_W1 = _softmax(self._linear(hidden_WD, "head.look"), axis=0)
        embedding_D = (look_W1 * hidden_WD).sum(0)
        sure = _sigmoid(self._linear(embedding_D, "head.sure")[0])
        return felt_7 / max(1.0, felt_7.sum()), embedding_D, float(sure)

    def _word(self, word: str) -> F32:
        rows_PD = self._table[pieces(word, len(self._table))].astype(np.float32)
        return rows_PD[0] + (rows_PD[1:].mean(0) if len(rows_PD) > 1 else 0.0)

    def _layer(self, x_WD: F32, name: str) -> F32:
        count, width = x_WD.shape
        qkv_3HWC = self._linear(self._norm(x_WD, f"{name}norm_a"), f"{name}qkv").reshape(count, 3, self._heads, -1)
        q_HWC, k_HWC, v_HWC = qkv_3HWC.transpose(1, 2, 0, 3)
        distance_HS = self._of[f"{name}distance"]
        reach = distance_HS.shape[1] // 2
        offset_WW = np.clip(np.subtract.outer(np.arange(count), np.arange(count)).T, -reach, reach) + reach
        score_HWW = q_HWC @ k_HWC.transpose(0, 2, 1) / np.sqrt(q_HWC.shape[-1]) + distance_HS[:, offset_WW]
        seen_WD = (_softmax(score_HWW, axis=-1) @ v_HWC).transpose(1, 0, 2).reshape(count, width)
        x_WD = x_WD + self._linear(seen_WD, f"{name}out")
        up = self._linear(self._norm(x_WD, f"{name}norm_f"), f"{name}up")
        return x_WD + self._linear(up * _sigmoid(up), f"{name}down")

    def _linear(self, x: F32, name: str) -> F32:
        return x @ self._of[f"{name}.weight"].T + self._of[f"{name}.bias"]

    def _norm(self, x: F32, name: str) -> F32:
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(-1, keepdims=True) + _EPSILON)
        return centred / scale * self._of[f"{name}.weight"] + self._of[f"{name}.bias"]


def _softmax(x: F32, axis: int) -> F32:
    shifted = np.exp(x - x.max(axis, keepdims=True))
    return shifted / shifted.sum(axis, keepdims=True)


def _sigmoid(x: F32) -> F32:
    low: F32 = np.exp(-np.logaddexp(0.0, -x))
    return low
