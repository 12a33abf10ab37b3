"""The recipe of EMOdiffhead's expression generator: against its critics, or alone.

It needs a corpus (`training.corpus`) and nothing but torch, lightning, diffusers, numpy and safetensors. N frames of a corpus.
"""

from __future__ import annotations

import numpy as np
import torch

from emostage.motion.hearing import hear
from emostage.motion.idle import COLUMNS
from emostage.nets.emodiffhead.contest import GeneratorObjective
from emostage.nets.emodiffhead.critics import Contest
from emostage.nets.emodiffhead.generator import Generator, GeneratorConfig
from emostage.training.dataset import Corpus
from emostage.training.examples import Takes, Windows, held_batches
from emostage.training.fit import Outcome, Run, fit
from emostage.training.motion import Recipe, audio_of

EXPRESSION = Recipe(config=GeneratorConfig(living=COLUMNS), objective=GeneratorObjective(), batch=16)

WINDOW = 128
"""Frames of a training window."""

_CRITICS = 64
_FLOOR, _STILL = 0.02, 0.001
"""Added to the standard deviations of actions and of their changes, so that those that rest count little."""


def train_generator(train: Corpus, held: Corpus, run: Run, recipe: Recipe = EXPRESSION) -> tuple[Generator, Outcome]:
    """Train a generator, against critics where it has living actions, and check it on the held-out part."""
    torch.manual_seed(run.terms.seed)
    takes = generator_takes(train)
    net = Contest(Generator(recipe.config), width=_CRITICS)
    face_NA = takes.arrays["expression"].astype(np.float32)
    net.scale_52.copy_(torch.from_numpy(face_NA.std(0) + _FLOOR))
    net.change_52.copy_(torch.from_numpy(np.diff(face_NA, axis=0).std(0) + _STILL))
    examples = Windows(takes, window=WINDOW, batch=recipe.batch, seed=run.terms.seed)
    checks = held_batches(generator_takes(held), window=WINDOW, batch=recipe.batch, count=recipe.held)
    outcome = fit(net, recipe.objective, examples, checks, run)
    return net.generator.cpu().eval(), outcome


def generator_takes(corpus: Corpus) -> Takes:
    """What the generator learns from: `audio`, `feeling`, `expression`."""
    return Takes(
        starts_K1=corpus.starts_K1,
        arrays={
            "audio": audio_of(corpus),
            "feeling": corpus.frames["weights_N8"][:, 1:],
            "expression": corpus.frames["expression_N52"],
        },
        rest={"audio": hear(None, 0.0, 1).audio()[0]},
    )
