"""The block in numpy against the block in torch, and what cannot be read."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from emostage.core.errors import AssetError
from emostage.diffusion.checkpoints import save
from emostage.emotion.prompt import load_reader
from emostage.nets.emotalker.eib import EIBConfig, EmotionIntensityBlock, TorchReader
from emostage.nets.emotalker.pieces import PieceWording, common_pieces

CONFIG = EIBConfig(known=512, width=16, layers=2, heads=2, reach=3)
PROMPTS = ["a little sad and fearful", "", "furious " * 100, "NOT happy at all, 30% afraid; l\u00e4cheln \u4f60\u597d", "x", ","]
KNOWN = common_pieces(PROMPTS, CONFIG.known, least=1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    block = EmotionIntensityBlock(CONFIG)
    with torch.no_grad():
        for parameter in block.parameters():
            parameter.normal_(std=0.5)
            parameter.copy_(parameter.half().float())
        block.words.known_K.copy_(torch.from_numpy(KNOWN))
    save(tmp_path / "eib", block, CONFIG, {"what": "random"})
    return tmp_path / "eib"


def test_numpy_reads_as_torch_does(folder: Path):
    from emostage.diffusion.checkpoints import load

    block = load(folder, lambda config: EmotionIntensityBlock(EIBConfig(**config)))
    expected = TorchReader(block=block, wording=PieceWording(KNOWN)).read(PROMPTS)
    found = load_reader(folder).read(PROMPTS)
    for name in ("weights_N8", "embedding_ND", "sure_N"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), atol=2e-4)


def test_reading_nothing_is_an_empty_reading(folder: Path):
    reading = load_reader(folder).read([])
    assert len(reading.weights_N8) == len(reading.embedding_ND) == len(reading.sure_N) == 0


def break_bytes(folder: Path) -> None:
    data = bytearray((folder / "net.safetensors").read_bytes())
    data[-1] ^= 1
    (folder / "net.safetensors").write_bytes(data)


def forget_config(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    del card["config"]["heads"]
    (folder / "card.json").write_text(json.dumps(card))


def cut_card(folder: Path) -> None:
    (folder / "card.json").write_text((folder / "card.json").read_text()[:40])


def more_layers(folder: Path) -> None:
    card = json.loads((folder / "card.json").read_text())
    card["config"]["layers"] = 9
    (folder / "card.json").write_text(json.dumps(card))


@pytest.mark.parametrize("harm", [break_bytes, forget_config, cut_card, more_layers])
def test_a_damaged_checkpoint_is_told(folder: Path, harm):
    harm(folder)
    with pytest.raises(AssetError) as raised:
        load_reader(folder)
    assert raised.value.diagnostics[0].code == "E131"


def test_a_missing_checkpoint_is_told(tmp_path: Path):
    with pytest.raises(AssetError) as raised:
        load_reader(tmp_path / "none")
    assert raised.value.diagnostics[0].code == "E131"
