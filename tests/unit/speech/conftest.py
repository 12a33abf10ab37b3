"""A tiny Piper voice: a real ONNX graph with Piper's inputs and outputs, which hums a tone per phoneme id."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

RATE_HZ, HOP = 16_000, 256
_SYMBOLS = "_^$ !'(),-.:;?abcdefghijklmnopqrstuvwxyzæçðøŋœɐɑɒɔɕəɚɛɜɡɪɫɲɹɾʃʊʌʒʔʰˈˌːˑθᵻχ\u0303\u0329"


def _graph(speakers: int) -> Any:
    from onnx import TensorProto, helper, numpy_helper

    count = len(_SYMBOLS)
    frames = np.array([0.0 if s in "^$" else 1.0 if s == "_" else 2.3 if not s.isalpha() else 3.3 for s in _SYMBOLS], np.float32)
    hertz = np.array([150.0 + 3 * i for i in range(count)], np.float32)
    gain = np.array([0.3 if s.isalpha() else 0.0 for s in _SYMBOLS], np.float32)
    constants = {
        "frames": frames, "hertz": hertz, "gain": gain, "hop": np.array(HOP, np.float32), "axis": np.array(1, np.int64),
        "zero": np.array(0.0, np.float32), "one": np.array(1.0, np.float32), "first": np.array([1], np.int64),
        "turn": np.array(2 * np.pi / RATE_HZ, np.float32), "shape": np.array([1, 1, 1, -1], np.int64),
        "flat": np.array([-1], np.int64), "wide": np.array([1, 1, -1], np.int64), "column": np.array([-1, 1], np.int64),
        "row": np.array([1, -1], np.int64), "last": np.array(0, np.int64), "step": np.array(0.25, np.float32),
    }  # fmt: skip
    node = helper.make_node
    nodes = [
        node("Reshape", ["input", "flat"], ["ids"]),
        node("Gather", ["scales", "first"], ["length_scale"]),
        node("Gather", ["frames", "ids"], ["base"]),
        node("Mul", ["base", "length_scale"], ["scaled"]),
        node("Reshape", ["scaled", "wide"], ["scaled_wide"]),
        node("Ceil", ["scaled_wide"], ["w_ceil"]),
        node("Reshape", ["w_ceil", "flat"], ["durations"]),
        node("Mul", ["durations", "hop"], ["samples"]),
        node("CumSum", ["samples", "last"], ["ends"]),
        node("ReduceSum", ["samples"], ["total"], keepdims=0),
        node("Range", ["zero", "total", "one"], ["positions"]),
        node("Reshape", ["positions", "column"], ["positions_column"]),
        node("Reshape", ["ends", "row"], ["ends_row"]),
        node("GreaterOrEqual", ["positions_column", "ends_row"], ["passed"]),
        node("Cast", ["passed"], ["passed_ints"], to=TensorProto.INT64),
        node("ReduceSum", ["passed_ints", "flat"], ["owner"], keepdims=0),
        node("Gather", ["ids", "owner"], ["spoken"]),
        node("Gather", ["hertz", "spoken"], ["plain_tone"]),
        node("Gather", ["gain", "spoken"], ["loudness"]),
    ]
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "T"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    tone = "plain_tone"
    if speakers > 1:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        nodes += [
            node("Cast", ["sid"], ["sid_float"], to=TensorProto.FLOAT),
            node("Mul", ["sid_float", "step"], ["raise"]),
            node("Add", ["raise", "one"], ["factor"]),
            node("Mul", ["plain_tone", "factor"], ["tone"]),
        ]
        tone = "tone"
    nodes += [
        node("Mul", [tone, "turn"], ["advance"]),
        node("CumSum", ["advance", "last"], ["phase"]),
        node("Sin", ["phase"], ["wave"]),
        node("Mul", ["wave", "loudness"], ["sound"]),
        node("Reshape", ["sound", "shape"], ["output"]),
    ]
    graph = helper.make_graph(
        nodes,
        "hum",
        inputs,
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "S"])],
        [numpy_helper.from_array(value, name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


def write_piper_voice(folder: Path, name: str, *, speakers: dict[str, int] | None = None, without: str = "") -> Path:
    """Write NAME.onnx and NAME.onnx.json; `without` leaves symbols out of the id map."""
    import onnx

    folder.mkdir(parents=True, exist_ok=True)
    model = folder / f"{name}.onnx"
    onnx.save(_graph(max(len(speakers or {}), 1)), str(model))
    config = {
        "audio": {"sample_rate": RATE_HZ, "quality": "low"},
        "espeak": {"voice": "en-us"},
        "phoneme_type": "espeak",
        "num_symbols": len(_SYMBOLS),
        "num_speakers": max(len(speakers or {}), 1),
        "speaker_id_map": speakers or {},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "phoneme_id_map": {symbol: [index] for index, symbol in enumerate(_SYMBOLS) if symbol not in without},
        "hop_length": HOP,
    }
    Path(f"{model}.json").write_text(json.dumps(config), encoding="utf-8")
    return model


@pytest.fixture(scope="session")
def piper_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voices folder with a plain voice, an emotional one with four speakers, and one whose alignment fails."""
    folder = tmp_path_factory.mktemp("voices")
    write_piper_voice(folder, "en_US-hum-low")
    write_piper_voice(folder, "en_US-moods-low", speakers={"neutral": 0, "angry": 1, "amused": 2, "sleepy": 3})
    write_piper_voice(folder, "en_US-broken_map-low", without="l")
    return folder


@pytest.fixture
def voices_folder(piper_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder above as the user's voices folder."""
    monkeypatch.setenv("EMOSTAGE_VOICES", str(piper_folder))
    return piper_folder
