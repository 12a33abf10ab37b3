"""People at the editor, from an empty file to a film."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from emostage.core.errors import EmostageError
from emostage.editing.beginning import first_scene
from emostage.editing.document import Document

ROOT = Path(__file__).parents[2]
SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut, framing: close}  # she
shots:
  - name: pad
    lines:
      - ada: "[happy 0.5] We have lift-off!"  # at last
      - pause: 400ms
      - ada: I wish he could see it.
"""


def test_a_key_is_picked_made_stronger_moved_to_a_word_undone_and_saved(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("right_square_bracket", "plus", "plus")
            assert '"[happy 0.6] We have' in ada.text
            await ada.settled()
            await ada.press("L")
            assert '"We [happy 0.6] have lift-off!"  # at last' in ada.text
            await ada.press("u")
            assert '"[happy 0.6] We have' in ada.text
            await ada.press("U")
            await ada.press("ctrl+s")
            assert scene.read_text(encoding="utf-8") == SCENE.replace("[happy 0.5] We", "We [happy 0.6]")
            assert not ada.editor.session.history.dirty
            await ada.press("u", "u", "u")
            assert ada.text == SCENE

    play(doing())


def test_a_line_is_written_with_a_completed_cue_split_joined_and_found(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("end", "n")
            await ada.write("Come [sa")
            await ada.press("tab")
            await ada.write("home now.")
            await ada.press("enter")
            assert ada.text.endswith('      - ada: "Come [sad 0.7] home now."\n')
            await ada.settled()
            await ada.press("slash")
            await ada.write("home")
            await ada.press("enter")
            await ada.press("S")
            assert ada.text.endswith('- ada: "Come"\n      - ada: "[sad 0.7] home now."\n'), ada.text
            await ada.settled()
            await ada.press("pageup", "M")
            assert ada.text.endswith('"Come [sad 0.7] home now."\n')

    play(doing())


def test_what_is_felt_is_mixed_and_a_key_of_a_list_gets_an_easing(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("end", "comma", "i", "down", "4", "enter")
            assert "emotion: [{at: " in ada.text and "sad: 0.4}]" in ada.text
            await ada.settled()
            await ada.press("b", "up", "up", "enter")
            assert "ease:" in ada.text
            assert ada.editor.session.document.checked.script is not None

    play(doing())


def test_a_film_is_written_from_nothing_and_rendered(at, play, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    path = tmp_path / "hello.yaml"
    raw = first_scene(path).replace("size: 512", "size: 96")

    async def doing() -> None:
        async with at(path, raw=raw, speak=True) as ada:
            await ada.until(lambda: ada.editor.review is not None and ada.editor.review.final)
            await ada.press("t", "f7")
            await ada.write("[happy 0.4] Hello you!")
            await ada.press("enter")
            await ada.until(lambda: ada.app.screen is ada.editor)
            await ada.settled()
            await ada.press("home", "right_square_bracket", "plus", "R")
            await ada.until(lambda: (tmp_path / "out" / "hello.mp4").exists() and ada.editor.render_now is None)
            assert path.exists() and "[happy 0.45] Hello you!" in path.read_text(encoding="utf-8")

    play(doing())
    assert (tmp_path / "out" / "hello.mp4").stat().st_size > 1000


def test_leaving_with_changes_asks_and_staying_stays(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("right_square_bracket", "plus", "q")
            assert "not saved" in ada.screen()
            await ada.press("c")
            assert ada.app.screen is ada.editor
            await ada.press("q", "s")
            assert "0.55" in scene.read_text(encoding="utf-8")

    play(doing())


def test_changes_made_outside_are_taken_or_asked_about(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            scene.write_text(SCENE.replace("lift-off", "landed"), encoding="utf-8")
            await ada.until(lambda: "landed" in ada.text)
            await ada.settled()
            await ada.press("right_square_bracket", "plus")
            scene.write_text(SCENE.replace("lift-off", "a problem"), encoding="utf-8")
            await ada.until(lambda: "changed outside" in ada.screen())
            await ada.press("v")
            assert "a problem" in ada.screen()
            await ada.press("k")
            assert "landed" in ada.text

    play(doing())


def test_a_broken_scene_shows_its_problems_and_keeps_what_was_seen(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            scene.write_text(SCENE.replace("happy 0.5", "happyness 0.5"), encoding="utf-8")
            await ada.until(lambda: "E031" in ada.screen())
            assert "lift-off" in ada.screen()
            await ada.press("u")
            await ada.settled()
            assert "E031" not in ada.screen()

    play(doing())


def test_keys_can_be_dragged_and_put_with_the_mouse(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, size=(120, 30)) as ada:
            await ada.settled()
            timeline = ada.editor.timeline
            y, hit = next((y, row.hits[0]) for y, row in enumerate(timeline.rows) if row.spec.kind == "keys" and row.hits)
            have = ada.editor.board.lines[0].words[1].start_s
            x, goal = 9 + hit.first, 9 + timeline.lens.column(have) + 1
            await ada.pilot.mouse_down(timeline, offset=(x, y))
            await ada.pilot.hover(timeline, offset=(goal, y))
            await ada.pilot.mouse_up(timeline, offset=(goal, y))
            await ada.settled()
            assert "We [happy 0.5] have" in ada.text, ada.text
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
def test_the_screen_is_as_it_was_pinned(at, play, scene: Path, size: tuple[int, int]) -> None:  # type: ignore[no-untyped-def]
    pinned = Path(__file__).parent / "snapshots" / f"{size[0]}x{size[1]}.txt"

    async def doing() -> None:
        async with at(scene, size=size) as ada:
            await ada.settled()
            await ada.press("right_square_bracket")
            found = ada.screen()
            if os.environ.get("EMOSTAGE_PIN"):
                pinned.write_text(found + "\n", encoding="utf-8")
            assert found + "\n" == pinned.read_text(encoding="utf-8")

    play(doing())


def test_another_keymap_is_heard(at, play, scene: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    from emostage.apps.tui.config import Settings

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            ada.app.set_keymap({"key.up": "y"})
            await ada.press("right_square_bracket", "y")
            assert "[happy 0.55]" in ada.text

    assert Settings().keymap == {}
    play(doing())


def test_a_picture_that_is_missing_is_told_and_another_can_be_chosen(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    scene.write_text(SCENE.replace("sample/astronaut", "gone.png"), encoding="utf-8")

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.until(lambda: "E071" in ada.screen() and "Nothing can be" in ada.screen())
            await ada.press("P")
            await ada.write("astro")
            await ada.press("enter")
            await ada.settled()
            assert ada.text == SCENE
            assert "lift-off" in ada.screen()

    play(doing())


def test_a_full_disk_is_told_and_the_screen_shows_what_was_done(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("right_square_bracket")

            def full(*_: object) -> None:
                raise EmostageError.of("E100", "no space left for the recovery file", "free some space")

            monkeypatch.setattr(ada.editor.journal, "did", full)
            monkeypatch.setattr(ada.editor.journal, "undid", full)
            await ada.press("plus")
            await ada.settled()
            assert "0.55" in ada.text and "no space left" in ada.told()
            await ada.press("u")
            await ada.settled()
            assert ada.text == SCENE

    play(doing())


def test_an_editor_that_cannot_be_started_is_told(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            for editor in ('vim "', "/nowhere/vim"):
                monkeypatch.setenv("VISUAL", editor)
                await ada.press("E")
                assert f"'{editor}' cannot be started" in ada.told()

    play(doing())


_EDITING = """
import asyncio, sys
from pathlib import Path
from emostage.apps.tui.app import EditorApp
from emostage.apps.tui.config import Settings
from emostage.editing.document import Document
async def main():
    app = EditorApp(Document.read(Path(sys.argv[1])), Settings(picture="none"), speak=False)
    async with app.run_test(size=(80, 24)) as pilot:
        while app.editor is None or app.editor.board is None:
            await pilot.pause(0.02)
        await pilot.press("right_square_bracket")
        while True:
            await pilot.press("plus", "minus", "plus")
            print(app.editor.session.document.text.splitlines()[7], flush=True)
            await pilot.pause(0.05)
asyncio.run(main())
"""


def test_killed_at_any_point_the_next_start_offers_what_was_there(at, play, scene: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen([sys.executable, "-c", _EDITING, str(scene)], stdout=subprocess.PIPE, env=env, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(3)]
    time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert scene.read_text(encoding="utf-8") == SCENE, said

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.until(lambda: "did not end well" in ada.screen())
            await ada.press("r")
            await ada.until(lambda: ada.app.editor is not None)
            await ada.settled()
            assert "[happy 0." in ada.text and ada.text != SCENE
            assert ada.editor.session.history.dirty
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


def test_a_scene_of_two_hundred_lines_opens_soon_and_without_torch(tmp_path: Path) -> None:
    lines = "".join(f'      - ada: "[happy 0.{n % 9}] This is line number {n}, and so on."\n' for n in range(200))
    path = tmp_path / "long.yaml"
    path.write_text(SCENE.split("      - ada:", maxsplit=1)[0] + lines, encoding="utf-8")
    code = (
        "import asyncio, json, sys, time; began = time.perf_counter()\n"
        "from pathlib import Path\n"
        "from emostage.apps.tui.app import EditorApp\nfrom emostage.apps.tui.config import Settings\n"
        "from emostage.editing.document import Document\n"
        "async def main():\n"
        "    app = EditorApp(Document.read(Path(sys.argv[1])), Settings(), speak=False, journal=False)\n"
        "    async with app.run_test(size=(80, 24)) as pilot:\n"
        "        while app.editor is None or app.editor.board is None: await asyncio.sleep(0.005)\n"
        "        took = time.perf_counter() - began\n"
        "        heavy = [m for m in ('torch', 'moviepy', 'mediapipe', 'cv2', 'lightning') if m in sys.modules]\n"
        "        print(json.dumps([took, heavy]), flush=True)\n"
        "        import os; os._exit(0)\n"
        "asyncio.run(main())\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT), "TEXTUAL_ANIMATIONS": "none"}
    done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, env=env, text=True, check=True)
    took, heavy = json.loads(done.stdout)
    assert heavy == []
    assert took < 6.0  # about 0.8 s on a quiet machine; `emostage bench` style figures are in the README


def test_an_hour_of_editing_keeps_steps_not_texts(scene: Path) -> None:
    import tracemalloc

    from emostage.editing.feelings import strengthen
    from emostage.editing.history import History
    from emostage.editing.refs import KeyRef

    ref = KeyRef(line=0, track="emotion", number=0)
    history = History(Document.read(scene))
    tracemalloc.start()
    for number in range(600):
        history.do(strengthen(history.document, [ref], 0.1 if number % 2 else -0.1))
    first, _ = tracemalloc.get_traced_memory()
    for number in range(600):
        history.do(strengthen(history.document, [ref], 0.1 if number % 2 else -0.1))
    second, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert second - first < 600 * 1500
