"""Prompts as tensors of hashed pieces, for the block with a table. N prompts, L words, W different words, P pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from emostage.nets.emotalker.wording import pieces, words


class HashedWording:
    """The wording of a table with so many `buckets`. In a share `forget` of words their own row is left out, drawn by `generator`:
    n-grams that had to do without learn to stand for words never seen."""

    def __init__(self, buckets: int, *, forget: float = 0.0, generator: np.random.Generator | None = None) -> None:
        self._buckets, self._forget, self._generator = buckets, forget, generator

    def __call__(self, prompts: Sequence[str]) -> dict[str, Tensor]:
        """The tensors of prompts; an empty prompt is one empty word."""
        said = [words(prompt) or ("",) for prompt in prompts]
        numbers = {word: i for i, word in enumerate(dict.fromkeys(word for each in said for word in each))}
        place_NL = np.zeros((len(said), max(map(len, said))), np.int64)
        mask_NL = np.zeros(place_NL.shape, bool)
        for n, each in enumerate(said):
            place_NL[n, : len(each)] = [numbers[word] for word in each]
            mask_NL[n, : len(each)] = True
        found = [pieces(word, self._buckets) for word in numbers]
        counts_W = np.array([len(rows) for rows in found])
        starts_W = np.concatenate([[0], np.cumsum(counts_W)[:-1]])
        shares_P = np.repeat(1.0 / np.maximum(1, counts_W - 1), counts_W).astype(np.float32)
        shares_P[starts_W] = 1.0
        if self._generator is not None:
            shares_P[starts_W[self._generator.random(len(starts_W)) < self._forget]] = 0.0
        arrays = {"rows_P": np.concatenate(found), "shares_P": shares_P, "starts_W": starts_W}
        arrays |= {"place_NL": place_NL, "mask_NL": mask_NL}
        return {name: torch.from_numpy(array) for name, array in arrays.items()}
