"""The plan as a picture: waveform, words, emotion curves and cuts over time, in rows like a score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from emostage.core.emotion import EMOTIONS
from emostage.core.time import frame_times
from emostage.core.whole import whole_file, writing
from emostage.studio.perform import feelings
from emostage.studio.plan import LineJob, Plan
from emostage.studio.stages import Stages

WIDTH, MARGIN, HEADER, ROW, SCALE = 1600, 56, 104, 236, 2
WAVE, WORDS, CURVES = (30, 84), 104, (126, 206)
"""Top and bottom of the bands inside a row: waveform, words, emotion curves."""
ROW_S, MOST_ROWS = 14.0, 80
PAPER, INK, FAINT, QUIET = "#fbfaf7", "#22252b", "#dcd9d0", "#8b8d92"
COLOURS = dict(zip(EMOTIONS[1:], ("#e8a317", "#3f6fb5", "#cf3a2c", "#7d4fb0", "#5d8a2f", "#e0679b", "#7a6a58"), strict=True))
SPEAKERS = ("#2f5d7c", "#8a4b38", "#4d6b3c", "#6b4a80", "#7a6420", "#30706a")


@dataclass(frozen=True, kw_only=True)
class Page:
    """Where film time lies on the paper: rows of `row_s` seconds."""

    draw: Any
    row_s: float
    rows: int

    def x(self, seconds: float, row: int) -> float:
        """Horizontal place of a film time in a row."""
        return MARGIN + (seconds - row * self.row_s) * (WIDTH - 2 * MARGIN) / self.row_s

    def spans(self, start_s: float, end_s: float) -> list[tuple[int, float, float]]:
        """(row, start, end) of the pieces of a stretch of film time."""
        first, last = int(start_s // self.row_s), min(self.rows - 1, int(max(start_s, end_s - 1e-9) // self.row_s))
        edges = [(row, max(start_s, row * self.row_s), min(end_s, (row + 1) * self.row_s)) for row in range(first, last + 1)]
        return [(row, a, b) for row, a, b in edges if b > a]

    def text(self, at: tuple[float, float], text: str, *, size: int = 14, fill: str = INK, anchor: str = "la") -> None:
        """Write at a place."""
        self.draw.text((at[0] * SCALE, at[1] * SCALE), text, font=_font(size), fill=fill, anchor=anchor)

    def line(self, points: Sequence[tuple[float, float]], fill: str, width: float = 1.0) -> None:
        """Draw through points."""
        self.draw.line([(x * SCALE, y * SCALE) for x, y in points], fill=fill, width=max(1, round(width * SCALE)), joint="curve")

    def box(self, corners: tuple[float, float, float, float], fill: str) -> None:
        """Fill a rectangle."""
        self.draw.rectangle([c * SCALE for c in corners], fill=fill)


@cache
def _font(size: int) -> Any:
    return ImageFont.load_default(size * SCALE)


def write_plot(plan: Plan, path: Path, stages: Stages) -> None:
    """Draw the plan into a PNG. Raises EmostageError E10x."""
    row_s = max(min(ROW_S, plan.duration_s), plan.duration_s / MOST_ROWS, 0.5)
    rows = max(1, ceil(plan.duration_s / row_s - 1e-9))
    image = Image.new("RGB", (WIDTH * SCALE, (HEADER + rows * ROW + 24) * SCALE), PAPER)
    page = Page(draw=ImageDraw.Draw(image, "RGBA"), row_s=row_s, rows=rows)
    _header(page, plan)
    for row in range(rows):
        _ruler(page, row, plan.duration_s)
    names = list(plan.cast)
    for job in plan.jobs:
        colour = SPEAKERS[names.index(job.speaker) % len(SPEAKERS)]
        _clip(page, job, colour)
        _wave(page, job, colour)
        _words(page, job)
        _curves(page, job, stages)
    with whole_file(path) as part, writing(path):
        image.reduce(SCALE).save(part, format="PNG", optimize=True)


def _header(page: Page, plan: Plan) -> None:
    page.text((MARGIN, 22), plan.title or "Plan", size=26)
    size, fps = plan.film.size_px, float(plan.film.fps)
    lines = "1 line" if len(plan.jobs) == 1 else f"{len(plan.jobs)} lines"
    facts = f"{lines}   {plan.duration_s:.2f} s   {plan.frames} frames at {fps:g}   {size[0]} x {size[1]}"
    page.text((MARGIN, 60), facts, fill=QUIET)
    x = WIDTH - MARGIN
    for name in reversed(EMOTIONS[1:]):
        page.text((x, 30), name, fill=INK, anchor="ra")
        x -= page.draw.textlength(name, font=_font(14)) / SCALE + 16
        page.box((x, 33, x + 11, 44), COLOURS[name])
        x -= 16
    page.line([(MARGIN, 90), (WIDTH - MARGIN, 90)], FAINT)


def _ruler(page: Page, row: int, duration_s: float) -> None:
    top = HEADER + row * ROW
    end_x = page.x(min(duration_s, (row + 1) * page.row_s), row)
    for share in (0.0, 0.5, 1.0):
        y = top + CURVES[1] - share * (CURVES[1] - CURVES[0])
        page.line([(MARGIN, y), (end_x, y)], FAINT, 0.5 if share else 1.0)
        page.text((MARGIN - 8, y), f"{share:g}", size=10, fill=QUIET, anchor="rm")
    step = next(s for s in (1, 2, 5, 10, 30, 60, 300, 1e9) if s / page.row_s * (WIDTH - 2 * MARGIN) > 50)
    for tick in np.arange(ceil(row * page.row_s / step) * step, min(duration_s, (row + 1) * page.row_s) + 1e-6, step):
        x = page.x(float(tick), row)
        page.line([(x, top + CURVES[1]), (x, top + CURVES[1] + 4)], QUIET)
        page.text((x, top + CURVES[1] + 7), f"{int(tick) // 60}:{int(tick) % 60:02d}", size=10, fill=QUIET, anchor="ma")


def _clip(page: Page, job: LineJob, colour: str) -> None:
    """The cut at which a clip begins, its number and who is heard; a shaded overlap where it crosses in."""
    row, start_s, _ = page.spans(job.start_s, job.start_s + job.duration_s)[0]
    top, x = HEADER + row * ROW, page.x(start_s, row)
    page.line([(x, top + 6), (x, top + CURVES[1])], QUIET if job.start_frame else FAINT, 0.75)
    seen = "" if job.on_screen == job.speaker else f" (seen: {job.on_screen})"
    page.text((x + 6, top + 8), f"{job.number}  {job.speaker}{seen}", size=13, fill=colour)
    if job.transition.frames:
        until_s = job.start_s + float(job.transition.frames / job.fps)
        for part, a, b in page.spans(job.start_s, until_s):
            corners = (page.x(a, part), HEADER + part * ROW + WAVE[0], page.x(b, part), HEADER + part * ROW + CURVES[1])
            page.box(corners, "#22252b14")


def _wave(page: Page, job: LineJob, colour: str) -> None:
    middle = (WAVE[0] + WAVE[1]) / 2
    for row, a, b in page.spans(job.start_s, job.start_s + job.duration_s):
        y = HEADER + row * ROW + middle
        page.line([(page.x(a, row), y), (page.x(b, row), y)], FAINT, 0.5)
    if job.take is None:
        return
    samples_S, rate = job.take.audio.samples_S, job.take.audio.rate_hz
    for row, a, b in page.spans(job.speech_start_s, job.speech_start_s + job.take.audio.duration_s):
        y = HEADER + row * ROW + middle
        columns = np.arange(page.x(a, row), page.x(b, row), 0.5)
        at_s = a + (columns - page.x(a, row)) * page.row_s / (WIDTH - 2 * MARGIN) - job.speech_start_s
        edges = np.clip((np.append(at_s, at_s[-1:] + 1e-3) * rate).astype(int), 0, len(samples_S))
        for x, first, last in zip(columns, edges[:-1], edges[1:], strict=True):
            peak = float(np.abs(samples_S[first : max(last, first + 1)]).max(initial=0.0)) ** 0.7
            half = max(0.4, peak * (WAVE[1] - WAVE[0]) / 2)
            page.box((x, y - half, x + 0.5, y + half), colour)


def _words(page: Page, job: LineJob) -> None:
    """Words under their sound; one that finds no room is written a step lower, or left out."""
    free = [[0.0, 0.0] for _ in range(page.rows)]
    for word in job.words:
        row = min(page.rows - 1, int(word.start_s // page.row_s))
        x, top = page.x(word.start_s, row), HEADER + row * ROW
        width = page.draw.textlength(word.text, font=_font(12)) / SCALE
        page.line([(x, top + WAVE[1] + 1), (x, top + WAVE[1] + 5)], QUIET, 0.75)
        for level in (0, 1):
            if x >= free[row][level]:
                page.text((x, top + WORDS - 14 + level * 14), word.text, size=12)
                free[row][level] = x + width + 5
                break


def _curves(page: Page, job: LineJob, stages: Stages) -> None:
    weights_T8 = feelings(job, stages).weights_T8
    times_T = job.start_s + frame_times(job.frames, job.fps)
    height = CURVES[1] - CURVES[0]
    for row, a, b in page.spans(job.start_s, job.start_s + job.duration_s):
        inside_T = (times_T >= a) & (times_T <= b)
        base = HEADER + row * ROW + CURVES[1]
        for i, name in enumerate(EMOTIONS[1:], 1):
            felt_T = weights_T8[inside_T, i]
            if len(felt_T) < 2 or felt_T.max() < 0.005:
                continue
            curve = [(page.x(float(t), row), base - float(w) * height) for t, w in zip(times_T[inside_T], felt_T, strict=True)]
            area = [(curve[0][0], base), *curve, (curve[-1][0], base)]
            page.draw.polygon([(x * SCALE, y * SCALE) for x, y in area], fill=COLOURS[name] + "30")
            page.line(curve, COLOURS[name], 1.8)
