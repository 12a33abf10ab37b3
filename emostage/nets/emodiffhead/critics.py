"""The discriminators of EMOdiffhead's expression generator (arXiv 2409.07255), and generator and discriminators as one net.

The paper's discriminators are not described in public; we take the two kinds of Vougioukas et al. ("End-to-end speech-driven facial
animation with temporal GANs", arXiv 1805.09313), carried over to expression vectors: one judges moments, a frame with its change
under the feelings asked for, and one whole sequences with their sound.

B batch, T frames, K actions that live, X numbers of the sound a frame, E emotions, S moments of a sequence that get a score.
"""

from __future__ import annotations

from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from emostage.core.arkit import ARKIT_COUNT
from emostage.nets.emodiffhead.generator import FELT, Generator

STEPS = 5.0
"""Faces are judged in units of so many usual changes from one frame to the next."""


class Critics(nn.Module):
    """Scores of what living actions do beyond the face that is expected, in units of `STEPS` usual changes: towards 1 for recorded
    faces and towards 0 for made ones."""

    def __init__(self, audio: int, living: int, width: int) -> None:
        super().__init__()
        self.moment = nn.Sequential(
            nn.Linear(2 * living + FELT, width), nn.LeakyReLU(0.2), nn.Linear(width, width), nn.LeakyReLU(0.2), nn.Linear(width, 1)
        )
        self.audio = nn.Linear(audio, 16)
        channels = (2 * living + 16 + FELT, width, width, width)
        layers: list[nn.Module] = []
        for before, after in pairwise(channels):
            layers += [nn.Conv1d(before, after, 5, stride=2, padding=2), nn.LeakyReLU(0.2)]
        self.sequence = nn.Sequential(*layers, nn.Conv1d(width, 1, 3, padding=1))

    def forward(self, face_BTK: Tensor, audio_BTX: Tensor, feeling_BTE: Tensor) -> tuple[Tensor, Tensor]:
        """Scores of moments (B, T - 1, 1) and of stretches of the sequence (B, 1, S)."""
        change_BTK = STEPS * face_BTK.diff(dim=1)
        moments = self.moment(torch.cat([face_BTK[:, 1:], change_BTK, feeling_BTE[:, 1:]], -1))
        whole_BTC = torch.cat(
            [face_BTK, functional.pad(change_BTK, (0, 0, 1, 0)), functional.gelu(self.audio(audio_BTX)), feeling_BTE], -1
        )
        return moments, self.sequence(whole_BTC.transpose(1, 2))

    def unmoved(self, face_BTK: Tensor, audio_BTX: Tensor, feeling_BTE: Tensor) -> tuple[Tensor, Tensor]:
        """The same scores, whose gradients reach the faces and not the critics."""
        held = {name: value.detach() for name, value in self.named_parameters()}
        scores: tuple[Tensor, Tensor] = functional_call(self, held, (face_BTK, audio_BTX, feeling_BTE))
        return scores


class Contest(nn.Module):
    """A generator and its critics, of which it has none when nothing lives, trained together.

    Each loss reaches the parameters of one of them alone, so that one optimiser takes both steps at once (simultaneous gradient
    descent; Mescheder et al., "The numerics of GANs", arXiv 1705.10461). `scale_52` are the standard deviations of faces, in which
    they are compared, and `change_52` those of their changes from one frame to the next."""

    scale_52: Tensor
    change_52: Tensor

    def __init__(self, generator: Generator, *, width: int) -> None:
        super().__init__()
        self.generator = generator
        living = len(generator.config.living)
        self.critics = Critics(generator.config.audio, living, width) if living else None
        self.register_buffer("scale_52", torch.ones(ARKIT_COUNT))
        self.register_buffer("change_52", torch.ones(ARKIT_COUNT))
