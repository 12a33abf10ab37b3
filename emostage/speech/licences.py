"""Under which terms a Piper voice may be used: its MODEL_CARD, else what is known of the published voices. No network."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_CARD_LIMIT = 256 << 10


@dataclass(frozen=True, kw_only=True)
class Licence:
    """A licence as its text names it; `commercial` is None when it is not known whether commercial use is allowed."""

    text: str
    commercial: bool | None


_UNKNOWN = Licence(text="unknown", commercial=None)
_BLIZZARD = Licence(text="Blizzard 2013 (Lessac): research only", commercial=False)
KNOWN: dict[str, Licence] = {
    "ljspeech": Licence(text="public domain (LJ Speech)", commercial=True),
    "libritts": Licence(text="CC BY 4.0 (LibriTTS)", commercial=True),
    "libritts_r": Licence(text="CC BY 4.0 (LibriTTS-R)", commercial=True),
    "thorsten": Licence(text="CC0 1.0 (Thorsten-Voice)", commercial=True),
    "thorsten_emotional": Licence(text="CC0 1.0 (Thorsten-Voice)", commercial=True),
    "lessac": _BLIZZARD,
    "hfc_female": Licence(text="CC BY-NC-SA 4.0 (Hi-Fi-CAPTAIN)", commercial=False),
    "hfc_male": Licence(text="CC BY-NC-SA 4.0 (Hi-Fi-CAPTAIN)", commercial=False),
    "vivos": Licence(text="CC BY-NC-SA 4.0 (VIVOS)", commercial=False),
    "vais1000": Licence(text="CC BY 4.0 (VAIS1000)", commercial=True),
}
"""Published voices by the middle part of their name, for when no MODEL_CARD lies beside the voice."""


def licence_of(model: Path) -> Licence:
    """The licence of an installed voice: its card (`NAME.MODEL_CARD`, or `MODEL_CARD` in a folder of its own), else `KNOWN`."""
    alone = len(list(model.parent.glob("*.onnx"))) == 1
    for card in (model.with_suffix(".MODEL_CARD"), *((model.parent / "MODEL_CARD",) if alone else ())):
        if card.is_file() and card.stat().st_size <= _CARD_LIMIT:
            return of_card(card.read_text(encoding="utf-8", errors="replace"), model.stem)
    return of_name(model.stem)


def of_name(name: str) -> Licence:
    """What is known of a published voice such as `en_US-ljspeech-high`."""
    parts = name.split("-")
    return KNOWN.get(parts[1], _UNKNOWN) if len(parts) == 3 else _UNKNOWN


def of_card(card: str, name: str) -> Licence:
    """The licence a MODEL_CARD states. A restriction known of the voice, or of the voice it was fine-tuned from, stays in force."""
    found = re.search(r"^\W*licen[cs]e\W*[:=]\s*(.+)$", card, re.IGNORECASE | re.MULTILINE)
    text = found.group(1).strip()[:120] if found else ""
    known = of_name(name)
    if known.commercial is False or not text:
        return known
    if re.search(r"finetuned from[^\n]*lessac|blizzard", card, re.IGNORECASE):
        return Licence(text=f"{text}; trained from lessac: {_BLIZZARD.text}", commercial=False)
    return Licence(text=text, commercial=_is_commercial(text) if known.commercial is None else known.commercial)


def _is_commercial(text: str) -> bool | None:
    folded = text.casefold()
    if re.search(r"\bnc\b|non-?\s?commercial|research only", folded):
        return False
    free = r"\bcc0|public domain|\bmit\b|apache|\bbsd|cc.?by|creativecommons\.org/licenses/by(-sa)?/|publicdomain"
    return True if re.search(free, folded) else None
