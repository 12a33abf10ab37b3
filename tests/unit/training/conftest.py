"""Footage and pairs of noise, with everything that they have, and folders of them; and a little motion corpus to act."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from emostage.face.head import load_head
from emostage.face.picture import read_picture
from emostage.face.topology import MIRROR_L
from emostage.face.track import FaceMeshTracker
from emostage.training.dataset import FRAMES as COLUMNS_OF_MOTION
from emostage.training.dataset import Corpus, read_corpus
from emostage.training.finish import store as paired
from emostage.training.finish.store import Pairs
from emostage.training.footage import store
from emostage.training.footage.store import CARD, FRAMES, SHOTS, Footage, packed

LENGTHS = (30, 20)


def noise(identity: int = 0, shots: int = 1, *, source: int = 0, size_px: int = 64) -> Footage:
    """Footage of noise: in each shot a clip of three frames and a still."""
    rng = np.random.default_rng(identity)
    count = 4 * shots
    frames = {name: rng.uniform(0, 1, (count, *shape)).astype(kind) for name, (shape, kind) in FRAMES.items()}
    frames["shot_N"] = np.repeat(np.arange(shots), 4).astype(np.int32)
    tables = {name: rng.uniform(0, 1, (shots, *shape)).astype(kind) for name, (shape, kind) in SHOTS.items()}
    tables |= {"source_S": np.full(shots, source, np.uint8), "identity_S": np.full(shots, identity, np.int64)}
    return Footage(
        starts_C1=np.array([0, *(4 * s + at for s in range(shots) for at in (3, 4))], np.int64),
        pictures=[packed(rng.integers(0, 255, (size_px, size_px, 3)).astype(np.uint8)) for _ in range(count)],
        frames=frames,
        shots=tables,
        shape_SK=rng.normal(size=(shots, len(load_head().shape_names))).astype(np.float32),
    )


def pairs(identity: int = 0, shots: int = 1, size_px: int = 64) -> Pairs:
    """In each shot a clip of three frames and a still, which is the portrait; what is drawn is darker."""
    footage = noise(identity, shots, size_px=size_px)
    drawn = [packed((footage.picture(n) // 2).astype(np.uint8)) for n in range(len(footage))]
    return Pairs(footage=footage, drawn=drawn, portrait_S=np.arange(3, 4 * shots, 4, dtype=np.int64))


def write_footage(folder: Path, train: Sequence[Footage], held: Sequence[Footage]) -> Path:
    """A folder of footage, a file for each piece."""
    return _write(folder, {"train": train, "held": held}, store, "noise")


def write_pairs(folder: Path, train: Sequence[Pairs], held: Sequence[Pairs]) -> Path:
    """A folder of pairs, a file for each piece."""
    return _write(folder, {"train": train, "held": held}, paired, "pairs")


def _write(folder: Path, parts: dict[str, Sequence[Any]], form: Any, what: str) -> Path:
    for part, pieces in parts.items():
        for number, piece in enumerate(pieces):
            (folder / f"{part}-{number:03d}.safetensors").write_bytes(form.to_bytes(piece))
    card = {"format": form.FORMAT, "what": what, "head": load_head().fingerprint, "size_px": 64}
    card["shards"] = {part: len(pieces) for part, pieces in parts.items()}
    card["parts"] = {part: {"frames": sum(map(len, pieces))} for part, pieces in parts.items()}
    (folder / CARD).write_text(json.dumps(card), encoding="utf-8")
    return folder


@pytest.fixture
def folder(tmp_path: Path, footage: Footage) -> Path:
    """The footage of a test on disk, to train on and to be held out."""
    return write_footage(tmp_path, [footage], [footage])


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


@pytest.fixture(scope="session")
def template() -> np.ndarray:
    """Landmarks (478, 2) of a face, made symmetric, in [0, 1]."""
    with FaceMeshTracker() as tracker:
        face_L2 = tracker.faces(read_picture("sample/astronaut"))[0]
    low_2, high_2 = face_L2[:468].min(0), face_L2[:468].max(0)
    unit_L2 = (face_L2 - low_2) / (high_2 - low_2)
    mirrored_L2 = (unit_L2 * [-1, 1] + [1, 0])[MIRROR_L]
    return (unit_L2 + mirrored_L2) / 2
