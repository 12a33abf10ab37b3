"""Whether finishing makes the photo renderer's frames better, beyond what differs from clip to clip. C clips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.whole import whole_file, writing
from emostage.diffusion.checkpoints import CARD
from emostage.evaluate.painted.likeness import Clip

LEAST_CLIPS = 8
"""Fewer clips tell nothing."""
_SURE = 2.0
"""Standard errors of a mean that count as noise."""

_SIGNS: Mapping[str, float] = MappingProxyType({"psnr_db": 1.0, "ssim": 1.0, "mouth_error": -1.0, "identity": 1.0})
"""1 where more is better."""
_MUST_GROW = ("psnr_db", "ssim", "mouth_error")
"""What must become better; identity must only not become worse."""


@dataclass(frozen=True, kw_only=True)
class Gain:
    """How much better a figure is with the finish, the mean over clips (an error that shrinks is a gain), and how much of that may
    be `noise`: two standard errors of the mean."""

    mean: float
    noise: float


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Gains by figure over `clips` that were drawn both ways, and whether the finish `wins`: PSNR, SSIM and the error of the mouth
    become better by more than noise, and identity not worse by more than that."""

    clips: int
    gains: Mapping[str, Gain]
    wins: bool


def verdict(plain: Sequence[Clip | None], finished: Sequence[Clip | None]) -> Verdict:
    """Compare the same clips, plain and finished; None where a portrait was refused."""
    both = [(a, b) for a, b in zip(plain, finished, strict=True) if a is not None and b is not None]
    gains = {name: _gain([sign * (getattr(b, name) - getattr(a, name)) for a, b in both]) for name, sign in _SIGNS.items()}
    grown = all(gains[name].mean > gains[name].noise for name in _MUST_GROW)
    alike = gains["identity"].mean >= -gains["identity"].noise
    return Verdict(clips=len(both), gains=gains, wins=len(both) >= LEAST_CLIPS and grown and alike)


def _gain(differences: Sequence[float]) -> Gain:
    """NaN, which is no gain, where fewer than two clips are known."""
    known_C = np.array([value for value in differences if np.isfinite(value)])
    if len(known_C) < 2:
        return Gain(mean=float("nan"), noise=float("nan"))
    return Gain(mean=float(known_C.mean()), noise=_SURE * float(known_C.std(ddof=1)) / len(known_C) ** 0.5)


def record(folder: Path, found: Verdict, more: Mapping[str, Any]) -> None:
    """Write what was measured into the card of a finish; films use it only if that says that it wins. Numbers that are none become
    null. Raises AssetError E131 for a card that cannot be read, EmostageError E100 to E102 for one that cannot be written."""
    path = folder / CARD
    try:
        card = dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise AssetError.of("E131", f"the card of '{folder.name}' cannot be read: {error}", "train it again") from error
    card["figures"] = _told(asdict(found)) | _told(more)
    with whole_file(path) as part, writing(path):
        part.write_text(json.dumps(card, indent=2, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")


def _told(value: Any) -> Any:
    """Plain data with rounded numbers."""
    match value:
        case Mapping():
            return {str(key): _told(each) for key, each in value.items()}
        case bool():
            return value
        case float():
            return round(value, 5) if np.isfinite(value) else None
    return value
