"""The figures of examined engines and nets as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from emostage.apps.streams import page, say

if TYPE_CHECKING:
    from rich.table import Table

    from emostage.evaluate.endurance import Border, Trend
    from emostage.evaluate.engine import EngineExam, Lips


_LIPS = (
    ("openings, per second", "openings", ".2f"),
    ("closures, per second", "closures", ".2f"),
    ("p b m that shut", "shut", ".0%"),
    ("frames of p b m that are shut", "shut_frames", ".0%"),
    ("others shut", "chance", ".0%"),
)


def show_engines(results: Sequence[EngineExam]) -> None:
    """A long take, seeds, languages and visemes; one column an engine, or two where phones are heard or known."""
    minutes = results[0].endurance.seconds / 60
    table = _table(f"{minutes:g} minutes", results, ("",))
    for name, values in _endurance(results):
        table.add_row(name, *values)
    for name in results[0].seeds.holds:
        table.add_row(name, *(_yes(result.seeds.holds[name]) for result in results))
    table.add_row("lips of two seeds, correlation", *(f"{result.seeds.lips_r:.3f}" for result in results))
    heads = (f"{result.seeds.head_r:.2f}, {result.seeds.head_apart_deg:.1f}" for result in results)
    table.add_row("heads of two seeds, correlation, degrees apart", *heads)
    page().print(table)
    page().print(_languages(results))
    for result in results:
        broken = [name for name, holds in result.holds.items() if not holds]
        say(f"{result.name}: {'all that must hold holds' if not broken else 'does not hold: ' + ', '.join(broken)}")


def _endurance(results: Sequence[EngineExam]) -> Iterator[tuple[str, list[str]]]:
    takes = [result.endurance for result in results]
    for part in ("features", "lips", "manner", "all"):
        yield f"CPU seconds a second, {part}", [_number(take.cost[part], ".4f") for take in takes]
    for when, words in (("short", "ten seconds"), ("long", "all")):
        yield f"peak memory after {words}, MB", [f"{take.peak_mb[when]:.0f}" for take in takes]
    for name in ("pitch", "yaw", "roll", "spread"):
        yield f"{name}, degrees more a minute", [_trend(take.trends[name]) for take in takes]
    yield "jitter, thousandths of a degree more a minute", [_trend(take.trends["jitter"], 1e3) for take in takes]
    yield "expression, percent more a minute", [_trend(take.trends["expression"], 1e2) for take in takes]
    for name in ("head speed", "head jerk", "face speed", "face jerk"):
        yield f"{name} in overlaps, of elsewhere", [_border(take.borders[name]) for take in takes]
    for name in takes[0].manner:
        yield name, [_number(take.manner[name], ".1f") for take in takes]


def _languages(results: Sequence[EngineExam]) -> Table:
    ways = ("heard", "known")
    table = _table("lips from sound, from phones", results, ways)
    columns: list[Lips] = [getattr(result, way) for result in results for way in ways]
    for k, language in enumerate(columns[0].languages):
        about = f"{language.vowels:.2f} vowels, {language.peaks:.2f} peaks of the loudness, {language.bilabials:.2f} p b m a second"
        table.add_row(f"[bold]{language.language}[/bold]: {about}")
        for name, field, form in _LIPS:
            table.add_row(f"  {name}", *(_number(getattr(lips.languages[k], field), form) for lips in columns))
    chance = columns[0].visemes.chance
    table.add_row("[bold]visemes seen as what they are[/bold]", *(f"{lips.visemes.accuracy:.0%}" for lips in columns))
    table.add_row(f"  mean over classes (commonest class alone {chance:.0%})", *(f"{c.visemes.balanced:.0%}" for c in columns))
    for name in columns[0].visemes.table:
        table.add_row(f"  {name}", *(_seen(lips.visemes.table[name], name) for lips in columns))
    return table


def _seen(row: Mapping[str, int], name: str) -> str:
    """How often a class is seen as itself, and as what else it is seen most."""
    count = sum(row.values())
    other = max((seen for seen in row if seen != name), key=lambda seen: row[seen])
    return f"{row[name] / count:.0%}" + (f" ({other} {row[other] / count:.0%})" if row[other] else "")


def show_nets(figures: Mapping[str, Any]) -> None:
    """The figures of V-AID and Di-CTE: a table for each of their groups."""
    for net, found in figures.items():
        for name, value in found.items():
            _show_group(f"{net}: {name}", value)


def _show_group(name: str, found: Mapping[str, Any]) -> None:
    """Numbers as one column; groups of numbers as a table whose columns are the shorter side; deeper ones one by one."""
    if not any(isinstance(value, Mapping) for value in found.values()):
        found = {"": found}
    if any(isinstance(inner, Mapping) for value in found.values() for inner in value.values()):
        for key, value in found.items():
            _show_group(f"{name}, {key}", value)
        return
    rows = list(dict.fromkeys(key for value in found.values() for key in value))
    across = len(found) <= len(rows)
    columns, lines = (list(found), rows) if across else (rows, list(found))
    table = _columns(name.replace("_", " "), [column.replace("_", " ") for column in columns])
    for line in lines:
        values = [found[column].get(line) if across else found[line].get(column) for column in columns]
        table.add_row(line.replace("_", " "), *("-" if value is None else f"{value:.3g}" for value in values))
    page().print(table)


def _trend(trend: Trend, scale: float = 1.0) -> str:
    if not isfinite(trend.per_min):
        return "-"
    return f"{scale * trend.per_min:+.3f} ± {scale * trend.noise:.3f}{'' if trend.holds else ' !'}"


def _border(border: Border) -> str:
    return f"{border.ratio:.2f} ± {border.noise:.2f}{'' if border.holds else ' !'}" if isfinite(border.ratio) else "-"


def _number(value: float, form: str) -> str:
    return format(value, form) if isfinite(value) else "-"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no !"


def _table(first: str, results: Sequence[EngineExam], ways: Sequence[str]) -> Table:
    return _columns(first, [f"{result.name} {way}".strip() for result in results for way in ways])


def _columns(first: str, others: Sequence[str]) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
