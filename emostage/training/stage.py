"""The models of the engine `stage`, trained from a corpus by one call: V-AID, then Di-CTE, each with its card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from emostage.diffusion.checkpoints import save
from emostage.diffusion.module import Optimisation
from emostage.motion.hearing import PROSODY
from emostage.training.dataset import Corpus
from emostage.training.figures import dicte_figures, vaid_figures
from emostage.training.films.joining import about, read_all
from emostage.training.fit import Outcome, Run, Terms, leads, trained_with
from emostage.training.motion import DICTE, VAID, Recipe, train_dicte, train_vaid

LICENCE = "Apache-2.0"
_ABOUT = {
    "vaid": "V-AID (EmotiveTalk, arXiv 2411.16726) on motion: lip and expression codes of sounds and faces",
    "dicte": "Di-CTE (EmotiveTalk, arXiv 2411.16726) on motion: samples how a line is performed, from its sound and its feelings",
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is trained and for how long, on one corpus or on several together; `terms` hold for each net; with `encoder` V-AID hears
    through the sound encoder in that folder."""

    corpora: tuple[Path, ...]
    out: Path
    work: Path
    vaid: Recipe = VAID
    dicte: Recipe = DICTE
    vaid_steps: int = 600
    dicte_steps: int = 3000
    encoder: Path | None = None
    terms: Terms = Terms()

    def ears(self) -> Recipe:
        """The recipe of V-AID with the encoder that is asked for. Raises AssetError E134."""
        if self.encoder is None:
            return self.vaid
        from emostage.nets.emotivetalk.hub import hub_sound

        hub = str(self.encoder.resolve())
        config = replace(self.vaid.config, hub=hub, audio=hub_sound(hub).width + len(PROSODY))
        return replace(self.vaid, config=config, objective=replace(self.vaid.objective, mels=0))


def train_stage(plan: Plan, command: str) -> dict[str, Any]:
    """Train both nets and write `vaid` and `dicte` under `plan.out`; what is in `plan.work` already is gone on with.

    Returns the figures of the cards; nothing in processes that train along. Raises UsageError E018 and AssetError E130 for a
    corpus that cannot be read, EmostageError E132 for no result.
    """
    both = read_all(plan.corpora)
    train, held = both.train, both.held
    quick = Optimisation(steps=plan.vaid_steps, rate=1e-3, warmup=50, decay=0.03)
    run = Run(folder=plan.work / "vaid", optimisation=quick, terms=plan.terms, check_every=50, smoothing=0.99)
    vaid, heard = train_vaid(train, held, run, plan.ears())
    figures: dict[str, Any] = {}
    if leads():
        figures["vaid"] = vaid_figures(vaid, train, held)
        save(plan.out / "vaid", vaid, vaid.config, _card("vaid", train, heard, command, figures["vaid"]))
    slow = Optimisation(steps=plan.dicte_steps, rate=6e-4, warmup=100, decay=0.01)
    run = Run(folder=plan.work / "dicte", optimisation=slow, terms=plan.terms, check_every=100, smoothing=0.995)
    dicte, played = train_dicte(train, held, vaid, run, plan.dicte)
    if leads():
        figures["dicte"] = dicte_figures(dicte, vaid, held)
        save(plan.out / "dicte", dicte, dicte.config, _card("dicte", train, played, command, figures["dicte"]))
    return figures


def _card(name: str, corpus: Corpus, outcome: Outcome, command: str, figures: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "what": _ABOUT[name],
        "licence": LICENCE,
        "data": about(corpus),
        "command": command,
        "trained_with": trained_with(),
        **outcome.told(),
        "figures": figures,
    }
