"""Speech by the program `flite` (Black & Lenzo, "Flite: a small fast run-time synthesis engine", 2001), where it is installed.

Its statistical voices are built on recordings of people; the end time of every phone is printed beside the sound.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from emostage.core.errors import EmostageError
from emostage.speech.call import Event, Utterance
from emostage.speech.phrases import Phrase
from emostage.speech.spans import Reading, reading
from emostage.speech.tokens import spoken_text
from emostage.training.sounds import read_wave

VOICES: tuple[str, ...] = ("slt", "awb", "rms")
LICENCE = "BSD-like (CMU Flite and the CMU Arctic voices)"

_LIMIT_S = 60.0
_PHONE = re.compile(r"^([a-z@]+):(\d+\.\d+)$")
_SILENT = frozenset(("pau", "h#", "sil", "brth"))
_VOWELS = "aeiou"


@cache
def version() -> str:
    """The release of the program, or an empty text where there is none."""
    if shutil.which("flite") is None:
        return ""
    told = subprocess.run(("flite", "--version"), capture_output=True, text=True, timeout=_LIMIT_S, check=False).stdout
    found = re.search(r"version: (\S+)", told)
    return found[1] if found else "unknown"


def read(voice: str, phrase: Phrase) -> Reading:
    """One phrase at its rate; phones are ARPAbet, all without stress, which flite does not tell.

    Raises EmostageError E064 when the program fails.
    """
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        sound = Path(folder) / "phrase.wav"
        stretch = f"duration_stretch={1.0 / phrase.prosody.rate:.4f}"
        command = ("flite", "-voice", voice, "--setf", stretch, "-psdur", "-t", spoken_text(phrase.text), "-o", str(sound))
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LIMIT_S, check=False)
        if done.returncode != 0:
            raise EmostageError.of("E064", f"flite ended with exit code {done.returncode}", done.stderr[-200:])
        samples_S, rate_hz = read_wave(sound)
    events, start_s = [], 0.0
    for token in done.stdout.split():
        if found := _PHONE.match(token):
            end_s = float(found[2])
            events.append(Event(kind="phone", sample=round(start_s * rate_hz), text=_symbol(found[1]), position=-1))
            start_s = end_s
    return reading(phrase.text, phrase.words, Utterance(samples_S=samples_S, rate_hz=rate_hz, events=tuple(events)))


def _symbol(phone: str) -> str:
    if phone in _SILENT:
        return ""
    return f"{phone.upper()}0" if phone[0] in _VOWELS else phone.upper()
