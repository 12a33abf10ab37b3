"""The figures of reading prompts as tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from emostage.apps.streams import page, say

LADDERS, TELLING = "ladders in order", "told from no feeling"


def show_prompts(found: Mapping[str, Mapping[str, Any]]) -> None:
    """What was read right on each set of prompts, by the block and by looking words up."""
    from rich.table import Table

    block, lookup = found["block"], found["looking words up"]
    table = Table("prompts", box=None, pad_edge=False, header_style="bold")
    for name in ("number", "strongest", "looked up", "error", "looked up", "of the asked", "looked up", "denied", "looked up"):
        table.add_column(name, justify="right")
    for name in (name for name in block if name not in (LADDERS, TELLING)):
        cells = [str(block[name]["prompts"])]
        for figure, form in (("strongest", ".1%"), ("error", ".3f"), ("error_asked", ".3f"), ("denied", ".1%")):
            cells += [_number(each[name][figure], form) for each in (block, lookup)]
        table.add_row(name, *cells)
    page().print(table)
    rising = ", ".join(f"{name} {share:.0%}" for name, share in block[LADDERS].items())
    say(f"barely, a little, quite, very, utterly in this order: {rising}")
    told = block[TELLING]
    say(f"told from prompts without a feeling: {told['feeling']:.1%} of those with, {told['none']:.1%} of those without")
    say("strongest: the right emotion; error: of the eight strengths, and of those asked for; denied: gone as asked")


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
