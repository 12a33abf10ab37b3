"""The timeline editor, measured as people meet it: the program itself on a terminal, a long scene, keys pressed."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from emostage.apps.typist import Answer, Typist

LINES_A_SHOT = 6


@dataclass(frozen=True, kw_only=True)
class Case:
    """A key that is timed, after others from the beginning of the film on, and what takes it back."""

    name: str
    key: str
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


CASES = (
    Case(name="move", key="right"),
    Case(name="move a frame", key="."),
    Case(name="pick a key", key="]"),
    Case(name="stronger", key="+", before=("]",), after=("u",)),
    Case(name="key to the right", key="L", before=("]",), after=("u",)),
    Case(name="delete a key", key="x", before=("]",), after=("u",)),
    Case(name="undo", key="u", before=("]", "+")),
    Case(name="redo", key="U", before=("]", "+", "u"), after=("u",)),
    Case(name="split a line", key="S", before=("pagedown", "right", "right"), after=("u",)),
    Case(name="join lines", key="M", before=("pagedown",), after=("u",)),
    Case(name="delete a line", key="D", before=("pagedown",), after=("u",)),
    Case(name="line down", key="alt+down", before=("pagedown",), after=("u",)),
    Case(name="closer", key="z", after=("Z",)),
    Case(name="whole film", key="0", before=("z", "z", "z", "z")),
)
_MOVES = ("right", "right", "right", "left", ".", ",", "]", "]", "[", "pageup", "pagedown", "pagedown", "z", "Z", "0")
_EDITS = (
    ("+", "u"),
    ("-", "u"),
    ("+", "-"),
    ("L", "u"),
    ("x", "u"),
    ("x", "u", "U", "u"),
    ("S", "u"),
    ("M", "u"),
    ("D", "u"),
    ("alt+down", "u"),
)
_PICTURED = (
    Case(name="move a frame", key="."),
    Case(name="next line", key="pagedown"),
    Case(name="stronger", key="+", before=("]",), after=("u",)),
)
_A_MINUTE = 60
"""Keys a minute of an hour of editing."""
_BETWEEN_S = 0.01
_PAINTED_S = 0.025
"""A screen is painted in one go."""
_MARKS = 12
"""How often memory is looked at."""


@dataclass(frozen=True, kw_only=True)
class EditorBench:
    """What to measure: a scene of so many lines, each key so often, minutes of simulated editing (0: none)."""

    lines: int = 200
    repeat: int = 10
    minutes: float = 0.0
    size: tuple[int, int] = (160, 45)


@dataclass(frozen=True, kw_only=True)
class EditorMeasured:
    """Times in milliseconds, in the order they were taken; `first_ms` until a key is first seen to act, `presses_ms` until all that
    it changes is seen; `memory_mb` at even steps through the simulated editing."""

    lines: int
    opening_ms: tuple[float, ...]
    first_ms: dict[str, tuple[float, ...]]
    presses_ms: dict[str, tuple[float, ...]]
    painting_ms: dict[str, tuple[float, ...]]
    picture_ms: dict[str, tuple[float, ...]]
    memory_mb: tuple[float, ...]
    keys: int

    def as_dict(self) -> dict[str, Any]:
        """As JSON data, medians first."""
        tables = {"first": self.first_ms, "presses": self.presses_ms, "painting": self.painting_ms, "picture": self.picture_ms}
        medians = {name: {case: median(times) for case, times in table.items()} for name, table in tables.items()}
        return {"opening_ms": median(self.opening_ms), "median_ms": medians, "raw": asdict(self)}


def measure_editor(bench: EditorBench) -> EditorMeasured:
    """Open the editor on a scene made up for it, press keys and look at the clock. Raises EmostageError E148 when it does not
    answer."""
    with tempfile.TemporaryDirectory(prefix="emostage-bench-") as name:
        folder = Path(name)
        (folder / "scene.yaml").write_text(long_scene(bench.lines), encoding="utf-8")
        opening = tuple(1000 * _opened(folder, bench) for _ in range(min(bench.repeat, 5)))
        presses = _presses(folder, bench)
        seen = _with_pictures(folder, bench)
        return EditorMeasured(
            lines=bench.lines,
            opening_ms=opening,
            first_ms={name: tuple(1000 * answer.first_s for answer in answers) for name, answers in presses.items()},
            presses_ms={name: tuple(1000 * answer.all_s for answer in answers) for name, answers in presses.items()},
            painting_ms=_painting(folder / "scene.yaml", bench),
            picture_ms=seen.picture_ms,
            memory_mb=seen.memory_mb,
            keys=seen.keys,
        )


def long_scene(lines: int) -> str:
    """A scene of so many lines with two cues each, in shots of `LINES_A_SHOT`."""
    out = [
        "emostage: 1",
        "title: A long film",
        "film: {size: 512, fps: 25}",
        "cast:",
        "  ada: {portrait: sample/astronaut, voice: espeak/en-us}",
    ]
    out.append("shots:")
    for number in range(lines):
        if number % LINES_A_SHOT == 0:
            out += [f"  - name: shot {number // LINES_A_SHOT + 1}", "    lines:"]
        text = f"[happy 0.{number % 9 + 1}] Hello number {number}, I was only [sad 0.4] a photograph of {number // LINES_A_SHOT}."
        out.append(f'      - ada: "{text}"')
    return "\n".join(out) + "\n"


@contextmanager
def _editor(folder: Path, bench: EditorBench, picture: str) -> Iterator[Typist]:
    """The editor on the scene of a folder, with settings, state and journal of its own."""
    (folder / "editor.yaml").write_text(f"picture: {picture}\n", encoding="utf-8")
    env = {"EMOSTAGE_CONFIG": str(folder), "EMOSTAGE_STATE": str(folder / "state"), "TEXTUAL_ANIMATIONS": "none"}
    command = [sys.executable, "-m", "emostage", "edit", str(folder / "scene.yaml"), "--no-speech"]
    with Typist(command, size=bench.size, env=env) as typist:
        yield typist
        typist.press("ctrl+q")
        if typist.ended(3.0) is None:
            typist.press("d")
            typist.ended(3.0)


def _opened(folder: Path, bench: EditorBench) -> float:
    """Seconds from the start of the program until the timeline stands."""
    with _editor(folder, bench, "half") as typist:
        typist.shows("shot 1")
        return typist.settled(quiet_s=_PAINTED_S) - typist.begun_s


def _presses(folder: Path, bench: EditorBench) -> dict[str, tuple[Answer, ...]]:
    with _editor(folder, bench, "none") as typist:
        typist.shows("shot 1")
        typist.settled(quiet_s=1.0)
        return {case.name: tuple(_case(typist, case) for _ in range(bench.repeat)) for case in CASES}


def _case(typist: Typist, case: Case) -> Answer:
    for key in ("home", *case.before):
        typist.press(key)
        typist.settled()
    answer = typist.timed(case.key)
    for key in case.after:
        typist.press(key)
        typist.settled()
    return answer


def _painting(scene: Path, bench: EditorBench) -> dict[str, tuple[float, ...]]:
    from emostage.apps.tui.painting import painting_ms
    from emostage.editing.document import Document

    return painting_ms(Document.read(scene), bench.size, bench.repeat)


@dataclass(frozen=True, kw_only=True)
class _Seen:
    """What is measured with a picture on the screen."""

    picture_ms: dict[str, tuple[float, ...]]
    memory_mb: tuple[float, ...] = ()
    keys: int = 0


def _with_pictures(folder: Path, bench: EditorBench) -> _Seen:
    """Milliseconds until the picture under the playhead stands, after moving and after what is felt was changed; and memory through
    simulated editing."""
    with _editor(folder, bench, "half") as typist:
        typist.shows("▀", limit_s=120)
        typist.settled(quiet_s=2.0)
        pictures = {case.name: tuple(1000 * _case(typist, case).all_s for _ in range(bench.repeat)) for case in _PICTURED}
        wanted = round(bench.minutes * _A_MINUTE)
        marks: list[float | None] = []
        for pressed, key in enumerate(islice(_keys(), wanted), start=1):
            typist.press(key)
            typist.settled(quiet_s=_BETWEEN_S)
            if pressed * _MARKS // wanted > len(marks):
                typist.seen.clear()
                marks.append(typist.memory_mb)
        return _Seen(picture_ms=pictures, memory_mb=tuple(mark for mark in marks if mark is not None), keys=wanted)


def _keys() -> Iterator[str]:
    """What somebody presses who edits a film: always the same."""
    rng = np.random.default_rng(7)
    while True:
        yield from (str(key) for key in rng.choice(_MOVES, size=rng.integers(1, 7)))
        yield from _EDITS[rng.integers(len(_EDITS))]
