"""Who makes the frames that are measured: nets that paint, and two baselines that need none. N, T frames, H, W rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import U8
from emostage.evaluate.painted.acts import Act, Sitter
from emostage.nets.painting.finisher import Finisher
from emostage.nets.painting.given import Take
from emostage.nets.painting.painter import Painter
from emostage.training.footage.performed import Performed

Sitting = Callable[[Act], Iterator[U8]]
"""A person ready to be shown doing something: an act to its frames (H, W, 3), in order and a few at a time."""

SEED = 1
_TOGETHER = 8
"""Frames that are finished together."""


class Artist(Protocol):
    """Shows people by one picture of them."""

    def sits(self, sitter: Sitter) -> Sitting:
        """Get to know a person. Raises EmostageError for a portrait that cannot be used."""


class Repeating:
    """The portrait, whatever is asked."""

    def sits(self, sitter: Sitter) -> Sitting:
        """The portrait over and over."""
        return lambda act: iter([sitter.picture] * len(act))


class Photographed:
    """The photo renderer, which performs the portrait; nothing in it is trained."""

    def sits(self, sitter: Sitter) -> Sitting:
        """Fit the portrait and prepare it. Raises AssetError E07x."""
        performed = Performed(sitter.picture, sitter.own("rotation_N3"))
        return lambda act: performed.frames(act.expression_T52, act.rotation_T3)


@dataclass(frozen=True)
class Finished:
    """The photo renderer, and a net that repairs its frames."""

    finisher: Finisher

    def sits(self, sitter: Sitter) -> Sitting:
        """Fit the portrait and prepare it. Raises AssetError E07x."""
        photographed = Photographed().sits(sitter)

        def finished(act: Act) -> Iterator[U8]:
            given, frames = sitter.given(act), photographed(act)
            for first in range(0, len(act), _TOGETHER):
                drawn_NHW3 = np.stack(list(islice(frames, _TOGETHER)))
                drawn_N3HH = torch.from_numpy(drawn_NHW3).permute(0, 3, 1, 2).float() / 127.5 - 1.0
                painted = self.finisher.finish(drawn_N3HH, given.part(first, first + len(drawn_NHW3)), seed=SEED)
                yield from pictures(painted.clean_N3HH)

        return finished


@dataclass(frozen=True)
class Painting:
    """A net that paints."""

    painter: Painter

    def sits(self, sitter: Sitter) -> Sitting:
        """Nothing is prepared."""
        return lambda act: (frame for chunk in self.chunks(sitter.given(act)) for frame in chunk)

    def chunks(self, given: Take) -> Iterator[U8]:
        """The frames (n, H, W, 3) of one take, window by window."""
        for painted in self.painter.paint(given, seed=SEED):
            yield pictures(painted.clean_N3HH)


def pictures(clean_N3HH: Tensor) -> U8:
    """Frames (N, H, H, 3) of colours in [-1, 1]."""
    levels_N3HH = clean_N3HH.float().clamp(-1, 1).add(1.0).mul(127.5).round()
    frames_NHH3: U8 = levels_N3HH.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return frames_NHH3
