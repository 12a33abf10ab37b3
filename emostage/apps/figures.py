"""The figures of `eval` as tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from emostage.apps.streams import page, say

if TYPE_CHECKING:
    from rich.table import Table

    from emostage.evaluate.film import Evaluation, Presence
    from emostage.evaluate.photo import PhotoFigures
    from emostage.evaluate.reenact import Reenactment
    from emostage.evaluate.talk import Talk


def show_scene(result: Evaluation) -> None:
    """Emotions that rise as asked and when asked, lips that close, faces that live."""
    table = _table("emotion", "rank correlation", "least", "most", "frames")
    for e in result.emotions:
        table.add_row(e.emotion, f"{e.spearman:.3f}", f"{e.low:.3f}", f"{e.high:.3f}", str(e.frames))
    if result.emotions:
        page().print(table)
    lips = result.lips
    if lips.asked:
        say(f"lips shut in {lips.shut} of {lips.asked} p, b, m ({lips.rate:.1%}), and in {lips.chance:.1%} of the other phones")
    _show_onsets(result)
    for person in result.people:
        _show_presence(person)
    _show_spoken(result)
    say(f"a face in {result.faces:.1%} of {result.frames} frames")


def _show_onsets(result: Evaluation) -> None:
    if result.onsets:
        seen = sum(isfinite(onset.seen) for onset in result.onsets)
        say(f"feelings half there {_number(result.onset_error, '.1f')} frames off (median); {seen} of {len(result.onsets)} seen")


def _show_presence(person: Presence) -> None:
    if person.leaks:
        table = _table(f"{person.name}, neutral asked: what leaks of", "silent", "speaking")
        for leak in person.leaks:
            table.add_row(leak.emotion, _number(leak.silent, ".0%"), _number(leak.speaking, ".0%"))
        page().print(table)
    live = person.liveliness
    angles = ", ".join(f"{name} {_number(getattr(live, f'{name}_deg'), '.1f')}" for name in ("pitch", "yaw", "roll"))
    say(
        f"{person.name}: {_number(live.blinks_per_min, '.0f')} blinks a minute; head {angles} degrees (standard deviation), "
        f"{_number(live.speed_deg_s, '.1f')} degrees a second, drift {_number(person.drift_deg_min, '.1f')} degrees a minute; "
        f"jitter {_number(live.head_jitter_deg, '.2f')} degrees, {_number(live.face_jitter, '.2f')} % of the eye distance"
    )


def _show_spoken(result: Evaluation) -> None:
    if result.spoken:
        table = _table("said with", "r of the opening without", "lag, frames", "amplitude", "p, b, m shut", "without")
        for each in result.spoken:
            figures = (_number(each.r, ".2f"), f"{each.lag:+d}", _number(each.amplitude, ".2f"))
            table.add_row(each.emotion, *figures, _number(each.shut, ".0%"), _number(each.unfelt_shut, ".0%"))
        page().print(table)


def _number(value: float, form: str) -> str:
    return format(value, form) if isfinite(value) else "-"


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
            shown = [_number(value, form) for value, form in zip(values, forms, strict=True)]
            table.add_row(result.name, name, *shown)
    page().print(table)
    for result in results:
        felt = ", ".join(f"{emotion} {_number(r, '.2f')}" for emotion, r in result.felt.items())
        say(f"{result.name}, opening of the fitted head in full feeling, r: {felt}")
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
