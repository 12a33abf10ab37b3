"""`eval`: a rendered film held against its scene."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from emostage.evaluate.film import Evaluation


def evaluate(
    scene: Annotated[Path, typer.Argument(help="The scene file.")],
    *,
    draft: Annotated[bool, typer.Option("--draft", help="Measure the draft.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Render a scene, track every frame of the film again, and compare what is seen with what was asked."""
    from tempfile import TemporaryDirectory

    from emostage.apps.opening import Settings, open_scene
    from emostage.apps.streams import data_json
    from emostage.evaluate.film import evaluate as measure
    from emostage.studio.compile import compile_script
    from emostage.studio.run import render, studio

    script = open_scene(scene, Settings(quality="draft" if draft else None), rendering=True)
    here = studio()
    plan = compile_script(script, cache=here.cache, stages=here.stages)
    with TemporaryDirectory(prefix="emostage-") as folder:
        film = render(plan, Path(folder) / "film.mp4", here).path
        result = measure(plan, film, stages=here.stages)
    if json:
        data_json(result.as_dict())
    else:
        _show(result)


def _show(result: Evaluation) -> None:
    from rich.table import Table

    from emostage.apps.streams import page, say

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("emotion", "rank correlation", "least", "most", "frames"):
        table.add_column(name, justify="left" if name == "emotion" else "right")
    for e in result.emotions:
        table.add_row(e.emotion, f"{e.spearman:.3f}", f"{e.low:.3f}", f"{e.high:.3f}", str(e.frames))
    if result.emotions:
        page().print(table)
    lips = result.lips
    if lips.asked:
        say(f"lips shut in {lips.shut} of {lips.asked} p, b, m ({lips.rate:.1%}), and in {lips.chance:.1%} of the other phones")
    say(f"a face in {result.faces:.1%} of {result.frames} frames")
