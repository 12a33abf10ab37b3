"""Di-CTE, the diffusion conditional transformer for expression (EmotiveTalk, arXiv 2411.16726, section 3.3), on motion.

It predicts the clean expression code x_0 of a clip from a noisy one, the timestep, and conditions frame by frame: the sound (A_w of
V-AID with prosody and lip code), the strengths of the eight emotions as the script schedules them, and a reference, which tells
how much the person moves. A condition that is dropped is replaced by what was learnt for its absence; for the emotion that is the
photo's own expression. Blocks are those of DiT (Peebles & Xie, arXiv 2212.09748, section 3.2) with one modulation a frame.

B batch, T frames at 25 fps, M channels of the expression code, H width.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import torch
from torch import Tensor, nn
from torch.nn import functional

from emostage.core.emotion import EMOTIONS
from emostage.nets.emotivetalk.layers import frame_net, rotary, rotate

REFERENCE_GROUPS = 4
"""Accents, gaze, head, body."""


@dataclass(frozen=True, kw_only=True)
class DicteConfig:
    """Sizes. `motion` channels of the expression code, `sound` numbers a frame of A_w, prosody and lip code together."""

    motion: int = 27
    sound: int = 173
    width: int = 192
    blocks: int = 4
    heads: int = 4


@dataclass(frozen=True, kw_only=True)
class Conditions:
    """What clips are conditioned on. `sound_BTS`; `emotion_BT8` rows sum to 1; `reference_BG` natural logarithms of how much more
    than usual each group of channels moves; `edges_BT2` seconds from the clip's start and from its end, up to 1."""

    sound_BTS: Tensor
    emotion_BT8: Tensor
    reference_BG: Tensor
    edges_BT2: Tensor

    def windows(self, frames_BW: Tensor) -> Conditions:
        """Of a single clip, windows (B, W) of its frames."""
        return Conditions(
            sound_BTS=self.sound_BTS[0, frames_BW],
            emotion_BT8=self.emotion_BT8[0, frames_BW],
            reference_BG=self.reference_BG.expand(len(frames_BW), -1),
            edges_BT2=self.edges_BT2[0, frames_BW],
        )


KINDS = 3
"""Conditions that guidance may leave out: sound, emotion, reference, in this order."""


def only(kept: int, batch: int) -> Tensor:
    """The mask `dropped_B3` under which only the first `kept` kinds of condition count."""
    return (torch.arange(KINDS) >= kept).expand(batch, -1)


class Dicte(nn.Module):
    """Denoises expression codes. Codes come and go in standard deviations from their mean (`normal`, `natural`)."""

    mean_M: Tensor
    std_M: Tensor

    def __init__(self, config: DicteConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.enter = nn.Linear(config.motion, width)
        self.time = frame_net(width, width, width)
        self.sound = frame_net(config.sound, width, width)
        self.emotion = frame_net(len(EMOTIONS), width, width)
        self.reference = frame_net(REFERENCE_GROUPS, width, width)
        self.edges = frame_net(2, width, width)
        self.absent = nn.Parameter(torch.zeros(KINDS, width))
        self.blocks = nn.ModuleList(Block(width, config.heads) for _ in range(config.blocks))
        self.norm = nn.LayerNorm(width, elementwise_affine=False)
        self.leave = nn.Linear(width, config.motion)
        self.register_buffer("mean_M", torch.zeros(config.motion))
        self.register_buffer("std_M", torch.ones(config.motion))

    def forward(self, noisy_BTM: Tensor, step_B: Tensor, given: Conditions, dropped_B3: Tensor | None = None) -> Tensor:
        """The clean code (B, T, M). `step_B` are timesteps in [0, 1000); `dropped_B3` marks samples without sound, emotion,
        reference."""
        x_BTH = self.enter(noisy_BTM)
        condition_BTH = self._condition(step_B, given, dropped_B3)
        turn = rotary(x_BTH.shape[1], self.config.width // self.config.heads, x_BTH.device)
        for block in self.blocks:
            x_BTH = block(x_BTH, condition_BTH, turn)
        clean_BTM: Tensor = self.leave(self.norm(x_BTH))
        return clean_BTM

    def _condition(self, step_B: Tensor, given: Conditions, dropped_B3: Tensor | None) -> Tensor:
        total_BTH = self.time(_waves(step_B, self.config.width))[:, None] + self.edges(given.edges_BT2)
        parts = self.sound(given.sound_BTS), self.emotion(given.emotion_BT8), self.reference(given.reference_BG)[:, None]
        for k, part_BTH in enumerate(parts):
            kept_BTH = part_BTH if dropped_B3 is None else torch.where(dropped_B3[:, k, None, None], self.absent[k], part_BTH)
            total_BTH = total_BTH + kept_BTH
        return functional.silu(total_BTH)

    def normal(self, code_BTM: Tensor) -> Tensor:
        """A code in standard deviations from its mean."""
        return (code_BTM - self.mean_M) / self.std_M

    def natural(self, normal_BTM: Tensor) -> Tensor:
        """A code in its own units."""
        return normal_BTM * self.std_M + self.mean_M


class Block(nn.Module):
    """Self-attention over time and a frame-wise net, both modulated frame by frame; it begins as the identity."""

    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.modulation = nn.Linear(width, 6 * width)
        self.norm_attention = nn.LayerNorm(width, elementwise_affine=False)
        self.norm_net = nn.LayerNorm(width, elementwise_affine=False)
        self.attend = nn.Linear(width, 3 * width)
        self.join = nn.Linear(width, width)
        self.net = frame_net(width, 2 * width, width)
        nn.init.zeros_(self.modulation.weight)
        nn.init.zeros_(self.modulation.bias)

    def forward(self, x_BTH: Tensor, condition_BTH: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        """Frames that have looked at each other and at their conditions."""
        shift_a, scale_a, gate_a, shift_n, scale_n, gate_n = self.modulation(condition_BTH).chunk(6, -1)
        x_BTH = x_BTH + gate_a * self._attention(self.norm_attention(x_BTH) * (1 + scale_a) + shift_a, turn)
        out_BTH: Tensor = x_BTH + gate_n * self.net(self.norm_net(x_BTH) * (1 + scale_n) + shift_n)
        return out_BTH

    def _attention(self, x_BTH: Tensor, turn: tuple[Tensor, Tensor]) -> Tensor:
        batch, frames, width = x_BTH.shape
        parts = self.attend(x_BTH).view(batch, frames, 3, self.heads, width // self.heads)
        q, k, v = parts.permute(2, 0, 3, 1, 4)
        seen = functional.scaled_dot_product_attention(rotate(q, turn), rotate(k, turn), v)
        joined: Tensor = self.join(seen.transpose(1, 2).reshape(batch, frames, width))
        return joined


def _waves(step_B: Tensor, width: int) -> Tensor:
    """Timesteps as sines and cosines (B, width)."""
    rate_W = torch.exp(-log(1e4) * torch.arange(width // 2, device=step_B.device) / (width // 2))
    angle_BW = step_B[:, None].float() * rate_W
    return torch.cat([angle_BW.sin(), angle_BW.cos()], 1)
