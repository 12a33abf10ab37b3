"""Where every command ends: failures become diagnostics and exit codes, and nobody sees a traceback who did not ask for one."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from types import FrameType
from typing import Any

import typer
from typer.core import TyperGroup
from typer.exceptions import TyperException

from emostage.core.errors import Diagnostic, EmostageError, ExitCode
from emostage.core.whole import FULL


class GuardedGroup(TyperGroup):
    """A command group whose commands may fail in any way."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; what it raises ends the program with the code of its kind."""
        try:
            return super().invoke(ctx)
        except (typer.Exit, typer.Abort, TyperException, BrokenPipeError):
            raise
        except Exception as error:
            if ctx.params.get("traceback"):
                raise
            problem = known(error)
            show(problem.diagnostics)
            raise typer.Exit(int(problem.exit_code)) from error
        except KeyboardInterrupt as error:
            from emostage.apps.streams import say

            say("interrupted; what is finished is kept, and the next render continues", "yellow")
            raise typer.Exit(int(ExitCode.INTERRUPTED)) from error


def known(error: Exception) -> EmostageError:
    """Any failure as one a user can read."""
    if isinstance(error, EmostageError):
        return error
    if isinstance(error, MemoryError):
        from emostage.core.errors import DeviceError

        return DeviceError.of("E111", "not enough memory", "try a smaller --size, or --draft")
    if isinstance(error, OSError) and error.errno in FULL:
        return EmostageError.of("E100", f"no space left for {error.filename or 'what is written'}", "free some space")
    if isinstance(error, OSError) and error.filename is not None:
        reason = error.strerror or type(error).__name__
        return EmostageError.of("E101", f"'{error.filename}': {reason}", "look whether the file is there and may be used")
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    hint = "this is a fault of emostage: please report it with the output of the same command after 'emostage --traceback'"
    return EmostageError.of("E120", f"internal error: {text}", hint)


def show(diagnostics: tuple[Diagnostic, ...]) -> None:
    """Tell about problems."""
    from emostage.apps.report import as_text
    from emostage.apps.streams import talk

    console = talk()
    if diagnostics:
        shown = as_text(diagnostics, colour=console.is_terminal and not console.no_color)
        console.file.write(shown.rstrip("\n") + "\n")
        console.file.flush()


@contextlib.contextmanager
def terminable() -> Any:
    """Within, being terminated and losing the terminal are the same as Ctrl-C; what is ignored (`nohup`) stays ignored."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before: dict[int, Callable[..., Any] | int] = {}
    for number in (getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)):
        with contextlib.suppress(ValueError, OSError):  # not the main thread
            if (handler := signal.getsignal(number)) not in (signal.SIG_IGN, None):
                signal.signal(number, stop)
                before[number] = handler
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
