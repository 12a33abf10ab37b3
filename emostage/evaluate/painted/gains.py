"""How much better clips become by something, and how much of that may be noise: the same clips with it and without. C clips."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from emostage.evaluate.painted.likeness import Clip

_SURE = 2.0
"""Standard errors of a mean that count as noise."""
SIGNS: Mapping[str, float] = MappingProxyType({"psnr_db": 1.0, "ssim": 1.0, "error": -1.0, "mouth_error": -1.0, "identity": 1.0})
"""Figures of a clip; 1 where more is better."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """How much better a figure is, the mean over clips (an error that shrinks is a gain), and how much of that may be `noise`: two
    standard errors of the mean. NaN, which is no gain, where fewer than two clips are known."""

    mean: float
    noise: float

    @property
    def sure(self) -> bool:
        """Whether it is more than noise."""
        return self.mean > self.noise


def gains(without: Sequence[Clip | None], having: Sequence[Clip | None]) -> dict[str, Gain]:
    """Gains by figure over the clips that are known both ways; None where a portrait was refused."""
    both = [(a, b) for a, b in zip(without, having, strict=True) if a is not None and b is not None]
    return {name: _gain([sign * (getattr(b, name) - getattr(a, name)) for a, b in both]) for name, sign in SIGNS.items()}


def _gain(differences: Sequence[float]) -> Gain:
    known_C = np.array([value for value in differences if np.isfinite(value)])
    if len(known_C) < 2:
        return Gain(mean=float("nan"), noise=float("nan"))
    return Gain(mean=float(known_C.mean()), noise=_SURE * float(known_C.std(ddof=1)) / len(known_C) ** 0.5)
