"""`eval engine/NAME`, `eval CORPUS`, `eval FOOTAGE`: engines examined without drawing, and what nets make of what was held out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from emostage.apps.streams import data_json, say
from emostage.core.errors import UsageError

if TYPE_CHECKING:
    from emostage.evaluate.painted.exam import PaintExam, Size

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

    train, held = read_corpus(corpus), read_corpus(corpus, "held")
    vaid, dicte = nets_in(nets)
    figures = {"vaid": vaid_figures(vaid, train, held), "dicte": dicte_figures(dicte, vaid, held)}
    if json:
        data_json(figures)
    else:
        show_nets(figures)


def examine_painters(
    folder: Path,
    nets: Path | None,
    only: str | None,
    *,
    clips: int | None,
    seconds: float | None,
    json: bool,
    recorded: bool = False,
    everybody: bool = False,
) -> None:
    """Measure the engines that paint on the held-out people of footage, beside the repeated portrait and the photo renderer, and
    that one with its frames finished; `recorded`: write what was found of the finish into its card; `everybody`: of footage
    that no net was trained on, measure all people."""
    from emostage.apps.paintpages import show_painters
    from emostage.evaluate.painted.exam import CLIPS, SECONDS, SMILES, Size, examine
    from emostage.evaluate.painted.nets import examined
    from emostage.evaluate.painted.recognition import Recogniser
    from emostage.training.dataset import PARTS
    from emostage.training.footage.store import joined, read_footage

    painters, recogniser = examined(nets, only), Recogniser.of()
    if recorded and (nets is None or painters.finisher is None):
        raise UsageError.of("E018", "'--record' is for the finish of a folder", "give a folder in which there is one with --nets")
    footage = joined([read_footage(folder, part) for part in PARTS]) if everybody else read_footage(folder, "held")
    smiles = len(footage) if everybody else SMILES
    size = Size(clips=CLIPS if clips is None else clips, seconds=SECONDS if seconds is None else seconds, smiles=smiles)
    result = examine(footage, painters, recogniser, size, tell=say)
    if recorded and nets is not None:
        _record(nets, folder, result, size)
    if json:
        data_json(result.as_dict())
    else:
        show_painters(result)


def _record(nets: Path, folder: Path, result: PaintExam, size: Size) -> None:
    """Write what was found of a finish into its card."""
    from dataclasses import asdict

    from emostage.evaluate.painted.exam import FINISHED, PHOTO
    from emostage.evaluate.painted.finishing import record
    from emostage.evaluate.painted.nets import FINISH
    from emostage.training.footage.store import read_card

    assert result.finish is not None
    about, shown = read_card(folder), {name: asdict(result.shown[name].likeness) for name in (PHOTO, FINISHED)}
    more = {
        "measured_on": {key: about.get(key) for key in ("what", "seed", "size_px", "drawing")},
        "command": f"emostage eval {folder.name} --nets {nets.name} --clips {size.clips} --record",
        "shown": shown,
    }
    record(nets / FINISH, result.finish, more)
    say(f"written into the card of '{nets / FINISH}'")
