import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emostage.apps.tui import sound
from emostage.apps.tui.sound import LONGEST_S, Player, film_sound, player
from emostage.core.tracks import AudioClip, SpeechTake
from emostage.scene.check import check_text
from emostage.studio.guess import guessed

WRITES = """#!{python} -S
import sys, wave
sound = wave.open(sys.argv[-1])
open({told!r}, "a").write(f"{name} {{sound.getnframes()}} {{sound.getframerate()}} {{sys.argv[-1]}}\\n")
{then}
"""


@pytest.fixture
def shop(tmp_path, monkeypatch):
    """Installs players that tell what they were given; nothing else is on the path, and temporary files are in a folder of their
    own."""
    programs, files, told = tmp_path / "bin", tmp_path / "files", tmp_path / "told"
    programs.mkdir()
    files.mkdir()
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setattr(tempfile, "tempdir", str(files))

    class Shop:
        folder = files

        @staticmethod
        def install(name, then=""):
            program = programs / name
            program.write_text(WRITES.format(python=sys.executable, told=str(told), name=name, then=then))
            program.chmod(0o755)

        @staticmethod
        def told(patience_s=5.0):
            end_s = time.monotonic() + patience_s
            while not told.exists() and time.monotonic() < end_s:
                time.sleep(0.01)
            return [line.split(maxsplit=3) for line in told.read_text().splitlines()] if told.exists() else []

    return Shop()


def tone(seconds=1.0, rate_hz=8000, hz=220.0):
    samples_S = 0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return AudioClip(samples_S=samples_S.astype(np.float32), rate_hz=rate_hz)


def test_where_there_is_no_player_there_is_none(shop):
    assert player() is None


def test_a_player_is_given_the_sound_from_a_time_on_and_the_file_goes(shop):
    shop.install("paplay")
    playing = player().play(tone(), from_s=0.25)
    assert playing.wait(5)
    ((name, frames, rate, file),) = shop.told()
    assert (name, frames, rate) == ("paplay", "6000", "8000")
    assert Path(file).suffix == ".wav"
    assert list(shop.folder.iterdir()) == []


def test_a_player_that_cannot_play_here_is_followed_by_the_next(shop):
    shop.install("pw-play", then="sys.exit(1)")
    shop.install("aplay")
    assert player().play(tone()).wait(5)
    assert [name for name, *_ in shop.told()] == ["pw-play", "aplay"]


def test_when_all_fail_it_is_silent(shop):
    shop.install("aplay", then="sys.exit(1)")
    playing = Player(commands=(("/nowhere/player",), *player().commands)).play(tone())
    assert playing.wait(5)
    assert list(shop.folder.iterdir()) == []


def test_it_can_be_stopped_and_no_other_player_begins(shop):
    shop.install("pw-play", then="import time; time.sleep(60)")
    shop.install("aplay")
    playing = player().play(tone())
    assert shop.told()
    assert not playing.ended
    begun_s = time.monotonic()
    playing.stop()
    assert time.monotonic() - begun_s < 1.5
    assert playing.ended
    playing.stop()
    assert [name for name, *_ in shop.told()] == ["pw-play"]
    assert list(shop.folder.iterdir()) == []


def test_the_time_goes_on_from_where_it_began(shop):
    shop.install("pw-play", then="import time; time.sleep(60)")
    playing = player().play(tone(), from_s=0.5)
    shop.told()
    first_s = playing.at_s
    time.sleep(0.02)
    assert 0.5 <= first_s < playing.at_s < 8
    playing.stop()


def test_what_is_over_is_not_played(shop):
    shop.install("paplay")
    assert player().play(tone(1.0), from_s=1.0) is None


def test_without_room_for_the_file_it_is_silent(shop, monkeypatch):
    shop.install("paplay")
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    assert player().play(tone()) is None


@pytest.fixture
def jobs():
    text = """\
emostage: 1
cast:
  ada: {portrait: sample/astronaut}
shots:
  - lines:
      - ada: "One two three."
      - ada: "Four five six."
"""
    take = SpeechTake(audio=tone(0.8, rate_hz=22050))
    return [replace(job, take=take) for job in guessed(check_text(text, Path("scene.yaml")).script)]


def heard_s(clip):
    """The first and last time with sound."""
    at = np.flatnonzero(np.abs(clip.samples_S) > 0.02) / clip.rate_hz
    return float(at[0]), float(at[-1])


def test_the_sound_of_a_film_is_where_its_lines_are(jobs):
    clip = film_sound(jobs, 0.0, jobs[1].start_s + jobs[1].duration_s)
    assert clip.rate_hz == 48000
    begin_s, end_s = heard_s(clip)
    assert begin_s == pytest.approx(jobs[0].speech_start_s, abs=0.005)
    assert end_s == pytest.approx(jobs[1].speech_start_s + 0.8, abs=0.005)


def test_a_span_is_that_part_of_the_film(jobs):
    end_s = jobs[1].start_s + jobs[1].duration_s
    whole, part = film_sound(jobs, 0.0, end_s), film_sound(jobs, 0.7, 1.1)
    inside = slice(round(0.71 * 48000), round(1.09 * 48000))
    expected, ours = whole.samples_S[inside], part.samples_S[round(0.01 * 48000) :][: inside.stop - inside.start]
    assert np.abs(expected - ours).max() < 1e-3
    assert len(part.samples_S) == round(0.4 * 48000)


def test_interpolated_tones_stay_tones(jobs):
    at_s = jobs[0].speech_start_s
    clip = film_sound(jobs[:1], at_s, at_s + 0.8)
    power = np.abs(np.fft.rfft(clip.samples_S))
    assert np.argmax(power) / 0.8 == pytest.approx(220, abs=2)


def test_loud_films_do_not_clip(jobs):
    clip = film_sound(jobs, 0.0, 3.0, loudness=-5.0)
    assert 0.9 < np.abs(clip.samples_S).max() <= 1.0
    quiet = film_sound(jobs, 0.0, 3.0, loudness=-26.0)
    assert np.abs(quiet.samples_S).max() == pytest.approx(0.25, abs=0.01)


def test_nothing_is_heard_of_guesses_or_outside_the_film(jobs):
    silent = [replace(job, take=None) for job in jobs]
    for clip in (film_sound(silent, 0.0, 2.0), film_sound(jobs, 500.0, 501.0), film_sound([], 0.0, 1.0)):
        assert not clip.samples_S.any()
    assert len(film_sound(jobs, 1.0, 1.0).samples_S) == 0
    assert film_sound(jobs, 0.0, 1e6).duration_s == LONGEST_S


def test_windows_is_asked_first_where_it_is(shop, monkeypatch):
    monkeypatch.setattr(sound.sys, "platform", "win32")
    assert player().commands[0] == ("winsound",)
