import subprocess
import sys
from dataclasses import replace
from threading import Event, Thread

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.studio.compile import compile_script
from emostage.studio.glimpse import Glimpse, number_at
from emostage.studio.guess import guessed, guesses, said


class Cinema:
    """A studio whose frames say what they show: the photo's number, the frame's number, the feeling, and whether it was heard."""

    def __init__(self, fake, cache):
        self.fake, self.cache, self.heard, self.photos, self.engines = fake, cache, [], [], []

    def stages(self):
        return replace(self.fake.stages(), photo=self.photo, performer=self.performer, features=self.features)

    def photo(self, portrait, member, film, device, identity):
        self.photos.append((member.name, film.size_px, film.quality))
        number = len(self.photos)

        class Photo:
            def frame(self, motion, at):
                return np.full((film.size_px[1], film.size_px[0], 3), [number, at, 255 * motion.expression_T52[at, 0]], np.uint8)

        return Photo()

    def performer(self, name, manner=None):
        cinema = self

        class Performer:
            def perform(self, performance, *, seed):
                cinema.engines.append(name)
                cinema.heard.append(performance.speech is not None)
                return cinema.fake.perform(performance, seed=seed)

        return Performer()

    def features(self, audio):
        self.fake.calls["features"] += 1
        return self.fake.features(audio)

    def glimpse(self, **more):
        return Glimpse(cache=self.cache, stages=self.stages(), **more)

    def plan(self, script):
        return compile_script(script, cache=self.cache, stages=self.stages())


@pytest.fixture
def cinema(fake, cache):
    return Cinema(fake, cache)


def told(frame):
    return tuple(map(int, frame[0, 0]))


def test_a_frame_shows_its_moment_of_the_line(make, cinema):
    script = make.script(make.said("One two three."), make.said("Four five.", emotion=(make.key(happy=1.0),)))
    first, second = cinema.plan(script).jobs
    glimpse = cinema.glimpse()
    frame = glimpse.frame(script, second, second.start_s + 0.4)
    assert (frame.shape, frame.dtype) == ((64, 64, 3), np.uint8)
    assert told(frame) == (1, 10, 0), "neutral is none of what is felt"
    assert told(glimpse.frame(script, first, first.start_s))[1:] == (0, 255)
    assert told(glimpse.frame(script, first, first.start_s + 99))[1] == first.frames - 1


def test_what_was_prepared_is_not_prepared_again(make, cinema):
    script = make.script(make.said("One two three."), make.said("Four."))
    jobs = cinema.plan(script).jobs
    glimpse = cinema.glimpse()
    for job in (*jobs, *jobs):
        for at_s in (0.0, 0.3):
            glimpse.frame(script, job, job.start_s + at_s)
    assert cinema.photos == [("ada", (64, 64), "draft")]
    assert len(cinema.engines) == cinema.fake.calls["features"] == 2


def test_an_edited_key_is_performed_anew_and_an_undone_one_is_not(make, cinema):
    line = make.said("One two three.", emotion=(make.key(happy=0.2),))
    before = make.script(line)
    after = make.script(replace(line, emotion=(make.key(happy=1.0),)))
    glimpse = cinema.glimpse()
    shown = [told(glimpse.frame(s, cinema.plan(s).jobs[0], 0.9))[2] for s in (before, after, before)]
    assert shown[0] == shown[2] == pytest.approx(255 * 0.8, abs=2)
    assert shown[1] == 0
    assert len(cinema.engines) == 2


def test_an_edit_elsewhere_leaves_the_motion_and_the_photo(make, cinema):
    script = make.script(make.said("One two three."), make.said("Four."))
    glimpse = cinema.glimpse()
    glimpse.frame(script, cinema.plan(script).jobs[1], 0.0)
    longer = make.script(make.said("One two three."), make.said("Four."), make.said("Five."))
    longer = replace(longer, cast={name: replace(member, voice="espeak/de") for name, member in longer.cast.items()})
    job = cinema.plan(longer).jobs[1]
    glimpse.frame(longer, replace(job, leave_rad=(0.0, 0.0, 0.0)), 0.0)
    assert len(cinema.photos) == len(cinema.engines) == 1


def test_another_framing_is_another_photo(make, cinema):
    script = make.script(make.said("One."))
    close = replace(script, cast={name: replace(member, framing="close") for name, member in script.cast.items()})
    glimpse = cinema.glimpse()
    frames = [told(glimpse.frame(s, cinema.plan(s).jobs[0], 0.0))[0] for s in (script, close, script)]
    assert frames == [1, 2, 1]


def test_quick_glimpses_are_performed_by_rules_until_the_engine_has_performed(make, cinema):
    script = make.script(make.said("One two."))
    (job,) = cinema.plan(script).jobs
    glimpse = cinema.glimpse()
    glimpse.frame(script, job, 0.0)
    glimpse.frame(script, job, 0.0, quick=False)
    glimpse.frame(script, job, 0.2)
    assert cinema.engines == ["reference", "stage"]


def test_guessed_jobs_are_silent_until_there_is_a_take(make, cinema):
    line = make.said("One two.")
    script = make.script(line)
    glimpse = cinema.glimpse()
    glimpse.frame(script, guessed(script)[0], 0.0, quick=False)
    (job,) = cinema.plan(script).jobs
    (standing_in,) = guesses(script, {said(line): job.take}).values()
    glimpse.frame(script, standing_in, 0.0)
    assert cinema.heard == [False, True]
    assert cinema.engines == ["reference", "reference"]


def test_engines_that_paint_are_shown_by_the_moved_photo(make, cinema):
    script = make.script(make.said("One.", engine="emotalker"))
    cinema.glimpse().frame(script, cinema.plan(script).jobs[0], 0.0, quick=False)
    assert cinema.engines == ["stage"]
    assert not cinema.fake.calls["render"]


def test_a_filmstrip_is_spread_over_the_line(make, cinema):
    script = make.script(make.said("One two three."), make.said("Four five six."))
    job = cinema.plan(script).jobs[1]
    numbers = [told(frame)[1] for frame in cinema.glimpse().filmstrip(script, job, 4)]
    assert numbers == [number_at(job, job.start_s + share * job.duration_s) for share in (0.125, 0.375, 0.625, 0.875)]
    assert numbers[0] > 0
    assert len(cinema.engines) == 1


def test_large_films_are_shown_small(make, cinema):
    script = make.script(make.said("One."))
    wide = replace(script, film=replace(script.film, size_px=(1920, 1080), quality="high"))
    frame = cinema.glimpse(longest_px=320).frame(wide, cinema.plan(wide).jobs[0], 0.0)
    assert frame.shape == (180, 320, 3)
    assert cinema.photos[0][2] == "draft"


def test_a_picture_that_cannot_be_used_is_told_and_tried_again(make, cinema):
    script = make.script(make.said("One."))
    glimpse = cinema.glimpse()
    cinema.fake.fail["ada"] = AssetError.of("E071", "no face")
    with pytest.raises(AssetError):
        glimpse.prepare(script, "ada")
    del cinema.fake.fail["ada"]
    glimpse.prepare(script, "ada")
    assert len(cinema.photos) == 1


def test_frame_numbers_hold_at_every_boundary(make):
    script = make.script(make.said("One two three."), make.said("Four."))
    job = guessed(script)[1]
    for number in range(job.frames):
        assert number_at(job, job.start_s + float(number / job.fps)) == number


def test_importing_it_loads_no_torch():
    code = "import sys, emostage.studio.glimpse as g; g.Glimpse(); print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_a_rehearsed_line_is_shown_as_its_engine_performs_it(make, cinema):
    script = make.script(make.said("One two."))
    (job,) = cinema.plan(script).jobs
    glimpse = cinema.glimpse()
    assert not glimpse.rehearse(script, guessed(script)[0])
    assert glimpse.rehearse(script, job)
    assert not glimpse.rehearse(script, job)
    glimpse.frame(script, job, 0.0)
    assert cinema.engines == ["stage"]


def test_others_draw_while_a_line_is_rehearsed(make, cinema):
    script = make.script(make.said("One two."))
    (job,) = cinema.plan(script).jobs
    glimpse, begun, go = cinema.glimpse(), Event(), Event()
    perform = cinema.fake.perform

    def slowly(performance, *, seed):
        if cinema.engines[-1] == "stage":
            begun.set()
            assert go.wait(10)
        return perform(performance, seed=seed)

    cinema.fake.perform = slowly
    thread = Thread(target=glimpse.rehearse, args=(script, job), daemon=True)
    thread.start()
    assert begun.wait(10)
    assert glimpse.frame(script, job, 0.0).shape[2] == 3
    go.set()
    thread.join(10)
    assert cinema.engines == ["stage", "reference"]
