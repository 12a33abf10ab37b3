"""An app that asks one question and keeps the answer."""

import asyncio
from dataclasses import dataclass, field

import pytest
from textual.app import App


@dataclass
class Asked:
    """What a screen showed after every step, and what it was dismissed with."""

    answer: object = "still open"
    shown: list[str] = field(default_factory=list)


@pytest.fixture
def ask(monkeypatch):
    """`ask(screen, *steps)`: keys are pressed, functions are called with the pilot."""
    monkeypatch.setenv("TEXTUAL_ANIMATIONS", "none")

    def asked(screen, *steps, size=(80, 24)):
        async def go():
            said = Asked()
            app = App()
            async with app.run_test(size=size) as pilot:
                app.push_screen(screen, lambda answer: setattr(said, "answer", answer))
                for step in ((), *steps):
                    if isinstance(step, str):
                        await pilot.press(step)
                    elif step:
                        await step(pilot)
                    await pilot.pause()
                    said.shown.append("\n".join(strip.text for strip in app.screen._compositor.render_strips()))
                    if said.answer != "still open":
                        break
            return said

        return asyncio.run(go())

    return asked
