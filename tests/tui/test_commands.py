"""People at the editor who change more than feelings: beats, shots, people, looks, many keys at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.widgets import Input

SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut}
  bob: {portrait: sample/hopper}
shots:
  - name: pad
    lines:
      - ada: "[happy 0.5] We have [sad 0.3] lift-off, bob!"  # at last
      - pause: 400ms
      - bob: I wish he could see it.
  - name: home
    lines:
      - bob: Good night.
"""


@pytest.fixture
def film(at, play, scene: Path):  # type: ignore[no-untyped-def]
    """`film(doing)`: `doing` is given `after(*parts)`, which gives the scene's text after keys; words in `<...>` are written. It
    begins with the scene as it was, and waits after every part until it is worked out."""

    def opened(doing) -> None:  # type: ignore[no-untyped-def]
        async def go() -> None:
            async with at(scene, size=(120, 34)) as ada:

                async def after(*parts: str, told: str = "") -> str:
                    while ada.editor.session.undo():
                        pass
                    await ada.settled()
                    await ada.press("home")
                    for part in parts:
                        await (written(ada, part[1:-1]) if part.startswith("<") else ada.press(part))
                        await ada.settled()
                    assert told in ada.told(), ada.told()
                    assert ada.app.screen is ada.editor, ada.screen()
                    return ada.text

                await doing(after)

        play(go())

    return opened


async def written(ada, text: str) -> None:  # type: ignore[no-untyped-def]
    """Write into what has the focus, without the time it takes to type."""
    focused = ada.app.focused
    if isinstance(focused, Input):
        focused.insert_text_at_cursor(text)
        await ada.pilot.pause()
    else:
        await ada.write(text)


def lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("shots:\n")[1].splitlines()]


def test_a_beat_is_put_and_made_longer_with_the_key_that_edits_a_text(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        text = await after("N", "ctrl+u", "<1s>", "enter", "t", "ctrl+u", "<2>", "enter")
        assert lines(text)[3] == "- pause: 2s"
        assert lines(text)[4] == "- pause: 400ms"
        assert await after("d", told="this line is no beat. pauses in a text are cues") == SCENE

    film(doing)


def test_a_length_that_no_beat_can_have_is_not_taken(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        assert await after("N", "ctrl+u", "<soon>", "enter", "escape") == SCENE
        assert await after("N", "ctrl+u", "<3h>", "enter", "escape") == SCENE

    film(doing)


def test_a_line_is_there_twice_and_undone_as_one_step(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        assert (await after("Y")).count("lift-off") == 2
        assert await after("Y", "u") == SCENE

    film(doing)


def test_shots_are_cut_joined_moved_named_and_deleted_from_a_menu(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        assert lines(await after("end", "pageup", "vertical_line"))[4:6] == ["- lines:", "- bob: I wish he could see it."]
        assert await after("vertical_line", told="this line is the first of its shot") == SCENE
        assert lines(await after("o", "j"))[5] == "- bob: Good night."
        assert lines(await after("o", "l"))[0] == "- name: home"
        assert lines(await after("end", "o", "e"))[0] == "- name: home"
        assert "- name: start\n" in await after("o", "r", "ctrl+u", "<start>", "enter")
        assert "pad" not in await after("o", "x")
        assert await after("o", "e", told="the shot cannot go further") == SCENE
        assert lines(await after("o", "n", "down", "enter", "<Wait!>", "enter"))[5:7] == ["- lines:", '- ada: "Wait!"']

    film(doing)


def test_who_is_on_screen_and_how_a_shot_begins(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        assert "layout: [ada, bob]\n" in await after("o", "w", "<ada, bob>", "enter")
        assert "transition: {fade: 1.5s}" in await after("T", "<fade 1500ms>", "enter")
        assert await after("T", "<fade soon>", "enter", told="'soon' is not a length of time") == SCENE

    film(doing)


def test_somebody_new_is_put_in_the_cast_and_called_otherwise(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        text = await after("C", "n", "<zoe>", "enter", "<astronaut>", "enter", "enter")
        assert "  zoe: {portrait: sample/astronaut}\n" in text
        text = await after("C", "r", "enter", "ctrl+u", "<eve>", "enter")
        assert "  eve: {portrait: sample/astronaut}\n" in text and '- eve: "[happy' in text
        assert await after("C", "r", "enter", "ctrl+u", "<bob>", "enter", "escape") == SCENE

    film(doing)


def test_an_identity_is_played_as_strongly_as_is_said(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        asked = ("C", "i", "enter", "<tuned>", "enter")
        assert "identity: tuned}" in await after(*asked, "enter")
        assert "identity: {path: tuned, strength: 0.8}" in await after(*asked, "ctrl+u", "<0.8>", "enter")
        assert await after(*asked, "ctrl+u", "<2>", "enter", "escape") == SCENE

    film(doing)


def test_mood_framing_and_voice_of_a_person(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        text = await after("C", "m", "down", "enter", "<happy 0.2>", "enter", "C", "f", "down", "enter", "<close>", "enter")
        assert "  bob: {portrait: sample/hopper, mood: happy 0.2, framing: close}\n" in text
        assert "voice: espeak/de" in await after("C", "v", "enter", "<espeak/de>", "enter")
        assert "mood: sad 0.2" in await after("B", "<sad 0.2>", "enter")

    film(doing)


def test_settings_of_the_film_are_chosen_and_what_is_none_is_refused(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        assert "film: {size: 96, quality: high}" in await after("O", "<quality>", "enter", "<high>", "enter")
        assert "title: Lift-off\n" in await after("O", "<title>", "enter", "<Lift-off>", "enter")
        assert "quality" not in await after("O", "<quality>", "enter", "<as usual>", "enter")
        assert await after("O", "<fps>", "enter", "<many>", "enter", told="many") == SCENE

    film(doing)


def test_looks_and_gestures_are_put_at_the_playhead(film) -> None:  # type: ignore[no-untyped-def]
    async def doing(after) -> None:  # type: ignore[no-untyped-def]
        text = await after("right", "right", "e", "2", "y", "n")
        assert "[look bob]" in text and "[nod]" in text
        assert "[look 20 -5]" in await after("right", "right", "e", "a", "<20 -5>", "enter")
        assert await after("right", "right", "e", "a", "<90 0>", "enter", "escape", "escape") == SCENE
        assert "head: [{at: word:have, do: [12, 0, 0]}]" in await after("right", "right", "y", "r")

    film(doing)


def test_many_keys_are_picked_moved_made_stronger_and_undone_as_one(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("right_square_bracket", "right_curly_bracket")
            assert len(ada.editor.picked.keys) == 2
            await ada.press("plus")
            assert "[happy 0.55]" in ada.text and "[sad 0.35]" in ada.text
            await ada.press("u")
            assert ada.text == SCENE
            await ada.settled()
            assert len(ada.editor.picked.keys) == 2
            await ada.press("L")
            assert "We [happy 0.5] have lift-off" in ada.text and "sad: 0.3}]" in ada.text
            await ada.press("u", "escape")
            assert ada.text == SCENE and not ada.editor.picked.keys
            await ada.settled()
            await ada.press("a", "x")
            assert '"We have lift-off, bob!"' in ada.text
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


def test_many_keys_are_copied_and_put_elsewhere_in_one_step(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("a", "c", "end", "pageup", "right", "v")
            assert ada.text.count("happy") == 2 and ada.text.count("sad") == 2
            await ada.settled()
            assert len(ada.editor.picked.keys) == 2
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


def test_a_cue_that_leaves_its_word_stays_picked(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("right_square_bracket", "right_square_bracket", "s", "L", "L", "plus")
            assert "[happy 0.5] We have lift-off" in ada.text
            assert "sad: 0.35" in ada.text, ada.text
            await ada.settled()
            await ada.press("plus")
            assert "sad: 0.4" in ada.text, ada.text

    play(doing())
