"""The expression generator of EMOdiffhead (arXiv 2409.07255): from emotion, intensity and sound a trajectory of expression vectors.

The paper names an LSTM with discriminators and says little more. Ours is linear by construction, as the paper's face model is:
`expression = speech(sound) + sum over emotions of level * part(emotion, sound) + life(sound, feeling, noise)`, where a level is a
rising curve of the intensity. The LSTM looks both ways, for a line is known whole. What no condition decides (brows that mark
words, asymmetry, drift) is `life`, which is drawn from noise and taught by discriminators alone (`critics`).

B batch, T frames at 25 fps, X = 163 numbers of mel columns and prosody, E = 7 emotions, K actions that live, Z noises.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from emostage.core.arkit import ARKIT_COUNT, ARKIT_NAMES
from emostage.core.emotion import EMOTIONS

FELT = len(EMOTIONS) - 1
"""Emotions without neutral, which is no feeling at all."""

SEEN_52: tuple[bool, ...] = tuple(not name.startswith("eyeLook") for name in ARKIT_NAMES)
"""Actions that the generator makes: all but where the eyes look."""

_REACHES = (9, 21, 61)
"""Lengths, in frames, of the Hann windows that the noises are smoothed by: quiver, movements, drift."""
_NOISES = 4
"""Noises of each length."""
_LEAST = 1e-4
"""So near to full intensity the curve of a level ends, so that its slope stays finite."""


@dataclass(frozen=True, kw_only=True)
class GeneratorConfig:
    """Sizes. `audio` inputs a frame, `width` of the layers; `living` are the actions that noise moves, none for a generator that
    only tells the expected face."""

    audio: int = 163
    width: int = 96
    dropout: float = 0.2
    living: tuple[int, ...] = ()


class Generator(nn.Module):
    """Expression vectors of a clip. Absolute ARKit weights, not yet clipped to [0, 1]."""

    seen_52: Tensor
    living_K: Tensor

    def __init__(self, config: GeneratorConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.drop = Steady(config.dropout)
        self.enter = nn.Linear(config.audio, width)
        self.ears = nn.LSTM(width, width, num_layers=2, batch_first=True, bidirectional=True)
        self.speech = nn.Linear(2 * width, ARKIT_COUNT)
        self.parts = nn.Linear(2 * width, FELT * ARKIT_COUNT)
        self.bend_E = nn.Parameter(torch.zeros(FELT))
        self.chance = Chance(2 * width, width, len(config.living)) if config.living else None
        self.register_buffer("seen_52", torch.tensor(SEEN_52, dtype=torch.float32), persistent=False)
        self.register_buffer("living_K", torch.tensor(config.living, dtype=torch.long), persistent=False)

    def hear(self, audio_BTX: Tensor) -> Tensor:
        """What is heard around each frame (B, T, H)."""
        heard_BTH: Tensor = self.ears(functional.gelu(self.enter(self.drop(audio_BTX))))[0]
        dropped_BTH: Tensor = self.drop(heard_BTH)
        return dropped_BTH

    def spoken(self, heard_BTH: Tensor) -> Tensor:
        """The speech of a face without feeling (B, T, 52)."""
        speech_BTA: Tensor = self.speech(heard_BTH) * self.seen_52
        return speech_BTA

    def levels(self, feeling_BTE: Tensor) -> Tensor:
        """How far muscles go (B, T, E) for feelings of an intensity in [0, 1]: `1 - (1 - x)^c`, which rises from 0 to 1, with a c
        above 0 of each emotion's own."""
        left_BTE = (1.0 - feeling_BTE).clamp(_LEAST, 1.0)
        return 1.0 - left_BTE ** self.bend_E.exp()

    def felt(self, heard_BTH: Tensor, feeling_BTE: Tensor) -> Tensor:
        """What feelings add (B, T, 52): the sum of their parts times their levels."""
        parts_BTEA = self.parts(heard_BTH).unflatten(-1, (FELT, ARKIT_COUNT))
        felt_BTA: Tensor = torch.einsum("btea,bte->bta", parts_BTEA, self.levels(feeling_BTE)) * self.seen_52
        return felt_BTA

    def lively(self, heard_BTH: Tensor, feeling_BTE: Tensor, noise_BTZ: Tensor) -> Tensor:
        """What chance adds (B, T, 52), on the living actions."""
        out_BTA = heard_BTH.new_zeros(*heard_BTH.shape[:2], ARKIT_COUNT)
        if self.chance is None:
            return out_BTA
        return out_BTA.index_copy(-1, self.living_K, self.chance(heard_BTH, feeling_BTE, noise_BTZ))

    def forward(self, audio_BTX: Tensor, feeling_BTE: Tensor, noise_BTZ: Tensor) -> Tensor:
        """The whole expression (B, T, 52), clipped to [0, 1]."""
        heard_BTH = self.hear(audio_BTX)
        still_BTA = self.spoken(heard_BTH) + self.felt(heard_BTH, feeling_BTE)
        return (still_BTA + self.lively(heard_BTH, feeling_BTE, noise_BTZ)).clamp(0.0, 1.0)


class Chance(nn.Module):
    """What noise does to living actions under a sound and feelings."""

    def __init__(self, heard: int, width: int, living: int) -> None:
        super().__init__()
        self.enter = nn.Linear(heard + FELT + len(_REACHES) * _NOISES, width)
        self.over_time = nn.LSTM(width, width // 2, batch_first=True, bidirectional=True)
        self.leave = nn.Linear(width, living)

    def forward(self, heard_BTH: Tensor, feeling_BTE: Tensor, noise_BTZ: Tensor) -> Tensor:
        """Weights (B, T, K) to add."""
        inner_BTH = functional.gelu(self.enter(torch.cat([heard_BTH, feeling_BTE, noise_BTZ], -1)))
        life_BTK: Tensor = self.leave(self.over_time(inner_BTH)[0])
        return life_BTK


class Steady(nn.Module):
    """Dropout that leaves out the same channels in all frames of a take (Gal & Ghahramani, arXiv 1512.05287, section 4), so that it
    does not make faces tremble."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share

    def forward(self, x_BTH: Tensor) -> Tensor:
        """While training, some channels at 0 and the others larger for it."""
        kept_B1H = functional.dropout(torch.ones_like(x_BTH[:, :1]), self.share, self.training)
        return x_BTH * kept_B1H


def draw(batch: int, frames: int, generator: torch.Generator | None) -> Tensor:
    """Smooth noises (B, T, Z) of unit variance, quick ones and slow ones, for `Generator.lively`."""
    white_BZT = torch.randn(batch, len(_REACHES) * _NOISES, frames + max(_REACHES) - 1, generator=generator)
    noises = []
    for reach, part_BNT in zip(_REACHES, white_BZT.chunk(len(_REACHES), 1), strict=True):
        window_L = torch.hann_window(reach + 2, periodic=False)[1:-1]
        kernel_N1L = (window_L / window_L.norm()).expand(_NOISES, 1, -1)
        noises.append(functional.conv1d(part_BNT, kernel_N1L, groups=_NOISES)[..., :frames])
    return torch.cat(noises, 1).transpose(1, 2)
