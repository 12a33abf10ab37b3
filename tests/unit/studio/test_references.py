"""What lines take from other files, through the whole plan."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, MOUTH_MASK_52
from emostage.core.errors import AssetError, SceneError
from emostage.motion.recording import Recording, write_motion
from emostage.scene.check import check_text
from emostage.studio.compile import compile_script
from emostage.studio.document import document
from emostage.studio.perform import feelings, perform, performance_of
from emostage.studio.preflight import inputs

HEAD = "emostage: 1\nfilm: {size: 64}\ncast: {ada: {portrait: ada.png}, bob: {portrait: ada.png}}\nshots:\n  - lines:\n"
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def desk(tmp_path, make, fake, cache):
    """Plans the lines of a scene that stands beside a portrait, a motion file of two seconds, a film and two pictures."""
    for name in ("ada.png", "happy.png", "blank.png"):
        (tmp_path / name).touch()
    (tmp_path / "talk.mp4").write_bytes(bytes(100))
    write_motion(Recording(motion=make.filmed(50)), tmp_path / "take.npz")

    def plan(*lines: str, layout: str = "", **more):
        text = HEAD.replace("- lines:", f"- layout: {layout}\n    lines:" if layout else "- lines:") + "".join(
            f"      - {line}\n" for line in lines
        )
        result = check_text(text, tmp_path / "scene.yaml")
        assert result.script, result.diagnostics
        return compile_script(result.script, cache=cache, stages=fake.stages(), **more)

    return plan


def acted(job, fake):
    return perform(job, performance_of(job, None, fake.stages()), fake, fake.stages())


def played(plan, fake, number=1):
    job = plan.jobs[number - 1]
    return job, acted(job, fake)


def test_a_performance_alone_is_a_beat_of_its_length(desk, fake):
    job, motion = played(desk("ada: {motion: take.npz}"), fake)
    assert (job.frames, job.take, job.caption) == (50, None, "(acted)")
    np.testing.assert_allclose(motion.expression_T52[15:40], job.acting.motion.expression_T52[15:40], atol=1e-5)
    assert not motion.rotation_T3[[0, -1]].any()


def test_a_pause_cuts_a_performance(desk):
    assert desk("ada: {pause: 1s, motion: take.npz}").jobs[0].frames == 25


def test_start_gain_and_fit(desk):
    (job,) = desk("ada: {motion: {file: take.npz, start: 0.4s, gain: 0.5}}").jobs
    assert job.frames == 40
    assert (job.acting.start_s, job.acting.gain) == (0.4, 0.5)
    (job,) = desk('ada: {text: "One two three four five.", motion: {file: take.npz, fit: true}}').jobs
    assert job.acting.length_s == pytest.approx(job.take.audio.duration_s)
    (job,) = desk('ada: {text: "One.", motion: {file: take.npz, fit: true}}').jobs
    assert job.acting.pace == 2.0


@pytest.mark.parametrize(("said", "speech_s"), [("One.", 0.3), ("One two three four five six seven eight nine ten.", 3.0)])
def test_a_line_lasts_as_long_as_the_longer_of_speech_and_performance(desk, said, speech_s):
    (job,) = desk(f'ada: {{text: "{said}", motion: take.npz}}').jobs
    assert job.duration_s == pytest.approx(0.4 + max(speech_s, 2.0) + 0.4, abs=0.041)


def test_a_voice_keeps_its_lips_and_a_recording_gives_them_away(desk, fake, tmp_path):
    (tmp_path / "take.wav").touch()
    spoken, recorded = (
        desk(line).jobs[0] for line in ('ada: {text: "One two.", motion: take.npz}', "ada: {audio: take.wav, motion: take.npz}")
    )
    engine, laid = acted(replace(spoken, acting=None), fake), acted(spoken, fake)
    np.testing.assert_array_equal(laid.expression_T52[:, MOUTH_MASK_52], engine.expression_T52[:, MOUTH_MASK_52])
    begins = 10
    brows = ARKIT_INDEX["browInnerUp"]
    np.testing.assert_allclose(
        laid.expression_T52[begins : begins + 40, brows], spoken.acting.motion.expression_T52[:40, brows], atol=1e-5
    )
    laid = acted(recorded, fake)
    np.testing.assert_allclose(laid.expression_T52[begins : begins + 40], recorded.acting.motion.expression_T52[:40], atol=1e-5)


def test_what_is_acted_is_felt_by_voice_and_mouth_unless_the_line_says_otherwise(desk, fake):
    acted, told = desk(
        'ada: {text: "One two three four five six.", motion: take.npz}',
        'ada: {text: "One two.", motion: take.npz, emotion: sad 0.5}',
    ).jobs
    weights_T8 = feelings(acted, fake.stages()).weights_T8
    assert weights_T8[50, 0] < 0.8
    assert weights_T8[[0, -1], 0] == pytest.approx(1)
    assert told.felt is None
    assert told.emotion[0].value[2] == 0.5


def test_gaze_and_head_of_the_script_come_first(desk):
    (job,) = desk('ada: {text: "One two.", motion: take.npz, gaze: bob, head: nod}').jobs
    assert not job.acting.gaze
    assert not job.acting.head


def test_who_listens_acts_nothing(desk):
    (job,) = desk('ada: {text: "One two.", motion: take.npz, emotion: {from: talk.mp4}}', layout="bob").jobs
    assert (job.on_screen, job.acting, job.felt) == ("bob", None, None)


def test_a_picture_gives_the_line_its_feeling(desk, fake):
    plan = desk(
        'ada: {text: "One two.", emotion: {from: happy.png, strength: 0.5}}', 'ada: {text: "Three.", emotion: {from: happy.png}}'
    )
    assert [round(job.emotion[0].value[1], 3) for job in plan.jobs] == [0.4, 0.8]
    assert fake.calls["read_face"] == 1
    assert plan.findings == ()


def test_a_face_without_a_clear_feeling_is_told(desk):
    (finding,) = desk('ada: {text: "One.", emotion: {from: blank.png}}').findings
    assert finding.code == "W077"
    assert finding.place.line == 6


def test_a_film_is_watched_once(desk, fake):
    told = []
    plan = desk(
        'ada: {text: "One two.", emotion: {from: talk.mp4}}',
        'bob: {text: "Three.", emotion: {from: talk.mp4, strength: 0.5}}',
        on_film=told.append,
    )
    assert (fake.calls["watch"], told) == (1, ["talk.mp4"])
    assert [job.felt_strength for job in plan.jobs] == [1.0, 0.5]
    desk('ada: {text: "One two.", emotion: {from: talk.mp4}}', on_film=told.append)
    assert (fake.calls["watch"], told) == (1, ["talk.mp4"])


def test_a_film_plays_from_the_start_of_the_line_and_the_mood_returns(desk, fake):
    job = desk(f'ada: {{text: "{"One two three four. " * 5}", emotion: {{from: talk.mp4}}}}').jobs[0]
    neutral_T = feelings(job, fake.stages()).weights_T8[:, 0]
    source_end = round((job.speech_at_s + job.felt.duration_s) * 25)
    assert neutral_T[0] == neutral_T[-1] == 1
    assert neutral_T[source_end - 5] < 0.7
    assert neutral_T[source_end + 13 :] == pytest.approx(1)


def test_a_recording_feels_as_it_sounds(desk, fake, tmp_path):
    (tmp_path / "take.wav").write_bytes(bytes(100))
    line = 'ada: {audio: take.wav, text: "One two.", emotion: {from: audio, strength: 0.5}}'
    job = desk(line).jobs[0]
    assert [finding.code for finding in job.findings] == ["W078"]
    weights_T8 = feelings(job, fake.stages()).weights_T8
    middle = round(job.speech_at_s * 25) + 5
    assert weights_T8[middle, 2] == pytest.approx(0.4, abs=1e-3)
    assert weights_T8[[0, -1], 0] == pytest.approx(1.0)
    assert fake.calls["felt_in_voice"] == 1
    desk(line)
    assert fake.calls["felt_in_voice"] == 1, "a recording is heard once"


def test_fingerprints_follow_the_bytes_of_the_files(desk, make, tmp_path):
    lines = ("ada: {motion: take.npz}", 'ada: {text: "One.", emotion: {from: talk.mp4}}', 'ada: "Two."')
    before = [job.fingerprint for job in desk(*lines).jobs]
    assert [job.fingerprint for job in desk(*lines).jobs] == before
    write_motion(Recording(motion=make.filmed(50, fps=24)), tmp_path / "take.npz")
    (tmp_path / "talk.mp4").write_bytes(bytes(120))
    after = [job.fingerprint for job in desk(*lines).jobs]
    assert [a == b for a, b in zip(after, before, strict=True)] == [False, False, True]


FAULTS = [
    ("ada: {motion: bad.npz}", AssetError, "E089", 6),
    ("ada: {motion: {file: take.npz, start: 3s}}", SceneError, "E041", 6),
    ('ada: {text: "One.", emotion: {from: bad.npz}}', AssetError, "E089", 6),
    ('ada: {text: "One.", emotion: {from: cut.mp4}}', AssetError, "E117", 6),
]


@pytest.mark.parametrize(("line", "kind", "code", "at"), FAULTS)
def test_files_that_cannot_be_used_are_told_where_they_are_named(desk, fake, tmp_path, line, kind, code, at):
    (tmp_path / "bad.npz").write_text("no archive")
    (tmp_path / "cut.mp4").touch()
    fake.fail["cut.mp4"] = AssetError.of("E117", "'cut.mp4' cuts to another picture at 1.00 s", "use a clip of a single shot")
    with pytest.raises(kind) as refused:
        desk('bob: "Fine."', line)
    (problem,) = refused.value.diagnostics
    assert (problem.code, problem.place.line) == (code, at + 1)


def test_the_plan_tells_what_is_taken(desk, tmp_path):
    plan = desk("ada: {motion: {file: take.npz, gain: 0.5}}", 'ada: {text: "One.", emotion: {from: talk.mp4, strength: 0.5}}')
    acted, felt = document(plan)["lines"]
    assert acted["acting"] == {"at_s": 0.0, "seconds": 2.0, "pace": 1.0, "gain": 0.5, "lips": True}
    assert (acted["felt"], felt["acting"]) == (None, None)
    assert felt["felt"] == {"at_s": 0.24, "seconds": 4.0, "strength": 0.5}


def test_every_file_is_an_input(tmp_path, desk):
    text = HEAD + '      - ada: {text: "One.", motion: take.npz, emotion: {from: talk.mp4}}\n'
    script = check_text(text, tmp_path / "scene.yaml").script
    assert {path.name for path in inputs(script)} >= {"take.npz", "talk.mp4"}


def test_planning_without_films_and_pictures_loads_no_network(tmp_path, make):
    write_motion(Recording(motion=make.filmed(30)), tmp_path / "take.npz")
    scene = tmp_path / "scene.yaml"
    scene.write_text(HEAD.replace("ada.png", "sample/hopper") + "      - ada: {motion: take.npz}\n")
    code = (
        "import sys\nfrom emostage.apps.cli import main\n"
        "try:\n    main(['plan', sys.argv[1], '--json'])\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        "assert not {'torch', 'mediapipe', 'cv2', 'scipy', 'moviepy'} & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, scene], capture_output=True, text=True, check=False, cwd=ROOT, env=None)
    assert done.returncode == 0, done.stderr
