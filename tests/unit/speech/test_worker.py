from __future__ import annotations

import json
import subprocess
import sys

REQUEST = {
    "engine": "espeak",
    "voice": "gmw/en-US+f3",
    "phrases": [
        {"text": t, "rate": 170, "pitch": 55, "range": 60} for t in ("It was the best of times,", "it was the worst of times.")
    ],
}


def reply() -> bytes:
    command = [sys.executable, "-m", "emostage.speech.worker"]
    return subprocess.run(command, input=json.dumps(REQUEST).encode(), capture_output=True, check=True).stdout


def test_three_fresh_processes_answer_with_the_same_bytes() -> None:
    assert len({reply() for _ in range(3)}) == 1


def test_the_worker_stays_light() -> None:
    code = "import sys, emostage.speech.worker.__main__, emostage.speech.worker.espeak; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert not {"numpy", "scipy", "torch", "piper", "onnxruntime", "soundfile", "emostage.core.errors"} & set(loaded)


def test_only_the_worker_knows_the_engines() -> None:
    code = (
        "import sys, emostage.speech.synthesis, emostage.speech.recorded, emostage.speech.voices as v; v.list_voices(); "
        "print(*sys.modules)"
    )
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert not {"piper", "onnxruntime", "espeakng_loader", "torch"} & set(loaded)


def test_checking_voices_and_text_needs_no_numpy() -> None:
    code = "import sys, emostage.speech.voices, emostage.speech.scripts, emostage.speech.phrases; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout.split()
    assert not {"scipy", "torch", "soundfile", "pyloudnorm"} & set(loaded)
