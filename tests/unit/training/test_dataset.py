"""Reading a corpus, whole or damaged."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from emostage.core.errors import AssetError
from emostage.training.dataset import FRAMES, mel_bytes, mel_levels, read_corpus


def arrays(lengths: tuple[int, ...], seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    count = sum(lengths)
    out = {name: rng.integers(0, 255, (count, columns)).astype(kind) for name, (columns, kind) in FRAMES.items()}
    return out | {
        "starts_K1": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "kind_K": np.zeros(len(lengths), np.uint8),
        "voice_K": np.ones(len(lengths), np.int32),
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    save_file(arrays((5, 7), 1), tmp_path / "train-00.safetensors")
    save_file(arrays((4,), 2), tmp_path / "train-01.safetensors")
    save_file(arrays((3,), 3), tmp_path / "held-00.safetensors")
    write_card(tmp_path)
    return tmp_path


def write_card(folder: Path, **changes: object) -> None:
    card = {"format": 1, "shards": {"train": 2, "held": 1}, "voices": ["silence", "espeak/en"], **changes}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")


def test_shards_are_joined_end_to_end(folder: Path) -> None:
    corpus = read_corpus(folder)
    assert len(corpus) == 3
    assert corpus.starts_K1.tolist() == [0, 5, 12, 16]
    assert np.array_equal(corpus.take(2)["lips_N10"], arrays((4,), 2)["lips_N10"].astype(np.float32))
    assert corpus.take(1)["mel_N160"].shape == (7, 160)
    assert all(values.dtype == np.float32 for values in corpus.take(0).values())
    assert len(read_corpus(folder, "held")) == 1


def test_mel_levels_come_back_within_half_a_step() -> None:
    levels = np.linspace(-5, 5, 999).reshape(-1, 3)
    assert np.abs(mel_levels(mel_bytes(levels)) - np.clip(levels, -4, 4)).max() < 0.016
    assert mel_levels(np.array([[0, 255]], np.uint8)).tolist() == [[-4.0, 4.0]]


def test_a_missing_corpus_and_a_missing_shard_are_told(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E130 there is no finished corpus"):
        read_corpus(tmp_path / "nowhere")
    (folder / "train-01.safetensors").unlink()
    with pytest.raises(AssetError, match=r"E130.*1 of 2 files"):
        read_corpus(folder)


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "shards": {"train": 2}}', '{"format": 1, "shards": 3}']
)
def test_cards_that_are_none(folder: Path, text: str) -> None:
    (folder / "card.json").write_text(text, encoding="utf-8")
    with pytest.raises(AssetError, match="E130"):
        read_corpus(folder)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("starts_K1", np.array([0, 9], np.int64), "mel_N160 is"),
        ("starts_K1", np.array([0, 3, 2, 4], np.int64), "does not rise"),
        ("starts_K1", np.array([0, 4], np.int32), "does not rise"),
        ("lips_N10", np.full((4, 10), np.nan, np.float16), "no numbers"),
        ("lips_N10", np.zeros((4, 10), np.float32), "lips_N10 is float32"),
        ("weights_N8", np.zeros((4, 7), np.float16), "weights_N8 is"),
        ("kind_K", np.zeros(2, np.uint8), "kind_K is"),
        ("voice_K", None, "voice_K is missing"),
        ("voice_K", np.full(1, 7, np.int32), "voice that the card does not know"),
        ("voice_K", np.full(1, -1, np.int32), "voice that the card does not know"),
    ],
)
def test_arrays_that_do_not_fit_are_told(folder: Path, name: str, value: np.ndarray | None, told: str) -> None:
    changed = arrays((4,), 2)
    if value is None:
        del changed[name]
    else:
        changed[name] = value
    save_file(changed, folder / "train-01.safetensors")
    with pytest.raises(AssetError, match=f"E130.*{told}"):
        read_corpus(folder)


def test_a_file_that_is_cut_short_is_told(folder: Path) -> None:
    path = folder / "train-00.safetensors"
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(AssetError, match=r"E130.*cannot be read"):
        read_corpus(folder)
