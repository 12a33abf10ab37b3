import json

import pytest

from emostage.core import identity
from emostage.core.errors import AssetError
from emostage.core.identity import PARTS, base_digest, identity_of, misfits, read_identity


@pytest.fixture
def ada(tmp_path, tune):
    return tune(tmp_path / "ada", "face", "manner", "emotalker", data={"seconds": 60}, figures={"likeness": 0.9})


def changed(folder, **what):
    card = json.loads((folder / "card.json").read_text("utf-8")) | what
    (folder / "card.json").write_text(json.dumps(card), encoding="utf-8")
    return folder


def refused(folder):
    with pytest.raises(AssetError) as raised:
        read_identity(folder)
    (problem,) = raised.value.diagnostics
    assert problem.code == "E136" and f"'{folder.name}'" in problem.message and problem.hint
    return problem.message


def test_a_card_is_read(ada):
    found = read_identity(ada)
    assert (found.name, found.folder, found.consent.text, found.consent.given) == (
        "ada",
        ada,
        "Ada Lovelace, by letter",
        "2025-03-01",
    )
    assert set(found.parts) == {"face", "manner", "emotalker"}
    assert found.parts["face"].file == ada / "face.safetensors" and found.parts["face"].base_name == "head"
    assert (found.data["seconds"], found.figures["likeness"]) == (60, 0.9)
    with pytest.raises(TypeError):
        found.parts["face"] = None


def test_an_identity_may_have_no_part(tmp_path, tune):
    assert read_identity(tune(tmp_path / "ada")).parts == {}


def test_every_part_changes_a_checkpoint_that_is_known():
    known = {name: base_digest(name) for name in PARTS.values() if name != "finish"}
    assert None not in known.values() and len(set(known.values())) == len(known)
    assert base_digest("nothing") is None


@pytest.mark.parametrize("card", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b" " * (identity.LARGEST_CARD + 1)])
def test_a_damaged_card_is_said(ada, card):
    (ada / "card.json").write_bytes(card)
    refused(ada)


def test_no_card_is_said(ada):
    (ada / "card.json").unlink()
    assert "there is no card.json" in refused(ada)
    assert refused(ada / "nobody")


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"format": "emostage.identity.v2"}, "its format is 'emostage.identity.v2'"),
        ({"format": None}, "its format is 'None'"),
        ({"name": ""}, "'name' is missing"),
        ({"name": 7}, "'name' is no text"),
        ({"name": "a" * 101}, "longer than 100"),
        ({"name": "a\x1b[2J"}, "control characters"),
        ({"consent": None}, "'consent' is missing"),
        ({"consent": {"text": " ", "given": "2025-03-01"}}, "'text' is no text"),
        ({"consent": {"text": "by letter"}}, "'given' is missing"),
        ({"consent": {"text": "by letter", "given": "yesterday"}}, "'given' is 'yesterday'"),
        ({"consent": {"text": "\ud800", "given": "2025-03-01"}}, "control characters"),
        ({"parts": []}, "'parts' is no mapping"),
        ({"parts": {"wings": {}}}, "a part 'wings'"),
        ({"parts": {"face": 1}}, "the part 'face' is no mapping"),
        ({"data": "much"}, "'data' is no mapping"),
    ],
)
def test_what_is_wrong_in_a_card_is_said(ada, what, said):
    assert said in refused(changed(ada, **what))


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"file": "../face.safetensors"}, "no plain name"),
        ({"file": "/etc/face.safetensors"}, "no plain name"),
        ({"file": ".safetensors"}, "no plain name"),
        ({"file": "face.pt"}, "no plain name"),
        ({"file": "other.safetensors"}, "'other.safetensors' is not there"),
        ({"sha256": "0" * 64}, "are not those of the card"),
        ({"sha256": "0" * 63}, "has no SHA-256"),
        ({"base": {"name": "dicte", "sha256": "0" * 64}}, "changes 'dicte' instead of 'head'"),
        ({"base": {"name": "head"}}, "the base of the part 'face' has no SHA-256"),
        ({"base": None}, "'base' is missing"),
        ({"figures": [1]}, "'figures' is no mapping"),
    ],
)
def test_what_is_wrong_with_a_part_is_said(ada, what, said):
    parts = json.loads((ada / "card.json").read_text("utf-8"))["parts"]
    assert said in refused(changed(ada, parts=parts | {"face": parts["face"] | what}))


@pytest.mark.parametrize("name", ["face.safetensors", "card.json"])
def test_files_do_not_leave_the_folder_by_links(ada, tmp_path, name):
    (ada / name).rename(tmp_path / name)
    (ada / name).symlink_to(tmp_path / name)
    assert "leads out of its folder" in refused(ada)


def test_a_part_of_other_bytes_or_too_many_is_said(ada, monkeypatch):
    with monkeypatch.context() as small:
        small.setattr(identity, "LARGEST_PART", 10)
        assert "larger than" in refused(ada)
    (ada / "face.safetensors").write_bytes(b"other")
    assert "are not those of the card" in refused(ada)


def test_the_bases_are_asked_for_by_part(ada):
    parts = json.loads((ada / "card.json").read_text("utf-8"))["parts"]
    parts["face"]["base"]["sha256"] = "ab" * 32
    found = read_identity(changed(ada, parts=parts, trained_with={"emostage": "0.9.1"}))
    assert misfits(found, ["manner", "emotalker", "finish"]) == ()
    (problem,) = misfits(found, PARTS)
    assert problem.code == "E137" and "'face'" in problem.message
    assert "abababababab" in problem.message and base_digest("head")[:12] in problem.message
    assert "--resume" in problem.hint and "emostage 0.9.1" in problem.hint


def test_a_base_that_is_not_installed_fits_nothing(ada, monkeypatch):
    found = read_identity(ada)
    monkeypatch.setattr(identity, "base_digest", lambda name: None)
    assert ["none is installed" in problem.message for problem in misfits(found, ["face"])] == [True]


def test_names_are_one_line(tmp_path):
    card = {
        "format": "emostage.identity.v1",
        "name": "Ada\n Lovelace",
        "consent": {"text": "a", "given": "2025-03-01"},
        "parts": {},
    }
    assert identity_of(card, tmp_path).name == "Ada Lovelace"
