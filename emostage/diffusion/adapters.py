"""Adapters: what a net has learnt anew, as matrices of low rank beside its own (LoRA, Hu et al., arXiv 2106.09685, equation 3),
in a file of its own.

W = W_0 + s (alpha / r) B A with A (r, I) and B (O, r); of a convolution A are r filters and B mixes them (O, r, 1, 1). peft puts
them into a net that is to be trained. What a file holds is merged into the weights, so that a net with an adapter is asked as fast
as without, and nothing but safetensors is needed.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from math import isfinite
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from emostage.core.errors import AssetError
from emostage.core.identity import Adapter
from emostage.core.whole import write_whole
from emostage.diffusion.checkpoints import compact

FORMAT = "emostage.adapter.v1"
"""What a file says of its format."""
LIMIT = 256 * 2**20
"""Most bytes of a file."""
MOST_RANK = 256
"""Largest rank of a file."""

_NAME = "default"
"""peft's name of the one adapter in a net."""
_DOWN, _UP = "down:", "up:"
"""A, and B times alpha / r, before the name of the layer of which they are."""

Net = TypeVar("Net", bound=nn.Module)


@dataclass(frozen=True, kw_only=True)
class Lora:
    """Which layers get matrices of which rank: linear and convolution layers whose name matches one of the patterns `targets` and
    none of `without`.

    A layer whose weights are used elsewhere than in its own call must be among those `without`, as EDI's last one is.
    """

    rank: int = 8
    alpha: float = 8.0
    targets: tuple[str, ...] = ("*",)
    without: tuple[str, ...] = ("codec.*", "*.injection.join")


def insert(net: nn.Module, lora: Lora) -> None:
    """Freeze a net and put matrices into it, which begin by changing nothing and are all that learns. A is drawn by torch's own
    generator. Raises ValueError when no layer matches."""
    from peft import LoraConfig, inject_adapter_in_model

    targets = [name for name in _layers(net) if _matches(name, lora.targets) and not _matches(name, lora.without)]
    if not targets:
        raise ValueError("no layer of the net matches")
    net.requires_grad_(False)
    pattern = "|".join(re.escape(name) for name in targets)
    config = LoraConfig(r=lora.rank, lora_alpha=lora.alpha, target_modules=pattern)  # type: ignore[arg-type]
    inject_adapter_in_model(config, net, adapter_name=_NAME)


def _layers(net: nn.Module) -> dict[str, nn.Module]:
    """Layers that can have matrices, by name."""
    kinds = (nn.Linear, nn.Conv1d, nn.Conv2d)
    return {name: module for name, module in net.named_modules() if isinstance(module, kinds)}


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def save_adapter(path: Path, net: nn.Module) -> str:
    """Write what a net has learnt since `insert`, large matrices in half precision; the same as the same bytes. The file's SHA-256.
    Raises ValueError when nothing was put in, EmostageError E100 to E102 for the disk."""
    from safetensors.torch import save

    arrays = dict(_learnt(net))
    if not arrays:
        raise ValueError("the net has no adapter")
    data = save({name: compact(array) for name, array in arrays.items()}, metadata={"format": FORMAT})
    write_whole(path, data)
    return hashlib.sha256(data).hexdigest()


def _learnt(net: nn.Module) -> Iterator[tuple[str, Tensor]]:
    for name, module in net.named_modules():
        if hasattr(module, "lora_A") and _NAME in module.lora_A:
            wrapped: Any = module
            yield _DOWN + name, wrapped.lora_A[_NAME].weight.detach().cpu()
            yield _UP + name, wrapped.scaling[_NAME] * wrapped.lora_B[_NAME].weight.detach().cpu()


def adapted(net: Net, adapter: Adapter | None) -> Net:
    """A net with an adapter, or as it is. Raises AssetError E136."""
    return net if adapter is None else apply_adapter(net, adapter.file, adapter.strength)


def apply_adapter(net: Net, path: Path, strength: float = 1.0) -> Net:
    """Merge an adapter into the weights of a net on the CPU, `strength` times; 0 leaves it bit for bit as it was.

    Raises AssetError E136 when the file cannot be read, is damaged, or was not made for such a net.
    """
    return merged(net, _read(path), path, strength)


def merged(net: Net, arrays: Mapping[str, Tensor], path: Path, strength: float) -> Net:
    """As `apply_adapter`, for arrays that were read from a file already. Raises AssetError E136 when they do not fit the net."""
    if not isfinite(strength):
        raise ValueError("the strength of an adapter is a number")
    changes = _changes(net, arrays, path)
    if strength:
        with torch.no_grad():
            for name, change in changes.items():
                weight = net.get_parameter(name)
                weight.add_((strength * change).to(weight))
    return net


def _read(path: Path) -> dict[str, Tensor]:
    """The arrays of a file, in single precision. Raises AssetError E136."""
    from safetensors import SafetensorError, safe_open

    try:
        if (size := path.stat().st_size) > LIMIT:
            raise ValueError(f"it has {size} bytes, and may have {LIMIT}")
        with safe_open(path, "pt") as file:
            if (file.metadata() or {}).get("format") != FORMAT:
                raise ValueError(f"it does not say that it is {FORMAT}")
            arrays: dict[str, Tensor] = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except FileNotFoundError as error:
        raise _unfit(path, "there is no such file") from error
    except (OSError, ValueError, SafetensorError) as error:
        raise _unfit(path, str(error).splitlines()[0] if str(error) else type(error).__name__) from error
    for name, array in arrays.items():
        if not array.is_floating_point() or not torch.isfinite(array).all():
            raise _unfit(path, f"'{name}' has values that are no numbers")
    return {name: array.float() for name, array in arrays.items()}


def _changes(net: nn.Module, arrays: Mapping[str, Tensor], path: Path) -> dict[str, Tensor]:
    """What is to be added to which parameter. Raises AssetError E136."""
    layers, changes = _layers(net), dict[str, Tensor]()
    names = [key.removeprefix(_DOWN) for key in arrays if key.startswith(_DOWN)]
    if {*arrays} != {mark + name for name in names for mark in (_DOWN, _UP)} or not names:
        raise _unfit(path, "it does not hold two matrices for each layer")
    for name in names:
        layer = layers.get(name)
        change = None if layer is None else _product(arrays[_DOWN + name], arrays[_UP + name], layer.get_parameter("weight"))
        if change is None:
            raise _unfit(path, f"the net has no layer '{name}' of this size")
        changes[f"{name}.weight"] = change
    return changes


def _product(down: Tensor, up: Tensor, weight: Tensor) -> Tensor | None:
    """B A as a layer's weight; None where the matrices do not fit it or each other."""
    rank = len(down) if down.ndim else 0
    ones = (1,) * (weight.ndim - 2)
    if not 0 < rank <= MOST_RANK or down.shape[1:] != weight.shape[1:] or up.shape != (len(weight), rank, *ones):
        return None
    return (up.flatten(1) @ down.flatten(1)).view_as(weight)


def _unfit(path: Path, reason: str) -> AssetError:
    return AssetError.of("E136", f"the adapter '{path.name}' cannot be used: {reason}", "train it again from this checkpoint")
