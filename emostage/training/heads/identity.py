"""Random shapes of heads: weights of the identity shapes with spreads that keep people human.

Both sides get the same weights up to a small asymmetry; age, sex, weight and muscle move along the model's own axes. The
spreads were set by eye on rendered sheets. K identity shapes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64

SPREAD = 0.29
"""Standard deviation of a shape's weight (1 is the end of the model's slider)."""
_SPREADS = {
    "head-trans": 0.06, "head-angle": 0.15, "head-age": 0.0, "head-scale-vert": 0.16, "head-scale": 0.18, "head-back": 0.15,
    "nose-trans": 0.12, "nose-trans-out": 0.04, "mouth-trans": 0.12, "mouth-trans-out": 0.04, "mouth-laugh": 0.2,
    "mouth-angles": 0.18, "mouth-upperlip-ext": 0.15, "mouth-lowerlip-ext": 0.15, "mouth-upperlip-middle": 0.2,
    "mouth-lowerlip-middle": 0.2, "mouth-scale-depth": 0.15, "mouth-scale-horiz": 0.28, "mouth-scale-vert": 0.25,
    "eye-trans": 0.18, "eye-push": 0.22, "eye-height": 0.22, "eye-scale": 0.22, "eye-corner": 0.3, "eye-bag": 0.25,
    "eye-epicanthus": 0.4, "eye-eyefold": 0.25, "neck": 0.2, "neck-double": 0.0, "chin-prognathism": 0.15, "chin-jaw-drop": 0.15,
    "chin-cleft": 0.25, "chin-height": 0.25, "forehead-nubian": 0.2, "forehead-trans": 0.2, "forehead-scale": 0.2, "ear": 0.25,
    "ear-wing": 0.3, "nose-compression": 0.2, "nose-septum": 0.2, "nose-point-up": 0.3,
}  # fmt: skip
"""Spreads of shapes by the longest prefix of their names without the side."""
_ASYMMETRY = 0.2
"""Share of a shape's spread by which the sides differ."""
_MOST = 2.2
"""No weight is more spreads from the middle than this."""


@dataclass(frozen=True, kw_only=True)
class Nature:
    """`sex` in [-1, 1] from female to male, `age` in [0, 1] from 18 to 80 years, `weight` and `muscle` in [-1, 1]."""

    sex: float
    age: float
    weight: float
    muscle: float


def draw_nature(rng: np.random.Generator) -> Nature:
    """A random nature: as many women as men, more of them young than old."""
    side = 1.0 if rng.random() < 0.5 else -1.0
    return Nature(
        sex=float(side * np.clip(rng.normal(0.75, 0.2), 0.25, 1.0)),
        age=float(rng.beta(1.3, 1.7)),
        weight=float(np.clip(rng.normal(0, 0.42), -0.8, 1.0)),
        muscle=float(np.clip(rng.normal(0, 0.35), -0.7, 0.8)),
    )


def draw_shape(nature: Nature, names: tuple[str, ...], rng: np.random.Generator) -> F64:
    """Weights (K,) of the identity shapes `names`."""
    shared: dict[str, float] = {}
    weights_K = np.zeros(len(names))
    for k, name in enumerate(names):
        stem = name.removeprefix("l-").removeprefix("r-")
        spread = _spread(stem)
        middle = shared.setdefault(stem, _limited(rng) * spread)
        weights_K[k] = middle + (_ASYMMETRY * spread * _limited(rng) if stem != name else 0.0)
    for name, value in _axes(nature).items():
        weights_K[names.index(name)] = value
    return weights_K


def _limited(rng: np.random.Generator) -> float:
    return float(np.clip(rng.normal(), -_MOST, _MOST))


def _spread(stem: str) -> float:
    fitting = [prefix for prefix in _SPREADS if stem.startswith(prefix)]
    return _SPREADS[max(fitting, key=len)] if fitting else SPREAD


def _axes(nature: Nature) -> dict[str, float]:
    """Weights of the model's axes; its neutral head is a young adult between the sexes."""
    older, younger = max(nature.age - 0.35, 0.0) / 0.65, max(0.35 - nature.age, 0.0) / 0.35
    return {
        "gender=0": max(-nature.sex, 0.0),
        "gender=1": max(nature.sex, 0.0),
        "age=0.3": 0.12 * younger,
        "age=1": 0.75 * older,
        "weight=0": 0.7 * max(-nature.weight, 0.0),
        "weight=1": 0.65 * max(nature.weight, 0.0),
        "muscle=0": 0.5 * max(-nature.muscle, 0.0),
        "muscle=1": 0.6 * max(nature.muscle, 0.0),
        "neck-double-incr": 0.3 * max(nature.weight, 0.0),
    }
