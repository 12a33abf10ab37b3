"""Which writing systems a voice can read aloud, so that text it lacks is reported and not spelt out. No numpy."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from emostage.core.errors import Diagnostic
from emostage.speech.tokens import is_speakable, spoken_text

_HAN, _KANA = "CJK", ("HIRAGANA", "KATAKANA")
_SCRIPTS: dict[str, tuple[str, ...]] = {
    "CYRILLIC": ("ba", "be", "bg", "cv", "kaa", "kk", "ky", "mk", "nog", "ru", "sr", "tt", "uk", "bs"),
    "ARABIC": ("ar", "fa", "sd", "ug", "ur", "ku"),
    "DEVANAGARI": ("hi", "kok", "mr", "ne"),
    "BENGALI": ("as", "bn", "bpy"),
    "GREEK": ("el", "grc"),
    "ETHIOPIC": ("am", "ti"),
    "HEBREW": ("he",), "ARMENIAN": ("hy", "hyw"), "GEORGIAN": ("ka",), "GUJARATI": ("gu",), "GURMUKHI": ("pa",), "KANNADA": ("kn",),
    "MALAYALAM": ("ml",), "MYANMAR": ("my", "shn"), "ORIYA": ("or",), "SINHALA": ("si",), "TAMIL": ("ta",), "TELUGU": ("te",),
    "THAI": ("th",), "CHEROKEE": ("chr",), "SHAVIAN": ("en-shaw",), "HANGUL": ("ko",), "HIRAGANA": ("ja",), "KATAKANA": ("ja",),
    _HAN: ("cmn", "zh", "yue", "hak", "ja"),
}  # fmt: skip
"""Scripts besides Latin and the eSpeak NG languages written in them; of each the first is offered as a hint."""
_OFFER = {"CYRILLIC": "ru", _HAN: "cmn", "HIRAGANA": "ja", "KATAKANA": "ja"}
_TITLES = {_HAN: "Chinese"}


@lru_cache(maxsize=4096)
def script_of(char: str) -> str:
    """The script of a letter by its Unicode name (`LATIN`, `CYRILLIC`, `CJK` …); empty for what is no letter."""
    if not char.isalpha():
        return ""
    word = unicodedata.name(char, "").split(" ")[0].split("-")[0]
    return {"IDEOGRAPHIC": _HAN, "HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN", "FEMININE": "LATIN", "MASCULINE": "LATIN"}.get(
        word, word
    )


def scripts_for(language: str) -> frozenset[str]:
    """The scripts a voice of `language` (a code such as `en-us` or `zh_CN`) reads: its own and Latin."""
    code = language.casefold().replace("_", "-")
    own = {script for script, codes in _SCRIPTS.items() if code in codes or code.split("-")[0] in codes}
    return frozenset(own | {"LATIN"})


def unspeakable(text: str, language: str, voice: str) -> Diagnostic | None:
    """Why a voice of `language` cannot speak `text`: E060 nothing to say, E061 a foreign script; None when it can.

    A single foreign letter (π, Δ) is fine: voices know their names; a foreign word, or one Chinese or Japanese character, is not.
    """
    if not is_speakable(spoken_text(text)):
        return Diagnostic(
            code="E060", message=f"there is nothing to speak in '{text.strip()[:40]}'", hint="write words, or use a pause"
        )
    known = scripts_for(language)
    if voice.startswith("espeak/ja"):
        known -= {_HAN}  # eSpeak NG reads kana only and spells kanji as "Chinese letter"
    run = ""
    for char in f"{spoken_text(text)} ":
        script = script_of(char)
        if script and script not in known:
            run += char
            continue
        if len(run) > 1 or (run and script_of(run) in (_HAN, *_KANA)):
            return _foreign(run, voice)
        if not unicodedata.combining(char):
            run = ""
    return None


def _foreign(run: str, voice: str) -> Diagnostic:
    script = script_of(run[0])
    codes = _SCRIPTS.get(script)
    hint = (
        f"choose a voice that can, such as espeak/{_OFFER.get(script, codes[0])}"
        if codes
        else "no built-in voice reads this script"
    )
    title = _TITLES.get(script, script.title())
    return Diagnostic(code="E061", message=f"voice '{voice}' cannot speak {title} text: '{run[:20]}'", hint=hint)
