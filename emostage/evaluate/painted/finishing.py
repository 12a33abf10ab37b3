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
"""Fewer clips of filmed people tell nothing."""
_MUST_GROW = ("psnr_db", "ssim", "mouth_error")
"""What must become better; identity must only not become worse."""


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """Gains by figure over `clips` that were drawn both ways, and whether the finish `wins`: over those of them that are `filmed`
    PSNR, SSIM and the error of the mouth become better by more than noise, and identity not worse by more than that. Films are
    made of photos of people, of which drawn people tell too little."""

    clips: int
    filmed: int
    gains: Mapping[str, Gain]
    wins: bool


def verdict(plain: Sequence[Clip | None], finished: Sequence[Clip | None], filmed: Sequence[bool]) -> Verdict:
    """Compare the same clips, plain and finished; None where a portrait was refused."""
    known = [(a, b, real) for a, b, real in zip(plain, finished, filmed, strict=True) if a is not None and b is not None]
    of_people = [(a, b) for a, b, real in known if real]
    return Verdict(
        clips=len(known),
        filmed=len(of_people),
        gains=gains(plain, finished),
        wins=len(of_people) >= LEAST_CLIPS and _better(of_people),
    )


def _better(clips: Sequence[tuple[Clip, Clip]]) -> bool:
    """Whether clips are surely better finished."""
    found = gains([plain for plain, _ in clips], [finished for _, finished in clips])
    return all(found[name].sure for name in _MUST_GROW) and found["identity"].mean >= -found["identity"].noise


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
