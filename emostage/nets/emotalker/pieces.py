"""Prompts as tensors of word pieces, for the block with a table.

N prompts, L words, W different words, P pieces, K known pieces.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.nets.emotalker.wording import WHOLE, pieces, rows_of, words


class PieceWording:
    """The wording of a table whose rows are the `known_K` pieces (sorted). Each piece that stands for a whole word is left out in a
    share `forget` of cases, drawn by `generator`: what had to do without it learns to stand for words never seen."""

    def __init__(self, known_K: NDArray[np.int64], *, forget: float = 0.0, generator: np.random.Generator | None = None) -> None:
        self._known_K, self._forget, self._generator = known_K, forget, generator

    def __call__(self, prompts: Sequence[str]) -> dict[str, Tensor]:
        """The tensors of prompts; an empty prompt is one empty word."""
        said = [words(prompt) or ("",) for prompt in prompts]
        numbers = {word: i for i, word in enumerate(dict.fromkeys(word for each in said for word in each))}
        place_NL = np.zeros((len(said), max(map(len, said))), np.int64)
        mask_NL = np.zeros(place_NL.shape, bool)
        for n, each in enumerate(said):
            place_NL[n, : len(each)] = [numbers[word] for word in each]
            mask_NL[n, : len(each)] = True
        found = [rows_of(word, self._known_K) for word in numbers]
        counts_W = np.array([len(rows) for rows, _ in found])
        starts_W = np.concatenate([[0], np.cumsum(counts_W)[:-1]])
        shares_P = np.concatenate([shares for _, shares in found])
        if self._generator is not None:
            wholes_W3 = starts_W[:, None] + np.arange(WHOLE)
            shares_P[wholes_W3] *= self._generator.random(wholes_W3.shape) >= self._forget
        arrays = {"rows_P": np.concatenate([rows for rows, _ in found]), "shares_P": shares_P, "starts_W": starts_W}
        arrays |= {"place_NL": place_NL, "mask_NL": mask_NL}
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def common_pieces(prompts: Iterable[str], most: int, *, least: int = 3) -> NDArray[np.int64]:
    """The `most` frequent pieces of prompts that occur at least `least` times, sorted; filled up with -1 at the front."""
    counts: Counter[int] = Counter()
    for word, often in Counter(word for prompt in prompts for word in words(prompt)).items():
        for piece in pieces(word).tolist():
            counts[piece] += often
    kept = sorted(piece for piece, often in counts.most_common(most) if often >= least)
    return np.array([-1] * (most - len(kept)) + kept, np.int64)
