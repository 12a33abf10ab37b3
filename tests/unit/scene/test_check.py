from __future__ import annotations

import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from emostage.core import plugins
from emostage.core.errors import SceneError
from emostage.scene.check import CheckResult, check_file, check_text
from emostage.scene.model import Line, Script

CAST = """\
emostage: 1
cast:
  ada: {portrait: sample/astronaut}
  bob: {portrait: sample/hopper}
shots:
"""


def check(body: str, tmp_path: Path, head: str = CAST) -> CheckResult:
    return check_text(head + textwrap.dedent(body), tmp_path / "scene.yaml")


def script(body: str, tmp_path: Path, head: str = CAST) -> Script:
    result = check(body, tmp_path, head)
    assert result.script is not None, result.diagnostics
    return result.script


def line(body: str, tmp_path: Path, head: str = CAST) -> Line:
    (only,) = script(f"- lines:\n    - {body}\n- lines: [{{bob: x}}, {{ada: x}}]", tmp_path, head).lines[:1]
    return only


def codes(result: CheckResult) -> list[str]:
    return [d.code for d in result.diagnostics]


def test_defaults(tmp_path: Path) -> None:
    scene = script("- lines: [{ada: Hi}, {bob: Ho}]", tmp_path)
    assert scene.title == "scene" and scene.unfinished == ()
    assert scene.film.fps == Fraction(25) and scene.film.size_px == (512, 512) and scene.film.engine == "stage"
    assert scene.shots[0].name == "shot-1" and scene.shots[0].layout is None and scene.shots[0].transition.kind == "cut"
    first = scene.lines[0]
    assert (first.index, first.number, first.speaker, first.on_screen, first.text, first.words) == (
        0,
        1,
        "ada",
        "ada",
        "Hi",
        ("Hi",),
    )


def test_forms_of_a_speaker(tmp_path: Path) -> None:
    scene = script(
        """
        - lines:
          - ada: Hi
          - {speaker: ada, text: Hi}
          - ada:
            text: Hi
          - ada: {text: Hi}
          - ada: {text: Hi}
            emotion: happy
          - {bob: x}
        """, tmp_path,
    )  # fmt: skip
    assert {(found.speaker, found.text) for found in scene.lines[:5]} == {("ada", "Hi")}
    assert scene.lines[4].emotion[0].weights_8[1] == 1


def test_pauses_show_the_person_before_or_the_next(tmp_path: Path) -> None:
    scene = script(
        """
        - lines: [{pause: 1s}, {bob: Hi}, {pause: 500ms, emotion: happy 0.3}, {ada: {pause: 10f}}]
        - lines: [{pause: 2}]
        - layout: [bob]
          lines: [{pause: 1s}, {ada: Hi}, {pause: 1s}]
        """, tmp_path,
    )  # fmt: skip
    assert [found.index for found in scene.lines] == list(range(8))
    assert [found.on_screen for found in scene.lines] == ["bob", "bob", "bob", "ada", "ada", "bob", "bob", "bob"]
    assert [found.beat_s for found in scene.lines] == [1.0, None, 0.5, 0.4, 2.0, 1.0, None, 1.0]
    assert scene.lines[6].speaker == "ada" and scene.lines[7].speaker == "bob"
    assert scene.lines[2].emotion[0].weights_8[1] == 0.3


def test_cascade(tmp_path: Path) -> None:
    head = """\
emostage: 1
film: {voice: espeak/fr, mood: happy 0.1, liveliness: 0.5}
cast:
  ada: {portrait: sample/astronaut, voice: {name: espeak/de, rate: 1.2, pitch: 1st}, mood: {sad: 0.2}}
  bob: {portrait: sample/hopper}
shots:
"""
    scene = script(
        """
        - voice: {volume: -6dB, rate: 90%}
          liveliness: 0
          lines:
            - ada: Hi
            - ada: Hi
              voice: {rate: 1.5}
              mood: neutral
              liveliness: 1.5
            - bob: Hi
              voice: espeak/en-gb
        - lines: [{bob: Hi}]
        """, tmp_path, head,
    )  # fmt: skip
    one, two, three, four = scene.lines
    assert (one.voice, one.prosody.rate, one.prosody.pitch_st, one.prosody.volume_db) == ("espeak/de", 0.9, 1.0, -6.0)
    assert (one.mood_8[2], one.liveliness) == (0.2, 0.0)
    assert (two.prosody.rate, two.prosody.pitch_st, two.mood_8[0], two.liveliness) == (1.5, 1.0, 1.0, 1.5)
    assert (three.voice, three.mood_8[1], three.prosody.volume_db) == ("espeak/en-gb", 0.1, -6.0)
    assert (four.voice, four.liveliness, four.prosody.rate) == ("espeak/fr", 0.5, 1.0)
    assert (
        scene.cast["ada"].voice == "espeak/de" and scene.cast["ada"].prosody.pitch_st == 1.0 and scene.cast["bob"].liveliness == 0.5
    )


def test_emotion_forms(tmp_path: Path) -> None:
    one = line("{ada: Hi, emotion: happy 0.4}", tmp_path).emotion
    assert [(key.at.kind, key.weights_8[1]) for key in one] == [("start", 0.4)]
    assert line("{ada: Hi, emotion: {happy: .4}}", tmp_path).emotion[0].weights_8 == one[0].weights_8
    many = line(
        '{ada: "[sad 0.2] Hi [happy 0.3 over 200ms] there [angry 0.1]", emotion: [{fear: 0.1}, {at: +1s, joy: 0.2, ease: linear}]}',
        tmp_path,
    ).emotion
    assert [key.at.kind for key in many] == ["start", "previous", "word", "word", "end"]
    assert many[1].ease.name == "linear" and many[3].over_s == 0.2 and many[3].at.value == 1.0
    assert all(key.place is not None and key.place.line for key in many)


def test_pauses_gaze_and_head(tmp_path: Path) -> None:
    found = line(
        '{ada: "[pause 1] Hi [pause 200ms] [pause 5f] there [look bob] [nod] you [pause 1s]", gaze: [5, 5], head: tilt}', tmp_path
    )
    assert found.pauses == ((0, 1.0), (1, pytest.approx(0.4)), (3, 1.0))
    assert [key.target for key in found.gaze] == [(5.0, 5.0), "bob"]
    assert [(key.do, key.at.kind) for key in found.head] == [("tilt", "start"), ("nod", "word")]
    assert line("{ada: Hi, gaze: {at: camera}}", tmp_path).gaze[0].target == "camera"
    assert line("{ada: Hi, gaze: {at: 1s, look: [1, 2]}}", tmp_path).gaze[0].at.value == 1.0
    assert line("{ada: Hi, head: [{at: end, do: [1, 2, 3]}]}", tmp_path).head[0].angles_deg == (1.0, 2.0, 3.0)


def test_recordings(tmp_path: Path) -> None:
    (tmp_path / "take 1.wav").touch()
    found = line('{ada: {audio: "take 1.wav", text: "Hi [happy 0.5] there"}}', tmp_path)
    assert found.audio == tmp_path / "take 1.wav" and found.words == ("Hi", "there") and found.emotion[0].at.value == 1.0
    assert line("{ada: {audio: take 1.wav}}", tmp_path).text is None


def test_unfinished_passes_check_and_stops_rendering(tmp_path: Path) -> None:
    (tmp_path / "a.ogg").touch()
    result = check(
        """
        - layout: [ada, bob]
          camera: {zoom: 1.1}
          lines:
            - ada: '[like "calm"] Hi'
            - bob: Ho
              emotion: [{like: sad}, {at: end, like: happy}]
        music: {file: a.ogg}
        """.replace("\n        ", "\n"), tmp_path,
    )  # fmt: skip
    assert sorted(codes(result)) == ["W091", "W092", "W093"]
    assert result.script is not None and [entry.split(":")[0] for entry in result.script.unfinished] == [
        "layout",
        "camera",
        "music",
    ]
    with pytest.raises(SceneError) as raised:
        result.renderable()
    assert sorted(d.code for d in raised.value.diagnostics) == ["E091", "E092", "E093"]
    assert all(d.place and d.place.line > 1 for d in raised.value.diagnostics)


def test_finished_features_render(tmp_path: Path) -> None:
    result = check(
        """
        - lines: [{ada: Hi}]
        - layout: bob
          transition: {crossfade: 10f}
          lines: [{ada: Hi}]
        - {transition: dip, lines: [{ada: Hi}]}
        """, tmp_path,
    )  # fmt: skip
    scene = result.renderable()
    assert result.diagnostics == ()
    assert [(shot.transition.kind, shot.transition.seconds) for shot in scene.shots] == [
        ("cut", 0.0),
        ("crossfade", 0.4),
        ("dip", 0.4),
    ]


def test_no_noise_after_a_broken_part(tmp_path: Path) -> None:
    head = CAST.replace("sample/astronaut", "none.png").replace("{portrait: sample/hopper}", "7")
    result = check("- lines: [{ada: Hi}, {bob: '[look ada] Ho'}, {ada: {pause: 1s}}]", tmp_path, head)
    assert codes(result) == ["E071", "E010"]
    result = check("- lines: [{ada: '', emotion: [{at: word:never, happy: 0.1}]}, {bob: x}]", tmp_path)
    assert codes(result) == ["E050"]
    result = check("- lines: [{adda: Hi, emotion: happyness}, {bob: x}]", tmp_path)
    assert codes(result) == ["E020", "E031"]


def test_everything_at_once_in_file_order(tmp_path: Path) -> None:
    result = check("- lines: [{ada: 'Hi [x]', emotion: hapy, gaze: eve, head: no}, {eve: Ho}]\n  nmae: x", tmp_path)
    assert codes(result) == ["E053", "E031", "E020", "E014", "E020", "E011"]
    places = [(d.place.line, d.place.column) for d in result.diagnostics if d.place]
    assert places == sorted(places) and len(places) == 6


def test_missing_file(tmp_path: Path) -> None:
    (problem,) = check_file(tmp_path / "none.yaml").diagnostics
    assert problem.code == "E001"


def test_an_engine_is_handed_down_to_who_is_seen(tmp_path: Path) -> None:
    head = """\
emostage: 1
film: {engine: reference}
cast: {ada: {portrait: sample/astronaut, engine: emotalker}, bob: {portrait: sample/hopper}}
shots:
"""
    scene = script(
        """
        - lines: [{ada: Hi}, {bob: Hi}, {bob: Hi, engine: emotivetalk}]
        - layout: bob
          lines: [{ada: Hi}]
        - engine: emodiffhead
          lines: [{ada: Hi}, {bob: Hi, engine: stage}]
        """, tmp_path, head,
    )  # fmt: skip
    told = ["emotalker", "reference", "emotivetalk", "reference", "emodiffhead", "stage"]
    assert [line.engine for line in scene.lines] == told
    assert scene.film.engine == "reference"


def test_engines_that_are_installed_can_be_named(tmp_path: Path, installed: Callable[[str, str, object], None]) -> None:
    installed(plugins.PAINTERS, "oils", object)
    assert codes(check("- lines: [{ada: Hi, engine: oils}, {bob: Hi, engine: oil}]", tmp_path)) == ["E014"]


@pytest.mark.parametrize(("name", "told"), [("stage", []), ("reference", []), ("emodiffhead", []), ("emodifhead", ["E014"])])
def test_engines(tmp_path: Path, name: str, told: list[str]) -> None:
    head = CAST.replace("cast:", f"film: {{engine: {name}}}\ncast:")
    assert codes(check("- lines: [{ada: Hi}, {bob: Hi}]", tmp_path, head)) == told


def long_scene(tmp_path: Path) -> Path:
    lines = "".join(
        f'      - {who}: "[happy 0.5] Line number {i} [pause 200ms] is said, [nod] and done."\n'
        f"        emotion: [{{at: start, sad: 0.2}}, {{at: word:number, surprised: 0.4}}, {{at: end - 200ms, happy: 0.3}}]\n"
        for i, who in enumerate(["ada", "bob"] * 100)
    )
    path = tmp_path / "long.yaml"
    path.write_text(CAST + "  - lines:\n" + lines)
    return path


def test_two_hundred_lines_check_quickly(tmp_path: Path) -> None:
    path = long_scene(tmp_path)
    best = 9.0
    for _ in range(3):
        begun = time.process_time()
        result = check_file(path)
        best = min(best, time.process_time() - begun)
    assert result.script is not None and len(result.script.lines) == 200
    assert best < 0.35


def test_light(tmp_path: Path) -> None:
    """Checking leaves everything heavy unloaded."""
    code = (
        "import sys; from pathlib import Path; from emostage.scene.check import check_file\n"
        f"assert check_file(Path({str(long_scene(tmp_path))!r})).script\n"
        "heavy = {'torch', 'moviepy', 'textual', 'mediapipe', 'cv2', 'jsonschema', 'scipy', 'diffusers', 'lightning'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True, timeout=60)
