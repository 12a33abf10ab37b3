"""The editor at terminals that draw pictures: the real program on a pty, and what such a terminal sees."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emostage.apps.tui.glimpsing import drawn_px
from emostage.apps.tui.graphics.kind import Graphics
from emostage.apps.tui.graphics.probe import QUESTIONS
from emostage.apps.typist import Typist
from emostage.editing.document import Document
from emostage.studio.glimpse import Glimpse
from emostage.studio.rehearsal import Rehearsal

ROOT = Path(__file__).parents[2]
PATIENCE_S = 90.0
SCENE = """emostage: 1
film: {size: 512, quality: draft}
cast:
  ada: {portrait: sample/astronaut, framing: close}
shots:
  - lines:
      - ada: "[happy 0.9] We have lift-off!"
"""
KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b[6;20;10t\x1bP>|kitty(0.39.1)\x1b\\\x1b[?62;c"
SIXEL = b"\x1b[6;20;10t\x1b[?62;4;22c"
CELL_PX = (10, 20)


class Terminal(Typist):
    """The editor, and a terminal that answers what it is told to answer, once."""

    def __init__(self, scene: Path, answers: bytes, folder: Path, **variables: str) -> None:
        env = {
            "PYTHONPATH": str(ROOT), "EMOSTAGE_STATE": str(folder / "state"), "EMOSTAGE_CONFIG": str(folder / "config"),
            "TEXTUAL_ANIMATIONS": "none", "COLORTERM": None, **variables,
        }  # fmt: skip
        super().__init__([sys.executable, "-m", "emostage", "edit", str(scene), "--no-speech"], size=(80, 24), env=env)
        self._answers = answers

    @property
    def written(self) -> bytes:
        return bytes(self.seen)

    def until(self, what: Callable[[bytes], bool]) -> None:
        """Read what is written until something is so."""
        end_s = time.monotonic() + PATIENCE_S
        while not what(self.written):
            assert time.monotonic() < end_s, self.written[-2000:]
            if not self._read(0.05, ends=True) and self.process.poll() is not None:
                assert what(self.written), self.written[-2000:]
                return
            if self._answers and QUESTIONS in self.seen:
                self.send(self._answers)
                self._answers = b""

    def leave(self) -> int:
        """End the editor as people do."""
        self.press("q")
        self.until(lambda _: self.process.poll() is not None)
        return self.process.wait()


@pytest.fixture
def sitting(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Sits down at a terminal: (answers, **environment)."""
    scene = tmp_path / "scene.yaml"
    scene.write_text(SCENE, encoding="utf-8")
    terminals = []

    def sit(answers: bytes, **variables: str) -> Terminal:
        terminals.append(Terminal(scene, answers, tmp_path, **variables))
        return terminals[-1]

    yield sit
    for terminal in terminals:
        terminal.close()


@pytest.fixture(scope="module")
def film() -> np.ndarray:
    """The first frame of the film, as the editor draws it."""
    document = Document(path=Path("scene.yaml"), raw=SCENE)
    assert document.checked.script is not None
    rehearsal = Rehearsal(document.checked.script)
    rehearsal.run()
    longest = drawn_px(Graphics(kind="kitty", cell_px=CELL_PX))
    return Glimpse(longest_px=longest).frame(document.checked.script, rehearsal.rehearsed().jobs[0], 0.0)


def alike(seen: np.ndarray, film: np.ndarray) -> tuple[float, float]:
    """Correlation, and mean difference in bytes, of a picture with the film at its size."""
    there = np.asarray(Image.fromarray(film).resize((seen.shape[1], seen.shape[0]), Image.Resampling.BICUBIC)).astype(float)
    return float(np.corrcoef(seen.ravel(), there.ravel())[0, 1]), float(np.abs(seen - there).mean())


def colour(number: int) -> str:
    """How cells of a picture are coloured."""
    return f"38;2;{number >> 16};{number >> 8 & 255};{number & 255};"


def test_kitty_shows_the_film_and_forgets_it_at_the_end(sitting, kitty_of, film: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    ada = sitting(KITTY)
    ada.until(lambda written: bool(kitty_of(written).places))
    ada.send(b"\x1b[C")
    ada.until(lambda written: len(kitty_of(written).places) == 2)
    ((first, picture), (second, other)) = kitty_of(ada.written).all[:2]
    assert first != second and not (picture == other).all()
    correlation, off = alike(picture, film)
    assert correlation > 0.99 and off < 2
    columns, rows = kitty_of(ada.written).places[first]
    ada.until(lambda written: colour(second).encode() in written)
    cells = re.findall(rf"\x1b\[{colour(first)}[;\d]*m((?:\U0010eeee..)+)", ada.written.decode(errors="ignore"))
    assert len(cells) >= rows and {len(row) for row in cells} == {3 * columns}
    assert ada.leave() == 0
    assert not kitty_of(ada.written).pictures
    assert ada.written.rindex(b"\x1b_Ga=d") < ada.written.rindex(b"\x1b[?1049l")  # the other screen has other pictures
    assert b"\x1bP" not in ada.written


def test_sixels_show_the_film(sitting, sixels_of, film: np.ndarray) -> None:  # type: ignore[no-untyped-def]
    ada = sitting(SIXEL)
    ada.until(lambda written: bool(sixels_of(written)))
    ada.send(b"\x1b[C")
    ada.until(lambda written: len({picture.tobytes() for _, _, picture in sixels_of(written)}) > 1)
    row, column, picture = sixels_of(ada.written)[0]
    assert row == 2 and 1 <= column <= 20 and max(picture.shape) >= 160
    correlation, off = alike(picture, film)
    assert correlation > 0.99 and off < 5
    assert ada.leave() == 0
    assert b"\x1b_Ga" not in ada.written


@pytest.mark.parametrize(("answers", "variables"), [(b"\x1b[?1;2c", {}), (b"", {}), (KITTY, {"NO_COLOR": "1"})])
def test_other_terminals_show_characters(sitting, answers: bytes, variables: dict[str, str]) -> None:  # type: ignore[no-untyped-def]
    ada = sitting(answers, **variables)
    shown = b"no picture yet"
    ada.until(lambda written: shown in written and b"lift-off" in written)
    assert (QUESTIONS in ada.written) == (not variables)
    assert ada.leave() == 0
    assert ada.written.count(b"\x1b_G") == (not variables) and b"\x1bP" not in ada.written


def test_keys_that_are_pressed_too_early_and_late_answers_change_nothing(sitting) -> None:  # type: ignore[no-untyped-def]
    ada = sitting(b"")
    ada.send(b"x\x1b[C4c")
    ada.until(lambda written: QUESTIONS in written)
    time.sleep(0.27)
    ada.send(KITTY)
    ada.until(lambda written: b"lift-off" in written)
    time.sleep(0.3)
    assert ada.leave() == 0
    assert b"undo:" not in ada.written and b"Traceback" not in ada.written
