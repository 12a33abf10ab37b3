"""Speak through the worker: a fresh process per line, with a time limit, and every way it can fail told apart."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import F32
from emostage.speech.worker.protocol import parse_reply

_ROOT = Path(__file__).resolve().parents[2]
_TAIL = 300


@dataclass(frozen=True, kw_only=True)
class Event:
    """A word or phone that starts at `sample`; `position` is its character in the phrase's text, -1 when unknown."""

    kind: str
    sample: int
    text: str
    position: int


@dataclass(frozen=True, kw_only=True)
class Utterance:
    """One phrase as the worker spoke it: `samples_S` float32 in [-1, 1]."""

    samples_S: F32
    rate_hz: int
    events: tuple[Event, ...]


def call(request: dict[str, Any], *, limit_s: float, command: tuple[str, ...] | None = None) -> tuple[Utterance, ...]:
    """One utterance per phrase of `request`.

    `command` replaces the worker's own command line. Raises AssetError E063 (voice), E069 (library), EmostageError E064 (the worker
    failed) and E065 (it took longer than `limit_s`).
    """
    command = command or (sys.executable, "-P", "-m", "emostage.speech.worker")
    path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH", ""))))
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8", "OMP_NUM_THREADS": "1"}
    try:
        done = subprocess.run(
            command, input=json.dumps(request).encode(), capture_output=True, timeout=limit_s, env=environment, check=False
        )
    except subprocess.TimeoutExpired as error:
        message = f"the voice needed more than {limit_s:g} s for one line"
        raise EmostageError.of("E065", message, "split the line, or try another voice") from error
    except OSError as error:
        raise EmostageError.of("E064", f"the voice could not be started: {error}") from error
    if done.returncode != 0:
        talk = done.stderr.decode("utf-8", "replace").strip()[-_TAIL:]
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"exit code {done.returncode}"
        raise EmostageError.of("E064", f"the voice ended with {how}", talk or "try another voice")
    try:
        header, sound = parse_reply(done.stdout)
        if "error" in header:
            raise _refused(str(header["error"]), str(header.get("kind")))
        return _utterances(header, sound)
    except (ValueError, KeyError, TypeError) as error:
        raise EmostageError.of("E064", f"the voice answered nonsense: {error}", "try another voice") from error


def _refused(message: str, kind: str) -> EmostageError:
    if kind == "voice":
        return AssetError.of("E063", message, "see 'emostage voices list', or fetch the voice again")
    if kind == "library":
        return AssetError.of("E069", message, "reinstall emostage with all its dependencies")
    return EmostageError.of("E064", message)


def _utterances(header: dict[str, Any], sound: memoryview) -> tuple[Utterance, ...]:
    if header["format"] == "s16":
        samples_S = np.frombuffer(sound, "<i2").astype(np.float32) / np.float32(32768)
    else:
        samples_S = np.frombuffer(sound, "<f4").astype(np.float32)
    utterances, start = [], 0
    for phrase in header["phrases"]:
        end = start + int(phrase["samples"])
        events = tuple(Event(kind=k, sample=int(s), text=str(t), position=int(p)) for k, s, t, p in phrase["events"])
        utterances.append(Utterance(samples_S=samples_S[start:end], rate_hz=int(header["rate_hz"]), events=events))
        start = end
    return tuple(utterances)
