"""The figures of `eval` as tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from emostage.apps.streams import page, say

if TYPE_CHECKING:
    from rich.table import Table

    from emostage.evaluate.film import Evaluation
    from emostage.evaluate.photo import PhotoFigures
    from emostage.evaluate.reenact import Reenactment
    from emostage.evaluate.talk import Talk


def show_scene(result: Evaluation) -> None:
    """Emotions that rise as asked, and lips that close."""
    table = _table("emotion", "rank correlation", "least", "most", "frames")
    for e in result.emotions:
        table.add_row(e.emotion, f"{e.spearman:.3f}", f"{e.low:.3f}", f"{e.high:.3f}", str(e.frames))
    if result.emotions:
        page().print(table)
    lips = result.lips
    if lips.asked:
        say(f"lips shut in {lips.shut} of {lips.asked} p, b, m ({lips.rate:.1%}), and in {lips.chance:.1%} of the other phones")
    say(f"a face in {result.faces:.1%} of {result.frames} frames")


def show_reenactment(result: Reenactment) -> None:
    """What is drawn beside the still first frame."""
    table = _table("in the face", "drawn", "first frame held")
    drawn, still = result.drawn, result.still
    table.add_row("PSNR, dB", f"{drawn.psnr_db:.2f}", f"{still.psnr_db:.2f}")
    table.add_row("SSIM", f"{drawn.ssim:.4f}", f"{still.ssim:.4f}")
    for name, one, other in (
        ("landmark error, % of the eye distance", drawn.face, still.face),
        ("  mouth", drawn.mouth, still.mouth),
        ("  eyes", drawn.eyes, still.eyes),
    ):
        table.add_row(name, f"{one:.2f}", f"{other:.2f}")
    openings = (f"{each.opening:.3f}" if isfinite(each.opening) else "-" for each in (drawn, still))
    table.add_row("correlation of the opening of the lips", *openings)
    page().print(table)
    say(f"{result.frames} frames, {result.seconds:.1f} s, {result.size_px[0]} x {result.size_px[1]}")


def show_talks(results: Sequence[Talk]) -> None:
    """One row for each curve of each clip: how the performed mouth follows the real one."""
    columns = ("curve", "r", "lag, frames", "r at 0", "r > 0.5 Hz", "amplitude", "loudness, r", "shuffled, r")
    table = _table("clip", *columns)
    for result in results:
        for name, c in result.channels.items():
            values = (c.r, c.lag, c.r_at_0, c.quick_r, c.amplitude, c.loudness, c.shuffled)
            forms = (".2f", "+g" if isinstance(c.lag, int) else ".1f", *[".2f"] * 5)
            shown = [format(v, form) if isfinite(v) else "-" for v, form in zip(values, forms, strict=True)]
            table.add_row(result.name, name, *shown)
    page().print(table)
    say(f"{results[-1].frames} frames, {results[-1].seconds:.1f} s")


def show_portraits(results: Sequence[PhotoFigures]) -> None:
    """One column a portrait."""
    table = _table("", *(result.name for result in results))
    for action in results[0].readback:
        table.add_row(f"{action}, correlation", *(f"{result.readback[action]:.3f}" for result in results))
    table.add_row("head without motion, PSNR dB", *(f"{result.head_db:.1f}" for result in results))
    table.add_row("around it, PSNR dB", *(f"{result.around_db:.1f}" for result in results))
    table.add_row("largest change of the background, /255", *(str(result.background) for result in results))
    table.add_row("flicker of a held expression, /255", *(f"{result.flicker:.3f}" for result in results))
    page().print(table)


def _table(first: str, *others: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
