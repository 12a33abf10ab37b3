from __future__ import annotations

from pathlib import Path

import pytest

from emostage.core.errors import AssetError
from emostage.speech import voices
from emostage.speech.voices import find, list_voices


@pytest.mark.parametrize(
    ("name", "language", "file", "variant"),
    [
        ("espeak/en-us+f3", "en-us", "gmw/en-US", "f3"),
        ("espeak/en-gb", "en-gb", "gmw/en", ""),
        ("espeak/en_US", "en-us", "gmw/en-US", ""),
        ("espeak/fr", "fr-fr", "roa/fr", ""),
        ("espeak/zh", "cmn", "sit/cmn", ""),
        ("espeak/de+Annie", "de", "gmw/de", "Annie"),
    ],
)
def test_built_in_voices_by_name(name: str, language: str, file: str, variant: str) -> None:
    voice = find(name)
    assert (voice.kind, voice.language, voice.file, voice.variant) == ("espeak", language, file, variant)
    assert "GPL" in voice.licence


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("espeak/en-uss", "espeak/en-us"), ("espeak/en-us+f33", "f3"), ("espeak/", "espeak/LANGUAGE"), ("robot", "espeak/LANGUAGE"),
        ("espeak/klingonese", "voices"), ("piper/en_US-hmu-low", "piper/en_US-hum-low"), ("piper/en_US-nobody-low", "voices get"),
        ("piper/../x", "path of its .onnx"), ("piper/no/such.onnx", ".onnx.json"), ("piper/en_US-moods-low#angri", "#angry"),
        ("piper/en_US-hum-low#x", "one speaker"), ("", "voices list"),
    ],
)  # fmt: skip
def test_unknown_voices_are_errors_with_a_suggestion(name: str, says: str, voices_folder: Path) -> None:
    with pytest.raises(AssetError) as caught:
        find(name)
    assert caught.value.diagnostics[0].code == "E062"
    assert says in caught.value.diagnostics[0].hint


def test_the_list_holds_languages_times_variants_and_the_installed_voices(voices_folder: Path) -> None:
    names = [voice.name for voice in list_voices()]
    assert len(names) == len(set(names))
    assert {"espeak/en-us", "espeak/en-us+f3", "espeak/en-gb+m3", "espeak/ja", "piper/en_US-hum-low"} <= set(names)
    assert sum(name.startswith("espeak/") and "+" not in name for name in names) > 100


def test_every_listed_voice_is_found_again(voices_folder: Path) -> None:
    for voice in list_voices()[::17]:
        assert find(voice.name) == voice


def test_a_piper_voice_by_path_and_by_name(voices_folder: Path) -> None:
    by_name, by_path = find("piper/en_US-hum-low"), find(f"piper/{voices_folder / 'en_US-hum-low.onnx'}")
    assert by_name.file == by_path.file
    assert by_name.language == "en-us"
    assert find("piper/en_US-moods-low").speakers["angry"] == 1
    assert find("piper/en_US-moods-low#2").speaker == 2


@pytest.mark.parametrize(
    "config", [None, "", "[]", "{}", '{"audio": 3}', "{" * 9000, '{"espeak": {"voice": "en"}, "phoneme_id_map": []}']
)
def test_a_broken_configuration_is_an_error_and_is_not_listed(
    config: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("EMOSTAGE_VOICES", str(tmp_path))
    (tmp_path / "x.onnx").write_bytes(b"x")
    if config is not None:
        (tmp_path / "x.onnx.json").write_text(config)
    with pytest.raises(AssetError, match="E063"):
        find("piper/x")
    assert not [voice for voice in list_voices() if voice.kind == "piper"]


def test_the_folder_is_the_users_unless_overridden(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("EMOSTAGE_VOICES", raising=False)
    assert "emostage" in str(voices.voices_folder())
    monkeypatch.setenv("EMOSTAGE_VOICES", str(tmp_path))
    assert voices.voices_folder() == tmp_path
    assert all(voice.kind == "espeak" for voice in list_voices())
