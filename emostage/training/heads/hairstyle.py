"""Hairstyles: what is random about hair, and where on the scalp it grows. Angles in degrees on the neutral head."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from emostage.core.tracks import F64
from emostage.training.heads.tones import Complexion, dyed

_HAIRLINE = (
    (0, -37), (14, -38), (30, -40), (42, -37), (52, -28), (57, -14), (61, 0), (68, 2), (73, -10), (80, -17), (96, -17),
    (108, -4), (116, 16), (130, 30), (150, 35), (180, 35),
)  # fmt: skip
"""Latitude of the hairline at azimuths: forehead, temple, sideburn, around the ear, nape."""
_TEMPLE_DEG, _TEMPLE_WIDTH_DEG = 36.0, 13.0
_EAR_DEG, _OVER_EAR_DEG = 84.0, 10.0
"""Azimuth of the ears, and how far big hair comes down over them."""
_COVERING_MM = 9.0
_MM_DEG = 1.75
"""Millimetres of scalp in a degree."""
_STYLES = {
    # name: (odds of a woman, odds of a man, volume mm, on top mm, falls to m, curtain from deg, curl)
    "bald": (0.01, 0.10, 0.0, 0.0, 0.0, 0.0, 0.0),
    "cropped": (0.03, 0.22, 2.5, 1.5, 0.0, 0.0, 0.3),
    "short": (0.08, 0.30, 5.0, 10.0, 0.0, 0.0, 0.25),
    "quiff": (0.04, 0.14, 4.5, 22.0, 0.0, 0.0, 0.2),
    "bowl": (0.05, 0.06, 11.0, 8.0, 0.0, 0.0, 0.1),
    "afro": (0.10, 0.08, 38.0, 10.0, 0.0, 0.0, 1.0),
    "bob": (0.21, 0.01, 13.0, 6.0, 0.135, 62.0, 0.15),
    "long": (0.30, 0.06, 12.0, 7.0, 0.30, 62.0, 0.2),
    "bun": (0.10, 0.02, 5.0, 3.0, 0.0, 0.0, 0.15),
    "tail": (0.08, 0.01, 5.0, 2.0, 0.26, 128.0, 0.15),
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Hair:
    """`volume_mm` off the scalp and `top_mm` more on top; strands radiate from (`part_deg` to the side, `crown_deg` behind the
    top); the hairline is `high_deg` higher, recedes at the temples by `temples_deg`, fringe down by `fringe_deg`; hair beyond
    azimuth `curtain_deg` falls to the height `fall_m`; `curl` and `ragged_mm` (its edge); `bald_deg` bare around the top."""

    style: str
    volume_mm: float
    top_mm: float
    part_deg: float
    crown_deg: float
    high_deg: float
    temples_deg: float
    fringe_deg: float
    curtain_deg: float
    fall_m: float
    curl: float
    ragged_mm: float
    bald_deg: float
    colour: tuple[float, float, float]
    gloss: float

    @property
    def over_ears(self) -> bool:
        """Whether hair lies on the ears."""
        return self.volume_mm > _COVERING_MM

    def inside_mm(self, azimuth_deg: F64, latitude_deg: F64) -> F64:
        """How far inside the hairline directions lie, along the scalp (negative outside)."""
        away = np.abs((azimuth_deg + 180) % 360 - 180)
        line = np.interp(away, *np.array(_HAIRLINE, np.float64).T)
        covered = np.clip((self.volume_mm - 8.5) / 1.5, 0, 1) * np.exp(-(((away - _EAR_DEG) / 22) ** 4))
        line = line + covered * np.maximum(_OVER_EAR_DEG - line, 0)
        front = 1 / (1 + np.exp((away - 50) / 5))
        line = line - front * self.high_deg - self.temples_deg * np.exp(-(((away - _TEMPLE_DEG) / _TEMPLE_WIDTH_DEG) ** 2))
        line = line + self.fringe_deg / (1 + np.exp((away - 46) / 4))
        inside: F64 = (line - latitude_deg) * _MM_DEG
        if self.bald_deg:
            apart = 90 + latitude_deg - 45 * np.clip(np.cos(np.radians(azimuth_deg)), 0, 1) ** 2
            inside = np.minimum(inside, (apart - self.bald_deg) * _MM_DEG)
        return inside


def draw_hair(sex: float, age: float, complexion: Complexion, rng: np.random.Generator) -> Hair:
    """A random hairstyle of a woman (`sex` < 0) or a man."""
    names = list(_STYLES)
    odds = np.array([_STYLES[name][0 if sex < 0 else 1] for name in names])
    style = str(rng.choice(names, p=odds / odds.sum()))
    _, _, volume, top, fall, curtain, curl = _STYLES[style]
    receding = sex > 0 and rng.random() < 0.25 + 0.5 * age
    bare = receding and style in ("cropped", "short") and age > 0.45 and rng.random() < 0.6
    tinted = sex < 0 and rng.random() < 0.12
    fringe = {"bowl": rng.uniform(8, 13), "bob": rng.choice([0.0, 12.0]), "long": rng.choice([0.0, 0.0, 11.0])}.get(style, 0.0)
    curly = curl + (rng.uniform(0.2, 0.8) if rng.random() < 0.25 else 0.0)
    return Hair(
        style=style,
        volume_mm=volume * float(rng.uniform(0.75, 1.35)) * (1.2 if curly > 0.5 and style != "afro" else 1.0),
        top_mm=top * float(rng.uniform(0.6, 1.3)),
        part_deg=float(rng.choice([-26.0, -14.0, 0.0, 14.0, 26.0])),
        crown_deg=float(rng.uniform(-12, 28)),
        high_deg=float(rng.normal(0.0, 2.2) + (rng.uniform(2, 8) * age if receding else 0.0)),
        temples_deg=float(rng.uniform(4, 14) if receding else rng.uniform(0, 3)),
        fringe_deg=float(fringe),
        curtain_deg=curtain + float(rng.uniform(-6, 8)) if curtain else 0.0,
        fall_m=fall + float(rng.uniform(-0.015, 0.02)) if fall else 0.0,
        curl=float(min(curly, 1.0)),
        ragged_mm=float(rng.uniform(3, 8)),
        bald_deg=float(rng.uniform(25, 62)) if bare else 0.0,
        colour=dyed(rng) if tinted else complexion.hair,
        gloss=float(rng.uniform(0.15, 0.7)) * (1 - 0.5 * min(curly, 1.0)),
    )
