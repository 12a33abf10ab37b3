"""Emotion Intensity Blocks on disk: `config.json`, `eib.safetensors` and `card.json` in one folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from safetensors.torch import load_file, save_file

from emostage.core.whole import whole_file
from emostage.nets.emotalker.eib import EIBConfig, EmotionIntensityBlock, TextEncoder

WEIGHTS = "eib.safetensors"


def save_block(block: EmotionIntensityBlock, folder: Path) -> None:
    """Write the configuration and the weights, the table at half precision. The encoder from a hub stays where it is."""
    folder.mkdir(parents=True, exist_ok=True)
    state = {name: tensor.detach().cpu().contiguous() for name, tensor in block.state_dict().items() if _ours(name, block)}
    small = {name: tensor.half() if name == "encoder.table" else tensor.float() for name, tensor in state.items()}
    with whole_file(folder / WEIGHTS) as part:
        save_file(small, part)
    write_json(asdict(block.config), folder / "config.json")


def load_block(folder: Path, encoder: TextEncoder | None = None) -> EmotionIntensityBlock:
    """The block in a folder, ready to read. `encoder` replaces the one of the configuration. Raises OSError, ValueError or
    RuntimeError for what is no block."""
    config = EIBConfig(**json.loads((folder / "config.json").read_text(encoding="utf-8")))
    if encoder is None and config.hub:
        from emostage.nets.emotalker.hub import HubEncoder

        encoder = HubEncoder(Path(config.hub))
    block = EmotionIntensityBlock(config, encoder)
    state = {name: tensor.float() for name, tensor in load_file(folder / WEIGHTS).items()}
    wanted = {name for name in block.state_dict() if _ours(name, block)}
    if wanted != set(state):
        raise ValueError(f"{WEIGHTS} and config.json do not fit together")
    block.load_state_dict(state, strict=False)
    return block.eval()


def _ours(name: str, block: EmotionIntensityBlock) -> bool:
    return not block.config.hub or not name.startswith("encoder.")


def write_json(value: Mapping[str, Any], path: Path) -> None:
    """Write a JSON document, whole or not at all."""
    with whole_file(path) as part:
        part.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def count(block: EmotionIntensityBlock) -> int:
    """Number of trained weights."""
    return sum(p.numel() for name, p in block.named_parameters() if _ours(name, block))

