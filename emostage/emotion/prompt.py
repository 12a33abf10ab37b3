"""Feelings in free words: the Emotion Intensity Block of `nets.emotalker.eib` in numpy, so that planning a film needs no torch.

W words of a prompt, P pieces of a word, K known pieces, D channels, H heads, C channels of a head.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.nets.emotalker.reading import F32, PromptReader, Reading, sigmoid, with_neutral
from emostage.nets.emotalker.wording import rows_of, words

ENV_FOLDER = "EMOSTAGE_EIB"
_NET, _CARD = "net.safetensors", "card.json"
_EPSILON = 1e-5


def eib_folder() -> Path:
    """The checkpoint that reads prompts: `$EMOSTAGE_EIB`, or the one that comes with emostage. Raises AssetError E133."""
    if chosen := os.environ.get(ENV_FOLDER):
        return Path(chosen).expanduser()
    try:
        return resource("checkpoints", "eib")
    except FileNotFoundError as error:
        raise AssetError.of("E133", "there is no checkpoint 'eib'", "install emostage again, or train it") from error


def load_reader(folder: Path) -> PromptReader:
    """The block in a folder. Raises AssetError E131 when it cannot be read, E134 when its hub encoder cannot be used."""
    try:
        data = (folder / _NET).read_bytes()
        card = json.loads((folder / _CARD).read_text("utf-8"))
        if hashlib.sha256(data).hexdigest() != card["sha256"]:
            raise ValueError("its bytes are not those of its card")
        return _reader(folder, card["config"], data)
    except (OSError, ValueError, KeyError, TypeError) as error:
        said = getattr(error, "strerror", None) or str(error)
        reason = said.splitlines()[0] if said else type(error).__name__
        hint = f"look at ${ENV_FOLDER}" if os.environ.get(ENV_FOLDER) else "install emostage again"
        raise AssetError.of("E131", f"the checkpoint '{folder.name}' cannot be read: {reason}", hint) from error


@lru_cache(maxsize=1)
def chosen_reader() -> PromptReader:
    """The block in `eib_folder`, loaded once. Raises AssetError E131, E133, E134."""
    return load_reader(eib_folder())


def _reader(folder: Path, config: Mapping[str, Any], data: bytes) -> PromptReader:
    from safetensors import SafetensorError
    from safetensors.numpy import load

    if config["hub"]:
        from emostage.nets.emotalker.hub import load_hub_reader

        return load_hub_reader(folder)
    try:
        return NumpyBlock(load(data), heads=int(config["heads"]), layers=int(config["layers"]))
    except SafetensorError as error:
        raise ValueError(str(error)) from error


class NumpyBlock:
    """A trained block with the small encoder. Raises KeyError or ValueError for arrays that do not fit together."""

    def __init__(self, arrays: Mapping[str, NDArray[np.floating[Any]]], *, heads: int, layers: int) -> None:
        self._table_KD, self._known_K = arrays["words.weight"], arrays["words.known_K"].astype(np.int64)
        self._of = {name: array.astype(np.float32) for name, array in arrays.items() if not name.startswith("words.")}
        self._heads, self._layers = heads, layers
        self._one("")

    def read(self, prompts: Sequence[str]) -> Reading:
        """Strengths, embedding and certainty of prompts."""
        felt_N7 = np.zeros((len(prompts), len(self._of["share.bias"])), np.float32)
        embedding_ND = np.zeros((len(prompts), len(self._of["norm.bias"])), np.float32)
        sure_N = np.zeros(len(prompts), np.float32)
        for n, prompt in enumerate(prompts):
            felt_N7[n], embedding_ND[n], sure_N[n] = self._one(prompt)
        return Reading(weights_N8=with_neutral(felt_N7), embedding_ND=embedding_ND, sure_N=sure_N)

    def _one(self, prompt: str) -> tuple[F32, F32, float]:
        x_WD = np.stack([self._word(word) for word in words(prompt) or ("",)])
        for i in range(self._layers):
            x_WD = self._layer(x_WD, f"layers.{i}.")
        hidden_WD = self._norm(x_WD, "norm")
        felt_7 = 1.0 - np.exp(-np.logaddexp(0.0, self._linear(hidden_WD, "share")).sum(0))
        look_W1 = _softmax(self._linear(hidden_WD, "look"), axis=0)
        embedding_D = (look_W1 * hidden_WD).sum(0)
        sure = sigmoid(self._linear(embedding_D, "sure")[0])
        return felt_7 / max(1.0, felt_7.sum()), embedding_D, float(sure)

    def _word(self, word: str) -> F32:
        rows_P, shares_P = rows_of(word, self._known_K)
        word_D: F32 = shares_P @ self._table_KD[rows_P].astype(np.float32)
        return word_D

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
        return x_WD + self._linear(up * sigmoid(up), f"{name}down")

    def _linear(self, x: F32, name: str) -> F32:
        y: F32 = x @ self._of[f"{name}.weight"].T + self._of[f"{name}.bias"]
        return y

    def _norm(self, x: F32, name: str) -> F32:
        centred = x - x.mean(-1, keepdims=True)
        scale = np.sqrt((centred**2).mean(-1, keepdims=True) + _EPSILON)
        y: F32 = centred / scale * self._of[f"{name}.weight"] + self._of[f"{name}.bias"]
        return y


def _softmax(x: F32, axis: int) -> F32:
    shifted = np.exp(x - x.max(axis, keepdims=True))
    shares: F32 = shifted / shifted.sum(axis, keepdims=True)
    return shares
