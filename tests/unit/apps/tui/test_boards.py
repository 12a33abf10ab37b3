import gc
import subprocess
import sys
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.apps.tui import boards
from emostage.apps.tui.board import CURVE_RATE, PEAK_RATE
from emostage.apps.tui.boards import board_of, peaks
from emostage.core.errors import Diagnostic
from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.editing.refs import KeyRef
from emostage.emotion.curve import emotion_track
from emostage.emotion.temporal import felt_as
from emostage.scene.check import check_text
from emostage.studio.arrange import arrange
from emostage.studio.guess import guesses
from emostage.studio.layout import rooms
from emostage.studio.plan import Described
from emostage.studio.rehearsal import Rehearsed

SCENE = """\
emostage: 1
title: A film
cast:
  ada: {portrait: sample/astronaut}
  bob: {portrait: sample/hopper, mood: {sad: 0.4}}
  cyd: {portrait: sample/hopper}
shots:
  - name: first
    lines:
      - bob: "Well, [happy 0.6, surprised 0.2] here we are. [nod] All of us. [look ada]"
        emotion:
          - {at: start, angry: 0.3}
          - {at: 50%, like: "a little sad", strength: 0.5}
          - at: word:us
            afraid: 0.4
        gaze: [{at: 200ms, look: camera}, {at: word:here, look: [10, -5]}]
        head: {do: shake, at: end}
      - bob: {pause: 1s, emotion: {at: 500ms, happy: 0.5}}
  - name: second
    transition: {crossfade: 600ms}
    lines:
      - ada: "And yet."
        emotion: happy 0.5
"""


def script_of(text=SCENE):
    checked = check_text(text, Path("scene.yaml"))
    assert checked.script, checked.diagnostics
    return checked.script


def rehearsed_of(script, takes=None, change=None, **more):
    """All lines guessed, but for the takes of some and what `change` makes of every job."""
    jobs = [replace(job, take=(takes or {}).get(i, job.take)) for i, job in guesses(script).items()]
    jobs = [change(job) if change else job for job in jobs]
    given = {"spoken": frozenset(takes or ()), "failures": {}} | more
    return Rehearsed(jobs=arrange(script, jobs, rooms(script.shots)), **given)


def board(text=SCENE, drawn=(), **more):
    script = script_of(text)
    return board_of(script, rehearsed_of(script, **more), drawn=drawn)


def take_of(words, word_s=0.25, rate_hz=8000, loud=0.5):
    samples_S = loud * np.ones(int(rate_hz * word_s * len(words)), np.float32)
    spans = tuple(Span(text=w, start_s=i * word_s, end_s=(i + 1) * word_s) for i, w in enumerate(words))
    return SpeechTake(audio=AudioClip(samples_S=samples_S, rate_hz=rate_hz), words=spans)


WORDS = ("Well", "here", "we", "are", "All", "of", "us")


def test_lines_and_shots_lie_in_the_film_and_overlap_in_a_crossfade():
    shown = board()
    first, beat, last = shown.lines
    assert first.start_s == 0.0
    assert beat.start_s == pytest.approx(first.end_s)
    assert beat.end_s - beat.start_s == pytest.approx(1.0)
    assert last.start_s == pytest.approx(beat.end_s - 0.6)
    assert shown.duration_s == last.end_s
    assert [(s.name, s.transition, s.transition_s, s.lines) for s in shown.shots] == [
        ("first", "cut", 0.0, (0, 1)),
        ("second", "crossfade", pytest.approx(0.6), (2,)),
    ]
    assert shown.shots[1].start_s == last.start_s < shown.shots[0].end_s == beat.end_s
    assert shown.line_at(last.start_s + 0.1) is last


def test_tracks_are_those_who_speak_in_the_order_of_the_cast():
    assert board().speakers == ("ada", "bob")


def test_captions_say_what_stands_for_a_text():
    assert [line.caption for line in board().lines] == ["Well, here we are. All of us.", "(a beat)", "And yet."]


def test_words_are_in_film_time():
    line = board(takes={2: take_of(("And", "yet"))}).lines[2]
    assert [word.text for word in line.words] == ["And", "yet"]
    assert line.words[1].start_s == pytest.approx(line.speech_start_s + 0.25)
    assert not line.guessed


def test_keys_are_numbered_lists_first_and_then_cues():
    keys = board(takes={0: take_of(WORDS)}).lines[0].keys
    emotion = [(key.ref.number, key.label, key.dominant, key.inline) for key in keys if key.ref.track == "emotion"]
    assert emotion == [
        (0, "angry 0.3", "angry", False),
        (1, 'like "a little sad" 0.5', "neutral", False),
        (2, "afraid 0.4", "afraid", False),
        (3, "happy 0.6, surprised 0.2", "happy", True),
    ]
    gaze = [(key.ref.number, key.label, key.inline) for key in keys if key.ref.track == "gaze"]
    assert gaze == [(0, "camera", False), (1, "10 -5", False), (2, "ada", True)]
    head = [(key.ref.number, key.label, key.inline) for key in keys if key.ref.track == "head"]
    assert head == [(0, "shake", False), (1, "nod", True)]
    assert keys[0].strength == pytest.approx(0.3)


def test_keys_are_at_their_words_and_shares_of_the_speech():
    shown = board(takes={0: take_of(WORDS)})
    line = shown.lines[0]

    def at(track, number):
        return shown.key(KeyRef(line=0, track=track, number=number)).at_s - line.speech_start_s

    assert [at("emotion", number) for number in range(4)] == pytest.approx([0.0, 0.875, 1.5, 0.25])
    assert [at("gaze", number) for number in range(3)] == pytest.approx([0.2, 0.25, 1.75])
    assert [at("head", number) for number in range(2)] == pytest.approx([1.75, 1.0])


def test_keys_of_a_beat_count_from_its_start():
    line = board().lines[1]
    assert line.keys[0].at_s == pytest.approx(line.start_s + 0.5)
    assert line.speech_start_s == line.start_s


def test_a_description_shows_what_it_was_read_as():
    meant = Described(at_s=0.0, prompt="a little sad", strength=0.5, weights_8=(0.6, 0, 0.4, 0, 0, 0, 0, 0))
    key = board(change=lambda job: replace(job, described=(meant,))).lines[0].keys[1]
    assert (key.dominant, key.strength) == ("sad", pytest.approx(0.4))


@pytest.mark.parametrize("fps", ["25", "30", "23.976"])
def test_curves_are_what_is_felt_from_the_start_of_the_line(fps):
    script = script_of(SCENE.replace("cast:", f"film: {{fps: {fps}}}\ncast:", 1))
    now = rehearsed_of(script)
    for strip, job in zip(board_of(script, now).lines, now.jobs, strict=True):
        count = len(strip.weights_T8)
        assert count == pytest.approx((strip.end_s - strip.start_s) * CURVE_RATE, abs=1)
        expected = emotion_track(job.emotion, mood_8=job.mood_8, count=count, fps=Fraction(CURVE_RATE)).weights_T8
        assert (strip.weights_T8 == expected).all()
    assert board_of(script, now).lines[0].weights_T8[0, 2] == pytest.approx(0.4), "bob's mood"


def test_curves_of_a_borrowed_feeling_are_its_own():
    felt = felt_as(np.tile(np.eye(8)[3], (100, 1)), Fraction(25))
    line = board(change=lambda job: replace(job, felt=felt, felt_strength=1.0)).lines[2]
    assert line.weights_T8[len(line.weights_T8) // 2, 3] > 0.8


def test_loudness_is_that_of_the_take_and_guesses_have_none():
    take = take_of(("And", "yet"), loud=0.5)
    samples_S = take.audio.samples_S.copy()
    samples_S[len(samples_S) // 2 :] *= -0.5
    take = replace(take, audio=AudioClip(samples_S=samples_S, rate_hz=8000))
    guess, _, line = board(takes={2: take}).lines
    assert len(line.peaks_P) == pytest.approx(0.5 * PEAK_RATE, abs=1)
    assert line.peaks_P[:12] == (0.5,) * 12
    assert line.peaks_P[-12:] == (0.25,) * 12
    assert (guess.peaks_P, guess.guessed) == ((), True)


@pytest.mark.parametrize("rate_hz", [8000, 22050, 48000, 11025])
def test_peaks_keep_time_at_every_rate(rate_hz):
    samples_S = np.zeros(rate_hz * 10, np.float32)
    samples_S[int(9.01 * rate_hz)] = -2.0
    measured = peaks(AudioClip(samples_S=samples_S, rate_hz=rate_hz))
    assert len(measured) == 10 * PEAK_RATE
    assert np.flatnonzero(measured).tolist() == [int(9.01 * PEAK_RATE)]
    assert max(measured) == 1.0


def test_what_is_drawn_and_what_failed_is_told():
    problem = Diagnostic(code="E062", message="no voice")
    shown = board(drawn={2}, failures={1: (problem,)})
    assert [line.drawn for line in shown.lines] == [False, False, True]
    assert [line.problem for line in shown.lines] == [None, problem, None]


def test_music_is_shown_where_there_is_any(tmp_path):
    (tmp_path / "song.mp3").write_bytes(b"song")
    text = SCENE + "music: {file: song.mp3}\n"
    script = check_text(text, tmp_path / "scene.yaml").script
    shown = board_of(script, rehearsed_of(script))
    assert [(span.start_s, span.end_s) for span in shown.music] == [(0.0, shown.duration_s)]
    assert board().music == ()


def test_boards_load_nothing_heavy():
    code = (
        "import sys, emostage.apps.tui.boards\n"
        "print([m for m in ('torch', 'scipy', 'cv2', 'moviepy', 'mediapipe', 'lightning', 'textual') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_peaks_go_with_their_sound():
    before = len(boards._PEAKS)
    audio = AudioClip(samples_S=np.ones(800, np.float32), rate_hz=8000)
    assert peaks(audio) is peaks(audio)
    assert len(boards._PEAKS) == before + 1
    del audio
    gc.collect()
    assert len(boards._PEAKS) == before


def test_strips_of_lines_that_did_not_change_are_used_again_and_others_are_as_if_made_anew():
    made, script = boards.Boards(), script_of()
    rehearsed = rehearsed_of(script)
    before = made.of(script, rehearsed)
    assert all(one is other for one, other in zip(before.lines, made.of(script, rehearsed).lines, strict=True))
    drawn = made.of(script, rehearsed, drawn={0})
    assert drawn.lines[0].drawn
    assert drawn.lines[1] is before.lines[1]
    longer = script_of(SCENE.replace("pause: 1s", "pause: 2s").replace("title", "# moved down a line\ntitle"))
    after = made.of(longer, rehearsed_of(longer))
    for strip, fresh in zip(after.lines, board_of(longer, rehearsed_of(longer)).lines, strict=True):
        assert (strip.start_s, strip.end_s, strip.place, strip.keys) == (fresh.start_s, fresh.end_s, fresh.place, fresh.keys)


def test_a_curve_that_goes_beyond_its_key_is_drawn_as_it_is_felt():
    text = SCENE.split("shots:", maxsplit=1)[0] + (
        'shots:\n  - name: over\n    lines:\n      - ada: "We have a message from the Moon today."\n        emotion:\n'
        "          - {at: 0, happy: 0.2}\n          - {at: 1.5s, happy: 0.6, ease: 'cubic-bezier(0.3, 2, 0.2, 1.5)'}\n"
    )
    felt_T = board(text).lines[0].weights_T8[:, 1]
    assert felt_T.max() > 0.68 and felt_T[-15] == pytest.approx(0.6, abs=0.01)


def test_what_is_held_before_a_cue_is_what_was_felt_before_it_not_what_stands_before_it_in_the_file():
    text = (
        SCENE.replace(
            'Well, [happy 0.6, surprised 0.2] here we are. [nod] All of us. [look ada]"\n',
            'Well, here [neutral over 100ms] we are. All of us."\n',
        )
        .replace("afraid: 0.4", "angry: 0.9")
        .replace("{at: start, angry: 0.3}", "{at: word:All, sad: 0.8}")
    )
    text = text.replace('          - {at: 50%, like: "a little sad", strength: 0.5}\n', "")
    line = board(text).lines[0]
    first_s = min(mark.at_s for mark in line.keys if mark.ref.track == "emotion")
    before = line.weights_T8[: int((first_s - line.start_s) * CURVE_RATE)]
    assert before[:, 1:].max() == pytest.approx(board(text).lines[0].weights_T8[0, 1:].max(), abs=0.01)
