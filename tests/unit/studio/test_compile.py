import time
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from emostage.core.errors import AssetError, Diagnostic, Place, SceneError
from emostage.core.time import FRAME_RATES, frame_at
from emostage.scene.model import Line, Shot, TransitionIn
from emostage.studio.compile import compile_script
from emostage.studio.layout import Room, clip_frames

TEXTS = ["One two three.", "Four five.", "Six seven eight nine.", "Ten."]


def plan_of(script, fake, cache, **more):
    return compile_script(script, cache=cache, stages=fake.stages(), **more)


def test_clips_are_speech_and_quiet_room_in_whole_frames(make, fake, cache):
    plan = plan_of(make.script(*(make.said(t) for t in TEXTS)), fake, cache)
    for i, job in enumerate(plan.jobs):
        assert job.speech_at_s == pytest.approx(0.24 if i else 0.40)
        assert job.duration_s >= job.speech_at_s + job.take.audio.duration_s + 0.40 - 1e-6
        assert job.duration_s < job.speech_at_s + job.take.audio.duration_s + 0.40 + 0.041
    ends = [job.start_frame + job.frames for job in plan.jobs]
    assert [job.start_frame for job in plan.jobs] == [0, *ends[:-1]]
    assert plan.frames == ends[-1]


@settings(max_examples=25, deadline=None)
@given(rate=st.sampled_from(sorted(FRAME_RATES)), beats=st.lists(st.floats(0.05, 4.0), min_size=1, max_size=8))
def test_beats_last_at_least_what_they_say_and_less_than_a_frame_more(rate, beats):
    fps = FRAME_RATES[rate]
    for seconds in beats:
        line = Line(index=0, speaker="ada", on_screen="ada", beat_s=seconds)
        length_s = float(clip_frames(line, Room(lead_s=0.24, tail_s=0.4), 0.0, fps) / fps)
        assert seconds - 2e-6 <= length_s < seconds + float(1 / fps) + 1e-6


def test_changing_one_key_changes_one_fingerprint(make, fake, cache):
    lines = [make.said(t, emotion=(make.key(happy=0.5),)) for t in TEXTS]
    before = plan_of(make.script(*lines), fake, cache)
    lines[2] = replace(lines[2], emotion=(make.key(happy=0.6),))
    after = plan_of(make.script(*lines), fake, cache)
    changed = [a.fingerprint != b.fingerprint for a, b in zip(before.jobs, after.jobs, strict=True)]
    assert changed == [False, False, True, False]
    assert before.fingerprint != after.fingerprint
    assert before.jobs[2].seed == after.jobs[2].seed, "a new feeling keeps the line's blinks"


def test_fingerprints_do_not_depend_on_the_place_in_the_film(make, fake, cache):
    lines = [make.said(t) for t in TEXTS]
    before = plan_of(make.script(*lines), fake, cache)
    after = plan_of(make.script(lines[0], make.said("New words here."), *lines[1:]), fake, cache)
    new = {j.fingerprint for j in after.jobs} - {j.fingerprint for j in before.jobs}
    assert new == {after.jobs[1].fingerprint, after.jobs[2].fingerprint}, "the new line, and the one that goes on from it"


def test_new_words_change_their_line_and_the_one_that_goes_on_from_it(make, fake, cache):
    lines = [make.said(t) for t in TEXTS]
    before = plan_of(make.script(*lines), fake, cache)
    lines[1] = make.said("Other words.")
    after = plan_of(make.script(*lines), fake, cache)
    changed = [a.fingerprint != b.fingerprint for a, b in zip(before.jobs, after.jobs, strict=True)]
    assert changed == [False, True, True, False]


def test_what_is_said_twice_is_not_performed_twice_the_same(make, fake, cache):
    plan = plan_of(make.script(*[make.said("Again.")] * 3), fake, cache)
    assert len({job.seed for job in plan.jobs}) == 3


def test_another_engine_draws_its_line_anew_under_the_same_seed(make, fake, cache):
    lines = [make.said(t) for t in TEXTS]
    before = plan_of(make.script(*lines), fake, cache)
    after = plan_of(make.script(lines[0], replace(lines[1], engine="emotalker"), *lines[2:]), fake, cache)
    assert [a.fingerprint != b.fingerprint for a, b in zip(before.jobs, after.jobs, strict=True)] == [False, True, False, False]
    assert [job.seed for job in before.jobs] == [job.seed for job in after.jobs]
    assert [job.engine.painter for job in after.jobs] == [None, "emotalker", None, None]


def test_engines_that_say_the_same_say_it_under_one_seed(make, fake, cache):
    lines = [make.said("Again.", engine=name) for name in ("stage", "emotalker", "stage")]
    seeds = [job.seed for job in plan_of(make.script(*lines), fake, cache).jobs]
    assert seeds[0] == seeds[1] != seeds[2]


def test_another_checkpoint_of_a_painter_changes_what_it_painted(make, fake, cache):
    script = make.script(make.said("One.", engine="emotalker"), make.said("Two."))
    before = plan_of(script, fake, cache)
    fake.paints_with["emotalker"] = "other"
    after = plan_of(script, fake, cache)
    assert [a.fingerprint != b.fingerprint for a, b in zip(before.jobs, after.jobs, strict=True)] == [True, False]


def test_an_engine_that_is_not_there_is_told_with_its_line_before_anything_is_said(make, fake, cache):
    fake.fail["emotalker"] = SceneError.of("E090", "the engine 'emotalker' is not installed")
    place = Place(file=Path("scene.yaml"), line=7)
    script = make.script(make.said("One.", engine="emotalker", place=place))
    with pytest.raises(SceneError) as raised:
        plan_of(script, fake, cache)
    assert [(d.code, d.place) for d in raised.value.diagnostics] == [("E090", place)]
    assert not fake.calls["speak"]


@pytest.mark.parametrize("change", [{"seed": 8}, {"quality": "high"}, {"size_px": (128, 64)}, {"background": "blur"}])
def test_film_settings_that_are_seen_change_every_clip(make, fake, cache, change):
    script = make.script(*(make.said(t) for t in TEXTS))
    before = plan_of(script, fake, cache)
    after = plan_of(replace(script, film=replace(script.film, **change)), fake, cache)
    assert not {j.fingerprint for j in before.jobs} & {j.fingerprint for j in after.jobs}


def test_loudness_changes_the_film_but_no_clip(make, fake, cache):
    script = make.script(*(make.said(t) for t in TEXTS))
    before = plan_of(script, fake, cache)
    after = plan_of(replace(script, film=replace(script.film, loudness=-23.0)), fake, cache)
    assert [j.fingerprint for j in before.jobs] == [j.fingerprint for j in after.jobs]
    assert before.fingerprint != after.fingerprint


def test_another_picture_under_the_same_name_changes_its_lines_only(make, fake, cache, tmp_path):
    picture = tmp_path / "ada.png"
    picture.write_bytes(b"one")
    script = make.script(make.said("Hello."), make.said("Hi.", speaker="bob"))
    script = replace(script, cast=script.cast | {"ada": replace(script.cast["ada"], portrait=picture)})
    before = plan_of(script, fake, cache)
    picture.write_bytes(b"two")
    after = plan_of(script, fake, cache)
    assert before.jobs[0].fingerprint != after.jobs[0].fingerprint
    assert before.jobs[1].fingerprint == after.jobs[1].fingerprint


def test_the_emotion_at_each_word_bends_the_voice(make, fake, cache):
    asked = []
    stages = fake.stages()
    stages = replace(
        stages, phrases=lambda line, weights: asked.append([tuple(w) for w in weights]) or stages_phrases(line, weights)
    )
    stages_phrases = fake.stages().phrases
    line = make.said("One two three.", emotion=(make.key("word", 2, angry=0.8),))
    compile_script(make.script(line), cache=cache, stages=stages)
    neutral, felt = asked
    assert all(w[0] == 1.0 for w in neutral)
    assert felt[0][0] == 1.0
    assert felt[2][3] == pytest.approx(0.8)


def test_a_second_plan_speaks_nothing_again(make, fake, cache):
    script = make.script(*(make.said(t, emotion=(make.key(sad=0.4),)) for t in TEXTS))
    first = plan_of(script, fake, cache)
    spoken = fake.calls["speak"]
    second = plan_of(script, fake, cache)
    assert fake.calls["speak"] == spoken == 8
    assert [j.sound for j in first.jobs] == [j.sound for j in second.jobs]
    assert first.fingerprint == second.fingerprint


def test_all_lines_that_cannot_be_spoken_are_reported_at_once(make, fake, cache):
    fake.fail = {"One two three.": AssetError.of("E062", "no voice 'a'"), "Ten.": AssetError.of("E062", "no voice 'b'")}
    script = make.script(*(make.said(t) for t in TEXTS))
    with pytest.raises(AssetError) as caught:
        plan_of(script, fake, cache)
    assert [d.message for d in caught.value.diagnostics] == ["no voice 'a'", "no voice 'b'"]
    plan = plan_of(script, fake, cache, skip_failing=True)
    assert [job.number for job in plan.jobs] == [2, 3]
    assert [failure.number for failure in plan.failures] == [1, 4]


def test_a_key_after_the_end_is_an_error_of_the_scene(make, fake, cache):
    line = make.said("Ten.", emotion=(make.key("seconds", 99.0, happy=0.5),))
    with pytest.raises(SceneError) as caught:
        plan_of(make.script(line), fake, cache)
    assert caught.value.diagnostics[0].code.startswith("E04")


def test_crossfades_overlap_quiet_room_only(make, fake, cache):
    shots = [
        Shot(index=i, name=str(i), lines=(make.said(t),), transition=TransitionIn(kind="crossfade", seconds=2.0))
        for i, t in enumerate(TEXTS)
    ]
    plan = plan_of(make.script(shots=shots), fake, cache)
    assert plan.jobs[0].transition.kind == "cut", "there is nothing before the first clip"
    for before, after in zip(plan.jobs, plan.jobs[1:], strict=False):
        assert after.start_frame == before.start_frame + before.frames - after.transition.frames
        assert before.speech_start_s + before.take.audio.duration_s <= after.speech_start_s + 1e-9
    assert plan.jobs[1].transition.frames == frame_at(2.0, Fraction(25))


def test_only_some_lines_make_a_film_of_their_own(make, fake, cache):
    shots = [
        Shot(index=i, name=str(i), lines=(make.said(t),), transition=TransitionIn(kind="crossfade", seconds=0.4))
        for i, t in enumerate(TEXTS)
    ]
    plan = plan_of(make.script(shots=shots), fake, cache)
    part = plan.only({2, 4})
    assert [job.number for job in part.jobs] == [2, 4]
    assert part.jobs[0].start_frame == 0
    assert part.jobs[1].start_frame == part.jobs[0].frames, "a crossfade needs the clip before it"
    assert [j.fingerprint for j in part.jobs] == [plan.jobs[1].fingerprint, plan.jobs[3].fingerprint]


def test_who_listens_does_not_feel_the_speakers_keys(make, fake, cache):
    line = make.said("Hello.", speaker="bob", on_screen="ada", emotion=(make.key(angry=0.9),))
    (job,) = plan_of(make.script(line), fake, cache).jobs
    assert (job.emotion, job.speaker, job.on_screen) == ((), "bob", "ada")


def test_what_is_odd_about_a_recording_is_told_every_time(make, fake, cache, tmp_path):
    (tmp_path / "a.wav").write_bytes(b"sound")
    fake.odd = (Diagnostic(code="W081", message="clipped"),)
    place = Place(file=tmp_path / "scene.yaml", line=4, column=9)
    line = replace(make.said("x", audio=tmp_path / "a.wav", place=place), text=None, words=())
    for _ in range(2):
        plan = compile_script(make.script(line), cache=cache, stages=fake.stages())
        assert [(d.code, d.place) for d in plan.findings] == [("W081", place)]


def test_another_release_of_the_voice_speaks_again(make, fake, cache):
    for release, spoken in (("1.0", 1), ("1.0", 1), ("1.1", 2)):
        stages = replace(fake.stages(), voice_digest=lambda name, release=release: name + release)
        compile_script(make.script(make.said("Hello.")), cache=cache, stages=stages)
        assert fake.calls["speak"] == spoken


def test_an_interruption_between_two_lines_stops_what_is_not_yet_spoken(make, fake, cache):
    def speak(request):
        time.sleep(0.01)
        return fake.speak(request)

    def stop(done, total):
        raise KeyboardInterrupt

    lines = [make.said(f"Line {number}.") for number in range(60)]
    with pytest.raises(KeyboardInterrupt):
        compile_script(make.script(*lines), cache=cache, stages=replace(fake.stages(), speak=speak), on_line=stop)
    assert fake.calls["speak"] < 20


def test_a_finish_makes_clips_of_high_quality_anew_and_no_others(make, fake, cache, monkeypatch):
    from emostage.studio import compile as compiling
    from emostage.studio.document import document
    from emostage.studio.engines import Finish

    script = make.script(make.said(TEXTS[0]))
    high = replace(script, film=replace(script.film, quality="high"))
    before = [plan_of(each, fake, cache).jobs[0].fingerprint for each in (script, high)]
    found = {"one": Finish(finisher="finish", fingerprint="one"), "two": Finish(finisher="finish", fingerprint="two")}
    after = {}
    for name, finish in found.items():
        for module in (compiling, __import__("emostage.studio.document", fromlist=["finish_of"])):
            monkeypatch.setattr(module, "finish_of", lambda engine, quality, it=finish: it if quality == "high" else None)
        plans = [plan_of(each, fake, cache) for each in (script, high)]
        after[name] = [plan.jobs[0].fingerprint for plan in plans]
        assert ["finisher" in document(plan)["lines"][0] for plan in plans] == [False, True]
    assert after["one"][0] == after["two"][0] == before[0]
    assert len({before[1], after["one"][1], after["two"][1]}) == 3
