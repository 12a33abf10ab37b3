"""`edit`: the timeline editor."""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from emostage.apps.tui.app import EditorApp
    from emostage.editing.document import Document

_KEPT = "what was not saved is kept, and offered at the next start"


def edit(
    context: typer.Context,
    scene: Annotated[Path, typer.Argument(help="The scene file; a new one is begun where there is none.")],
    *,
    list_: Annotated[bool, typer.Option("--list", help="Print shots, lines and keys as plain lines, and end.")] = False,
    words: Annotated[bool, typer.Option("--words", help="With --list: also every word.")] = False,
    silent: Annotated[bool, typer.Option("--no-speech", help="Guess lengths, speak nothing.")] = False,
) -> None:
    """Edit a scene on a timeline: see, hear and bend what is felt."""
    from emostage.editing.document import Document
    from emostage.scene.reader import load_bytes

    if list_:
        _list(Document.of_bytes(load_bytes(scene), scene), words=words)
        return
    document = Document.read(scene)
    traceback = bool(context.find_root().params.get("traceback"))
    _open(document if scene.exists() else _begun(scene), speak=not silent, traceback=traceback)


def _begun(scene: Path) -> Document:
    """A first scene, not yet in a file."""
    from emostage.editing.beginning import first_scene
    from emostage.editing.document import Document

    return Document(path=scene, raw=first_scene(scene))


def _list(document: Document, *, words: bool) -> None:
    from emostage.apps.guard import show
    from emostage.apps.opening import failure_of
    from emostage.apps.streams import data
    from emostage.apps.tui.boards import board_of
    from emostage.apps.tui.listing import listing, teller
    from emostage.studio.rehearsal import Rehearsal

    checked = document.checked
    if checked.script is None:
        raise failure_of(checked.diagnostics)
    show(checked.diagnostics)
    rehearsal = Rehearsal(checked.script)
    rehearsal.run()
    board = board_of(checked.script, rehearsal.rehearsed())
    data("\n".join(listing(board, told=teller(board, checked.script), words=words)))


def _open(document: Document, *, speak: bool, traceback: bool) -> None:
    from emostage.core.errors import EmostageError, UsageError

    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError.of("E014", "the editor needs a terminal", "emostage edit SCENE --list prints the timeline as plain lines")
    from emostage.apps.tui.config import read_settings
    from emostage.apps.tui.graphics.probe import forget, probe
    from emostage.apps.tui.quick import be_quick, settle_down
    from emostage.editing.recovery import recoverable

    settings, warnings = read_settings()
    left = recoverable(document.path)
    if left is not None and left.open_by:
        raise EmostageError.of("E140", f"'{document.path}' is open in another editor", "end that one first")
    graphics = probe(settings.picture)
    if graphics.kind == "kitty":  # whoever draws that knows all colours, also where the other end of ssh does not say so
        os.environ.setdefault("COLORTERM", "truecolor")
    be_quick()
    from emostage.apps.tui.app import EditorApp

    settle_down()
    app = EditorApp(document, settings, recovered=left, warnings=warnings, speak=speak, graphics=graphics, traceback=traceback)
    if graphics.late:
        forget()
    _end(_run(app))


def _run(app: EditorApp) -> int:
    """The exit code of an app; one that is terminated, loses its terminal or fails leaves its recovery file."""
    from emostage.apps.guard import known, show
    from emostage.apps.streams import say
    from emostage.core.errors import ExitCode

    try:
        app.run()
    except KeyboardInterrupt:
        say(f"ended; {_KEPT}", "yellow")
        return int(ExitCode.INTERRUPTED)
    if isinstance(app.fault, Exception):
        show(known(app.fault).diagnostics)
        say(_KEPT, "yellow")
    return app.return_code or 0


def _end(code: int) -> None:
    """End at once: what draws in the background may be in the middle of a library that cannot be left otherwise."""
    with contextlib.suppress(OSError, ValueError):  # the terminal may be gone
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
