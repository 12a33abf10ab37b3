from __future__ import annotations

import pytest

from emostage.speech.scripts import script_of, scripts_for, unspeakable


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, wörld! 50 % off", "en-us"), ("Привет, iPhone", "ru"), ("你好 OK", "cmn"),
        ("こんにちは世界", "ja"), ("안녕하세요", "ko"),
        ("the angle π is", "en-us"), ("नमस्ते दुनिया", "hi"), ("سلام", "fa"), ("你好", "zh_CN"), ("Ça va, chéri ?", "fr-fr"),
    ],
)  # fmt: skip
def test_voices_speak_their_own_script(text: str, language: str) -> None:
    assert unspeakable(text, language, "v") is None


@pytest.mark.parametrize(
    ("text", "language", "hint"),
    [
        ("你好", "en-us", "espeak/cmn"), ("I love 京", "en-us", "espeak/cmn"), ("Привет", "en-gb", "espeak/ru"),
        ("안녕", "de", "espeak/ko"),
        ("こんにちは", "en-us", "espeak/ja"), ("नमस्ते", "en-us", "espeak/hi"), ("Привет", "ja", "espeak/ru"),
    ],
)  # fmt: skip
def test_a_foreign_script_is_reported_with_a_voice_that_can(text: str, language: str, hint: str) -> None:
    problem = unspeakable(text, language, "v")
    assert problem is not None
    assert problem.code == "E061"
    assert hint in problem.hint


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "…!?", "— “”"])
def test_nothing_to_say_is_reported(text: str) -> None:
    problem = unspeakable(text, "en-us", "v")
    assert problem is not None
    assert problem.code == "E060"


def test_scripts() -> None:
    assert (script_of("a"), script_of("я"), script_of("京"), script_of("5")) == ("LATIN", "CYRILLIC", "CJK", "")
    assert scripts_for("en-us") == {"LATIN"}
