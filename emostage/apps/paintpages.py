"""The figures of engines that paint, as tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from math import isfinite
from typing import TYPE_CHECKING

from emostage.apps.streams import page, say

if TYPE_CHECKING:
    from rich.table import Table

    from emostage.evaluate.painted.exam import Ablation, PaintExam
    from emostage.evaluate.painted.gains import Gain
    from emostage.evaluate.painted.intensity import Intensity
    from emostage.evaluate.painted.likeness import Likeness


def show_painters(exam: PaintExam) -> None:
    """Likeness with one column an artist, then intensity, what single ideas are worth, and the long take."""
    table = _table(f"{exam.clips} clips, {exam.frames} frames", *exam.shown)
    columns = [dict(_likeness(shown.likeness)) for shown in exam.shown.values()]
    for name in columns[0]:
        table.add_row(name, *(column[name] for column in columns))
    for name, form, field in (("evaluations a frame", ".1f", "evaluations"), ("CPU milliseconds a frame", ".0f", "ms")):
        table.add_row(name, *(_number(getattr(shown, field), form) for shown in exam.shown.values()))
    table.add_row("portraits refused", *(str(shown.refused) for shown in exam.shown.values()))
    page().print(table)
    mean, highest = (_number(value, ".3f") for value in exam.strangers)
    say(f"identity similarity of the portraits of two people: {mean} on average, {highest} at most")
    if exam.finish is not None:
        page().print(_gains("gained by finishing, mean over clips", exam.finish.gains))
        won = "wins" if exam.finish.wins else "does not win"
        say(f"the finish {won} over {exam.finish.filmed} clips of filmed people; films use it only if it does")
    if exam.intensity:
        page().print(_intensity(exam.intensity))
    for name, ablation in exam.ablations.items():
        page().print(_ablation(name, ablation))
        page().print(_gains(f"gained by {name}, mean over clips", ablation.gains))
    if exam.lasting:
        table = _table("long take", *exam.lasting)
        takes = exam.lasting.values()
        table.add_row("seconds", *(f"{take.seconds:.0f}" for take in takes))
        table.add_row("sharpness, last tenth beside first", *(_number(take.sharpness, "+.1%") for take in takes))
        table.add_row("identity", *(_number(take.identity, "+.1%") for take in takes))
        table.add_row("changes where windows meet, of elsewhere", *(_number(take.borders, ".2f") for take in takes))
        page().print(table)


def _likeness(likeness: Likeness) -> Iterator[tuple[str, str]]:
    yield "PSNR in the face, dB", _number(likeness.psnr_db, ".2f")
    yield "SSIM in the face", _number(likeness.ssim, ".4f")
    yield "PSNR of the frame, dB", _number(likeness.whole_psnr_db, ".2f")
    yield "SSIM of the frame", _number(likeness.whole_ssim, ".4f")
    for part, words in (("face", "expression error, % of the eye distance"), ("mouth", "  mouth"), ("eyes", "  eyes and brows")):
        yield words, _number(likeness.error[part], ".2f")
    yield "frames in which no face is read", str(likeness.unread)
    yield "identity similarity to the portrait", _number(likeness.identity, ".3f")
    yield "boiling in the face, /255", _number(likeness.boiling_face, ".2f")
    yield "boiling where nothing moves, /255", _number(likeness.boiling_still, ".2f")
    yield "tremor of landmarks, % of the eye distance", _number(likeness.tremor, ".2f")


def _gains(title: str, found: Mapping[str, Gain]) -> Table:
    """Gains with the noise of each."""
    table = _table(title, "gain", "noise")
    for name, words, form in (
        ("psnr_db", "PSNR in the face, dB", "+.3f"),
        ("ssim", "SSIM in the face", "+.5f"),
        ("error", "expression error, less", "+.3f"),
        ("mouth_error", "expression error of the mouth, less", "+.3f"),
        ("identity", "identity similarity", "+.4f"),
    ):
        gain = found[name]
        table.add_row(words, _number(gain.mean, form), _number(gain.noise, form[1:]))
    return table


def _intensity(found: Mapping[str, Intensity]) -> Table:
    """Rank correlations: the mean over portraits and the lowest."""
    first = next(iter(found.values()))
    table = _table(f"asked and shown intensity, rank correlation over {first.portraits} portraits (lowest)", *found)
    for emotion in first.monotony:
        monotony = (each.monotony[emotion] for each in found.values())
        table.add_row(emotion, *(f"{_number(rank.mean, '.3f')} ({_number(rank.lowest, '.3f')})" for rank in monotony))
    table.add_row(f"halves of two that lie between, of {first.pairs}", *(_number(each.between, ".0%") for each in found.values()))
    table.add_row("  both seen, where the linear head shows both", *(_number(each.both, ".0%") for each in found.values()))
    return table


def _ablation(name: str, ablation: Ablation) -> Table:
    table = _table(f"{name}, {ablation.cases} cases", "on", "off")
    for (row, on), (_, off) in zip(_likeness(ablation.on), _likeness(ablation.off), strict=True):
        table.add_row(row, on, off)
    return table


def _number(value: float, form: str) -> str:
    return format(value, form) if isfinite(value) else "∞" if value == float("inf") else "-"


def _table(first: str, *others: str) -> Table:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
