from __future__ import annotations

from pathlib import Path

import pytest

from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.settings import first_scene, set_film, set_title
from emostage.scene.check import check_text

PATH = Path("/nowhere/my_first-film.yaml")


def edited(text, edit):
    document = Document(path=PATH, raw=text)
    return document.replaced(edit(document).spans).text


HEAD = "# note\nemostage: 1   # c1\ntitle: Film\n\ncast: {}\n"


def test_settings_are_made_where_there_are_none():
    made = edited(HEAD, lambda d: set_film(d, "size", "720p"))
    assert made == HEAD.replace("title: Film\n", "title: Film\n\nfilm:\n  size: 720p\n")
    assert edited(made, lambda d: set_film(d, "fps", "25")) == made.replace("720p\n", "720p\n  fps: 25\n")
    assert edited("emostage: 1\nfilm:\n", lambda d: set_film(d, "seed", 3)) == "emostage: 1\nfilm:\n  seed: 3\n"
    assert edited("{emostage: 1}", lambda d: set_film(d, "seed", 3)) == "{emostage: 1, film: {seed: 3}}"


def test_settings_change_in_place_and_go():
    text = "emostage: 1\nfilm: {size: 512, fps: 25} # c\n"
    assert edited(text, lambda d: set_film(d, "size", (1080, 1920))) == text.replace("512", "[1080, 1920]")
    assert edited(text, lambda d: set_film(d, "background", "#101014")) == text.replace("25}", '25, background: "#101014"}')
    assert edited(text, lambda d: set_film(d, "subtitles", True)) == text.replace("25}", "25, subtitles: true}")
    assert edited(text, lambda d: set_film(d, "fps", None)) == text.replace(", fps: 25", "")
    assert edited("emostage: 1\nfilm:\n  fps: 25\n", lambda d: set_film(d, "fps", "")) == "emostage: 1\n"
    assert edited(text, lambda d: set_film(d, "seed", None)) == text


def test_titles():
    assert edited(HEAD, lambda d: set_title(d, "A: b")) == HEAD.replace("title: Film", 'title: "A: b"')
    assert edited(HEAD, lambda d: set_title(d, "")) == HEAD.replace("title: Film\n", "")
    assert edited("emostage: 1 # c\ncast: {}\n", lambda d: set_title(d, "B")) == "emostage: 1 # c\ntitle: B\ncast: {}\n"


@pytest.mark.parametrize(("key", "value"), [("sise", 5), ("title", "x")])
def test_unknown_settings_are_refused(key, value):
    with pytest.raises(EditError) as caught:
        set_film(Document(path=PATH, raw=HEAD), key, value)
    assert caught.value.diagnostics[0].code == "E146"


def test_a_scene_that_cannot_be_read_is_refused():
    with pytest.raises(EditError):
        set_title(Document(path=PATH, raw="a: ["), "x")


@pytest.mark.parametrize(
    ("name", "title"), [("my_first-film", "My first film"), ("a: b", "A: b"), ("12", "12"), ("#", "#"), ("-", "Hello")]
)
def test_a_new_file_begins_with_a_scene_that_is_called_like_it(name, title):
    result = check_text(first_scene(Path("/nowhere") / f"{name}.yaml"), PATH)
    assert result.diagnostics == () and result.script.title == title and result.script.lines
