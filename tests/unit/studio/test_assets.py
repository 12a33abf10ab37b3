from pathlib import Path

import numpy as np
import pytest
import soundfile
from PIL import Image

from emostage.core.errors import Place
from emostage.scene.assets import Asset
from emostage.scene.check import check_text
from emostage.studio import assets
from emostage.studio.assets import examine, examined

PLACE = Place(file=Path("scene.yaml"), line=3, column=5)


def problems(kind, source, text=""):
    return [d.code for d in examine([Asset(kind=kind, source=source, text=text, place=PLACE)])]


@pytest.fixture
def picture(tmp_path):
    def make(name, size=(64, 64), kind="PNG"):
        Image.new("RGB", size).save(tmp_path / name, kind)
        return tmp_path / name

    return make


@pytest.fixture
def sound(tmp_path):
    def make(name, seconds=0.5, rate=16_000, channels=1):
        soundfile.write(tmp_path / name, np.zeros((int(seconds * rate), channels)), rate)
        return tmp_path / name

    return make


def test_pictures(picture, tmp_path):
    assert problems("portrait", picture("a.png")) == []
    assert problems("portrait", "sample/hopper") == []
    assert problems("portrait", picture("small.png", (31, 400))) == ["E076"]
    assert problems("background", picture("small.png", (31, 400))) == []
    assert problems("portrait", picture("a.gif", kind="GIF")) == ["E072"]
    assert problems("portrait", tmp_path / "none.png") == ["E071"]
    assert problems("portrait", picture("huge.png", (10_000, 8_001))) == ["E073"]


def test_sounds(sound, tmp_path, monkeypatch):
    assert problems("sound", sound("a.wav")) == []
    assert problems("sound", sound("a.flac")) == []
    assert problems("sound", sound("none.wav", 0.0)) == ["E081"]
    (tmp_path / "empty.wav").touch()
    assert problems("sound", tmp_path / "empty.wav") == ["E081"]
    (tmp_path / "text.wav").write_text("no sound at all, only a text")
    assert problems("sound", tmp_path / "text.wav") == ["E083"]
    assert problems("sound", sound("many.wav", channels=40)) == ["E083"]
    monkeypatch.setattr("emostage.speech.decode.LONGEST_S", 0.2)
    assert problems("sound", sound("long.wav")) == ["E084"]


def test_voices_and_what_they_cannot_read():
    assert problems("voice", "espeak/en-us+f3") == []
    assert problems("voice", "espeak/xx") == ["E062"]
    assert problems("voice", "piper/none.onnx") == ["E062"]
    assert problems("text", "espeak/en-us", "Hello 🎉") == []
    assert problems("text", "espeak/en-us", "Привет") == ["E061"]
    assert problems("text", "espeak/ru", "Привет") == []
    assert problems("text", "espeak/xx", "Привет") == [], "the missing voice is told where it is named"


def test_each_file_is_looked_at_once(monkeypatch):
    looked = []
    monkeypatch.setattr(assets, "_problems", lambda kind, source: looked.append(source) or ())
    examine([Asset(kind="portrait", source="sample/hopper", place=PLACE)] * 5)
    assert looked == ["sample/hopper"]


def test_all_problems_of_a_scene_at_once_in_file_order(tmp_path, sound):
    sound("none.wav", 0.0)
    (tmp_path / "p.png").write_text("no picture")
    text = (
        "emostage: 1\n"
        "film: {background: p.png}\n"
        "cast:\n"
        "  ada: {portrait: p.png, voice: espeak/en-us+zz}\n"
        "  bob: {portrait: sample/hopper}\n"
        "shots:\n"
        "  - lines:\n"
        '      - ada: "[hapy 1] Hi."\n'
        '      - bob: "Привет."\n'
        "      - bob: {audio: none.wav}\n"
    )
    result = examined(check_text(text, tmp_path / "scene.yaml"))
    assert [(d.code, d.place.line, d.place.column) for d in result.diagnostics] == [
        ("E072", 2, 20),
        ("E072", 4, 19),
        ("E062", 4, 33),
        ("E031", 8, 16),
        ("E061", 9, 14),
        ("E081", 10, 22),
    ]
    assert all(d.hint for d in result.diagnostics)
    assert result.script is None
    good = check_text(text.replace("[hapy 1] ", ""), tmp_path / "scene.yaml")
    assert good.script is not None
    assert examined(good).script is None
