"""eSpeak NG by ctypes, out of the wheel `espeakng-loader`. Runs in the worker process only: the library keeps global state.

Structures and constants are those of `speak_lib.h` of eSpeak NG 1.52. Sounds drift by a few samples from call to call within one
process, so every line gets a process of its own; breath is drawn from a generator that starts from the clock unless it is seeded.
"""

from __future__ import annotations

import ctypes as c
from typing import Any

from emostage.speech.worker.protocol import Refusal

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _PHONEME_IPA, _DONT_EXIT = 0x1, 0x2, 0x8000
_CHARS_UTF8, _END_PAUSE = 1, 0x1000
_WORD, _PHONEME = 1, 7
_SEED = 1
_PARAMETERS = {"rate": 1, "pitch": 3, "range": 4}


class _Identifier(c.Union):
    _fields_ = (("number", c.c_int), ("name", c.c_char_p), ("string", c.c_char * 8))


class _Event(c.Structure):
    _fields_ = (
        ("type", c.c_int),
        ("unique_identifier", c.c_uint),
        ("text_position", c.c_int),
        ("length", c.c_int),
        ("audio_position", c.c_int),
        ("sample", c.c_int),
        ("user_data", c.c_void_p),
        ("id", _Identifier),
    )


_CALLBACK = c.CFUNCTYPE(c.c_int, c.POINTER(c.c_short), c.c_int, c.POINTER(_Event))


class Espeak:
    """The library, initialised once per process."""

    def __init__(self) -> None:
        try:
            import espeakng_loader

            self._lib = c.CDLL(espeakng_loader.get_library_path())
            data = espeakng_loader.get_data_path()
        except (ImportError, OSError, RuntimeError) as error:
            raise Refusal("library", f"eSpeak NG could not be loaded: {error}") from error
        self._lib.espeak_Initialize.argtypes = [c.c_int, c.c_int, c.c_char_p, c.c_int]
        self._lib.espeak_Synth.argtypes = [
            c.c_char_p, c.c_size_t, c.c_uint, c.c_int, c.c_uint, c.c_uint, c.POINTER(c.c_uint), c.c_void_p,
        ]  # fmt: skip
        self._lib.espeak_SetVoiceByName.argtypes = [c.c_char_p]
        self._lib.espeak_SetParameter.argtypes = [c.c_int, c.c_int, c.c_int]
        self._lib.espeak_ng_SetRandSeed.argtypes = [c.c_long]
        self._lib.espeak_SetSynthCallback.argtypes = [_CALLBACK]
        options = _PHONEME_EVENTS | _PHONEME_IPA | _DONT_EXIT
        self.rate_hz = int(self._lib.espeak_Initialize(_SYNCHRONOUS, 0, data.encode(), options))
        if self.rate_hz <= 0:
            raise Refusal("library", "eSpeak NG could not be initialised")
        self._sound = bytearray()
        self._events: list[list[Any]] = []
        self._callback = _CALLBACK(self._receive)  # the library keeps the pointer, so this object must live on
        self._lib.espeak_SetSynthCallback(self._callback)

    def _receive(self, wave: Any, count: int, events: Any) -> int:
        if wave and count > 0:
            self._sound += c.string_at(wave, count * 2)
        index = 0
        while events[index].type != 0:
            event = events[index]
            index += 1
            if event.type == _WORD:
                self._events.append(["word", event.sample, "", event.text_position - 1])
            elif event.type == _PHONEME:
                phone = event.id.string.decode("utf-8", "ignore")
                self._events.append(["phone", event.sample, phone, event.text_position - 1])
        return 0

    def choose(self, voice: str) -> None:
        """Select a voice such as `gmw/en-US+f3`. Raises Refusal when there is none."""
        if self._lib.espeak_SetVoiceByName(voice.encode()) != 0:
            raise Refusal("voice", f"eSpeak NG has no voice '{voice}'")

    def speak(self, text: str, settings: dict[str, int]) -> tuple[bytes, list[list[Any]]]:
        """One phrase as little-endian 16-bit PCM and its events. `settings`: rate (words a minute), pitch and range (0-100)."""
        for name, value in settings.items():
            self._lib.espeak_SetParameter(_PARAMETERS[name], int(value), 0)
        self._sound, self._events = bytearray(), []
        self._lib.espeak_ng_SetRandSeed(_SEED)
        raw = text.encode("utf-8")
        status = self._lib.espeak_Synth(raw, len(raw) + 1, 0, 1, 0, _CHARS_UTF8 | _END_PAUSE, None, None)
        if status != 0:
            raise Refusal("text", f"eSpeak NG failed with status {status}")
        return bytes(self._sound), self._events


def speak(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Answer `{"voice", "phrases": [{"text", "rate", "pitch", "range"}]}` with a header and the sound."""
    espeak = Espeak()
    espeak.choose(request["voice"])
    phrases, sounds = [], []
    for phrase in request["phrases"]:
        sound, events = espeak.speak(phrase["text"], {name: phrase[name] for name in _PARAMETERS})
        phrases.append({"samples": len(sound) // 2, "events": events})
        sounds.append(sound)
    return {"rate_hz": espeak.rate_hz, "format": "s16", "phrases": phrases}, b"".join(sounds)
