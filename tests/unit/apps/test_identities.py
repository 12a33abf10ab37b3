import json
import sys

import pytest

from emostage.core.identity import read_identity
from emostage.studio.cache import Cache


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("EMOSTAGE_CACHE", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def ada(tmp_path, tune):
    folder = tune(
        tmp_path / "ada",
        "face",
        "manner",
        what="how Ada looks",
        data={"seconds": 61.5, "of": {"film": 1}},
        figures={"gain": [1, 2]},
    )
    card = json.loads((folder / "card.json").read_text())
    card["parts"]["manner"]["base"]["sha256"] = "ab" * 32
    card["parts"]["face"]["figures"] = {"error_px": 0.5, "[red]": 1}
    (folder / "card.json").write_text(json.dumps(card))
    return folder


def test_an_identity_is_shown(emostage, ada):
    code, out, _ = emostage("identity", "show", ada)
    assert code == 0
    for told in ("consent given on 2025-03-01", "Ada Lovelace, by letter", "how Ada looks", '"seconds": 61.5, "of": {"film": 1}'):
        assert told in out
    face, manner = (next(line for line in out.splitlines() if line.startswith(part)) for part in ("face", "manner"))
    assert " fits " in face and '"error_px": 0.5, "[red]": 1' in face
    assert "dicte abababababab" in manner and "does not fit" in manner


def test_an_identity_is_data(emostage, ada):
    told = json.loads(emostage("identity", "show", ada, "--json")[1])
    assert (told["name"], told["consent"]["given"], told["data"]["of"]) == ("ada", "2025-03-01", {"film": 1})
    face, manner = told["parts"]["face"], told["parts"]["manner"]
    assert face["base"]["fits"] and not manner["base"]["fits"] and manner["base"]["installed"]
    assert face["bytes"] == (ada / "face.safetensors").stat().st_size


def test_an_identity_without_parts_is_shown(emostage, tune, tmp_path):
    assert "nothing was learnt" in emostage("identity", "show", tune(tmp_path / "eve"))[1]


@pytest.mark.parametrize("name", ["none", "ada/card.json", "cache"])
def test_what_is_no_identity_is_4(emostage, ada, name):
    for command in (("show",), ("delete", "--yes")):
        code, _, err = emostage("identity", command[0], name, *command[1:])
        assert (code, "E136" in err) == (4, True)
    assert ada.exists()


def test_an_identity_is_deleted_when_that_is_said(emostage, ada):
    mark = read_identity(ada).parts["face"].sha256
    Cache().put("clips", "ab12", ".mp4", lambda path: path.write_bytes(b"film"), marks=[mark])
    (ada / "mine.txt").write_text("mine")
    code, _, err = emostage("identity", "delete", ada)
    assert (code, "E012" in err, "--yes" in err) == (2, True, True)
    assert (ada / "face.safetensors").exists()
    code, _, err = emostage("identity", "delete", ada, "--yes")
    assert (code, [p.name for p in ada.iterdir()], list(Cache().entries())) == (0, ["mine.txt"], [])
    assert "3 files of" in err and "1 clips" in err and "mine.txt" in err and "elsewhere" in err


@pytest.mark.parametrize(("answer", "gone"), [("n", False), ("", False), ("y", True)])
def test_on_a_terminal_it_asks(emostage, ada, monkeypatch, answer, gone):
    class Terminal:
        def isatty(self):
            return True

        def readline(self, *_):
            return f"{answer}\n"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr("builtins.input", lambda *_: answer)
    code, _, err = emostage("identity", "delete", ada)
    assert (ada.exists(), code) == (not gone, 0 if gone else 1)
    assert "Delete the identity" in err


def test_what_cannot_be_removed_is_1(emostage, ada, monkeypatch):
    (ada / "work").mkdir()
    monkeypatch.setattr("shutil.rmtree", lambda *given, **more: None)
    code, _, err = emostage("identity", "delete", ada, "--yes")
    assert (code, "E101" in err, "work" in err) == (1, True, True)


def test_checks_tell_of_identities_that_do_not_fit(emostage, ada, tmp_path):
    scene = tmp_path / "scene.yaml"
    scene.write_text("emostage: 1\ncast:\n  ada: {portrait: sample/hopper, identity: ada}\nshots: [lines: [ada: Hi]]\n")
    code, out, _ = emostage("check", scene)
    assert (code, "scene.yaml:3:44: E137" in out) == (4, True)
    (ada / "face.safetensors").write_bytes(b"other")
    code, out, _ = emostage("check", scene)
    assert (code, "scene.yaml:3:44: E136" in out, "E137" in out) == (4, True, False)
    code, _, err = emostage("plan", scene)
    assert (code, "scene.yaml:3:44: E136" in err) == (4, True)


def test_the_plan_says_who_plays_an_identity(emostage, tune, tmp_path):
    tune(tmp_path / "eve", "face", "manner")
    scene = tmp_path / "scene.yaml"
    identity = "{path: eve, strength: 0.8}"
    scene.write_text(f"emostage: 1\ncast:\n  ada: {{portrait: sample/hopper, identity: {identity}}}\nshots: [lines: [ada: Hi]]\n")
    assert "ada plays the identity 'ada' at strength 0.8: face, manner" in emostage("plan", scene)[2]
    played = json.loads(emostage("plan", scene, "--json")[1])["cast"]["ada"]["identity"]
    assert (played["name"], played["strength"], set(played["parts"])) == ("ada", 0.8, {"face", "manner"})


def test_an_identity_that_is_read_is_not_written_over(emostage, tune, tmp_path):
    tune(tmp_path / "eve", "face")
    scene, card = tmp_path / "scene.yaml", (tmp_path / "eve" / "card.json").read_bytes()
    scene.write_text("emostage: 1\ncast:\n  ada: {portrait: sample/hopper, identity: eve}\nshots: [lines: [ada: Hi]]\n")
    code, _, err = emostage("plan", scene, "-o", tmp_path / "eve" / "card.json")
    assert (code, "E105" in err, (tmp_path / "eve" / "card.json").read_bytes()) == (2, True, card)
