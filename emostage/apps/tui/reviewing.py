"""In the background: what a changed document comes to. It is checked, guessed at once, and then spoken line by line."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from emostage.apps.tui.board import Board
from emostage.apps.tui.boards import Boards
from emostage.apps.tui.latest import Latest
from emostage.core.errors import Diagnostic, EmostageError
from emostage.editing.document import Document
from emostage.scene.model import Script
from emostage.studio.plan import LineJob
from emostage.studio.rehearsal import Rehearsal

_EVERY_S = 0.15
"""Boards are made no more often than this while lines are spoken."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Review:
    """What a document comes to; without a script only its problems. `final` says that nothing is being spoken any more."""

    document: Document = field(repr=False)
    diagnostics: tuple[Diagnostic, ...]
    script: Script | None = field(default=None, repr=False)
    board: Board | None = field(default=None, repr=False)
    jobs: tuple[LineJob, ...] = field(default=(), repr=False)
    spoken: int = 0
    final: bool = False


class Reviewer:
    """Reviews the last document it was given; `tell` is called from other threads."""

    def __init__(self, tell: Callable[[Review], None], *, speak: bool = True) -> None:
        self._tell, self._speak = tell, speak
        self._rehearsal: Rehearsal | None = None
        self._boards = Boards()
        self._latest: Latest[Document] = Latest("review", self._review)
        self._voices: threading.Thread | None = None

    def ask(self, document: Document) -> None:
        """Review a document, in the place of any other."""
        self._latest.ask(document)

    def close(self) -> None:
        """Speak nothing more."""
        self._latest.close()
        if self._rehearsal is not None:
            self._rehearsal.stop()

    def now(self, document: Document) -> Review:
        """What a document comes to, at once. Nothing may have been asked for before."""
        review = self._first(document)
        self._go_on(review)
        return review

    def _review(self, document: Document) -> None:
        review = self._first(document)
        self._tell(review)
        self._go_on(review)

    def _first(self, document: Document) -> Review:
        """What a document comes to before more of it is spoken."""
        checked = document.checked
        if checked.script is None:
            return Review(document=document, diagnostics=checked.diagnostics, final=True)
        if self._rehearsal is not None:
            self._rehearsal.stop()
        rehearsal = self._rehearsal = Rehearsal(checked.script, before=self._rehearsal)
        return self._reviewed(document, rehearsal, final=not (rehearsal.missing and self._speak))

    def _go_on(self, review: Review) -> None:
        """Speak what is missing, behind."""
        if not review.final:
            self._voices = threading.Thread(target=self._run, args=(review.document, self._rehearsal), name="voices", daemon=True)
            self._voices.start()

    def _run(self, document: Document, rehearsal: Rehearsal) -> None:
        told_s = 0.0

        def spoken(index: int) -> None:  # noqa: ARG001 - the board shows which
            nonlocal told_s
            if time.monotonic() - told_s >= _EVERY_S and rehearsal is self._rehearsal:
                told_s = time.monotonic()
                self._tell(self._reviewed(document, rehearsal))

        try:
            rehearsal.run(spoken)
        except EmostageError as error:
            diagnostics = (*document.checked.diagnostics, *error.diagnostics)
            self._tell(self._reviewed(document, rehearsal, final=True, diagnostics=diagnostics))
            return
        if rehearsal is self._rehearsal:
            self._tell(self._reviewed(document, rehearsal, final=True))

    def _reviewed(
        self, document: Document, rehearsal: Rehearsal, *, final: bool = False, diagnostics: tuple[Diagnostic, ...] | None = None
    ) -> Review:
        rehearsed = rehearsal.rehearsed()
        failures = tuple(d for found in rehearsed.failures.values() for d in found)
        drawn = rehearsal.drawn(rehearsed) if final else frozenset()
        board = self._boards.of(rehearsal.script, rehearsed, drawn=drawn)
        return Review(
            document=document,
            diagnostics=(*(diagnostics or document.checked.diagnostics), *failures),
            script=rehearsal.script,
            board=board,
            jobs=rehearsed.jobs,
            spoken=len(rehearsed.spoken),
            final=final,
        )
