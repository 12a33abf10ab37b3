import subprocess
import sys
import wave
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from emostage.core.errors import SceneError
from emostage.core.tracks import Span
from emostage.scene.model import EmotionKey, Line, Shot, Source, Take, TimeRef, TransitionIn
from emostage.scene.times import nearest, resolve
from emostage.speech.estimate import estimate_seconds
from emostage.studio.guess import UNKNOWN_S, guessed, said
from emostage.studio.stages import real_stages

TEXT = "We have waited for this, all of us. And now it is here."


def sound(path, seconds):
    with wave.open(str(path), "wb") as out:
        out.setparams((1, 2, 8000, 0, "NONE", ""))
        out.writeframes(b"\0\0" * round(8000 * seconds))
    return path


def test_words_fill_the_guessed_length_and_pauses_stay_where_they_are(make):
    line = make.said(TEXT, pauses=((5, 1.0),))
    (job,) = guessed(make.script(line))
    spans = job.take.words
    assert [span.text for span in spans] == list(line.words)
    assert all(a.end_s <= b.start_s + 1e-9 and a.start_s < a.end_s for a, b in pairwise(spans))
    assert spans[5].start_s - spans[4].end_s == pytest.approx(1.0)
    length_s = estimate_seconds(TEXT, line.words, pauses=line.pauses)
    assert spans[-1].end_s == pytest.approx(length_s, abs=1e-6) == pytest.approx(job.take.audio.duration_s, abs=1e-3)
    assert (job.sound, job.fingerprint) == ("", "")


def test_the_pace_of_the_voice_is_heeded(make):
    line = make.said(TEXT)
    slow = replace(line, prosody=replace(line.prosody, rate=0.5))
    usual, drawn_out = guessed(make.script(line, slow))
    assert drawn_out.frames > 1.7 * usual.frames


def test_guesses_are_laid_out_as_a_film_is(make):
    shots = [
        Shot(index=i, name=str(i), lines=(make.said(TEXT),), transition=TransitionIn(kind="crossfade", seconds=0.4))
        for i in range(3)
    ]
    first, second, third = guessed(make.script(shots=shots))
    assert first.transition.kind == "cut"
    assert (second.transition.kind, second.transition.frames) == ("crossfade", 10)
    assert third.start_frame == second.start_frame + second.frames - 10
    assert first.speech_at_s == pytest.approx(0.40)
    assert len({job.seed for job in (first, second, third)}) == 3


def test_a_beat_is_as_long_as_it_says(make):
    (job,) = guessed(make.script(Line(index=0, speaker="ada", on_screen="ada", beat_s=1.4)))
    assert (job.take, job.frames) == (None, 35)


def test_a_recording_is_measured_without_being_read(make, tmp_path):
    path = sound(tmp_path / "a.wav", 2.5)
    told = make.said(TEXT, audio=path)
    untold = replace(told, text=None, words=())
    with_words, without = guessed(make.script(told, untold))
    assert with_words.take.audio.duration_s == without.take.audio.duration_s == pytest.approx(2.5)
    assert with_words.take.words[-1].end_s == pytest.approx(2.5)
    assert without.take.words == ()


def test_a_recording_that_cannot_be_measured_is_guessed(make, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"no sound")
    line = replace(make.said("x", audio=tmp_path / "a.wav"), text=None, words=())
    gone = replace(line, audio=tmp_path / "gone.wav")
    assert [job.take.audio.duration_s for job in guessed(make.script(line, gone))] == [UNKNOWN_S] * 2


def test_nothing_is_watched_or_understood(make, tmp_path):
    mood_8 = (0.6, 0.0, 0.4, 0, 0, 0, 0, 0)
    prompt = EmotionKey(at=TimeRef(kind="start"), weights_8=(1.0, *[0.0] * 7), prompt="a little sad")
    film = Source(kind="film", file=tmp_path / "gone.mp4")
    take = Take(file=tmp_path / "gone.npz", lips="keep")
    lines = [
        make.said(TEXT, emotion=(prompt,), mood_8=mood_8),
        make.said(TEXT, emotion_from=film),
        make.said(TEXT, motion=take),
        Line(index=0, speaker="ada", on_screen="ada", motion=take),
    ]
    described, felt, acted, alone = guessed(make.script(*lines))
    assert (described.emotion[0].value, described.described) == (mood_8, ())
    assert (felt.felt, acted.acting) == (None, None)
    assert alone.duration_s == pytest.approx(UNKNOWN_S)


def test_a_key_after_the_guessed_end_is_moved_there_and_an_unknown_engine_guessed(make):
    line = make.said("Ten.", emotion=(make.key("seconds", 99.0, happy=0.5),), engine="nobody")
    (job,) = guessed(make.script(line))
    assert job.emotion[0].at_s == pytest.approx(job.speech_at_s + job.take.audio.duration_s)


def test_a_known_take_stands_in_for_the_guess(make):
    line = make.said(TEXT)
    (job,) = guessed(make.script(line))
    take = replace(job.take, words=tuple(replace(w, text=w.text.upper()) for w in job.take.words))
    louder = replace(line, emotion=(make.key(happy=1.0),))
    (again,) = guessed(make.script(louder), {said(line): take})
    assert again.take is take
    assert again.sound == ""


@pytest.mark.parametrize(
    "ref",
    [
        TimeRef(kind="seconds", value=5.0),
        TimeRef(kind="seconds", value=-9.0),
        TimeRef(kind="end", offset_s=4.0),
        TimeRef(kind="percent", value=400.0),
        TimeRef(kind="previous", value=0.0, offset_s=7.0),
    ],
)
def test_times_outside_of_a_line_are_at_its_edge(ref):
    given = {"words": (), "duration_s": 2.0, "fps": Fraction(25), "previous_s": 1.0}
    with pytest.raises(SceneError):
        resolve(ref, **given)
    assert nearest(ref, **given) == (0.0 if ref.value < 0 else 2.0)


def test_times_inside_of_a_line_are_what_they_are():
    words = (Span(text="a", start_s=0.5, end_s=0.8),)
    given = {"words": words, "duration_s": 2.0, "fps": Fraction(25), "previous_s": 1.0}
    for ref in (TimeRef(kind="word"), TimeRef(kind="percent", value=30.0), TimeRef(kind="frames", value=-5.0, offset_s=0.1)):
        assert nearest(ref, **given) == resolve(ref, **given)
    assert nearest(TimeRef(kind="word", value=7.0), **given) == 0.0


def test_guessing_loads_nothing_heavy(make):
    code = (
        "import sys, emostage.studio.guess, emostage.studio.rehearsal\n"
        "print([m for m in ('torch', 'scipy', 'cv2', 'moviepy', 'mediapipe', 'lightning', 'soundfile') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_guesses_ask_no_other_stage(make, monkeypatch):
    def fail(*_):
        raise AssertionError

    for name in ("_speak", "_understand", "_voice_digest"):
        monkeypatch.setattr(f"emostage.studio.stages.{name}", fail)
    assert real_stages().speak is fail
    assert len(guessed(make.script(make.said(TEXT)))) == 1
