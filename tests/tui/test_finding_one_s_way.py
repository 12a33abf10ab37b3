"""People at the editor who look for something: words, keys with the mouse, what is wrong, what can be done."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.apps.tui.keymap import ACTIONS, FOOTER_LIMIT, GROUPS, bindings, clashes, menu

SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut}
shots:
  - name: pad
    lines:
      - ada: "[happy 0.5] We have [sad 0.3] lift-off!"
      - ada: We wish he could see it.
  - lines:
      - ada: And we go home.
"""
BROKEN = SCENE.replace("happy 0.5", "happyness 0.5").replace("cast:", "cats: 1\ncast:")


def test_the_next_place_where_a_word_is_said_is_gone_to_after_the_search_is_closed(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("asterisk")
            assert "nothing was looked for" in ada.told()
            await ada.press("slash")
            await ada.write("we")
            await ada.press("enter")
            here = []
            for key in ("asterisk", "asterisk", "asterisk", "number_sign"):
                here.append(ada.editor.picked.line)
                await ada.press(key)
            assert here == [0, 1, 2, 0]
            assert ada.editor.picked.line == 2
            assert "'we': 3 of 3" in ada.told()

    play(doing())


def test_a_frame_that_is_drawn_with_shift_picks_the_keys_inside_and_all_are_dragged(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, size=(120, 30)) as ada:
            await ada.settled()
            timeline = ada.editor.timeline
            y, hits = next((y, row.hits) for y, row in enumerate(timeline.rows) if row.spec.kind == "keys" and row.hits)
            assert len(hits) == 2
            end = 9 + hits[1].last + 3
            await ada.pilot.mouse_down(timeline, offset=(end, y - 1), shift=True)
            await ada.pilot.hover(timeline, offset=(9, y))
            await ada.pilot.mouse_up(timeline, offset=(9, y))
            await ada.pilot.pause()
            assert len(ada.editor.picked.keys) == 2
            x = 9 + hits[0].first
            await ada.pilot.mouse_down(timeline, offset=(x, y))
            await ada.pilot.hover(timeline, offset=(x + 2, y))
            await ada.pilot.mouse_up(timeline, offset=(x + 2, y))
            await ada.pilot.pause()
            assert len(ada.editor.picked.keys) == 2
            assert ada.text != SCENE and "[happy 0.5] We" not in ada.text and "[sad 0.3] lift" not in ada.text, ada.text
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


def test_a_line_and_a_shot_fill_the_timeline(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            timeline = ada.editor.timeline
            whole, (shot, _) = timeline.lens, timeline.board.shots
            await ada.press("pagedown", "F")
            assert timeline.lens.start_s <= shot.start_s + 1e-6 and shot.end_s <= timeline.lens.end_s < whole.end_s
            line, of_shot = timeline.board.lines[1], timeline.lens
            await ada.press("f")
            assert timeline.lens.step_s < of_shot.step_s
            assert timeline.lens.start_s <= line.start_s and line.end_s <= timeline.lens.end_s
            await ada.press("0")
            assert timeline.lens == whole

    play(doing())


def test_a_scene_that_opens_with_errors_shows_its_lines_and_can_be_mended(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    scene.write_text(BROKEN, encoding="utf-8")

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.until(lambda: "E031" in ada.screen())
            shown = ada.screen()
            assert "[happyness 0.5] We have" in shown and "── pad" in shown and "And we go home." in shown
            await ada.press("e")
            assert "the scene has errors; mend them first" in ada.told()
            await ada.press("down", "down", "t")
            await ada.until(lambda: "line 3, ada" in ada.screen())
            await ada.press("f7")
            await ada.write("We stay.")
            await ada.press("enter")
            assert ada.text == BROKEN.replace("And we go home.", "We stay."), ada.text
            await ada.settled()
            await ada.press("u", "f4")
            assert ada.text == BROKEN
            await ada.settled()
            await ada.press("f4")
            assert ada.editor.picked.line == 0
            await ada.press("t", "f7")
            await ada.write("We have lift-off!")
            await ada.press("enter")
            await ada.settled()
            assert "E031" not in ada.screen()

    play(doing())


def test_an_action_without_a_key_gets_one_from_the_settings(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, keymap={"shot.join": ("ctrl+j",)}) as ada:
            await ada.settled()
            await ada.press("ctrl+j")
            assert ada.text.count("lines:") == 1, ada.text

    play(doing())


def test_every_action_is_there_and_no_two_have_a_key(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            for action in ACTIONS:
                where = ada.editor.timeline if action.group == "timeline" else ada.editor
                assert hasattr(where, f"action_{action.name}"), action.id

    play(doing())
    assert clashes({}) == {}
    assert sum(bool(action.short) for action in ACTIONS) <= FOOTER_LIMIT
    for group in GROUPS:
        letters = [action.letter for action in menu(group)]
        assert len(set(letters)) == len(letters)
        assert all(binding.key for binding in bindings(group))


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_the_help_fills_its_box(at, play, scene: Path, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, size=size) as ada:
            await ada.settled()
            await ada.press("f1")
            rows = [line.split("│")[1].strip() for line in ada.screen().splitlines() if line.count("│") >= 2]
            assert "" not in rows, rows
            await ada.write("shot")
            assert "o j" in ada.screen() and "T, o t" in ada.screen()

    play(doing())
