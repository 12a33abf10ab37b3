"""A text encoder from the hub in place of hashed pieces: any encoder of `transformers`, from a folder, never from the network.
N prompts, L tokens, H channels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor

from emostage.diffusion.checkpoints import load
from emostage.diffusion.pretrained import pretrained
from emostage.nets.emotalker.eib import EIBConfig, EmotionIntensityBlock, TorchReader

_MOST_TOKENS = 128


class HubWording:
    """The last hidden states of a frozen encoder in a folder, with its tokenizer and safetensors weights beside it.

    Raises AssetError E134 when `transformers` is not installed or the folder holds no encoder.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer, self._model = pretrained(
            folder, "AutoTokenizer", what="text encoder", needs="config.json, a tokenizer and safetensors"
        )
        self.width = int(self._model.config.hidden_size)

    @torch.no_grad()
    def __call__(self, prompts: Sequence[str]) -> dict[str, Tensor]:
        """`hidden_NLH` and `mask_NL` of prompts."""
        tokens = self._tokenizer(list(prompts), padding=True, truncation=True, max_length=_MOST_TOKENS, return_tensors="pt")
        hidden_NLH = self._model(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"]).last_hidden_state
        return {"hidden_NLH": hidden_NLH.float(), "mask_NL": tokens["attention_mask"].bool()}


def load_hub_reader(folder: Path) -> TorchReader:
    """The block of a checkpoint that was trained on a hub encoder, with that encoder. Raises AssetError E131, E134."""
    block = load(folder, lambda config: EmotionIntensityBlock(EIBConfig(**config)))
    return TorchReader(block=block, wording=HubWording(Path(block.config.hub)))
