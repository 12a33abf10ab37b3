"""What lines take from other files, as checked."""

from __future__ import annotations

import pytest

from emostage.core.errors import Place
from emostage.scene.check import check_text
from emostage.scene.model import Source, Take

HEAD = "emostage: 1\ncast: {ada: {portrait: sample/hopper}}\nshots:\n  - lines:\n      - "


@pytest.fixture
def line(tmp_path):
    """The line of a scene beside some files, and the kinds of its assets."""
    for name in ("take.npz", "TAKE.NPZ", "talk.mp4", "face.jpg", "take.wav"):
        (tmp_path / name).touch()

    def check(text):
        result = check_text(HEAD + text + "\n", tmp_path / "scene.yaml")
        assert result.script, result.diagnostics
        assert not any(d.severity == "error" for d in result.diagnostics)
        return result.script.lines[0], {asset.kind for asset in result.assets}, [d.code for d in result.diagnostics]

    return check


@pytest.mark.parametrize(
    ("text", "lips"),
    [
        ('ada: {text: "Hi.", motion: take.npz}', "speech"),
        ('ada: {text: "Hi.", audio: take.wav, motion: take.npz}', "keep"),
        ("ada: {audio: take.wav, motion: take.npz}", "keep"),
        ("ada: {motion: take.npz}", "keep"),
        ("ada: {pause: 1s, motion: TAKE.NPZ}", "keep"),
        ('ada: {text: "Hi.", motion: {file: take.npz, lips: keep}}', "keep"),
        ("ada: {audio: take.wav, motion: {file: take.npz, lips: speech}}", "speech"),
    ],
)
def test_whose_lips_are_seen(line, text, lips):
    found, kinds, _ = line(text)
    assert found.motion.lips == lips
    assert "motion" in kinds


def test_all_options_of_a_performance(line, tmp_path):
    found, _, _ = line("ada: {motion: {file: take.npz, start: 25f, gain: 1.5, fit: true}}")
    assert found.motion == Take(file=tmp_path / "take.npz", lips="keep", start_s=1.0, gain=1.5, fit=True, place=found.motion.place)
    assert isinstance(found.motion.place, Place)
    assert (found.text, found.audio, found.beat_s) == (None, None, None)


@pytest.mark.parametrize(
    ("name", "kind", "asset"), [("face.jpg", "picture", "face"), ("talk.mp4", "film", "film"), ("take.npz", "motion", "motion")]
)
def test_kinds_of_sources(line, tmp_path, name, kind, asset):
    found, kinds, codes = line(f'ada: {{text: "Hi.", emotion: {{from: {name}, strength: 0.4}}}}')
    assert found.emotion_from == Source(kind=kind, file=tmp_path / name, strength=0.4, place=found.emotion_from.place)
    assert asset in kinds
    assert codes == []


def test_a_line_without_a_recording_has_no_voice_to_take_a_feeling_from(tmp_path):
    result = check_text(HEAD + 'ada: {text: "Hi.", emotion: {from: audio}}\n', tmp_path / "scene.yaml")
    assert [d.code for d in result.diagnostics] == ["E027"]


def test_the_voice_of_a_recording_is_a_source(line):
    found, _, codes = line("ada: {audio: take.wav, emotion: {from: audio, strength: 0.6}}")
    assert (found.emotion_from.kind, found.emotion_from.strength, codes) == ("audio", 0.6, [])
