from __future__ import annotations

import pytest

from emostage.editing.refs import TRACKS, KeyRef


def test_lines_and_keys_are_numbered_as_in_the_script(documents):
    told = [document for document in documents if document.checked.script is not None]
    assert len(told) > 12
    for document in told:
        script, outline = document.checked.script, document.outline
        assert [shot.lines for shot in outline.shots] == [tuple(line.index for line in shot.lines) for shot in script.shots]
        assert len(outline.lines) == len(script.lines)
        for at, line in zip(outline.lines, script.lines, strict=True):
            assert at.index == line.index and at.speaker in (line.speaker, None) and at.words == line.words
            assert [len(at.keys[track]) for track in TRACKS] == [len(line.emotion), len(line.gaze), len(line.head)]


def test_keys_stand_where_they_are_written(scene):
    document = scene(
        'shots: [lines: [{ada: "[happy] Hi [nod] you [look bob] there", emotion: [{sad: 1}, {at: end, happy: 1}], gaze: bob}]]\n'
    )
    line = document.outline.lines[0]
    keys = list(document.outline.keys())
    told = [(key.ref.track, key.ref.number, key.item, key.cue is not None) for key in keys]
    assert told == [
        ("emotion", 0, 0, False), ("emotion", 1, 1, False), ("emotion", 2, None, True),
        ("gaze", 0, None, False), ("gaze", 1, None, True), ("head", 0, None, True),
    ]  # fmt: skip
    assert line.words == ("Hi", "you", "there") and line.body is line.node


@pytest.mark.parametrize("ref", [(5, "emotion", 0), (0, "head", 0), (-1, "gaze", 0), (0, "emotion", -1)], ids=str)
def test_keys_that_are_not_there(scene, ref):
    line, track, number = ref
    assert scene("shots: [lines: [ada: Hi]]\n").outline.key(KeyRef(line=line, track=track, number=number)) is None


def test_a_scene_with_errors_has_an_outline_all_the_same(odd):
    outline = odd("errors").outline
    assert [line.speaker for line in outline.lines] == ["eve", "ada", None, "ada"]
    assert [line.text.text if line.text else None for line in outline.lines] == ["12", None, None, None]


def test_fields_under_a_name_are_the_lines(scene):
    line = scene("shots:\n- lines:\n  - ada:\n      text: Hi\n      mood: sad\n    voice: {rate: 1.1}\n").outline.lines[0]
    assert set(line.fields) == {"text", "mood", "voice"} and line.body is not line.node and line.text.text == "Hi"
