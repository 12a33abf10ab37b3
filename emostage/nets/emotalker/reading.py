"""What reading prompts gives, whoever reads them. N prompts, D channels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

SURE = 0.5
"""A prompt that is less likely than this to speak of a feeling is taken for one that speaks of none."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Reading:
    """`weights_N8` are strengths in the order of `core.emotion` (rows sum to 1, neutral is the rest), `embedding_ND` stands for
    the prompt in cross-attention, `sure_N` is how likely each prompt speaks of a feeling at all, 0 to 1."""

    weights_N8: F32
    embedding_ND: F32
    sure_N: F32


class PromptReader(Protocol):
    """An Emotion Intensity Block that is ready to read."""

    def read(self, prompts: Sequence[str]) -> Reading:
        """Strengths, embedding and certainty of prompts."""


def with_neutral(felt_N7: NDArray[np.floating[Any]]) -> F32:
    """Strengths with neutral in front, as the rest."""
    rest_N1 = np.clip(1.0 - felt_N7.sum(1, keepdims=True), 0.0, 1.0)
    weights_N8: F32 = np.concatenate([rest_N1, felt_N7], 1).astype(np.float32)
    return weights_N8


def sigmoid(x: NDArray[np.floating[Any]]) -> F32:
    """The logistic function, without overflow."""
    share: F32 = np.exp(-np.logaddexp(0.0, -x)).astype(np.float32)
    return share
