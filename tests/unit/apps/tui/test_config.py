"""Settings are read as far as they make sense; what does not is told, never raised."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.apps.tui.config import Settings, read_settings
from emostage.apps.tui.keymap import ACTIONS, BY_ID, GROUPS, bindings, clashes, good_key, shown, textual_keymap


@pytest.fixture
def file(tmp_path):
    return tmp_path / "editor.yaml"


def test_no_file_and_an_empty_one_are_the_usual_settings(file):
    assert read_settings(file) == (Settings(), ())
    file.write_text("# theme: nord\n")
    assert read_settings(file) == (Settings(), ())


def test_all_settings(file, monkeypatch):
    file.write_text(
        "theme: nord\nsnap: off\npicture: half\nautosave_s: 2\nkeymap: {file.save: ctrl+w, key.add: [I, '?'], timeline.far: f9}\n"
    )
    monkeypatch.setenv("EMOSTAGE_CONFIG", str(file.parent))
    settings, told = read_settings(themes=["nord"], actions=["timeline.far"])
    assert [d.message for d in told] == ["'question_mark' is the key of key.add and view.help"]
    assert (settings.theme, settings.snap, settings.picture, settings.autosave_s) == ("nord", "off", "half", 2.0)
    assert settings.keymap == {"file.save": ("ctrl+w",), "key.add": ("I", "?"), "timeline.far": ("f9",)}
    assert textual_keymap(settings.keymap)["key.add"] == "I,?"


@pytest.mark.parametrize(
    ("text", "code", "part"),
    [
        ("thme: nord", "W141", "did you mean 'theme'?"),
        ("theme: nrod", "W142", "did you mean 'nord'?"),
        ("keymap: {file.svae: a}", "W141", "did you mean 'file.save'?"),
        ("keymap: {file.save: contrl+s}", "W142", "such as f5"),
        ("keymap: {file.save: [[a]]}", "W142", "such as f5"),
        ("keymap: 3", "W142", "keymap: {"),
        ("autosave_s: 0", "W142", "from 1 to 600"),
        ("autosave_s: .nan", "W142", "from 1 to 600"),
        ("snap: [words]", "W142", "words, frames"),
        ("a: [", "W140", ""),
        ("- theme", "W140", ""),
        ("theme: !!python/object:os.system x", "W140", ""),
    ],
)
def test_what_cannot_be_used_is_told_and_left_out(file, text, code, part):
    file.write_text(text)
    settings, told = read_settings(file, themes=["nord", "dracula"])
    assert [d.code for d in told] == [code]
    assert part in told[0].hint
    assert settings == Settings() or settings.keymap == {}


def test_a_huge_file_and_a_folder_are_told(file, tmp_path):
    file.write_text("#" * 300_000)
    assert "larger than" in read_settings(file)[1][0].message
    assert read_settings(tmp_path)[1][0].code == "W140"


@given(st.binary(max_size=60))
def test_nothing_in_a_file_raises(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("config") / "editor.yaml"
    path.write_bytes(data)
    read_settings(path)


def test_the_table_is_sound():
    assert len(BY_ID) == len(ACTIONS)
    assert {action.group for action in ACTIONS} == set(GROUPS)
    assert clashes({}) == {}
    assert all(good_key(key) for action in ACTIONS for key in action.keys)
    assert not good_key("contrl+s") and not good_key("") and not good_key("ctrl+") and not good_key("aa")
    assert sum(bool(action.short) for action in ACTIONS) <= 8
    assert shown(("shift+left", "plus", "?", "A")) == "shift+← + ? A"


def test_every_action_is_bound_by_its_id():
    made = bindings(*GROUPS)
    assert [b.id for b in made] == [a.id for a in ACTIONS if a.keys]
    assert all(action.keys or action.letter for action in ACTIONS)
    assert [b.action for b in bindings("find")] == ["find_word", "find_next", "find_previous"]
    assert [b.id for b in bindings(only=["key.add", "file.save"])] == ["file.save", "key.add"]
