"""The Emotion Intensity Block of EmoTalker (arXiv 2401.08049): free words to the strengths of eight emotions and an embedding.

N prompts, L words, W different words of a batch, P their pieces, D channels, 7 emotions without neutral. The paper leaves the text
encoder open. Here a word is the sum of its pieces (`wording`), or a hidden state of an encoder from the hub (`hub`); a few
transformer layers with relative positions (Shaw et al., arXiv 1803.02155) then let degrees, denials and mixes act on the words
beside them. Every word adds its share to each emotion by a noisy or, so that saying a feeling twice never exceeds 1:

    strength_k = 1 - prod_l (1 - sigmoid(v_k . h_l + b_k)),   shared out where the sum over k is more than 1.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional

from emostage.core.emotion import EMOTIONS
from emostage.nets.emotalker.reading import Reading, sigmoid, with_neutral

FELT = len(EMOTIONS) - 1
Batch = dict[str, Tensor]

_QUIET = -4.0
"""Bias of the shares at first: a word says nothing until it has learnt to."""
_SPREAD = 0.05
_FAR = -1e4
"""Added to the score of what is not there."""


@dataclass(frozen=True, kw_only=True)
class EIBConfig:
    """`hub` is the folder of a text encoder from the hub with `hub_width` channels, or empty for a table of `known` pieces. `width`
    channels, `layers` of `heads`, positions told apart up to `reach` words away."""

    hub: str = ""
    hub_width: int = 0
    known: int = 1 << 15
    width: int = 64
    layers: int = 3
    heads: int = 4
    reach: int = 12


class Wording(Protocol):
    """Turns prompts into what the block takes: with a table `rows_P`, `shares_P`, `starts_W`, `place_NL` and `mask_NL`, with a hub
    `hidden_NLH` and `mask_NL`."""

    def __call__(self, prompts: Sequence[str]) -> Batch:
        """The tensors of prompts."""


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
        bias_NHLL = self.distance[:, offset_LL][None].masked_fill(~mask_NL[:, None, None], _FAR)
        seen = functional.scaled_dot_product_attention(q, k, v, attn_mask=bias_NHLL)
        x_NLD = x_NLD + self.out(seen.transpose(1, 2).reshape(n, length, width))
        out_NLD: Tensor = x_NLD + self.down(functional.silu(self.up(self.norm_f(x_NLD))))
        return out_NLD


class Table(nn.Module):
    """Words as sums of pieces. `known_K` names the piece of each row, in rising order; the recipe fills it in."""

    known_K: Tensor

    def __init__(self, known: int, width: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.randn(known, width) * _SPREAD)
        self.register_buffer("known_K", torch.full((known,), -1))

    def forward(self, batch: Batch) -> Tensor:
        """The words (N, L, D) of a batch."""
        words_WD: Tensor = functional.embedding_bag(
            batch["rows_P"], self.weight, batch["starts_W"], mode="sum", per_sample_weights=batch["shares_P"]
        )
        return words_WD[batch["place_NL"]]


class Hidden(nn.Linear):
    """Hidden states of a hub encoder as words."""

    def forward(self, batch: Batch) -> Tensor:  # type: ignore[override]
        """The words (N, L, D) of a batch."""
        return super().forward(batch["hidden_NLH"])


class EmotionIntensityBlock(nn.Module):
    """From words to strengths, embedding and certainty. `echo` makes the embedding tell the strengths while training."""

    def __init__(self, config: EIBConfig) -> None:
        super().__init__()
        self.config, width = config, config.width
        self.words = Hidden(config.hub_width, width) if config.hub else Table(config.known, width)
        self.layers = nn.ModuleList(Layer(width, config.heads, config.reach) for _ in range(config.layers))
        self.norm = nn.LayerNorm(width)
        self.share, self.look = nn.Linear(width, FELT), nn.Linear(width, 1)
        self.sure, self.echo = nn.Linear(width, 1), nn.Linear(width, FELT)
        nn.init.constant_(self.share.bias, _QUIET)

    def forward(self, batch: Batch) -> tuple[Tensor, Tensor, Tensor]:
        """(felt_N7, embedding_ND, logit_N of speaking of a feeling)."""
        mask_NL, x_NLD = batch["mask_NL"], self.words(batch)
        for layer in self.layers:
            x_NLD = layer(x_NLD, mask_NL)
        hidden_NLD = self.norm(x_NLD)
        silent_NL7 = functional.logsigmoid(-self.share(hidden_NLD)) * mask_NL[..., None]
        felt_N7 = 1.0 - silent_NL7.sum(1).exp()
        felt_N7 = felt_N7 / felt_N7.sum(1, keepdim=True).clamp(min=1.0)
        look_NL = self.look(hidden_NLD)[..., 0].masked_fill(~mask_NL, _FAR).softmax(1)
        embedding_ND = (look_NL[..., None] * hidden_NLD).sum(1)
        return felt_N7, embedding_ND, self.sure(embedding_ND)[:, 0]


@dataclass(frozen=True, kw_only=True)
class TorchReader:
    """A block that reads prompts through its wording; see `reading.PromptReader`."""

    block: EmotionIntensityBlock
    wording: Wording

    @torch.inference_mode()
    def read(self, prompts: Sequence[str]) -> Reading:
        """Strengths, embedding and certainty of prompts."""
        device = self.block.norm.weight.device
        batch = {name: tensor.to(device) for name, tensor in self.wording(prompts).items()}
        felt_N7, embedding_ND, logit_N = (each.float().cpu().numpy() for each in self.block(batch))
        return Reading(weights_N8=with_neutral(felt_N7), embedding_ND=embedding_ND, sure_N=sigmoid(logit_N))
