"""Poses between the lines of a shot."""

from __future__ import annotations

from dataclasses import replace
from math import degrees

from emostage.scene.model import Shot
from emostage.studio.compile import compile_script

REST = (0.0, 0.0, 0.0)


def poses(script, fake, cache):
    return [(job.enter_rad, job.leave_rad) for job in compile_script(script, cache=cache, stages=fake.stages()).jobs]


def test_a_line_begins_where_the_line_before_ended(make, fake, cache):
    found = poses(make.script(*(make.said(t) for t in ("One.", "Two.", "Three."))), fake, cache)
    assert found[0][0] == found[2][1] == REST
    assert found[0][1] == found[1][0] != REST
    assert found[1][1] == found[2][0] != found[0][1]


def test_other_people_begin_at_rest(make, fake, cache):
    script = make.script(make.said("One."), replace(make.said("Two."), on_screen="bob", speaker="bob"))
    script = replace(script, cast={**script.cast, "bob": replace(script.cast["ada"], name="bob")})
    assert poses(script, fake, cache) == [(REST, REST)] * 2


def test_another_shot_begins_at_rest(make, fake, cache):
    script = make.script(make.said("One."), make.said("Two."))
    one, two = script.lines
    script = replace(script, shots=(Shot(index=0, name="a", lines=(one,)), Shot(index=1, name="b", lines=(two,))))
    assert poses(script, fake, cache) == [(REST, REST)] * 2


def test_statues_stay_and_nobody_strains(make, fake, cache):
    still = make.script(*(replace(make.said(t), liveliness=0.0) for t in ("One.", "Two.")))
    assert poses(still, fake, cache) == [(REST, REST)] * 2
    many = poses(make.script(*(make.said(f"Number {n}.") for n in range(40))), fake, cache)
    assert max(abs(degrees(x)) for pair in many for pose in pair for x in pose) < 6
