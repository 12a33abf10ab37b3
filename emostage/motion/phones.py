"""Phone symbols of any language to articulatory segments.

Reads IPA as eSpeak writes it (stress marks, diacritics, tie bars, `ts.h`, diphthongs and other joined symbols) and ARPAbet
(`AH0`, `iy`). Classes after the International Phonetic Alphabet chart (revised 2020); a letter the chart does not know is
reduced to its base letter by Unicode decomposition, and any other letter is spoken as a mid vowel: a sound is never silence.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

Place = Literal[
    "vowel", "silence", "bilabial", "labiodental", "labiovelar", "labiopalatal", "dental", "sibilant", "alveolar", "lateral",
    "rhotic", "postalveolar", "retroflex", "alveolopalatal", "palatal", "velar", "uvular", "pharyngeal", "glottal",
]  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Segment:
    """One articulation. For vowels `openness` (0 close, 1 open), `frontness` (0 back, 1 front) and `rounding` in [0, 1];
    for consonants `place` and `closed` (a full closure at that place). `share` is its part of the symbol's duration."""

    place: Place
    closed: bool = False
    openness: float = 0.0
    frontness: float = 0.5
    rounding: float = 0.0
    rhotic: bool = False
    lax: bool = False
    stressed: bool = False
    share: float = 1.0

    @property
    def vowel(self) -> bool:
        """Whether this is a vowel."""
        return self.place == "vowel"


SILENCE = Segment(place="silence")
_MID = Segment(place="vowel", openness=0.45, lax=True)

_OPENNESS = {"close": 0.0, "near-close": 0.17, "close-mid": 0.33, "mid": 0.5, "open-mid": 0.67, "near-open": 0.85, "open": 1.0}
_VOWELS = {  # height: (front unrounded, front rounded, central unrounded, central rounded, back unrounded, back rounded)
    "close": ("i", "y", "ɨᵻ", "ʉᵿ", "ɯ", "u"),
    "near-close": ("ɪ", "ʏ", "", "", "", "ʊ"),
    "close-mid": ("e", "ø", "ɘ", "ɵ", "ɤ", "o"),
    "mid": ("", "", "ə", "", "", ""),
    "open-mid": ("ɛ", "œ", "ɜɝɚ", "ɞ", "ʌ", "ɔ"),
    "near-open": ("æ", "", "ɐ", "", "", ""),
    "open": ("", "ɶ", "a", "", "ɑ", "ɒ"),
}
_LAX = "ɪʏʊəɐᵻᵿɘ"
_CONSONANTS: dict[Place, tuple[str, str]] = {  # place: (full closures, narrowings)
    "bilabial": ("pbmɓʙʘ", "ɸβ"),
    "labiodental": ("", "fvɱʋⱱ"),
    "labiovelar": ("", "wʍ"),
    "labiopalatal": ("", "ɥ"),
    "dental": ("", "θð"),
    "sibilant": ("", "sz"),
    "alveolar": ("tdnɗǃǀ", "rɾ"),
    "lateral": ("", "lɫɬɮɭɺǁ"),
    "rhotic": ("", "ɹɻ"),
    "postalveolar": ("", "ʃʒɧ"),
    "retroflex": ("ʈɖɳ", "ʂʐɽ"),
    "alveolopalatal": ("", "ɕʑ"),
    "palatal": ("cɟɲǂ", "çʝjʎʄ"),
    "velar": ("kɡŋɠg", "xɣɰʟ"),
    "uvular": ("qɢɴʛ", "χʁʀ"),
    "pharyngeal": ("", "ħʕʜʢʡ"),
    "glottal": ("ʔ", "hɦ"),
}
_ARPA = {
    "aa": "ɑ", "ae": "æ", "ah": "ʌ", "ao": "ɔ", "aw": "aʊ", "ax": "ə", "axr": "ɚ", "ay": "aɪ", "b": "b", "ch": "tʃ", "d": "d",
    "dh": "ð", "dx": "ɾ", "eh": "ɛ", "el": "əl", "em": "əm", "en": "ən", "er": "ɝ", "ey": "eɪ", "f": "f", "g": "ɡ", "hh": "h",
    "ih": "ɪ", "ix": "ɨ", "iy": "i", "jh": "dʒ", "k": "k", "l": "l", "m": "m", "n": "n", "ng": "ŋ", "nx": "ɾ", "ow": "oʊ",
    "oy": "ɔɪ", "p": "p", "q": "ʔ", "r": "ɹ", "s": "s", "sh": "ʃ", "t": "t", "th": "θ", "uh": "ʊ", "uw": "u", "ux": "ʉ",
    "v": "v", "w": "w", "wh": "ʍ", "y": "j", "z": "z", "zh": "ʒ",
}  # fmt: skip
_ARPA_LOWER = {name for name in _ARPA if len(name) > 1} - {"ax", "el", "em", "en", "th", "ux", "ix", "nx", "dx"}
_MARKS = {  # diacritics and modifier letters: change of (rounding, openness, frontness)
    "ʷᵝ\u032b": (0.6, 0.0, 0.0),  # labialised
    "\u0339": (0.3, 0.0, 0.0),  # more rounded
    "\u031c": (-0.3, 0.0, 0.0),  # less rounded
    "\u031d": (0.0, -0.12, 0.0),  # raised
    "\u031e": (0.0, 0.12, 0.0),  # lowered
    "ʲ\u031f": (0.0, 0.0, 0.4),  # palatalised, advanced
    "ˤˠ\u0320": (0.0, 0.0, -0.4),  # pharyngealised, velarised, retracted
}
_PAUSES = {"", "_", "_:", "#", "|", "‖", "pau", "sil", "sp", "spn", "h#", "<eps>"}
_FRICATIVE: set[Place] = {"sibilant", "postalveolar", "retroflex", "alveolopalatal", "palatal", "dental"}


def _letters() -> dict[str, Segment]:
    known: dict[str, Segment] = {}
    for height, row in _VOWELS.items():
        for column, letters in enumerate(row):
            for letter in letters:
                known[letter] = Segment(
                    place="vowel",
                    openness=_OPENNESS[height],
                    frontness=(1.0, 0.5, 0.0)[column // 2],
                    rounding=float(column % 2),
                    lax=letter in _LAX,
                    rhotic=letter in "ɚɝ",
                )
    for place, (closures, narrowings) in _CONSONANTS.items():
        known |= {letter: Segment(place=place, closed=True) for letter in closures}
        known |= {letter: Segment(place=place) for letter in narrowings}
    return known


_LETTERS = _letters()


@lru_cache(maxsize=4096)
def segments(symbol: str) -> tuple[Segment, ...]:
    """The articulations of one phone symbol, in order, their shares adding to 1.

    Pauses give one silent segment. Marks that are no sound (tones, eSpeak's language switches such as `(en)`) give none.
    """
    text = symbol.strip()
    if text.lower() in _PAUSES:
        return (SILENCE,)
    stressed = "ˈ" in text
    if arpa := re.fullmatch(r"([A-Z]{1,3})([012]?)|([a-z]{1,3})([012])", text):
        stressed = "1" in text
        text = _ARPA.get((arpa[1] or arpa[3]).lower(), text.lower())
    elif text in _ARPA_LOWER:
        text = _ARPA[text]
    text = re.sub(r"\([^)]*\)", "", text)
    found = _fused(_read(unicodedata.normalize("NFC", text)))
    if not found:
        return ()
    weights = [0.55, 0.45] if len(found) == 2 and found[0].vowel else [1.0] * len(found)
    return tuple(
        replace(part, share=weight / sum(weights), stressed=stressed and part.vowel)
        for part, weight in zip(found, weights, strict=True)
    )


def _read(text: str) -> list[Segment]:
    """Base letters in order, each changed by the marks that follow it."""
    found: list[Segment] = []
    letters = [letter if letter in _LETTERS else unicodedata.normalize("NFD", letter) for letter in text]
    for letter in "".join(letters):
        if letter == "h" and found and not found[-1].vowel and found[-1].place != "glottal":
            continue  # aspiration, as eSpeak spells it in `th`, `tɕh`
        known = _LETTERS.get(letter)
        if known is not None:
            found.append(known)
        elif found and (changed := _marked(found[-1], letter)) is not None:
            found[-1] = changed
        elif unicodedata.category(letter) in ("Ll", "Lu", "Lt", "Lo"):
            found.append(_unknown(letter))
    return found


def _marked(base: Segment, mark: str) -> Segment | None:
    """`base` with a diacritic or modifier letter, or None when `mark` is not one that changes the lips or jaw."""
    if mark == "." and base.place in ("sibilant", "alveolar", "lateral"):
        return replace(base, place="retroflex")  # eSpeak's `s.`
    if mark == "˞":
        return replace(base, rhotic=True)
    for marks, (rounding, openness, frontness) in _MARKS.items():
        if mark in marks:
            return replace(
                base,
                rounding=min(1.0, max(0.0, base.rounding + rounding)),
                openness=min(1.0, max(0.0, base.openness + openness)),
                frontness=min(1.0, max(0.0, base.frontness + frontness)),
            )
    return None


def _unknown(letter: str) -> Segment:
    """A letter outside the chart: the one its Unicode name is built on (`LATIN SMALL LETTER L WITH BELT`), else a mid vowel."""
    name = unicodedata.name(letter, "")
    if found := re.match(r"LATIN (?:SMALL |CAPITAL )?(?:LETTER )(?:TURNED |REVERSED |SMALL CAPITAL |SCRIPT )*([A-Z])\b", name):
        return _LETTERS.get(found[1].lower(), _MID)
    return _MID


def _fused(found: list[Segment]) -> list[Segment]:
    """Affricates as one segment with the lips of their fricative; labial closures stay segments of their own."""
    out: list[Segment] = []
    for part in found:
        if out and out[-1].closed and out[-1].place in ("alveolar", "retroflex", "palatal") and part.place in _FRICATIVE:
            out[-1] = replace(part, closed=False)
        else:
            out.append(part)
    return out
