"""The films that come with emostage."""

from __future__ import annotations

from pathlib import Path

import pytest

from emostage.core.emotion import EMOTIONS
from emostage.scene.check import check_file

SCENES = Path(__file__).parents[3] / "scenes"


@pytest.mark.parametrize("path", sorted(SCENES.glob("*.yaml")), ids=lambda path: path.stem)
def test_checks_without_a_word(path: Path) -> None:
    result = check_file(path, confine=True)
    assert result.diagnostics == ()
    assert result.renderable().unfinished == ()


def test_moods_raise_each_emotion_evenly() -> None:
    script = check_file(SCENES / "moods.yaml").script
    assert script is not None
    shots = {shot.name: shot for shot in script.shots}
    for index, emotion in enumerate(EMOTIONS[1:], start=1):
        (beat,) = shots[emotion].lines
        assert beat.beat_s == 3.2
        assert [key.weights_8[index] for key in beat.emotion] == [0, 1, 0]
        assert beat.emotion[1].ease.name == "linear"


def test_dialogue_has_two_people_a_reaction_and_a_crossfade() -> None:
    script = check_file(SCENES / "dialogue.yaml").script
    assert script is not None
    assert {line.on_screen for line in script.lines} == {"ada", "grace"}
    assert any(line.beat_s and line.emotion for line in script.lines)
    assert [shot.transition.kind for shot in script.shots].count("crossfade") == 1
