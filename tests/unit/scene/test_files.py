from __future__ import annotations

import os
from pathlib import Path

import pytest

from emostage.scene.files import Files
from emostage.scene.issues import Misread


def found(files: Files, text: str) -> Path:
    return files.find(text, code="E071", what="the picture")


def refused(files: Files, text: str) -> Misread:
    with pytest.raises(Misread) as raised:
        found(files, text)
    return raised.value


@pytest.mark.parametrize(
    "name", ["ada.png", "my pictures/ada 1.png", 'it\'s "ada".png', "-ada.png", "--version", "ünï/码.png", "a$(b);c.png"]
)
def test_names_that_shells_would_trip_over(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    path = found(Files(tmp_path, confine=True), name)
    assert path.is_absolute() and path == tmp_path / name


def test_home_and_absolute_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "ada.png").touch()
    scene = tmp_path / "films"
    scene.mkdir()
    assert found(Files(scene), "~/ada.png") == tmp_path / "ada.png"
    assert found(Files(scene), str(tmp_path / "ada.png")) == tmp_path / "ada.png"
    assert found(Files(scene), "../ada.png").samefile(tmp_path / "ada.png")
    for text in ("~/ada.png", str(tmp_path / "ada.png"), "../ada.png"):
        assert refused(Files(scene, confine=True), text).code == "E024"


def test_confined_links(tmp_path: Path) -> None:
    (tmp_path / "secret.png").touch()
    scene = tmp_path / "film"
    scene.mkdir()
    (scene / "link.png").symlink_to(tmp_path / "secret.png")
    assert refused(Files(scene, confine=True), "link.png").code == "E024"
    assert found(Files(scene), "link.png")


@pytest.mark.parametrize(
    "text",
    ["https://a.b/c.png", "file:///etc/passwd", "data:image/png;base64,AAAA", "//host/share.png", "www.a.b/c.png", "s3://a/b"],
)
def test_addresses(tmp_path: Path, text: str) -> None:
    assert refused(Files(tmp_path), text).code == "E025"


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    files = Files(tmp_path)
    assert refused(files, "folder").code == "E026"
    assert refused(files, "pipe").code == "E026"
    for text in ("loop", "a\0b", "x" * 5000, "none.png"):
        assert refused(files, text).code == "E071"
    assert refused(Files(tmp_path, confine=True), "loop").code == "E071"


def test_folders(tmp_path: Path) -> None:
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada.png").touch()
    files = Files(tmp_path)
    assert files.find("ada", code="W028", what="the identity", folder=True) == tmp_path / "ada"
    for text, code in (("ada.png", "E026"), ("eve", "W028"), ("https://a.b/ada", "E025")):
        with pytest.raises(Misread) as raised:
            files.find(text, code=code, what="the identity", folder=True)
        assert raised.value.code == code and "name the file" not in raised.value.hint


def test_hints(tmp_path: Path) -> None:
    (tmp_path / "portraits").mkdir()
    (tmp_path / "portraits" / "ada.png").touch()
    assert refused(Files(tmp_path), "portraits/adda.png").hint == "did you mean 'ada.png'?"
    assert "no folder 'portrait'" in refused(Files(tmp_path), "portrait/ada.png").hint


def test_samples_and_voices(tmp_path: Path) -> None:
    files = Files(tmp_path)
    assert files.portrait("sample/astronaut") == "sample/astronaut"
    with pytest.raises(Misread):
        files.portrait("sample/nobody")
    (tmp_path / "v.onnx").touch()
    assert files.voice("piper/v.onnx") == f"piper/{tmp_path}/v.onnx"
    assert files.voice("espeak/en-us") == "espeak/en-us"
    with pytest.raises(Misread) as raised:
        files.voice("piper/none.onnx")
    assert raised.value.code == "E062"
