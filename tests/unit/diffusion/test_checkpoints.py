"""Checkpoints: round trip and refusal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from torch import nn

from emostage.core.errors import AssetError
from emostage.diffusion.checkpoints import CARD, NET, load, save, shipped


@dataclass(frozen=True, kw_only=True)
class Config:
    width: int = 3


def build(config: Mapping[str, Any]) -> nn.Linear:
    return nn.Linear(config["width"], 2)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    net = nn.Linear(3, 2)
    nn.init.constant_(net.weight, 0.25)
    save(tmp_path / "net", net, Config(), {"what": "a line"})
    return tmp_path / "net"


def test_a_net_comes_back_ready_to_be_asked(folder: Path) -> None:
    net = load(folder, build)
    assert (net.weight == 0.25).all()
    assert not net.training
    assert not net.weight.requires_grad
    assert json.loads((folder / CARD).read_text())["what"] == "a line"


def test_other_bytes_than_the_cards_are_refused(folder: Path) -> None:
    data = bytearray((folder / NET).read_bytes())
    data[-1] ^= 1
    (folder / NET).write_bytes(data)
    with pytest.raises(AssetError, match="not those of its card"):
        load(folder, build)


@pytest.mark.parametrize("card", ["", "{}", "[]", '{"config": {"width": 4}}'])
def test_unreadable_cards_are_told(folder: Path, card: str) -> None:
    (folder / CARD).write_text(card)
    with pytest.raises(AssetError, match="E131"):
        load(folder, build)


def test_a_net_of_another_shape_is_refused(folder: Path) -> None:
    card = json.loads((folder / CARD).read_text())
    (folder / CARD).write_text(json.dumps({**card, "config": {"width": 4}}))
    with pytest.raises(AssetError, match="E131"):
        load(folder, build)


def test_missing_checkpoints_are_told(tmp_path: Path) -> None:
    with pytest.raises(AssetError, match="E133"):
        shipped("nothing-of-this-name")
    with pytest.raises(AssetError, match="E131"):
        load(tmp_path / "nothing", build)


def test_large_matrices_are_kept_in_half_precision(tmp_path: Path) -> None:
    net = nn.Linear(40, 40)
    save(tmp_path, net, Config(), {})
    assert (tmp_path / NET).stat().st_size < 2 * 1600 + 4 * 40 + 400
    again = load(tmp_path, lambda _: nn.Linear(40, 40))
    assert again.weight.dtype == net.weight.dtype
    assert (again.weight - net.weight).abs().max() < 1e-3
    assert (again.bias == net.bias).all()
