"""The recipe of the Emotion Intensity Block: trained from nothing on our own descriptions, measured, written with its card."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.utils.data import IterableDataset

from emostage.diffusion.checkpoints import save
from emostage.diffusion.module import Batch, Optimisation
from emostage.nets.emotalker.eib import EIBConfig, EmotionIntensityBlock, Table, TorchReader, Wording
from emostage.nets.emotalker.learning import EIBObjective
from emostage.nets.emotalker.pieces import PieceWording, common_pieces
from emostage.training.descriptions.choice import KEPT_OUT, seeded
from emostage.training.descriptions.corpus import Description, descriptions
from emostage.training.fit import Run, Terms, fit, trained_with
from emostage.training.prompt_figures import compared

WHAT = "Emotion Intensity Block (EmoTalker, arXiv 2401.08049): free words to the strengths of eight emotions and an embedding"
LICENCE = "Apache-2.0"
FORGET = 0.25
"""Share of the pieces standing for whole words that training does without."""
BATCH = 256
_SHELF = 8
"""So many batches are drawn at a time and cut by length, so that little of a batch is padding."""
_HELD_SEED, _PIECES_SEED = 3, 5
_PIECES_FROM = 60_000
"""Descriptions in which the pieces are counted that get a row."""


@dataclass(frozen=True, kw_only=True)
class PromptPlan:
    """What is trained and for how long, on one device. With `hub` the block hears through a text encoder in that folder."""

    out: Path
    work: Path
    steps: int = 7000
    batch: int = BATCH
    hub: Path | None = None
    config: EIBConfig = EIBConfig()
    measured: int = 1000
    terms: Terms = Terms()


class Prompts(IterableDataset[Batch]):
    """Endless batches of descriptions; the same seed draws the same."""

    def __init__(self, wording: Wording, *, batch: int, seed: int) -> None:
        super().__init__()
        self._wording, self._batch, self._seed = wording, batch, seed

    def __iter__(self) -> Iterator[Batch]:
        random = seeded(self._seed)
        while True:
            drawn = sorted(descriptions(self._batch * _SHELF, random), key=lambda each: len(each.text.split()))
            batches = [drawn[i : i + self._batch] for i in range(0, len(drawn), self._batch)]
            random.shuffle(batches)
            yield from (batch_of(each, self._wording) for each in batches)


def batch_of(asked: Sequence[Description], wording: Wording) -> Batch:
    """Descriptions as tensors."""
    felt_N7 = torch.tensor([each.felt_7 for each in asked], dtype=torch.float32)
    says_N = torch.tensor([float(each.says) for each in asked])
    return {"felt_N7": felt_N7, "says_N": says_N, **wording([each.text for each in asked])}


def train_prompts(plan: PromptPlan, command: str) -> dict[str, Any]:
    """Train a block and write it to `plan.out`; what is in `plan.work` already is gone on with. Returns its figures.

    Raises AssetError E134 for a hub encoder that cannot be used, EmostageError E132 for no result.
    """
    net, wording, trained = _beginning(plan)
    held = [batch_of(descriptions(plan.batch, seeded(_HELD_SEED), kind), wording) for kind in KEPT_OUT if kind != "words"]
    run = Run(
        folder=plan.work,
        optimisation=Optimisation(steps=plan.steps, rate=3e-3, warmup=min(200, plan.steps // 4), decay=0.01),
        terms=replace(plan.terms, devices=1),
        check_every=200,
        smoothing=0.99,
    )
    examples = Prompts(trained, batch=plan.batch, seed=plan.terms.seed)
    outcome = fit(net, EIBObjective(), examples, held, run)
    found = compared(TorchReader(block=net.cpu().eval(), wording=wording), plan.measured)
    card = {
        "what": WHAT,
        "licence": LICENCE,
        "data": "descriptions drawn from emostage/training/descriptions and emostage/data/descriptions, all written for emostage",
        "command": command,
        "trained_with": trained_with(),
        **outcome.told(),
        "figures": found,
    }
    save(plan.out, net, net.config, card)
    return found


def _beginning(plan: PromptPlan) -> tuple[EmotionIntensityBlock, Wording, Wording]:
    """The block before training, the wording to measure with and the one to train with."""
    if plan.hub is not None:
        from emostage.nets.emotalker.hub import HubWording

        hub = HubWording(plan.hub)
        config = EIBConfig(hub=str(plan.hub.resolve()), hub_width=hub.width, width=plan.config.width, layers=plan.config.layers)
        return EmotionIntensityBlock(config), hub, hub
    net = EmotionIntensityBlock(plan.config)
    texts = (each.text for each in descriptions(_PIECES_FROM, seeded(_PIECES_SEED)))
    known_K = common_pieces(texts, plan.config.known)
    assert isinstance(net.words, Table)
    net.words.known_K.copy_(torch.from_numpy(known_K))
    forgetful = PieceWording(known_K, forget=FORGET, generator=np.random.default_rng(plan.terms.seed))
    return net, PieceWording(known_K), forgetful
