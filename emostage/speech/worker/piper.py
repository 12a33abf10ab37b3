"""Piper voices (GPL-3), in the worker process only.

The noise inside a voice's graph is not seeded, so both noise scales are 0 and the same request gives the same sound. Times come
from the durations the network predicts for each phoneme id; where they are missing, phones share the sentence's sound evenly.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from emostage.speech.worker.protocol import Refusal

_BOUNDARY = frozenset("^$_")


def _load(request: dict[str, Any]) -> Any:
    try:
        import onnxruntime  # type: ignore[import-untyped,unused-ignore]
        from piper import PiperVoice
    except ImportError as error:
        raise Refusal("library", f"Piper could not be loaded: {error}") from error
    _refuse_download(request)
    onnxruntime.set_default_logger_severity(3)
    try:
        return PiperVoice.load(request["model"], request["config"], include_alignments=True, download_dir=request["folder"])
    except Exception as error:
        raise Refusal("voice", f"the voice could not be loaded: {type(error).__name__}: {error}") from error


def _refuse_download(request: dict[str, Any]) -> None:
    """Chinese voices make Piper fetch a dictionary while it speaks; speaking never uses the network."""
    config = json.loads(Path(request["config"]).read_text(encoding="utf-8"))
    if config.get("phoneme_type") == "pinyin" and not (Path(request["folder"]) / "g2pW").is_dir():
        raise Refusal("voice", f"the voice needs Piper's dictionary g2pW in {request['folder']}")


def _events(chunk: Any, offset: int) -> list[list[Any]]:
    """Phone and word events of one sentence; words are counted, not placed: their position is -1."""
    count = len(chunk.audio_float_array)
    if chunk.phoneme_alignments:
        total = sum(int(step.num_samples) for step in chunk.phoneme_alignments) or 1
        steps = [(step.phoneme, int(step.num_samples) * count / total) for step in chunk.phoneme_alignments]
    else:
        steps = [(phone, count / max(len(chunk.phonemes), 1)) for phone in chunk.phonemes]
    events: list[list[Any]] = []
    at, new_word = 0.0, True
    for phone, samples in steps:
        start, at = offset + round(at), at + samples
        if phone in _BOUNDARY or phone.isspace():
            new_word = new_word or phone.isspace()
            events.append(["phone", start, "", -1])
            continue
        if new_word and phone.isalpha():
            events.append(["word", start, "", -1])
            new_word = False
        events.append(["phone", start, phone, -1])
    return events


def speak(request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Answer `{"model", "config", "folder", "phrases": [{"text", "length_scale", "speaker"}]}` with a header and the sound."""
    voice = _load(request)
    import numpy as np
    from piper import SynthesisConfig

    phrases, sounds = [], []
    for phrase in request["phrases"]:
        config = SynthesisConfig(
            speaker_id=phrase["speaker"],
            length_scale=phrase["length_scale"],
            noise_scale=0.0,
            noise_w_scale=0.0,
            normalize_audio=False,
        )
        events: list[list[Any]] = []
        samples = 0
        try:
            for chunk in voice.synthesize(phrase["text"], config, include_alignments=True):
                events += _events(chunk, samples)
                sound_S = np.atleast_1d(np.nan_to_num(chunk.audio_float_array)).astype("<f4")
                samples += len(sound_S)
                sounds.append(sound_S.tobytes())
        except Exception as error:
            raise Refusal("voice", f"the voice failed to speak: {type(error).__name__}: {error}") from error
        phrases.append({"samples": samples, "events": events})
    return {"rate_hz": int(voice.config.sample_rate), "format": "f32", "phrases": phrases}, b"".join(sounds)
