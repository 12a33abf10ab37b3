import threading
from dataclasses import replace
from pathlib import Path

import pytest

from emostage.core.errors import AssetError, EmostageError, Place
from emostage.scene.model import EmotionKey, Line, Shot, TimeRef, TransitionIn
from emostage.studio.compile import compile_script
from emostage.studio.fingerprint import digest
from emostage.studio.guess import guessed
from emostage.studio.rehearsal import Rehearsal
from emostage.studio.run import CLIPS

TEXTS = ["One two three.", "Four five.", "Six seven eight nine.", "Ten."]


@pytest.fixture
def scene(make, tmp_path):
    """Two shots with all kinds of lines."""
    (tmp_path / "a.wav").write_bytes(b"sound")
    described = EmotionKey(at=TimeRef(kind="start"), weights_8=(1.0, *[0.0] * 7), prompt="sad 0.5")
    first = [make.said(TEXTS[0], emotion=(make.key("word", 1, happy=0.6),)), make.said(TEXTS[1], speaker="bob", on_screen="ada")]
    second = [
        make.said(TEXTS[2], emotion=(described,)),
        Line(index=0, speaker="ada", on_screen="ada", beat_s=0.8),
        make.said(TEXTS[3], audio=tmp_path / "a.wav"),
        make.said(TEXTS[0], engine="emotalker"),
    ]
    fade = TransitionIn(kind="crossfade", seconds=0.6)
    return make.script(
        shots=[
            Shot(index=0, name="a", lines=tuple(first)),
            Shot(index=1, name="b", lines=tuple(second), transition=fade),
        ]
    )


def numbered(rehearsal):
    return {job.number: job for job in rehearsal.rehearsed().jobs}


def test_what_comes_out_is_the_plan_of_the_film(make, fake, cache, scene):
    rehearsal, told = Rehearsal(scene, cache=cache, stages=fake.stages()), []
    assert rehearsal.run(told.append)
    assert sorted(told) == list(range(6))
    plan, ours = compile_script(scene, cache=cache, stages=fake.stages()), rehearsal.plan()
    assert digest(ours.jobs) == digest(plan.jobs)
    assert ours.fingerprint == plan.fingerprint
    shown = rehearsal.rehearsed().jobs
    assert digest([replace(job, fingerprint="") for job in plan.jobs]) == digest(shown)


def test_before_it_is_spoken_a_line_is_guessed_and_then_true(make, fake, cache, scene):
    rehearsal = Rehearsal(scene, cache=cache, stages=fake.stages())
    assert digest(rehearsal.rehearsed().jobs) == digest(guessed(scene))
    assert not fake.calls
    first = {}

    def tell(index):
        if not first:
            first[index] = rehearsal.rehearsed()

    rehearsal.run(tell, workers=1)
    ((index, now),) = first.items()
    assert index in now.spoken
    assert now.jobs[index].sound
    starts = [job.start_frame for job in now.jobs]
    assert starts == sorted(starts)


def test_the_line_that_is_looked_at_is_spoken_first(make, fake, cache):
    rehearsal, told = Rehearsal(make.script(*map(make.said, TEXTS)), cache=cache, stages=fake.stages()), []
    rehearsal.run(told.append, first=2, workers=1)
    assert told.index(2) < told.index(0)
    assert told.index(3) < told.index(1)


def test_it_can_be_stopped_and_taken_up_again(make, fake, cache):
    rehearsal = Rehearsal(make.script(*map(make.said, TEXTS)), cache=cache, stages=fake.stages())
    rehearsal.stop()
    assert not rehearsal.run()
    assert rehearsal.missing == (0, 1, 2, 3)
    assert not fake.calls["speak"]
    again = Rehearsal(rehearsal.script, before=rehearsal)
    assert again.run()
    assert again.missing == ()


def test_stopping_waits_for_no_line_that_has_not_begun(make, fake, cache):
    begun, go_on = threading.Event(), threading.Event()

    def speak(request):
        begun.set()
        go_on.wait(5)
        return fake.speak(request)

    script = make.script(*(make.said(f"Line {i}.") for i in range(30)))
    rehearsal = Rehearsal(script, cache=cache, stages=replace(fake.stages(), speak=speak))
    worker = threading.Thread(target=rehearsal.run)
    worker.start()
    assert begun.wait(5)
    rehearsal.stop()
    go_on.set()
    worker.join(5)
    assert not worker.is_alive()
    assert fake.calls["speak"] <= 4


def test_lines_that_did_not_change_are_there_at_once_wherever_they_now_stand(make, fake, cache):
    lines = [make.said(text, emotion=(make.key(sad=0.2),)) for text in TEXTS]
    before = Rehearsal(make.script(*lines), cache=cache, stages=fake.stages())
    before.run()
    spoken = fake.calls["speak"]
    place = Place(file=Path("scene.yaml"), line=99)
    moved = [lines[0], make.said("New words."), *(replace(line, place=place) for line in lines[1:])]
    after = Rehearsal(make.script(*moved), before=before)
    assert after.missing == (1,)
    job = numbered(after)[4]
    assert (job.text, job.place, job.number) == (TEXTS[2], place, 4)
    told = []
    assert after.run(told.append)
    assert (told, fake.calls["speak"]) == ([1], spoken + 1)
    assert after.plan().fingerprint == compile_script(after.script, cache=cache, stages=fake.stages()).fingerprint


def test_a_new_feeling_keeps_the_last_take_until_there_is_another(make, fake, cache):
    line = make.said(TEXTS[0], emotion=(make.key(sad=0.2),))
    before = Rehearsal(make.script(line), cache=cache, stages=fake.stages())
    before.run()
    after = Rehearsal(make.script(replace(line, emotion=(make.key(sad=0.9),))), before=before)
    (now,) = after.rehearsed().jobs
    assert after.missing == (0,)
    assert now.take is before.rehearsed().jobs[0].take
    assert now.emotion[0].value[2] == pytest.approx(0.9)
    assert now.sound == ""


def test_a_line_after_the_first_is_not_the_same_at_the_start_of_the_film(make, fake, cache):
    before = Rehearsal(make.script(*map(make.said, TEXTS[:2])), cache=cache, stages=fake.stages())
    before.run()
    after = Rehearsal(make.script(make.said(TEXTS[1])), before=before)
    assert after.missing == (0,), "the first clip has more room"
    after.run()
    assert after.rehearsed().jobs[0].speech_at_s == pytest.approx(0.40)


def test_lines_that_cannot_be_spoken_say_why_and_stay_guessed(make, fake, cache):
    place = Place(file=Path("scene.yaml"), line=7)
    lines = [make.said(TEXTS[0]), make.said(TEXTS[1], place=place), make.said(TEXTS[2])]
    fake.fail = {TEXTS[1]: AssetError.of("E062", "no voice 'a'")}
    rehearsal = Rehearsal(make.script(*lines), cache=cache, stages=fake.stages())
    assert rehearsal.run()
    now = rehearsal.rehearsed()
    assert [(d.code, d.place) for d in now.failures[1]] == [("E062", place)]
    assert now.spoken == {0, 2}
    assert len(now.jobs) == 3
    skipping = compile_script(rehearsal.script, cache=cache, stages=fake.stages(), skip_failing=True)
    assert rehearsal.plan().fingerprint == skipping.fingerprint
    assert rehearsal.plan().failures == skipping.failures


def test_a_worker_that_fails_fails_its_line_alone(make, fake, cache):
    fake.fail = {TEXTS[1]: EmostageError.of("E064", "the voice failed")}
    rehearsal = Rehearsal(make.script(*map(make.said, TEXTS)), cache=cache, stages=fake.stages())
    assert rehearsal.run()
    assert set(rehearsal.rehearsed().failures) == {1}


def test_a_cache_that_cannot_be_used_is_told(make, fake, tmp_path):
    from emostage.studio.cache import Cache

    (tmp_path / "file").write_bytes(b"")
    rehearsal = Rehearsal(make.script(make.said("Ten.")), cache=Cache(tmp_path / "file"), stages=fake.stages())
    with pytest.raises(EmostageError) as raised:
        rehearsal.run()
    assert raised.value.diagnostics[0].code in ("E100", "E101", "E102")


def test_clips_that_are_drawn_are_known(make, fake, cache):
    script = make.script(*map(make.said, TEXTS))
    plan = compile_script(script, cache=cache, stages=fake.stages())
    for number in (1, 3):
        cache.put(CLIPS, plan.jobs[number - 1].fingerprint, ".mp4", lambda path: path.write_bytes(b"clip"))
    rehearsal = Rehearsal(script, cache=cache, stages=fake.stages())
    assert rehearsal.drawn(rehearsal.rehearsed()) == frozenset()
    rehearsal.run()
    assert rehearsal.drawn(rehearsal.rehearsed()) == {0, 2}


def test_a_description_is_read_once(make, fake, cache):
    described = EmotionKey(at=TimeRef(kind="start"), weights_8=(1.0, *[0.0] * 7), prompt="sad 0.5")
    line = make.said(TEXTS[0], emotion=(described,))
    before = Rehearsal(make.script(line), cache=cache, stages=fake.stages())
    before.run()
    after = Rehearsal(make.script(replace(line, text="Other.", words=("Other",))), before=before)
    after.run()
    assert fake.calls["understand"] == 1
    assert after.rehearsed().jobs[0].described[0].weights_8[2] == pytest.approx(0.5)


def test_jobs_stay_the_same_objects_where_nothing_has_changed_and_are_right_where_it_has(make, fake, cache, scene):
    first = Rehearsal(scene, cache=cache, stages=fake.stages())
    before = first.rehearsed().jobs
    later = Rehearsal(scene, before=first)
    kept = [one is other for one, other in zip(before, later.rehearsed().jobs, strict=True)]
    assert kept == [True, True, True, True, False, True]  # a recording may be another one now
    shorter = replace(scene, shots=(replace(scene.shots[0], lines=scene.shots[0].lines[:1]), scene.shots[1]))
    shorter = replace(shorter, shots=make.script(shots=list(shorter.shots)).shots)
    ours = Rehearsal(shorter, before=later).rehearsed().jobs
    assert digest(ours) == digest(Rehearsal(shorter, cache=cache, stages=fake.stages()).rehearsed().jobs)
