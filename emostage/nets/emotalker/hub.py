"""A text encoder from the hub in place of the small one: any encoder of `transformers`, from a folder, never from the network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from emostage.core.errors import AssetError

MOST_TOKENS = 128


class HubEncoder(nn.Module):
    """The last hidden states of a frozen encoder in a folder with its tokenizer and safetensors weights.

    Raises AssetError E066 when `transformers` is not installed or the folder holds no encoder.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        try:
            from transformers import AutoModel, AutoTokenizer
        except ImportError as error:
            raise AssetError.of("E066", "a text encoder from the hub needs transformers", "pip install emostage[hub]") from error
        only_here = {"local_files_only": True, "trust_remote_code": False}
        try:
            self.tokenizer = AutoTokenizer.from_pretrained(str(folder), **only_here)
            self.model = AutoModel.from_pretrained(str(folder), use_safetensors=True, **only_here)
        except (OSError, ValueError, KeyError) as error:
            raise AssetError.of("E066", f"'{folder}' holds no text encoder: {error}", "give a folder of transformers") from error
        self.model.requires_grad_(False)
        self.width = int(self.model.config.hidden_size)

    @torch.no_grad()
    def forward(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor]:
        """(hidden_NLD, mask_NL) of prompts."""
        self.model.eval()
        device = next(self.model.parameters()).device
        tokens = self.tokenizer(list(prompts), padding=True, truncation=True, max_length=MOST_TOKENS, return_tensors="pt").to(device)
        return self.model(**tokens).last_hidden_state, tokens["attention_mask"].bool()
