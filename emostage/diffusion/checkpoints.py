"""Checkpoints: a folder with `card.json` (what it is, how it was trained, its configuration, its figures) and `net.safetensors`.

Nothing unpickles; a file whose bytes are not the card's is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from torch import Tensor, nn

from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.core.whole import write_whole

CARD, NET = "card.json", "net.safetensors"
_SMALL = 1000
"""Arrays of no more numbers than this are kept as they are."""

Net = TypeVar("Net", bound=nn.Module)


def shipped(name: str) -> Path:
    """The folder of a checkpoint that comes with emostage. Raises AssetError E133 when it is missing."""
    try:
        return resource("checkpoints", name)
    except FileNotFoundError as error:
        raise AssetError.of("E133", f"there is no checkpoint '{name}'", "install emostage again, or train it") from error


def save(folder: Path, net: nn.Module, config: Any, card: Mapping[str, Any]) -> None:
    """Write a net, the dataclass it was configured with, and what its card says. Large matrices are kept in half precision.
    Raises EmostageError E100 to E102."""
    from safetensors.torch import save as to_bytes

    folder.mkdir(parents=True, exist_ok=True)
    data = to_bytes({name: compact(tensor) for name, tensor in net.state_dict().items()})
    write_whole(folder / NET, data)
    told = {**card, "config": asdict(config), "sha256": hashlib.sha256(data).hexdigest()}
    write_whole(folder / CARD, (json.dumps(told, indent=2, ensure_ascii=False) + "\n").encode())


def compact(tensor: Tensor) -> Tensor:
    """A tensor as files keep it: large ones in half precision."""
    half = tensor.is_floating_point() and tensor.numel() > _SMALL
    return (tensor.half() if half else tensor).contiguous()


def load(folder: Path, build: Callable[[Mapping[str, Any]], Net]) -> Net:
    """The net of a checkpoint, ready to be asked. `build` makes it of its configuration.

    Raises AssetError E131 when the checkpoint cannot be read or is not what its card says.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load as from_bytes

    try:
        card = json.loads((folder / CARD).read_text("utf-8"))
        data = (folder / NET).read_bytes()
        if hashlib.sha256(data).hexdigest() != card["sha256"]:
            raise ValueError("its bytes are not those of its card")
        net = build(card["config"])
        net.load_state_dict(from_bytes(data))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise AssetError.of("E131", f"the checkpoint '{folder.name}' cannot be read: {reason}", "install emostage again") from error
    return net.eval().requires_grad_(False)
