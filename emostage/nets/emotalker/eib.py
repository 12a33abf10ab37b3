"""The Emotion Intensity Block of EmoTalker (arXiv 2401.08049): free words to the strengths of eight emotions and an embedding.

N prompts, L words, D channels, 7 emotions without neutral, P hashed pieces. The paper leaves the text encoder open. Here a word is
the sum of hashed pieces and a few transformer layers with relative positions (Shaw et al., arXiv 1803.02155) let degrees, denials
and mixes act on the words beside them. Every word then adds its share to each emotion by a noisy or, so that saying a feeling
twice never exceeds 1:

    strength_k = 1 - prod_l (1 - sigmoid(v_k . h_l + b_k)),   shared out where the sum over k is more than 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from emostage.core.emotion import EMOTIONS
from emostage.nets.emotalker.reading import F32, Reading, with_neutral
from emostage.nets.emotalker.wording import pieces, words

FELT = len(EMOTIONS) - 1
_QUIET = -4.0
"""Bias of the shares at first: a word says nothing until it has learnt to."""
_SPREAD = 0.05


@dataclass(frozen=True, kw_only=True)
class EIBConfig:
    """`hub` is the folder of a text encoder from the hub, empty for the small one, which has a table of `buckets` rows, `layers` of
    `heads`, and tells positions apart up to `reach` words away. `width` is the number of channels."""

    hub: str = ""
    buckets: int = 1 << 15
    width: int = 64
    layers: int = 3
    heads: int = 4
    reach: int = 12


class TextEncoder(Protocol):
    """What can stand in front of the block's head."""

    width: int

    def __call__(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """(hidden_NLD, mask_NL): a vector for each word or token, and which of them are there."""


class Layer(nn.Module):
    """Self-attention and a feed-forward, each after a norm and beside what goes on."""

    def __init__(self, width: int, heads: int, reach: int) -> None:
        super().__init__()
        self.heads, self.reach = heads, reach
        self.norm_a, self.norm_f = nn.LayerNorm(width), nn.LayerNorm(width)
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.up, self.down = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.distance = nn.Parameter(torch.zeros(heads, 2 * reach + 1))

    def forward(self, x_NLD: Tensor, mask_NL: Tensor) -> Tensor:
        """The same words, each having looked at the others."""
        n, length, width = x_NLD.shape
        q, k, v = self.qkv(self.norm_a(x_NLD)).view(n, length, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        steps_L = torch.arange(length, device=x_NLD.device)
        offset_LL = (steps_L[None] - steps_L[:, None]).clamp(-self.reach, self.reach) + self.reach
        bias_NHLL = self.distance[:, offset_LL][None].masked_fill(~mask_NL[:, None, None], -1e4)
        seen = F.scaled_dot_product_attention(q, k, v, attn_mask=bias_NHLL)
        x_NLD = x_NLD + self.out(seen.transpose(1, 2).reshape(n, length, width))
        return x_NLD + self.down(F.silu(self.up(self.norm_f(x_NLD))))


class SmallEncoder(nn.Module):
    """Hashed pieces and a few layers, trained from nothing. `forget` is the share of words that are known by their n-grams alone
    while training, which teaches those to stand for words never seen."""

    def __init__(self, config: EIBConfig, forget: float = 0.0) -> None:
        super().__init__()
        self.width, self.buckets, self.forget = config.width, config.buckets, forget
        self.table = nn.Parameter(torch.randn(config.buckets, config.width) * _SPREAD)
        self.layers = nn.ModuleList(Layer(config.width, config.heads, config.reach) for _ in range(config.layers))
        self.norm = nn.LayerNorm(config.width)

    def forward(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """(hidden_NLD, mask_NL) of prompts; an empty prompt has one empty word."""
        said = [words(prompt) or ("",) for prompt in prompts]
        ids = {word: i for i, word in enumerate(dict.fromkeys(word for each in said for word in each))}
        rows_NL = torch.zeros(len(said), max(map(len, said)), dtype=torch.int64)
        mask_NL = torch.zeros(rows_NL.shape, dtype=torch.bool)
        for n, each in enumerate(said):
            rows_NL[n, : len(each)] = torch.tensor([ids[word] for word in each])
            mask_NL[n, : len(each)] = True
        device = self.table.device
        x_NLD, mask_NL = self._words(list(ids))[rows_NL.to(device)], mask_NL.to(device)
        for layer in self.layers:
            x_NLD = layer(x_NLD, mask_NL)
        return self.norm(x_NLD), mask_NL

    def _words(self, vocabulary: Sequence[str]) -> Tensor:
        """A vector for each word: its own row plus the mean of its n-grams."""
        found = [pieces(word, self.buckets) for word in vocabulary]
        counts = np.array([len(rows) for rows in found])
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        shares_P = np.repeat(1.0 / np.maximum(1, counts - 1), counts).astype(np.float32)
        shares_P[starts] = 1.0
        if self.training and self.forget:
            shares_P[starts[(torch.rand(len(starts)) < self.forget).numpy()]] = 0.0
        device = self.table.device
        rows_P, starts_W = torch.from_numpy(np.concatenate(found)).to(device), torch.from_numpy(starts).to(device)
        return F.embedding_bag(rows_P, self.table, starts_W, mode="sum", per_sample_weights=torch.from_numpy(shares_P).to(device))


class Head(nn.Module):
    """From words to strengths, embedding and certainty. `echo` makes the embedding tell the strengths while training."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.share, self.look = nn.Linear(width, FELT), nn.Linear(width, 1)
        self.sure, self.echo = nn.Linear(width, 1), nn.Linear(width, FELT)
        nn.init.constant_(self.share.bias, _QUIET)

    def forward(self, hidden_NLD: Tensor, mask_NL: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(felt_N7, embedding_ND, logit_N of speaking of a feeling)."""
        silent_NL7 = F.logsigmoid(-self.share(hidden_NLD)) * mask_NL[..., None]
        felt_N7 = 1.0 - silent_NL7.sum(1).exp()
        felt_N7 = felt_N7 / felt_N7.sum(1, keepdim=True).clamp(min=1.0)
        look_NL = self.look(hidden_NLD)[..., 0].masked_fill(~mask_NL, -1e4).softmax(1)
        embedding_ND = (look_NL[..., None] * hidden_NLD).sum(1)
        return felt_N7, embedding_ND, self.sure(embedding_ND)[:, 0]


class EmotionIntensityBlock(nn.Module):
    """A text encoder with the head on it."""

    def __init__(self, config: EIBConfig, encoder: TextEncoder | None = None) -> None:
        super().__init__()
        self.config = config
        self.encoder = encoder or SmallEncoder(config)
        self.head = Head(self.encoder.width)

    def forward(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor, Tensor]:
        """(felt_N7, embedding_ND, logit_N) of prompts."""
        result: tuple[Tensor, Tensor, Tensor] = self.head(*self.encoder(prompts))
        return result

    @torch.inference_mode()
    def measure(self, prompts: Sequence[str]) -> Reading:
        """Strengths, embedding and certainty of prompts."""
        felt_N7, embedding_ND, logit_N = (each.float().cpu().numpy() for each in self(prompts))
        return Reading(weights_N8=with_neutral(felt_N7), embedding_ND=embedding_ND, sure_N=1.0 / (1.0 + np.exp(-logit_N)))

    def read(self, prompts: Sequence[str]) -> tuple[F32, F32]:
        """(weights_N8, embedding_ND) of prompts."""
        reading = self.measure(prompts)
        return reading.weights_N8, reading.embedding_ND
