"""Colours of skin, lips and hair. Colours are linear light in [0, 1] unless a name says sRGB.

The skin line runs from the fairest to the deepest human skin; its sRGB anchors were chosen by eye near published skin-tone
scales (E. Monk's ten tones). Letters: 3 channels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64

_SKIN_SRGB = np.array([
    [230, 190, 168], [224, 180, 154], [214, 166, 136], [205, 154, 120], [180, 128, 95], [148, 99, 70], [118, 78, 56],
    [92, 61, 45], [72, 48, 37],
])  # fmt: skip
_HAIR_SRGB = {
    "black": (22, 18, 17), "dark": (45, 32, 25), "brown": (78, 53, 36), "chestnut": (98, 58, 38), "light": (128, 95, 62),
    "blond": (196, 158, 104), "pale": (222, 196, 150), "red": (150, 72, 34), "grey": (150, 147, 144), "white": (222, 219, 214),
}  # fmt: skip
_DYES_SRGB = np.array([[120, 36, 52], [48, 66, 120], [186, 110, 130], [92, 60, 120], [170, 60, 30], [214, 200, 180]])


def linear(srgb_3: object) -> F64:
    """Linear light of sRGB 0..255 (IEC 61966-2-1)."""
    value = np.asarray(srgb_3, np.float64) / 255
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


@dataclass(frozen=True, kw_only=True)
class Complexion:
    """`melanin` in [0, 1]; `blood` about 1; the skin's base colour `skin` and the natural hair colour `hair` as linear RGB."""

    melanin: float
    blood: float
    skin: tuple[float, float, float]
    hair: tuple[float, float, float]
    grey: float


def draw_complexion(age: float, rng: np.random.Generator) -> Complexion:
    """Random colours: all skins equally often; fair hair with fair skin only; grey hair with age."""
    melanin = float(rng.uniform(0, 1))
    anchors = np.linspace(0, 1, len(_SKIN_SRGB))
    base_3 = np.array([np.interp(melanin, anchors, linear(_SKIN_SRGB)[:, c]) for c in range(3)])
    warmth = rng.normal(0, 0.05)
    base_3 = base_3 * np.exp([0.4 * warmth, 0.0, -warmth]) * np.exp(rng.normal(0, 0.05))
    names = ["black", "dark", "brown", "chestnut", "light", "blond", "pale", "red"]
    fair = np.array([0.6, 1.6, 2.0, 1.2, 1.6, 1.8, 0.8, 1.0]) if melanin < 0.35 else np.array([3, 2, 0.4, 0.2, 0.03, 0.03, 0, 0.02])
    hair_3 = (
        linear(_HAIR_SRGB[str(rng.choice(names, p=fair / fair.sum()))])
        * np.exp(rng.normal(0, 0.12))
        * np.exp(rng.normal(0, 0.05) * np.array([1, 0, -1]))
    )
    grey = float(np.clip((age - 0.5) * 2.4 + rng.normal(0, 0.3), 0, 1)) if age > 0.42 else 0.0
    silver_3 = linear(_HAIR_SRGB["white" if rng.random() < 0.4 else "grey"])
    hair_3 = hair_3 + grey * (silver_3 - hair_3)
    return Complexion(
        melanin=melanin,
        blood=float(rng.uniform(0.5, 1.5)),
        skin=_colour(np.clip(base_3, 0.01, 0.9)),
        hair=_colour(hair_3),
        grey=grey,
    )


def dyed(rng: np.random.Generator) -> tuple[float, float, float]:
    """The colour of dyed hair."""
    return _colour(linear(_DYES_SRGB[rng.integers(len(_DYES_SRGB))]))


def _colour(rgb_3: F64) -> tuple[float, float, float]:
    red, green, blue = (float(v) for v in rgb_3)
    return red, green, blue
