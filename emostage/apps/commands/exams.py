"""`eval engine/NAME` and `eval CORPUS`: engines examined without drawing, and what nets know of a corpus's held-out part."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from emostage.apps.streams import data_json, say
from emostage.core.errors import UsageError

ENGINE = "engine/"
MINUTES = 10.0


def is_engine(target: str) -> bool:
    """Whether a target of `eval` names an engine."""
    return target.startswith(ENGINE)


def examine_engines(targets: Sequence[str], nets: Path | None, minutes: float, *, json: bool) -> None:
    """Examine engines and tell what was found side by side."""
    from emostage.apps.exampages import show_engines
    from emostage.evaluate.engine import examine
    from emostage.evaluate.examinee import STAGE, Examinee, nets_in
    from emostage.evaluate.recital import recital
    from emostage.studio.stages import real_stages

    names = [target.removeprefix(ENGINE) for target in targets]
    if nets is not None:
        if STAGE not in names:
            raise UsageError.of("E018", "--nets are those of the engine 'stage'", f"examine {ENGINE}{STAGE}, or leave it out")
        nets_in(nets)
    stages = real_stages()
    for name in names:
        stages.performer(name)
    say(f"speaking the texts, then {minutes:g} minutes by each engine")
    texts = recital()
    results = [examine(Examinee(name=name, nets=nets), stages, minutes=minutes, texts=texts) for name in names]
    if json:
        data_json([result.as_dict() for result in results])
    else:
        show_engines(results)


def examine_nets(corpus: Path, nets: Path | None, *, json: bool) -> None:
    """Measure nets on the held-out part of a corpus, as the cards of `train motion` tell it."""
    from emostage.apps.exampages import show_nets
    from emostage.evaluate.examinee import nets_in
    from emostage.training.dataset import read_corpus
    from emostage.training.figures import dicte_figures, vaid_figures

    held = read_corpus(corpus, "held")
    vaid, dicte = nets_in(nets)
    figures = {"vaid": vaid_figures(vaid, held), "dicte": dicte_figures(dicte, vaid, held)}
    if json:
        data_json(figures)
    else:
        show_nets(figures)
