"""A person is tuned from a film of them, plays in a film with another, and is forgotten: as a user would do it."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from emostage.core.identity import misfits, read_identity
from emostage.film.probe import decode
from emostage.film.provenance import read_marks

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="POSIX signals"),
    pytest.mark.filterwarnings("ignore"),
]

FOOTAGE = """\
emostage: 1
film: {size: 192, quality: draft, seed: 5, engine: reference}
cast: {ada: {portrait: sample/astronaut, framing: close}}
shots: [lines: [ada: "[happy 0.5] My papa pops."]]
"""
SCENE = """\
emostage: 1
film: {size: 64, quality: draft, engine: stage}
cast:
  ada: {portrait: ada/portrait.png, framing: close, identity: ada}
  eve: {portrait: ada/portrait.png, framing: close, identity: {path: eve, strength: 0.5}}
shots: [lines: [ada: "Hi.", eve: "Hi."]]
"""
PARTS = ("face", "manner", "emotalker")


def finetune(folder: str) -> tuple[str, ...]:
    """Two steps, on one core, as exactly as it goes."""
    return (
        *("finetune", "me.mp4", "--name", folder, "-o", folder, "--consent", f"{folder}, by mail to us", "--steps", "2"),
        *("--parts", ",".join(PARTS), "--accelerator", "cpu", "--precision", "32-true"),
    )


def card_of(folder: Path) -> dict:
    return json.loads((folder / "card.json").read_text("utf-8"), parse_constant=pytest.fail)


@pytest.fixture(scope="module")
def home(tmp_path_factory, bench):
    """A bench with a film of a person, and the identity that was learnt from it."""
    home = type(bench)(tmp_path_factory.mktemp("finetune"))
    home.scene.write_text(FOOTAGE)
    home.here("render", home.scene, "-o", "me.mp4")
    home.said = home.here(*finetune("ada"))
    return home


def test_an_identity_is_learnt_and_told(home):
    card, identity = card_of(home.folder / "ada"), read_identity(home.folder / "ada")
    assert set(identity.parts) | set(card["figures"]) >= set(PARTS) and identity.parts, "each is a part, or it is told why not"
    assert misfits(identity, PARTS) == () and identity.consent.text == "ada, by mail to us"
    assert identity.data["sources"][0]["file"] == "me.mp4" and identity.data["held_out_s"] > 0.5
    assert "W140" in home.said.stderr and home.said.stdout.splitlines()[0] == "cast:"
    assert (home.folder / "ada" / "preview.png").stat().st_size > 10_000
    assert len(decode(home.folder / "ada" / "before_after.mp4")) >= 12
    assert "ada, by mail to us" in read_marks(home.folder / "ada" / "before_after.mp4").identities[0]


def test_killed_in_the_middle_of_training_it_ends_the_same(home):
    """What was tracked and learnt before is taken over."""
    eve = home.folder / "eve"
    shutil.copytree(home.folder / "ada" / "work", eve / "work")
    shutil.rmtree(eve / "work" / "emotalker")
    command = home.command(*finetune("eve"))
    child = subprocess.Popen(command, cwd=home.folder, env=home.environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for line in child.stderr:
        assert b"learning the face" not in line, "it was learnt already"
        if b"training emotalker" in line:
            break
    child.send_signal(signal.SIGKILL)
    child.stderr.close()
    assert child.wait() == -signal.SIGKILL and not (eve / "card.json").exists()
    home.here(*finetune("eve"))
    found, whole = card_of(eve), card_of(home.folder / "ada")
    assert found["parts"] == whole["parts"]
    assert found["figures"] == whole["figures"]
    assert not list(eve.rglob("*.part"))


def test_it_plays_beside_another_who_falls_back_and_is_forgotten(home):
    shutil.copytree(home.folder / "ada", home.folder / "eve", dirs_exist_ok=True)
    card = card_of(home.folder / "ada") | {"name": "eve", "consent": {"text": "eve, by mail to us", "given": "2025-03-01"}}
    (home.folder / "eve" / "card.json").write_text(json.dumps(card))
    home.scene.write_text(SCENE)
    home.here("render", home.scene, "-o", "film.mp4")
    agreed = read_marks(home.folder / "film.mp4").identities
    assert ["ada, by mail to us" in agreed[0], "strength 0.5" in agreed[1] and "eve, by mail to us" in agreed[1]] == [True, True]
    refused = home.here(*finetune("ada"), check=False)
    assert refused.returncode == 2 and "E105" in refused.stderr
    portrait = (home.folder / "ada" / "portrait.png").read_bytes()
    home.here("identity", "delete", "eve", "--yes")
    home.here("identity", "delete", "ada", "--yes")
    assert not (home.folder / "eve").exists() and not (home.folder / "ada").exists(), "nothing of them is left"
    (home.folder / "ada").mkdir()
    (home.folder / "ada" / "portrait.png").write_bytes(portrait)
    shutil.rmtree(home.folder / "ada" / "work", ignore_errors=True)
    home.scene.write_text(SCENE.replace("identity: ada", "identity: gone"))
    fallen = home.here("render", home.scene, "-o", "film.mp4")
    assert fallen.stderr.count("W028") >= 2
    assert read_marks(home.folder / "film.mp4").identities == ()
