"""People at the editor stay where they are, and lose nothing of theirs or of others."""

from __future__ import annotations

from pathlib import Path

from emostage.core.errors import EmostageError
from emostage.editing.beginning import first_scene
from emostage.editing.journal import Journal
from emostage.editing.recovery import recoverable

SCENE = """emostage: 1
film: {size: 96, quality: draft}
cast:
  ada: {portrait: sample/astronaut}
  bob: {portrait: sample/hopper}
shots:
  - lines:
      - ada: "[happy 0.5] We have [sad 0.3] lift-off, bob!"
      - bob: I wish he could see it.
  - transition: crossfade
    lines:
      - bob: Good night.
"""


def test_the_playhead_goes_where_an_edit_and_its_undo_are(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()

            def is_in(line: int) -> bool:
                found = ada.editor.board.line_at(ada.editor.picked.at_s)
                return found.index == ada.editor.picked.line == line

            for keys, line in ((("N", "enter"), 1), (("pagedown", "alt+down"), 2), (("home", "u"), 2), (("u",), 0)):
                await ada.press(*keys)
                await ada.settled()
                await ada.until(lambda line=line: is_in(line))

    play(doing())


def test_the_playhead_stays_at_its_word_while_lines_before_it_are_spoken(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, speak=True) as ada:
            await ada.until(lambda: ada.editor.board is not None)
            await ada.press("end")
            await ada.until(lambda: ada.editor.review.final)
            assert ada.editor.board.line_at(ada.editor.picked.at_s).index == ada.editor.picked.line == 2

    play(doing())


def test_a_new_scene_is_not_said_to_be_gone_but_one_that_was_deleted_is(at, play, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "new.yaml"

    async def doing() -> None:
        async with at(path, raw=first_scene(path)) as ada:
            await ada.settled()
            ada.editor._look_outside()
            await ada.press()
            assert "gone" not in ada.told()
            await ada.press("ctrl+s")
            path.unlink()
            ada.editor._look_outside()
            await ada.press()
            assert "the file is gone" in ada.told()
            await ada.press("q")
            await ada.until(lambda: "not saved" in ada.screen())
            await ada.press("s")
            await ada.until(path.exists)

    play(doing())


def test_what_others_have_just_saved_is_not_written_over(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    theirs = SCENE.replace("Good", "Bad")

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("Y")
            scene.write_text(theirs, encoding="utf-8")
            await ada.press("ctrl+s")
            await ada.until(lambda: "changed outside" in ada.screen())
            assert scene.read_text(encoding="utf-8") == theirs
            await ada.press("k", "ctrl+s")
            assert scene.read_text(encoding="utf-8") == ada.text != theirs

    play(doing())


def test_who_escapes_the_question_of_recovery_is_asked_again(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene, left=SCENE.replace("Good", "Sad")) as ada:
            await ada.until(lambda: "did not end well" in ada.screen())
            await ada.press("escape")
            await ada.until(lambda: not ada.app.is_running)
        left = recoverable(scene)
        assert left is not None
        assert left.differs
        assert "Sad night" in left.text

    play(doing())


def test_what_can_still_be_read_is_not_said_again(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("u", "u", "u", "U")
            assert ada.told().splitlines() == ["nothing to undo", "nothing to redo"]

    play(doing())


def test_who_speaks_is_seen_where_not_all_tracks_fit(at, play, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    names = [f"person{number}" for number in range(9)]
    cast = "".join(f"  {name}: {{portrait: sample/astronaut}}\n" for name in names)
    lines = "".join(f"      - {name}: Hello.\n" for name in names)
    path = tmp_path / "many.yaml"
    path.write_text(f"emostage: 1\ncast:\n{cast}shots:\n  - lines:\n{lines}", encoding="utf-8")

    async def doing() -> None:
        async with at(path) as ada:
            await ada.settled()
            for key, name in (("end", "person8"), ("pageup", "person7"), ("home", "person0")):
                await ada.press(key)
                assert name in "\n".join(ada.screen().splitlines()[8:])

    play(doing())


def test_of_a_long_text_the_part_that_is_said_is_seen_and_what_is_felt(at, play, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    words = " ".join(f"word{number}" for number in range(300))
    path = tmp_path / "long.yaml"
    path.write_text(SCENE.replace("Good night.", f'"[sad 0.5] {words}"'), encoding="utf-8")

    async def doing() -> None:
        async with at(path) as ada:
            await ada.settled()
            await ada.press("end", "left")
            facts = ada.screen().splitlines()[:10]
            assert any("word299" in row for row in facts)
            assert any("S sad" in row for row in facts)
            await ada.press("pageup", "pagedown")
            facts = ada.screen().splitlines()[:10]
            assert any("word0 " in row for row in facts)

    play(doing())


def test_of_a_scene_that_cannot_be_read_it_is_not_said_that_it_is_empty(at, play, scene: Path) -> None:  # type: ignore[no-untyped-def]
    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            scene.write_text(SCENE + "  : [oops\n", encoding="utf-8")
            await ada.press("f5")
            await ada.settled()
            for key in ("t", "n", "N", "C", "o"):
                await ada.press(key)
                if key in "Co":
                    await ada.press("n" if key == "o" else "r")
                assert ada.app.screen is ada.editor
                assert ada.told().splitlines()[-1].startswith("the scene cannot be read")
            assert "spoken" not in ada.screen().splitlines()[-2]
            await ada.press("u")
            assert ada.text == SCENE

    play(doing())


def test_a_disk_that_has_room_again_keeps_what_is_done_from_then_on(
    at, play, scene: Path, monkeypatch
) -> None:  # type: ignore[no-untyped-def]
    begin, full = Journal.begin, EmostageError.of("E100", "no space left for the recovery file", "free some space")

    def refused(*_: object, **__: object) -> Journal:
        raise full

    monkeypatch.setattr(Journal, "begin", refused)

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            assert "a crash would lose work" in ada.told()
            await ada.press("Y")
            ada.editor._sync()
            assert recoverable(scene) is None
            monkeypatch.setattr(Journal, "begin", begin)
            ada.editor._sync()
            await ada.press("Y")
            assert recoverable(scene).text == ada.text

    play(doing())


def test_a_scene_is_saved_where_only_the_recovery_file_has_no_room(at, play, scene: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    def full(_: object) -> None:
        raise EmostageError.of("E100", "no space left for the recovery file", "free some space")

    async def doing() -> None:
        async with at(scene) as ada:
            await ada.settled()
            await ada.press("Y")
            monkeypatch.setattr(ada.editor.journal, "saved", full)
            await ada.press("ctrl+s")
            assert "no space left" in ada.told() and "saved" in ada.told()
            assert scene.read_text(encoding="utf-8") == ada.text
            assert not ada.editor.session.history.dirty

    play(doing())
