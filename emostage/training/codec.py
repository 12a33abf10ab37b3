"""The recipe of a picture codec: a small autoencoder trained on the frames of footage, measured beside space to depth.

It needs footage, the sources of emostage, and nothing but torch, lightning, diffusers, numpy, safetensors and Pillow.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch
from torch.utils.data import IterableDataset

from emostage.core.whole import whole_file, writing
from emostage.diffusion.checkpoints import CARD
from emostage.diffusion.module import Batch, Optimisation
from emostage.nets.painting.given import CELLS
from emostage.nets.painting.pretrained import CONFIG, WEIGHTS, likely, pretrained
from emostage.nets.painting.recoding import CodecObjective
from emostage.training.codecfigures import compared, frames_of, spread
from emostage.training.examples import rank
from emostage.training.fit import Outcome, Run, Terms, fit, leads, trained_with
from emostage.training.footage.store import Footage, read_card, read_footage
from emostage.training.footage.tones import toned
from emostage.training.sharding import write_json

WHAT = "A picture codec: a small autoencoder (AutoencoderTiny of diffusers) through which painters see"
CANNOT = "It has seen drawn and photographed faces of 128 pixels alone, and loses what its few channels cannot hold."
_BATCH, _HELD = 16, 2
"""Frames of a batch, and batches that are looked at in every check."""
_CUT_PX = 64
"""Side of the square that is cut out of each frame in training: layers that see neighbours alone learn as much from it."""


@dataclass(frozen=True, kw_only=True)
class CodecPlan:
    """What is trained, and for how long; `work` keeps the run, so that it can go on. `channels` of the latents, `width` of all
    layers, `factor` how many pixels lie along a cell."""

    footage: Path
    out: Path
    work: Path
    steps: int = 3000
    channels: int = 16
    width: int = 32
    factor: int = 128 // CELLS
    check_every: int = 100
    terms: Terms = Terms()


class Frames(IterableDataset[Batch]):
    """Endless batches of squares out of frames, each in a light of its own, half of them mirrored; the same seed draws the same."""

    def __init__(self, footage: Footage, *, batch: int, seed: int) -> None:
        super().__init__()
        self._footage, self._batch, self._seed = footage, batch, seed

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng([self._seed, rank()])
        while True:
            batch = _cut(_batch(self._footage, rng.integers(0, len(self._footage), self._batch)), rng)
            lit = toned({"reference_B3HH": batch["clean_N3HH"]}, rng)["reference_B3HH"]
            mirrored_N = torch.from_numpy(rng.random(self._batch) < 0.5)
            yield {
                "clean_N3HH": torch.where(mirrored_N.view(-1, 1, 1, 1), lit.flip(-1), lit),
                "parts_NGG": torch.where(mirrored_N.view(-1, 1, 1), batch["parts_NGG"].flip(-1), batch["parts_NGG"]),
            }


def autoencoder(channels: int, width: int, factor: int) -> Any:
    """A new AutoencoderTiny of diffusers: no layer at full size but the first and the last, which would cost the most.

    Raises ValueError for a factor that is no power of 2 above 1.
    """
    from diffusers.models.autoencoders.autoencoder_tiny import AutoencoderTiny

    halvings = factor.bit_length() - 1
    if factor != 1 << halvings or not halvings:
        raise ValueError(f"pictures cannot be shrunk {factor} times")
    widths, blocks = (width,) * (halvings + 1), (0, *[1] * (halvings - 1), 2)
    return AutoencoderTiny(
        encoder_block_out_channels=widths,
        decoder_block_out_channels=widths,
        num_encoder_blocks=blocks,
        num_decoder_blocks=blocks[::-1],
        latent_channels=channels,
    )


def train_codec(plan: CodecPlan, command: str) -> dict[str, Any]:
    """Train an autoencoder and write it to `plan.out` as diffusers does, with a card; what is in `plan.work` is gone on with.

    Returns its figures (`codecfigures.compared`); nothing in processes that train along. Raises AssetError E130 for footage that
    cannot be read, EmostageError E132 for no result.
    """
    train, held = read_footage(plan.footage), read_footage(plan.footage, "held")
    torch.manual_seed(plan.terms.seed)
    net = autoencoder(plan.channels, plan.width, plan.factor)
    checks = [_batch(held, numbers_N) for numbers_N in _evenly(len(held))]
    optimisation = Optimisation(steps=plan.steps, rate=2e-3, warmup=min(50, plan.steps // 4), decay=0.0)
    run = Run(folder=plan.work, optimisation=optimisation, terms=plan.terms, check_every=plan.check_every, smoothing=0.98)
    outcome = fit(net, CodecObjective(), Frames(train, batch=_BATCH, seed=plan.terms.seed), checks, run)
    if not leads():
        return {}
    keep(net.cpu().eval(), train, plan.out)
    figures = compared(pretrained(plan.out, plan.factor), held)
    write_json(plan.out / CARD, {**_card(plan, command, outcome), "figures": figures})
    return figures


def measure_codec(footage: Path, folder: Path) -> dict[str, Any]:
    """The figures of the codec in a folder on the held-out people of footage. Raises AssetError E130, E134, E135."""
    return compared(pretrained(folder, CodecPlan.factor), read_footage(footage, "held"))


@torch.inference_mode()
def keep(model: Any, footage: Footage, folder: Path) -> None:
    """Write an autoencoder as diffusers does, in half precision, with the scale and the shift that give its latents of footage unit
    variance. Raises EmostageError E100, E101, E102 where it cannot be written."""
    raw = likely(model, spread(footage).clean_N3HH)
    model.register_to_config(scaling_factor=round(1.0 / float(raw.std()), 5), shift_factor=round(float(raw.mean()), 5))
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="emostage-") as place:
        model.half().save_pretrained(place, safe_serialization=True)
        with whole_file(folder / WEIGHTS) as part:
            part.write_bytes((Path(place) / WEIGHTS).read_bytes())
        config = json.loads((Path(place) / CONFIG).read_text("utf-8"))
    write_json(folder / CONFIG, {key: value for key, value in config.items() if key != "block_out_channels"})


def _card(plan: CodecPlan, command: str, outcome: Outcome) -> dict[str, Any]:
    about = read_card(plan.footage)
    return {
        "what": WHAT,
        "licence": "Apache-2.0",
        "data": {key: value for key, value in about.items() if key not in ("shards", "skipped")},
        "command": command,
        "trained_with": trained_with(precision=str(plan.terms.precision)),
        "cannot": CANNOT,
        **outcome.told(),
    }


def _batch(footage: Footage, numbers_N: np.ndarray[Any, np.dtype[np.int64]]) -> Batch:
    frames = frames_of(footage, numbers_N)
    return {"clean_N3HH": frames.clean_N3HH, "parts_NGG": frames.parts_NGG}


def _cut(batch: Batch, rng: np.random.Generator) -> Batch:
    """A square out of each frame, no larger than the frame, at a place that is drawn; cells stay whole."""
    clean_N3HH, parts_NGG = batch["clean_N3HH"], batch["parts_NGG"]
    px = clean_N3HH.shape[-1] // parts_NGG.shape[-1]
    cells = min(_CUT_PX // px, parts_NGG.shape[-1])
    pictures, parts = [], []
    for picture_3HH, part_GG in zip(clean_N3HH, parts_NGG, strict=True):
        row, column = (int(at) for at in rng.integers(0, part_GG.shape[-1] - cells + 1, 2))
        pictures.append(picture_3HH[:, px * row : px * (row + cells), px * column : px * (column + cells)])
        parts.append(part_GG[row : row + cells, column : column + cells])
    return {"clean_N3HH": torch.stack(pictures), "parts_NGG": torch.stack(parts)}


def _evenly(count: int) -> list[np.ndarray[Any, np.dtype[np.int64]]]:
    """Numbers of the frames of each check, evenly spread over so many frames."""
    numbers_N = np.linspace(0, count - 1, min(_BATCH * _HELD, count)).round().astype(np.int64)
    return [numbers_N[first : first + _BATCH] for first in range(0, len(numbers_N), _BATCH)]
