from pathlib import Path

import pytest

from emostage.core.errors import Place
from emostage.scene.check import check_text
from emostage.scene.model import IdentityRef


@pytest.fixture
def ada(tmp_path, tune):
    """Checks a scene whose only person is written so."""
    tune(tmp_path / "checkpoints" / "ada")

    def check(identity, **how):
        text = f"emostage: 1\ncast:\n  ada: {{portrait: sample/hopper, identity: {identity}}}\nshots: [lines: [ada: Hi]]\n"
        return check_text(text, tmp_path / "scene.yaml", **how)

    return check


def test_an_identity_is_a_folder_and_a_strength(ada, tmp_path):
    path, file = tmp_path / "checkpoints/ada", tmp_path / "scene.yaml"
    found = ada("checkpoints/ada").script.cast["ada"].identity
    assert found == IdentityRef(path=path, place=Place(file=file, line=3, column=44, end_column=59))
    found = ada("{path: checkpoints/ada, strength: 0.8}").script.cast["ada"].identity
    assert (found.path, found.strength, found.place.column) == (path, 0.8, 51)


def test_what_is_used_is_noted_to_be_looked_at(ada):
    (_, asset, *_) = ada("checkpoints/ada").assets
    assert (asset.kind, Path(asset.source).name, asset.place.column) == ("identity", "ada", 44)
    assert "identity" not in [asset.kind for asset in ada("{path: checkpoints/ada, strength: 0}").assets]


@pytest.mark.parametrize("name", ["checkpoints/eve", "checkpoints/link", "nowhere"])
def test_an_identity_that_is_not_there_is_a_warning(ada, tmp_path, name):
    (tmp_path / "checkpoints" / "link").symlink_to("lost")
    result = ada(name)
    assert [d.code for d in result.diagnostics] == ["W028"]
    assert "the portrait is used as it is" in result.diagnostics[0].message
    assert result.renderable().cast["ada"].identity is None


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ("scene.yaml", "E026"),
        ("../ada", "E024"),
        ("link", "E024"),
        ("{path: checkpoints/ada, strength: 1.51}", "E015"),
        ("{path: checkpoints/ada, strength: .nan}", "E015"),
        ("{strength: 1}", "E012"),
        ("{}", "E012"),
    ],
)
def test_what_is_no_identity_is_an_error(ada, tmp_path, tmp_path_factory, identity, code):
    (tmp_path / "scene.yaml").touch()
    (tmp_path / "link").symlink_to(tmp_path_factory.mktemp("elsewhere"))
    result = ada(identity, confine=True)
    assert result.script is None and code in [d.code for d in result.diagnostics]


def test_a_broken_portrait_does_not_hide_a_broken_identity(ada, tmp_path):
    text = "emostage: 1\ncast:\n  ada: {portrait: none.png, identity: none}\nshots: [lines: [ada: Hi]]\n"
    assert [d.code for d in check_text(text, tmp_path / "scene.yaml").diagnostics] == ["E071", "W028"]
