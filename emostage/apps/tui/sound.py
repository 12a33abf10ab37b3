"""Sound for those who edit: played by whatever player this computer has, and silence where it has none.

A player is a program that is given a temporary file, which is removed when it ends; one that cannot play here (no sound card, no
sound server) is followed by the next. No shell is asked, and nothing is raised: a film can be edited without hearing it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
import wave
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from threading import Event, Lock, Thread

import numpy as np

from emostage.core.time import SAMPLE_RATE_HZ
from emostage.core.tracks import F32, AudioClip
from emostage.studio.plan import LineJob

PLAYERS: tuple[tuple[str, ...], ...] = (
    ("afplay",),
    ("pw-play",),
    ("paplay",),
    ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)
"""Programs that play the sound file that follows, the quickest to begin first."""
LONGEST_S = 300.0
"""Most of a film that is mixed at once."""
NOMINAL_LUFS = -20.0
"""Loudness of takes."""
_CEILING, _FADE_S = 0.97, 0.005
_WINDOWS = "winsound"


@dataclass(frozen=True, kw_only=True)
class Player:
    """What can play here: command lines in the order in which they are tried."""

    commands: tuple[tuple[str, ...], ...]

    def play(self, audio: AudioClip, from_s: float = 0.0) -> Playing | None:
        """Begin to play a sound from a time on. None when there is nothing to play, or no room for the file."""
        begin = round(max(from_s, 0.0) * audio.rate_hz)
        if begin >= len(audio.samples_S):
            return None
        file = _written(AudioClip(samples_S=audio.samples_S[begin:], rate_hz=audio.rate_hz))
        return None if file is None else Playing(self.commands, file, from_s=begin / audio.rate_hz)


class Playing:
    """A sound that is being played."""

    def __init__(self, commands: Iterable[tuple[str, ...]], file: Path, *, from_s: float) -> None:
        self._file, self._from_s, self._began_s = file, from_s, time.monotonic()
        self._stopped, self._lock = Event(), Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._thread = Thread(target=self._play, args=(tuple(commands),), name="sound", daemon=True)
        atexit.register(self.stop)
        self._thread.start()

    @property
    def ended(self) -> bool:
        """Whether nothing is played any more."""
        return not self._thread.is_alive()

    @property
    def at_s(self) -> float:
        """The time of the sound that should be heard now."""
        return self._from_s + time.monotonic() - self._began_s

    def stop(self) -> None:
        """Be silent."""
        self._stopped.set()
        with self._lock:
            if self._process is not None:
                self._process.kill()
        self._thread.join(2.0)

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it has ended within so many seconds."""
        self._thread.join(seconds)
        return self.ended

    def _play(self, commands: tuple[tuple[str, ...], ...]) -> None:
        try:
            for command in commands:
                if self._stopped.is_set() or self._played(command):
                    break
        finally:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)
            atexit.unregister(self.stop)

    def _played(self, command: tuple[str, ...]) -> bool:
        """Whether a player has played the file, or was stopped."""
        if command == (_WINDOWS,):
            return _played_by_windows(self._file, self._stopped)
        with self._lock:
            if self._stopped.is_set():
                return True
            self._began_s = time.monotonic()
            try:
                self._process = subprocess.Popen(
                    [*command, str(self._file)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
                )
            except OSError:
                return False
        return self._process.wait() == 0 or self._stopped.is_set()


def player() -> Player | None:
    """What can play on this computer; None where nothing can."""
    found = [(path, *command[1:]) for command in PLAYERS if (path := shutil.which(command[0])) is not None]
    commands = [(_WINDOWS,)] * (sys.platform == "win32") + found
    return Player(commands=tuple(commands)) if commands else None


def film_sound(jobs: Iterable[LineJob], start_s: float, end_s: float, *, loudness: float = NOMINAL_LUFS) -> AudioClip:
    """What is heard of a film between two times, at 48 kHz and about at a loudness (LUFS); of guessed lines nothing. It is at most
    `LONGEST_S` long.

    A quick mix for listening while editing: lines are interpolated, and the whole is made quieter rather than limited. Films get
    theirs from `film.sound`.
    """
    end_s = min(end_s, start_s + LONGEST_S)
    mixed_S = np.zeros(max(0, round((end_s - start_s) * SAMPLE_RATE_HZ)), np.float32)
    for job in jobs:
        if job.take is not None and job.speech_start_s < end_s and job.start_s + job.duration_s > start_s:
            _add(mixed_S, job.take.audio, job.speech_start_s - start_s)
    peak = float(np.abs(mixed_S).max(initial=0.0))
    mixed_S *= np.float32(min(10 ** ((loudness - NOMINAL_LUFS) / 20), _CEILING / max(peak, 1e-9)))
    ramp_S = np.linspace(0.0, 1.0, min(round(_FADE_S * SAMPLE_RATE_HZ), len(mixed_S) // 2), endpoint=False, dtype=np.float32)
    mixed_S[: len(ramp_S)] *= ramp_S
    mixed_S[len(mixed_S) - len(ramp_S) :] *= ramp_S[::-1]
    return AudioClip(samples_S=mixed_S, rate_hz=SAMPLE_RATE_HZ)


def _add(mixed_S: F32, audio: AudioClip, at_s: float) -> None:
    """Add what of a sound lies within the mix."""
    begin = max(0, ceil(at_s * SAMPLE_RATE_HZ))
    end = min(len(mixed_S), ceil((at_s + audio.duration_s) * SAMPLE_RATE_HZ))
    if begin >= end:
        return
    at_S = (np.arange(begin, end) / SAMPLE_RATE_HZ - at_s) * audio.rate_hz
    first, last = int(at_S[0]), min(int(at_S[-1]) + 2, len(audio.samples_S))
    mixed_S[begin:end] += np.interp(at_S - first, np.arange(last - first), audio.samples_S[first:last]).astype(np.float32)


def _written(audio: AudioClip) -> Path | None:
    """A temporary wave file of a sound; None where it cannot be written."""
    try:
        handle, name = tempfile.mkstemp(prefix="emostage-", suffix=".wav")
    except OSError:
        return None
    try:
        with os.fdopen(handle, "wb") as stream, wave.open(stream, "wb") as out:
            out.setparams((1, 2, audio.rate_hz, 0, "NONE", ""))
            samples_S = np.clip(np.nan_to_num(audio.samples_S), -1.0, 1.0)
            out.writeframes((samples_S * 32767).round().astype("<i2").tobytes())
    except (OSError, wave.Error):
        with suppress(OSError):
            Path(name).unlink(missing_ok=True)
        return None
    return Path(name)


def _played_by_windows(file: Path, stopped: Event) -> bool:
    """Whether Windows itself has played a file, or was stopped."""
    if sys.platform != "win32":
        return False
    import winsound

    with wave.open(str(file), "rb") as sound:
        seconds = sound.getnframes() / sound.getframerate()
    try:
        winsound.PlaySound(str(file), winsound.SND_FILENAME | winsound.SND_ASYNC | winsound.SND_NODEFAULT)
        stopped.wait(seconds)
        winsound.PlaySound(None, 0)
    except RuntimeError:
        return False
    return True
