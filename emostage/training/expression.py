"""The expression generator trained from a corpus by one call: with critics, and again without them to compare; with its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emostage.diffusion.checkpoints import save
from emostage.diffusion.module import Optimisation
from emostage.training.dataset import Corpus, read_corpus
from emostage.training.expressionfigures import expression_figures
from emostage.training.fit import Outcome, Run, Terms, leads, trained_with
from emostage.training.generator import EXPRESSION, train_generator
from emostage.training.motion import Recipe

LICENCE = "Apache-2.0"
WHAT = (
    "expression generator (EMOdiffhead, arXiv 2409.07255): an LSTM that makes ARKit-52 trajectories of emotion, intensity and sound"
)

CANNOT = (
    "It has seen one performer, which follows rules: no habits of people, no feeling that shows otherwise than by its prototype, "
    "no voices of people. Head, gaze and blinks are not its business."
)


@dataclass(frozen=True, kw_only=True)
class ExpressionPlan:
    """What is trained and for how long; `terms` hold for each of both runs."""

    corpus: Path
    out: Path
    work: Path
    recipe: Recipe = EXPRESSION
    steps: int = 700
    terms: Terms = Terms()

    def run(self, name: str) -> Run:
        """One of the runs."""
        optimisation = Optimisation(steps=self.steps, rate=2e-3, warmup=min(50, self.steps), decay=0.01)
        return Run(folder=self.work / name, optimisation=optimisation, terms=self.terms, smoothing=0.99)


def train_expression(plan: ExpressionPlan, command: str) -> dict[str, Any]:
    """Train the generator, and one without critics to compare with, and write the first to `plan.out`; what is in `plan.work`
    already is gone on with.

    Returns the figures of the card; nothing in processes that train along. Raises AssetError E130 for a corpus that cannot be read,
    EmostageError E132 for no result.
    """
    train, held = read_corpus(plan.corpus), read_corpus(plan.corpus, "held")
    generator, judged = train_generator(train, held, plan.run("critics"), plan.recipe)
    alone = replace(plan.recipe, config=replace(plan.recipe.config, living=()))
    plain, _ = train_generator(train, held, plan.run("alone"), alone)
    if not leads():
        return {}
    figures = expression_figures(generator, plain, train, held)
    save(plan.out, generator, generator.config, _card(train, judged, command, figures))
    return figures


def _card(corpus: Corpus, outcome: Outcome, command: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    about = {key: corpus.card[key] for key in ("what", "command", "seed", "teacher", "synthesisers", "parts")}
    about["licences"] = sorted(set(corpus.card["licences"].values()))
    return {
        "what": WHAT,
        "licence": LICENCE,
        "data": about,
        "command": command,
        "trained_with": trained_with(),
        "wall_s": round(outcome.seconds),
        **outcome.told(),
        "cannot": CANNOT,
        "figures": figures,
    }
