"""A little motion corpus to act."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from emostage.training.dataset import FRAMES as COLUMNS_OF_MOTION
from emostage.training.dataset import Corpus, read_corpus

LENGTHS = (30, 20)


@pytest.fixture(scope="session")
def motion(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a motion corpus."""
    folder = tmp_path_factory.mktemp("motion")
    for seed, part in enumerate(("train", "held")):
        rng = np.random.default_rng(seed)
        count = sum(LENGTHS)
        arrays = {name: rng.uniform(0, 0.3, (count, n)).astype(kind) for name, (n, kind) in COLUMNS_OF_MOTION.items()}
        arrays["mel_N160"] = rng.integers(1, 255, (count, 160)).astype(np.uint8)
        arrays["weights_N8"] = np.tile(np.eye(8, dtype=np.float16)[1 + seed], (count, 1))
        arrays["starts_K1"] = np.concatenate([[0], np.cumsum(LENGTHS)]).astype(np.int64)
        arrays |= {"kind_K": np.zeros(len(LENGTHS), np.uint8), "voice_K": np.ones(len(LENGTHS), np.int32)}
        save_file(arrays, folder / f"{part}-00.safetensors")
    card = {"format": 1, "shards": {"train": 1, "held": 1}, "voices": ["silence", "espeak/en"]}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def corpus(motion: Path) -> Corpus:
    return read_corpus(motion)
