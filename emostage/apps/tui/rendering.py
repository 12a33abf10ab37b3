"""A render beside the editor: another process, so that the editor stays quick, and a render that fails or is stopped harms nothing.

What it has finished stays in the cache, so the next one goes on from there.
"""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_SAID = 20
"""Lines of talk that are kept, for what went wrong."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a render is doing: `done` of `frames` frames; `path` of the film when it is made, `problem` when it failed."""

    text: str
    done: int = 0
    frames: int = 0
    path: str = ""
    problem: str = ""
    ended: bool = False


class Render:
    """One render; `tell` is called from another thread."""

    def __init__(self, scene: Path, out: Path, tell: Callable[[Progress], None], *, lines: Sequence[int] = ()) -> None:
        only = ["--only", ",".join(map(str, lines))] if lines else []
        self._command = [sys.executable, "-m", "emostage", "render", str(scene), "-o", str(out), "--json-lines", *only]
        self._out, self._tell = out, tell
        self._stopped = False
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )
        self._said: list[str] = []
        self._ears = threading.Thread(target=self._hear, name="render-talk", daemon=True)
        self._ears.start()
        threading.Thread(target=self._watch, name="render", daemon=True).start()

    def stop(self) -> None:
        """Stop; what is finished is kept."""
        self._stopped = True
        self._process.terminate()

    def _hear(self) -> None:
        for line in self._process.stderr or ():
            self._said = [*self._said, line.rstrip()][-_SAID:]

    def _watch(self) -> None:
        for line in self._process.stdout or ():
            try:
                progress = _told(json.loads(line))
            except ValueError:
                continue
            if progress is not None:
                self._tell(progress)
        code = self._process.wait()
        self._ears.join(2.0)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        if self._stopped:
            self._tell(Progress(text="stopped; what is finished is kept", ended=True))
        elif code == 0:
            self._tell(Progress(text=f"{self._out} is made", path=str(self._out), ended=True))
        else:
            problem = next((said for said in self._said if " E" in said), self._said[-1] if self._said else f"exit code {code}")
            self._tell(Progress(text="the render failed", problem=problem, ended=True))


def _told(event: dict[str, Any]) -> Progress | None:
    """An event of `render --json-lines` as progress."""
    kind = event.get("event")
    if kind == "frame":
        done, frames = int(event["done"]), int(event["to_draw"])
        left = f", {event['eta_s']:.0f} s left" if event.get("eta_s") else ""
        return Progress(text=f"drawing line {event['number']}: {done} of {frames} frames{left}", done=done, frames=frames)
    if kind == "stage":
        return Progress(text=str(event.get("stage", "")))
    return None
