"""Corpora that are learnt from together."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from emostage.core.errors import AssetError, UsageError
from emostage.training.dataset import FRAMES, PARTS, SOUND
from emostage.training.films.joining import about, read_all


def corpus(folder: Path, lengths: tuple[int, ...], voices: list[str], *, sound: bool = False) -> Path:
    folder.mkdir()
    count = sum(lengths)
    for part in PARTS:
        arrays = {name: np.full((count, columns), len(voices)).astype(kind) for name, (columns, kind) in FRAMES.items()}
        arrays |= {"starts_K1": np.cumsum([0, *lengths]).astype(np.int64), "kind_K": np.zeros(len(lengths), np.uint8)}
        arrays["voice_K"] = np.full(len(lengths), len(voices) - 1, np.int32)
        if sound:
            arrays[SOUND] = np.zeros((count, 640), np.int16)
        save_file(arrays, folder / f"{part}-00.safetensors")
    card = {"format": 1, "what": folder.name, "shards": {"train": 1, "held": 1}, "voices": voices, "secret": 1}
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def test_takes_keep_their_frames_and_their_voices(tmp_path: Path) -> None:
    both = read_all((corpus(tmp_path / "a", (5, 7), ["x", "y"]), corpus(tmp_path / "b", (3,), ["y", "z", "w"])))
    train = both.train
    assert train.starts_K1.tolist() == [0, 5, 12, 15]
    assert [train.voices[v] for v in train.voice_K] == ["y", "y", "w"]
    assert train.take(1)["lips_N10"].shape == (7, 10)
    assert (train.take(2)["lips_N10"] == 3).all()
    assert about(train) == {"what": "a", "with": [{"what": "b"}]}
    assert len(both.held) == 3


def test_plain_sound_is_kept_where_all_keep_it(tmp_path: Path) -> None:
    with_sound, without = corpus(tmp_path / "a", (5,), ["x"], sound=True), corpus(tmp_path / "b", (3,), ["x"])
    assert SOUND in read_all((with_sound,)).train.frames
    assert SOUND not in read_all((with_sound, without)).train.frames


def test_what_is_no_motion_corpus_is_told(tmp_path: Path) -> None:
    good = corpus(tmp_path / "a", (5,), ["x"])
    with pytest.raises(AssetError, match=r"E130"):
        read_all((good, tmp_path / "nothing"))
    save_file({"pictures_X": np.zeros(3, np.uint8)}, tmp_path / "held-000.safetensors")
    with pytest.raises(UsageError, match=r"E018.*holds pictures"):
        read_all((good, tmp_path))
