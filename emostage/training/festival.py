"""Speech by the program `festival` (Black, Taylor & Caley, "The Festival speech synthesis system", 1999), where it is installed.

Its voices here are built on recordings of people: two statistical ones, and a Russian one that joins pieces of a recording.
They have a rate of their own; another one is played faster or slower, and the pitch put back.
"""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import F32
from emostage.speech.call import Event, Utterance
from emostage.speech.phrases import Phrase
from emostage.speech.spans import Reading, reading
from emostage.speech.tokens import spoken_text
from emostage.training.sounds import read_wave

_LIMIT_S = 120.0
_SEGMENT = re.compile(r"^SEGMENT (\d+) (\S+) ([\d.]+) (\S+)$", re.MULTILINE)

_CATALAN = {"ax": "ə", "E": "ɛ", "O": "ɔ", "J": "ɲ", "L": "ʎ", "S": "ʃ", "Z": "ʒ", "g": "ɡ", "rr": "r", "r": "ɾ"}
_RUSSIAN = {
    "aa": "a", "a": "ɐ", "ae": "ə", "ay": "ə", "ee": "e", "e": "ɪ", "ii": "i", "yy": "ɨ", "y": "ɨ", "oo": "o", "uu": "u", "ur": "ʊ",
    "c": "ts", "ch": "tɕ", "sh": "ʂ", "sch": "ɕ", "zh": "ʐ", "h": "x", "hh": "xʲ", "g": "ɡ", "gg": "ɡʲ",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FestivalVoice:
    """A voice: festival's name of it, its grammar's language, the encoding it reads, its licence, and its alphabet (`arpa`,
    `catalan` or `russian`)."""

    name: str
    language: str
    encoding: str
    licence: str
    alphabet: str


VOICES: tuple[FestivalVoice, ...] = (
    FestivalVoice(
        name="cmu_us_slt_arctic_hts",
        language="en",
        encoding="ascii",
        licence="BSD-like (Festival, HTS, CMU Arctic)",
        alphabet="arpa",
    ),
    FestivalVoice(
        name="msu_ru_nsh_clunits", language="ru", encoding="utf-8", licence="BSD-like (N. V. Shmyrev)", alphabet="russian"
    ),
    FestivalVoice(
        name="upc_ca_ona_hts", language="ca", encoding="iso-8859-15", licence="LGPL-2.1-or-later (UPC)", alphabet="catalan"
    ),
)


@cache
def installed() -> Mapping[str, FestivalVoice]:
    """The voices of `VOICES` that are there, by name; none without the program."""
    if shutil.which("festival") is None:
        return {}
    told = _run("(print (voice.list))", "ascii")
    names = set(re.findall(r"[\w-]+", told))
    return {voice.name: voice for voice in VOICES if voice.name in names}


@cache
def version() -> str:
    """The release of the program, or an empty text where there is none."""
    if shutil.which("festival") is None:
        return ""
    told = subprocess.run(("festival", "--version"), capture_output=True, text=True, timeout=_LIMIT_S, check=False).stdout
    found = re.search(r"System: ([\d.]+)", told)
    return found[1] if found else "unknown"


def unbent(phrase: Phrase) -> Phrase:
    """The phrase with its pitch lowered by what playing it at its rate raises it."""
    prosody = phrase.prosody
    return replace(phrase, prosody=replace(prosody, pitch_st=prosody.pitch_st - 12.0 * math.log2(prosody.rate)))


def read(voice: FestivalVoice, phrases: Sequence[Phrase]) -> tuple[Reading, ...]:
    """Readings of `phrases`, played at their rates. Phones are IPA or ARPAbet with stress. Raises EmostageError E064."""
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        told = _run(_script(voice, phrases, Path(folder)), voice.encoding)
        sounds = [read_wave(Path(folder) / f"{number}.wav") for number in range(len(phrases))]
    found: list[list[tuple[str, float, bool]]] = [[] for _ in phrases]
    for number, phone, end_s, stress in _SEGMENT.findall(told):
        found[int(number)].append((phone, float(end_s), stress == "1"))
    return tuple(_reading(voice, phrase, sound, segments) for phrase, sound, segments in zip(phrases, sounds, found, strict=True))


def _script(voice: FestivalVoice, phrases: Sequence[Phrase], folder: Path) -> str:
    """Scheme that speaks every phrase to `N.wav` and prints `SEGMENT N phone end stress` for each of its segments."""
    lines = [f"(voice_{voice.name})"]
    for number, phrase in enumerate(phrases):
        text = spoken_text(phrase.text).replace("\\", " ").replace('"', " ")
        lines += [
            f'(set! spoken (SynthText "{text}"))',
            f'(utt.save.wave spoken "{folder / f"{number}.wav"}" \'riff)',
            "(mapcar (lambda (s) (format t "
            f'"SEGMENT {number} %s %f %s\\n" (item.name s) (item.feat s \'end) (item.feat s "R:SylStructure.parent.stress")))'
            " (utt.relation.items spoken 'Segment))",
        ]
    return "\n".join(lines)


def _run(script: str, encoding: str) -> str:
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        path = Path(folder) / "speak.scm"
        path.write_bytes(script.encode(encoding, "replace"))
        done = subprocess.run(("festival", "--batch", str(path)), capture_output=True, timeout=_LIMIT_S, check=False)
    if done.returncode != 0:
        raise EmostageError.of(
            "E064", f"festival ended with exit code {done.returncode}", done.stderr.decode("utf-8", "replace")[-200:]
        )
    return done.stdout.decode(encoding, "replace")


def _reading(voice: FestivalVoice, phrase: Phrase, sound: tuple[F32, int], segments: Sequence[tuple[str, float, bool]]) -> Reading:
    from scipy.signal import resample_poly

    samples_S, rate_hz = sound
    length = Fraction(1.0 / phrase.prosody.rate).limit_denominator(60)
    played_S: F32 = resample_poly(samples_S, length.numerator, length.denominator).astype(np.float32)
    events, start_s = [], 0.0
    for phone, end_s, stressed in segments:
        text = symbol(voice.alphabet, phone, stressed=stressed)
        events.append(Event(kind="phone", sample=round(start_s * float(length) * rate_hz), text=text, position=-1))
        start_s = end_s
    return reading(phrase.text, phrase.words, Utterance(samples_S=played_S, rate_hz=rate_hz, events=tuple(events)))


def symbol(alphabet: str, phone: str, *, stressed: bool) -> str:
    """A segment's name as IPA, or as ARPAbet for `arpa`; a vowel of a stressed syllable is marked, a pause is empty."""
    if phone in ("pau", "_", "#", "h#", "ssil", "brth"):
        return ""
    if alphabet == "arpa":
        return phone.upper() + ("1" if stressed else "0") if phone[0] in "aeiou" else phone.upper()
    if alphabet == "catalan":
        base = phone.rstrip("1")
        return ("ˈ" if phone.endswith("1") and stressed else "") + _CATALAN.get(base, base)
    if phone in _RUSSIAN:
        return ("ˈ" if len(phone) == 2 and phone[0] == phone[1] and phone[0] in "aeoiyu" else "") + _RUSSIAN[phone]
    return phone[0] + "ʲ" if len(phone) == 2 and phone[0] == phone[1] else phone
