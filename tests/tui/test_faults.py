"""What happens when the editor itself is wrong: nobody sees a traceback who did not ask for one, and nothing is lost."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from emostage.apps.commands import edit
from emostage.apps.tui.editor import Editor
from emostage.editing.recovery import recoverable

SCENE = "emostage: 1\ncast: {ada: {portrait: sample/astronaut}}\nshots: [{lines: [{ada: Hello}]}]\n"


def wrong(*_: object) -> None:
    raise ZeroDivisionError("by our own fault")


async def wrong_later(*_: object) -> None:
    wrong()


def test_a_fault_behind_a_question_is_told_and_the_editor_goes_on(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(Editor, "_text", wrong_later)

    async def go() -> None:
        async with at(scene, traceback=False) as ada:
            await ada.press("t")
            await ada.until(lambda: "internal error: ZeroDivisionError" in ada.told())
            await ada.press("Y")
            assert ada.text.count("Hello") == 2

    play(go())


def test_a_fault_in_a_key_ends_the_editor_and_leaves_what_was_done(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(Editor, "action_line_delete", wrong)

    async def go() -> None:
        async with at(scene, traceback=False) as ada:
            await ada.press("Y", "D")
            assert isinstance(ada.app.fault, ZeroDivisionError)
            assert not ada.app._exit_renderables

    with pytest.raises(ZeroDivisionError):
        play(go())
    left = recoverable(scene)
    assert left is not None
    assert left.text.count("Hello") == 2


def test_whoever_runs_the_editor_tells_of_its_fault(capsys) -> None:  # type: ignore[no-untyped-def]
    app = SimpleNamespace(run=lambda: None, fault=ZeroDivisionError("by our own fault"), return_code=1)
    assert edit._run(app) == 1  # type: ignore[arg-type]
    told = capsys.readouterr().err
    assert "E120 internal error: ZeroDivisionError: by our own fault" in told
    assert "offered at the next start" in told
    assert "Traceback" not in told
