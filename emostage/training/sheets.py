"""Sheets of samples: at each check of a run, what a net paints now beside what it painted before, the truth and the portrait."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import torch
from lightning.pytorch import LightningModule, Trainer
from lightning.pytorch.callbacks import Callback
from PIL import Image
from torch import Tensor, nn

from emostage.core.tracks import U8
from emostage.core.whole import whole_file
from emostage.diffusion.module import Batch, NetModule, Objective

SHEETS = "samples"
"""The folder of a run with its sheets: `step-000250.png`."""
_BEFORE = "before.png"


class Paint(Protocol):
    """How a net is asked for samples."""

    def __call__(self, net: nn.Module) -> Sequence[U8]:
        """As many pictures (H, W, 3) as there are truths. The net is on its device and in the mood in which films ask it; what is
        painted of the same weights must be the same."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Samples:
    """What a sheet shows: pictures (H, W, 3) of one size, and how a net paints them."""

    portraits: Sequence[U8]
    truths: Sequence[U8]
    paint: Paint


def samples_of(objective: Objective, batch: Batch, most: int = 6) -> Samples:
    """Samples of a painter: the first frames of the first takes of a batch, painted in one step."""
    some = {name: value[:most] for name, value in batch.items()}

    def paint(net: nn.Module) -> Sequence[U8]:
        device = next(net.parameters()).device
        return _pictures(objective.predict(net, {name: value.to(device) for name, value in some.items()})[:, 0])

    return Samples(portraits=_pictures(some["reference_B3HH"]), truths=_pictures(some["clean_BF3HH"][:, 0]), paint=paint)


def _pictures(painted_B3HH: Tensor) -> list[U8]:
    levels = (127.5 * (painted_B3HH.detach().float().cpu() + 1.0)).round().clamp(0, 255).to(torch.uint8)
    return list(levels.permute(0, 2, 3, 1).numpy())


class Sheets(Callback):
    """Writes a sheet at each check: a row a sample, with portrait, truth, what was painted before and what is now."""

    def __init__(self, samples: Samples, folder: Path) -> None:
        self._samples, self._folder = samples, folder / SHEETS

    def on_validation_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        """Write one."""
        assert isinstance(pl_module, NetModule)
        if not trainer.is_global_zero:
            return
        with torch.no_grad():
            now = np.concatenate(self._samples.paint(pl_module.net))
        self._folder.mkdir(parents=True, exist_ok=True)
        if trainer.sanity_checking:
            _write(self._folder / _BEFORE, now)
            return
        parts = [np.concatenate(self._samples.portraits), np.concatenate(self._samples.truths)]
        if (before := _read(self._folder / _BEFORE, now.shape)) is not None:
            parts.append(before)
        _write(self._folder / f"step-{trainer.global_step:06d}.png", np.concatenate([*parts, now], 1))


def _write(path: Path, picture_HW3: U8) -> None:
    with whole_file(path) as part:
        Image.fromarray(picture_HW3).save(part, "PNG")


def _read(path: Path, shape: tuple[int, ...]) -> U8 | None:
    """What was painted before; None where it is not there."""
    try:
        with Image.open(path, formats=("PNG",)) as picture:
            found = np.asarray(picture.convert("RGB"))
    except (OSError, SyntaxError, ValueError):
        return None
    return found if found.shape == shape else None
