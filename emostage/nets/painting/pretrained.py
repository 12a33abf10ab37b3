"""Autoencoders of `diffusers` as codecs, from a folder of the user's: nothing from the network, no foreign code, no pickles.

A painter's checkpoint keeps the weights of such a codec among its own (`codec.…`) and the codec's configuration in its card, so a
painter needs no folder but its own. N pictures of H rows and columns in [-1, 1], C channels on G rows and columns.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from emostage.core.errors import AssetError
from emostage.nets.painting.codec import Shuffle

CONFIG, WEIGHTS = "config.json", "diffusion_pytorch_model.safetensors"
"""The files of an autoencoder, as diffusers names them."""

_KNOWN = re.compile(r"(Asymmetric)?Autoencoder[A-Za-z0-9]{0,40}|VQModel")
"""Classes of diffusers that may be asked for by name."""
_CONFIG_BYTES = 1 << 20
_MOST_NUMBERS, _MOST_CHANNELS, _MOST_LAYERS, _MOST_VALUES = 500_000_000, 64, 64, 256
_PROBE_PX = 64
_ARGUMENT_ERRORS = (ValueError, TypeError, KeyError, AttributeError, IndexError, RuntimeError, NotImplementedError, ImportError)
"""What diffusers raises for a configuration that makes no sense, and for a picture that a model does not take."""


class Pretrained(nn.Module):
    """A frozen autoencoder of diffusers: what it says of a picture most likely, never a sample of it, scaled to unit variance.

    `config` is its configuration with `_class_name`, as plain JSON values. The new one has weights that have learnt nothing.
    Raises AssetError E135 when it does not shrink pictures of three colours `factor` times, ValueError for no autoencoder.
    """

    mean_1C11: Tensor
    spread_1C11: Tensor

    def __init__(self, config: Mapping[str, Any], factor: int) -> None:
        super().__init__()
        kind, arguments = _kind(config)
        self.factor, self.channels = factor, _channels(kind, arguments, factor)
        self.config = {"_class_name": kind.__name__, **arguments}
        self.model: Any = kind.from_config(arguments).eval().requires_grad_(False)
        for name, value in zip(("mean_1C11", "spread_1C11"), _scale(arguments, self.channels), strict=True):
            self.register_buffer(name, value, persistent=False)

    def train(self, mode: bool = True) -> Pretrained:  # noqa: ARG002
        """It is never trained, whatever is trained around it."""
        return super().train(False)

    def encode(self, pictures_N3HH: Tensor) -> Tensor:
        """Latents (N, C, G, G) of about unit variance, in full precision."""
        with torch.autocast(pictures_N3HH.device.type, enabled=False):
            return (likely(self.model, pictures_N3HH.float()) - self.mean_1C11) / self.spread_1C11

    def decode(self, latents_NCGG: Tensor) -> Tensor:
        """Pictures of latents, in full precision."""
        with torch.autocast(latents_NCGG.device.type, enabled=False):
            pictures_N3HH: Tensor = self.model.decode(latents_NCGG.float() * self.spread_1C11 + self.mean_1C11).sample
            return pictures_N3HH


def codec_of(factor: int, config: Mapping[str, Any] | None) -> Shuffle | Pretrained:
    """The codec that a painter is configured with: an autoencoder, or without a configuration space to depth."""
    return Shuffle(factor) if config is None else Pretrained(config, factor)


def pretrained(folder: Path, factor: int) -> Pretrained:
    """The autoencoder in a folder with `CONFIG` and `WEIGHTS`. Its weights are rounded to half precision, in which checkpoints keep
    them, so that a painter is trained with the very codec it paints with.

    Raises AssetError E134 when the folder holds no autoencoder that can be read, E135 when it does not fit.
    """
    try:
        config = _read(folder / CONFIG)
        codec = Pretrained(config, factor)
        most_bytes = 8 * sum(value.numel() for value in codec.parameters()) + _CONFIG_BYTES
        if (folder / WEIGHTS).stat().st_size > most_bytes:
            raise ValueError(f"'{WEIGHTS}' is too large")
        model, found = type(codec.model).from_pretrained(
            str(folder), local_files_only=True, use_safetensors=True, low_cpu_mem_usage=False, output_loading_info=True
        )
        if wrong := [key for what in ("missing_keys", "mismatched_keys", "error_msgs") for key in found[what]]:
            raise ValueError(f"'{WEIGHTS}' lacks {wrong[0]}")
        weights = {name: value.half().float() for name, value in model.state_dict().items()}
        if not all(value.isfinite().all() for value in weights.values()):
            raise ValueError("it has weights that are no numbers, or too large")
        codec.model.load_state_dict(weights)
    except (OSError, RecursionError, *_ARGUMENT_ERRORS) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        hint = f"give a folder with {CONFIG} and {WEIGHTS} of an autoencoder of diffusers"
        raise AssetError.of("E134", f"'{folder}' holds no picture codec: {reason}", hint) from error
    return codec


def likely(model: Any, pictures_N3HH: Tensor) -> Tensor:
    """Latents of an autoencoder as they are, not scaled: the mode where it knows a distribution."""
    found = model.encode(pictures_N3HH)
    if hasattr(found, "latent_dist"):
        latents_NCGG: Tensor = found.latent_dist.mode()
    else:
        latents_NCGG = found.latents if hasattr(found, "latents") else found.latent
    return latents_NCGG


def _read(path: Path) -> dict[str, Any]:
    """A configuration. Raises OSError, ValueError."""
    if path.stat().st_size > _CONFIG_BYTES:
        raise ValueError(f"'{path.name}' is too large")
    config = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(config, dict):
        raise ValueError(f"'{path.name}' is no configuration")
    return config


def _kind(config: Mapping[str, Any]) -> tuple[Any, dict[str, Any]]:
    """The class of a configuration and what the class takes of it. Raises ValueError."""
    import diffusers

    name = str(config.get("_class_name", ""))
    kind = getattr(diffusers, name, None) if _KNOWN.fullmatch(name) else None
    if kind is None or not hasattr(kind, "from_config"):
        raise ValueError(f"diffusers has no autoencoder '{name[:60]}'")
    taken = inspect.signature(kind.__init__).parameters
    arguments = {key: value for key, value in config.items() if key in taken}
    for key, value in arguments.items():
        values = value if isinstance(value, list | tuple) else [value]
        most = _MOST_LAYERS if re.search("layers|blocks", key) and "channels" not in key else _MOST_NUMBERS
        if len(values) > _MOST_VALUES or any(isinstance(number, int) and number > most for number in values):
            raise ValueError(f"'{key}' of its configuration is too large")
    return kind, arguments


def _channels(kind: Any, arguments: Mapping[str, Any], factor: int) -> int:
    """Channels of the latents. Raises AssetError E135 for a model that does not fit, ValueError for none."""
    if (colours := arguments.get("in_channels", 3)) != 3:
        raise _misfit(f"takes pictures of {colours} channels, not of three colours", factor)
    latents, picture = _probed(kind, arguments)
    if latents.ndim != 4 or latents.shape[2] != latents.shape[3]:
        raise _misfit("makes no latents of rows and columns", factor)
    if latents.shape[2] * factor != _PROBE_PX:
        raise _misfit(f"shrinks pictures {_PROBE_PX / latents.shape[2]:g} times and not {factor} times", factor)
    if not 1 <= latents.shape[1] <= _MOST_CHANNELS:
        raise _misfit(f"makes latents of {latents.shape[1]} channels, and at most {_MOST_CHANNELS} fit", factor)
    if picture.shape != (1, 3, _PROBE_PX, _PROBE_PX):
        raise _misfit(f"makes pictures of the size {tuple(picture.shape[1:])} of {_PROBE_PX} pixels", factor)
    return int(latents.shape[1])


def _probed(kind: Any, arguments: Mapping[str, Any]) -> tuple[Tensor, Tensor]:
    """Latents and picture, of which only the shapes are known, by a model that takes no memory. Raises ValueError."""
    try:
        with torch.device("meta"):
            model = kind.from_config(arguments).eval()
            if sum(value.numel() for value in model.parameters()) > _MOST_NUMBERS:
                raise ValueError("it is too large")
            latents = likely(model, torch.zeros(1, 3, _PROBE_PX, _PROBE_PX))
            return latents, model.decode(latents).sample
    except _ARGUMENT_ERRORS as error:
        raise ValueError((str(error).splitlines() or [type(error).__name__])[0]) from error


def _misfit(what: str, factor: int) -> AssetError:
    hint = f"give an autoencoder of factor {factor}, or train one with 'emostage train codec'"
    return AssetError.of("E135", f"the picture codec does not fit: it {what}", hint)


def _scale(arguments: Mapping[str, Any], channels: int) -> tuple[Tensor, Tensor]:
    """Mean and deviation (1, C, 1, 1) of raw latents as a configuration has them: `latents_mean` and `latents_std` of channels, or
    `shift_factor`; over `scaling_factor`. Raises ValueError."""
    mean, deviation = arguments.get("latents_mean"), arguments.get("latents_std")
    if mean is None or deviation is None:
        mean, deviation = [arguments.get("shift_factor") or 0.0] * channels, [1.0] * channels
    mean_C, deviation_C = torch.tensor(mean, dtype=torch.float32), torch.tensor(deviation, dtype=torch.float32)
    factor = arguments.get("scaling_factor")
    spread_C = deviation_C / (1.0 if factor is None else float(factor))
    if mean_C.shape != (channels,) or spread_C.shape != (channels,) or not mean_C.isfinite().all():
        raise ValueError("its latents have no scale")
    if not (spread_C.isfinite() & (spread_C > 0)).all():
        raise ValueError("its latents have no scale")
    return mean_C.view(1, -1, 1, 1), spread_C.view(1, -1, 1, 1)
