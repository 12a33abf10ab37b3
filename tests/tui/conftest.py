"""A person at the editor: opens scenes, presses keys, waits until what they asked for is on the screen."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from types import MappingProxyType

import pytest
from textual.pilot import Pilot

from emostage.apps.tui.app import EditorApp
from emostage.apps.tui.config import Settings
from emostage.apps.tui.editor import Editor
from emostage.editing.document import Document
from emostage.editing.journal import Journal
from emostage.editing.recovery import recoverable

PATIENCE_S = 60.0


class Person:
    """Somebody at the keyboard."""

    def __init__(self, pilot: Pilot[None], app: EditorApp) -> None:
        self.pilot, self.app = pilot, app

    @property
    def editor(self) -> Editor:
        assert self.app.editor is not None
        return self.app.editor

    @property
    def text(self) -> str:
        return self.editor.session.document.text

    async def until(self, what: Callable[[], bool]) -> None:
        """Wait until something is so."""
        for _ in range(int(PATIENCE_S / 0.02)):
            if what():
                return
            await self.pilot.pause(0.02)
        raise AssertionError(f"it never came to be:\n{self.screen()}")

    async def settled(self) -> None:
        """Wait until what was edited is worked out."""
        await self.until(lambda: self.editor.review is not None and self.editor.review.document is self.editor.session.document)

    async def press(self, *keys: str) -> None:
        for key in keys:
            await self.pilot.press(key)
        await self.pilot.pause()

    async def write(self, text: str) -> None:
        """Type text, without the time it takes."""
        for char in text:
            await self.pilot.press({" ": "space", "[": "left_square_bracket", "]": "right_square_bracket"}.get(char, char))
        await self.pilot.pause()

    def told(self) -> str:
        """What was said in passing."""
        return "\n".join(notification.message for notification in self.app._notifications)

    def screen(self) -> str:
        """The characters on the screen."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@pytest.fixture
def scene(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The file of the module's `SCENE`."""
    path = tmp_path / "scene.yaml"
    path.write_text(request.module.SCENE, encoding="utf-8")
    return path


Opening = Callable[..., "AsyncIterator[Person]"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):  # type: ignore[no-untyped-def]
    """`async with at(path) as person`; `left` is what an editor that did not end well has made of the file."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")
    monkeypatch.setenv("EMOSTAGE_STATE", str(tmp_path / "state"))
    monkeypatch.setenv("EMOSTAGE_CONFIG", str(tmp_path / "config"))

    @asynccontextmanager
    async def opened(
        path: Path,
        *,
        size: tuple[int, int] = (80, 24),
        speak: bool = False,
        picture: str = "none",
        raw: str | None = None,
        left: str = "",
        traceback: bool = True,
        keymap: Mapping[str, tuple[str, ...]] = MappingProxyType({}),
    ) -> AsyncIterator[Person]:
        if left:
            Journal.begin(path, path.read_text(encoding="utf-8"), text=left).close(keep=True)
        document = Document.read(path) if raw is None else Document(path=path, raw=raw)
        settings = Settings(picture=picture, keymap=keymap)
        app = EditorApp(document, settings, recovered=recoverable(path), speak=speak, traceback=traceback)
        async with app.run_test(size=size) as pilot:
            person = Person(pilot, app)
            await person.until(lambda: app.editor is not None or len(app.screen_stack) > 1)
            yield person

    return opened


@pytest.fixture
def play() -> Callable[[Awaitable[None]], None]:
    """Run what a person does."""
    return asyncio.run  # type: ignore[return-value]
