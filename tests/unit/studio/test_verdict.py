from dataclasses import replace

import pytest

from emostage.core.errors import Diagnostic
from emostage.studio.quality import Quality
from emostage.studio.verdict import Grade, judge, sharp_film

IDEAL = Quality(
    face_px=500,
    sharp_px=500,
    pitch_deg=1,
    yaw_deg=2,
    roll_deg=1,
    mouth_gap=0.0,
    lid_gap=0.33,
    side_light=0.2,
    lightness=0.6,
    burnt=0.0,
    room_above=0.2,
    room_beside=0.5,
    busy=1.0,
    glasses=0.0,
    misfit=0.8,
)

RISKS = [
    ("size", "sharp_px", (250, 130, 60)),
    ("turn", "yaw_deg", (12, 20, 31)),
    ("turn", "pitch_deg", (-12, -20, -31)),
    ("tilt", "roll_deg", (-15, -30, -50)),
    ("mouth", "mouth_gap", (0.1, 0.25, 0.6)),
    ("eyes", "lid_gap", (0.18, 0.12, 0.05)),
    ("light", "side_light", (-1.5, 2.5, -4)),
    ("exposure", "lightness", (0.15, 0.1, 0.02)),
    ("exposure", "burnt", (0.1, 0.2, 0.6)),
    ("room", "room_beside", (0.05, -0.05, -0.2)),
    ("fit", "misfit", (2.0, 3.0, 5.0)),
]


def test_nothing_is_said_of_an_ideal_photograph():
    verdict = judge(IDEAL)
    assert verdict.grade == Grade.EXCELLENT
    assert verdict.remarks == ()
    assert verdict.facts() == {"grade": "excellent", "remarks": []}


@pytest.mark.parametrize(("topic", "field", "values"), RISKS)
def test_each_risk_lowers_the_grade_step_by_step(topic, field, values):
    for grade, value in zip(("good", "usable", "poor"), values, strict=True):
        verdict = judge(replace(IDEAL, **{field: value}))
        (remark,) = verdict.remarks
        assert (remark.topic, remark.grade.word, verdict.grade.word) == (topic, grade, grade)
        assert remark.text
        assert remark.advice


@pytest.mark.parametrize(
    ("topic", "field", "value"), [("hair", "room_above", 0.0), ("glasses", "glasses", 1.0), ("background", "busy", 9.0)]
)
def test_what_is_only_seen_when_one_knows_never_makes_a_photograph_poor(topic, field, value):
    (remark,) = judge(replace(IDEAL, **{field: value})).remarks
    assert (remark.topic, remark.grade) == (topic, Grade.GOOD)


def test_words_a_person_understands():
    def text(**changes):
        return judge(replace(IDEAL, **changes)).remarks[0].text

    assert text(yaw_deg=-31) == "turned 31 degrees to the left of the picture: expect a soft cheek on that side"
    assert "to the right of the picture" in text(yaw_deg=31)
    assert "lowered" in text(pitch_deg=20)
    assert "raised" in text(pitch_deg=-20)
    assert text(face_px=96, sharp_px=96) == "face is 96 px high: a close film will be soft above 240p"
    assert "500 px high, but only as sharp as one of 96 px" in text(sharp_px=96)
    assert "right of the face" in text(side_light=-1.5)
    assert "left of the face" in text(side_light=1.5)


def test_the_worst_comes_first_and_gives_the_grade():
    verdict = judge(replace(IDEAL, yaw_deg=12, mouth_gap=0.25, sharp_px=250))
    assert verdict.remarks[0].topic == "mouth"
    assert verdict.grade == Grade.USABLE
    grades = [r.grade for r in verdict.remarks]
    assert grades == sorted(grades, reverse=True)


def test_several_faces_are_told_without_lowering_the_grade():
    several = Diagnostic(code="W070", message="'a.png' has 3 faces; the largest is used", hint="choose")
    verdict = judge(IDEAL, [several])
    assert verdict.grade == Grade.EXCELLENT
    assert [(r.text, r.word) for r in verdict.remarks] == [(several.message, "note")]
    hard = Diagnostic(code="W076", message="hard to read", hint="look")
    assert judge(IDEAL, [hard]).grade == Grade.USABLE
    assert judge(IDEAL, [Diagnostic(code="W072", message="small", hint="")]).remarks == ()


def test_a_larger_face_is_sharp_in_a_taller_film():
    heights = [sharp_film(px) for px in range(20, 1200, 20)]
    assert heights == sorted(heights)
    assert (sharp_film(30), sharp_film(460)) == (0, 1080)
