"""Descriptions in free words become emotion weights when a film is planned."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from emostage.core.emotion import EMOTION_INDEX, NEUTRAL_8
from emostage.core.errors import AssetError, Place
from emostage.scene.model import EmotionKey, TimeRef
from emostage.studio.compile import compile_script
from emostage.studio.document import as_text

PLACE = Place(line=7, column=3)


def like(prompt, strength=1.0, kind="start", **more):
    return EmotionKey(at=TimeRef(kind=kind), weights_8=NEUTRAL_8, prompt=prompt, strength=strength, place=PLACE, **more)


def planned(fake, cache, make, *keys, **more):
    line = make.said("One two three.", emotion=keys)
    return compile_script(make.script(line), cache=cache, stages=fake.stages(), **more)


def test_a_prompt_is_played_with_its_strength(fake, cache, make):
    (job,) = planned(fake, cache, make, like("sad 0.6", 0.5)).jobs
    assert job.emotion[-1].value[EMOTION_INDEX["sad"]] == pytest.approx(0.3)
    assert sum(job.emotion[-1].value) == pytest.approx(1.0)
    assert job.described[0].prompt == "sad 0.6" and job.described[0].weights_8 == job.emotion[-1].value


def test_prompts_and_intensities_stand_side_by_side(fake, cache, make):
    (job,) = planned(fake, cache, make, make.key(happy=0.5), like("angry 1", kind="end")).jobs
    assert [max(range(8), key=key.value.__getitem__) for key in job.emotion] == [
        max((0, 1), key=job.emotion[0].value.__getitem__),
        EMOTION_INDEX["angry"],
    ]
    assert len(job.described) == 1 and job.described[0].at_s == job.emotion[1].at_s


def test_a_prompt_bends_the_voice(fake, cache, make):
    neutral = planned(fake, cache, make, like("neutral 1")).jobs[0]
    angry = planned(fake, cache, make, like("angry 0.9")).jobs[0]
    assert neutral.sound != angry.sound


def test_what_says_nothing_is_told_at_its_place_and_stays_neutral(fake, cache, make):
    plan = planned(fake, cache, make, like("blue bicycle"))
    (finding,) = plan.findings
    assert (finding.code, finding.place) == ("W034", PLACE) and "'blue bicycle'" in finding.message
    assert plan.jobs[0].emotion[-1].value == NEUTRAL_8
    assert planned(fake, cache, make, like("sad 0.1")).findings == ()


def test_lines_without_prompts_are_not_read(fake, cache, make):
    planned(fake, cache, make, make.key(happy=0.5))
    assert fake.calls["understand"] == 0


def test_fingerprints_follow_prompt_strength_and_checkpoint(fake, cache, make):
    def fingerprint(*keys):
        return planned(fake, cache, make, *keys).jobs[0].fingerprint

    before = fingerprint(like("sad 0.6"))
    assert fingerprint(like("sad 0.6")) == before
    assert fingerprint(like("sad 0.7")) != before and fingerprint(like("sad 0.6", 0.9)) != before
    plain = fingerprint(make.key(sad=0.6))
    fake.reads_with = "another checkpoint"
    assert fingerprint(like("sad 0.6")) != before
    assert fingerprint(make.key(sad=0.6)) == plain, "a line without prompts does not care"


def test_a_checkpoint_that_cannot_be_read_is_told_at_the_prompt(fake, cache, make):
    fake.fail["sad 0.6"] = AssetError.of("E131", "the checkpoint 'eib' cannot be read")
    with pytest.raises(AssetError) as raised:
        planned(fake, cache, make, like("sad 0.6"))
    assert raised.value.diagnostics[0].place == PLACE
    others = [make.said("Four five."), make.said("One two.", emotion=(like("sad 0.6"),))]
    plan = compile_script(make.script(*others), cache=cache, stages=fake.stages(), skip_failing=True)
    assert [job.number for job in plan.jobs] == [1] and [failure.number for failure in plan.failures] == [2]


def test_who_listens_does_not_feel_the_speakers_prompt(fake, cache, make):
    line = make.said("One two three.", emotion=(like("sad 0.6"),), on_screen="bob")
    (job,) = compile_script(make.script(line), cache=cache, stages=fake.stages()).jobs
    assert job.emotion == () and job.described == ()


def test_the_plan_as_data_tells_what_a_prompt_became(fake, cache, make):
    plan = planned(fake, cache, make, like("sad 0.6", 0.5))
    (told,) = json.loads(as_text(plan))["lines"][0]["described"]
    assert told == {"at_s": told["at_s"], "like": "sad 0.6", "strength": 0.5, "weights": {"sad": 0.3}}
    assert json.loads(as_text(replace(plan, jobs=())))["lines"] == []
