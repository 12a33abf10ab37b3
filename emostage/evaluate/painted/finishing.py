"""Whether finishing makes the photo renderer's frames better, beyond what differs from clip to clip. C clips."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.whole import whole_file, writing
from emostage.diffusion.checkpoints import CARD
from emostage.evaluate.painted.gains import Gain, gains
from emostage.evaluate.painted.likeness import Clip

LEAST_CLIPS = 8
"""Fewer clips tell nothing."""
_MUST_GROW = ("psnr_db", "ssim", "mouth_error")
"""What must become better; identity must only not become worse."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Gains by figure over `clips` that were drawn both ways, and whether the finish `wins`: PSNR, SSIM and the error of the mouth
    become better by more than noise, and identity not worse by more than that."""

    clips: int
    gains: Mapping[str, Gain]
    wins: bool


def verdict(plain: Sequence[Clip | None], finished: Sequence[Clip | None]) -> Verdict:
    """Compare the same clips, plain and finished; None where a portrait was refused."""
    found = gains(plain, finished)
    clips = sum(a is not None and b is not None for a, b in zip(plain, finished, strict=True))
    grown, alike = all(found[name].sure for name in _MUST_GROW), found["identity"].mean >= -found["identity"].noise
    return Verdict(clips=clips, gains=found, wins=clips >= LEAST_CLIPS and grown and alike)


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
