from __future__ import annotations

from pathlib import Path

import pytest

from emostage.editing.document import Document
from emostage.editing.edit import EditError
from emostage.editing.people import add_person, set_framing, set_identity, set_mood, set_portrait, set_voice
from emostage.editing.renaming import rename_person

FILM = """\
emostage: 1
cast:
  ada:   # c1
    portrait: a.png   # c2
    voice: {name: espeak/en-us, rate: 1.1}
  bob: {portrait: b.png, mood: sad 0.1}
shots:
  - layout: [ada, bob]   # c3
    lines:
      - ada: "Look [look bob] here, bob."   # c4
        gaze: [{look: bob}, {at: 1s, look: [1, 2]}]
      - bob: {pause: 1s}
        gaze: {at: bob}
      - speaker: bob
        text: '[look bob] [look camera] It''s bob'
        gaze: bob
"""


def film(text=FILM):
    return Document(path=Path("/nowhere/film.yaml"), raw=text)


def after(edit, text=FILM):
    return film(text).replaced(edit.spans).text


def test_voices():
    assert after(set_voice(film(), "ada", "espeak/de")) == FILM.replace("espeak/en-us", "espeak/de")
    assert after(set_voice(film(), "bob", "espeak/de")) == FILM.replace("sad 0.1}", "sad 0.1, voice: espeak/de}")
    assert after(set_voice(film(), 0, "espeak/de")) == FILM.replace(
        "look: [1, 2]}]\n", "look: [1, 2]}]\n        voice: espeak/de\n"
    )
    assert after(set_voice(film(), 1, "espeak/de")) == FILM.replace("{pause: 1s}", "{pause: 1s, voice: espeak/de}")


def test_portraits_moods_and_identities():
    assert after(set_portrait(film(), "ada", "new one.png")) == FILM.replace("a.png", "new one.png")
    assert after(set_mood(film(), "bob", "happy 0.2, sad 0.1")) == FILM.replace("sad 0.1", '"happy 0.2, sad 0.1"')
    assert after(set_mood(film(), "bob", "")) == FILM.replace(", mood: sad 0.1", "")
    assert after(set_identity(film(), "bob", "x/y", 0.8)) == FILM.replace("0.1}", "0.1, identity: {path: x/y, strength: 0.8}}")
    assert after(set_identity(film(), "bob", "x/y")) == FILM.replace("0.1}", "0.1, identity: x/y}")


def test_new_people_are_written_as_the_last_one():
    assert after(add_person(film(), "zoë", "z.png")) == FILM.replace("0.1}\n", "0.1}\n  zoë: {portrait: z.png}\n")
    block = FILM.replace("  bob: {portrait: b.png, mood: sad 0.1}\n", "").replace("bob", "ada")
    wanted = block.replace("rate: 1.1}\n", "rate: 1.1}\n  zoë:\n    portrait: z.png\n    voice: espeak/de\n")
    assert after(add_person(film(block), "zoë", "z.png", "espeak/de"), block) == wanted
    for text in ("emostage: 1\n", "emostage: 1\ncast:\n", "emostage: 1\nshots:\n", "{emostage: 1}", "emostage: 1\ncast: {}\n"):
        assert list(film(after(add_person(film(text), "zoë", "z.png"), text)).outline.cast) == ["zoë"]


def test_another_name_is_another_name_everywhere():
    renamed = after(rename_person(film(), "bob", "zoë"))
    kept = FILM.replace("here, bob", "here, B").replace("''s bob", "''s B")
    assert renamed == kept.replace("bob", "zoë").replace("here, B", "here, bob").replace("''s B", "''s bob")


def test_names_of_repeated_lines_change_once():
    text = "emostage: 1\ncast: {ada: {portrait: x}}\nshots: [{lines: &l [ada: &t '[look ada] Hi', ada: *t]}, {lines: *l}]\n"
    renamed = after(rename_person(film(text), "ada", "eve"), text)
    assert renamed == text.replace("ada", "eve")


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda d: set_voice(d, "ada", "siri"), "E146"),
        (lambda d: set_voice(d, "eve", "espeak/de"), "E145"),
        (lambda d: set_voice(d, 7, "espeak/de"), "E145"),
        (lambda d: set_mood(d, "ada", "hapy"), "E146"),
        (lambda d: set_portrait(d, "ada", " "), "E146"),
        (lambda d: add_person(d, "Ada", "x.png"), "E146"),
        (lambda d: add_person(d, "pause", "x.png"), "E146"),
        (lambda d: add_person(d, "a b", "x.png"), "E146"),
        (lambda d: rename_person(d, "ada", "bob"), "E146"),
        (lambda d: rename_person(d, "eve", "zoë"), "E145"),
    ],
)
def test_what_is_refused(edit, code):
    with pytest.raises(EditError) as caught:
        edit(film())
    assert caught.value.diagnostics[0].code == code


def test_framings():
    assert "bob: {portrait: b.png, mood: sad 0.1, framing: close}" in after(set_framing(film(), "bob", "close"))
    assert "    framing: bust\n" in after(set_framing(film(), "ada", "bust"))
    with pytest.raises(EditError, match="'near' is no framing"):
        set_framing(film(), "ada", "near")
