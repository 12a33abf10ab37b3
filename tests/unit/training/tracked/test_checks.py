"""What is told of footage."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError, Diagnostic
from emostage.training.tracked.checks import findings
from emostage.training.tracked.films import Film
from emostage.training.tracked.measure import Seen
from emostage.training.tracked.people import People, Track
from emostage.training.tracked.store import FPS, RATE_HZ, Take
from emostage.training.tracked.survey import Sight
from emostage.training.tracked.tracking import Tracked

GOOD = Seen(face_px=300.0, sharp=1.0, lightness=0.5, burnt=0.0, side_light=0.2)
FILM = Film(path=Path("me.mp4"), seconds=12.0, rate=30.0, size_px=(640, 480), has_sound=True)


def take(seconds: float, *, sound: int | None = 5000, source: str = "me.mp4") -> Take:
    frames = max(1, round(seconds * FPS))
    samples_S = None if sound is None else np.full(frames * RATE_HZ // FPS, sound, np.int16)
    return Take(
        name=f"{source}#000000",
        source=source,
        first_s=0.0,
        pictures=[b""] * frames,
        size_px=(8, 8),
        landmarks_TL2=np.zeros((frames, 478, 2), np.float32),
        seen_T=np.ones(frames, bool),
        samples_S=samples_S,
    )


def track(source: str) -> Track:
    sight = Sight(frame=50, box_px=(0, 0, 9, 9), turn_deg=(0, 0), embedding_D=(1.0,))
    return Track(source=source, sights=(sight,))


NOBODY = People(meant=(), others=0, animals=False, strangers=())
PLAIN = Tracked(
    folder=Path(),
    takes=(take(12),),
    measures=(GOOD,),
    films={"me.mp4": FILM},
    photos=0,
    used_s=12.0,
    cap_s=180.0,
    hidden=0.0,
    turned=0.0,
    cuts=0,
    people=NOBODY,
)
PHOTO = take(0, sound=None, source="me.png")


def test_good_footage_is_not_remarked_on() -> None:
    assert findings(PLAIN) == ()


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        ({"takes": (take(2),)}, "W140", r"2\.0 s of film"),
        ({"takes": (PHOTO,), "films": {}}, "W140", "one photo teaches"),
        ({"takes": (PHOTO, take(0, source="b.png")), "films": {}, "measures": (GOOD, GOOD)}, "W140", "2 photos teach"),
        ({"films": {"me.mp4": replace(FILM, seconds=1800.0)}, "used_s": 180.0}, "W141", "of 30 min of film the best 3 min"),
        ({"measures": (replace(GOOD, lightness=0.1),)}, "W142", "dark"),
        ({"measures": (replace(GOOD, burnt=0.3),)}, "W143", "30% of the face"),
        ({"measures": (replace(GOOD, side_light=2.5),)}, "W144", r"left of the face is 2\.5 stops"),
        ({"measures": (replace(GOOD, side_light=-2.5),)}, "W144", "right of the face"),
        ({"measures": (replace(GOOD, face_px=80.0),)}, "W145", "80 pixels"),
        ({"measures": (replace(GOOD, sharp=0.25),)}, "W146", "75 pixels"),
        ({"turned": 0.7}, "W147", "70%"),
        ({"cuts": 2}, "W148", "2 times"),
        ({"people": replace(NOBODY, others=1)}, "W149", "somebody else"),
        ({"people": replace(NOBODY, others=3)}, "W149", "3 others"),
        ({"takes": (take(12, sound=0),)}, "W150", "is silent"),
        ({"takes": (take(12, sound=None),), "films": {"me.mp4": replace(FILM, has_sound=False)}}, "W150", "has no sound"),
        ({"people": replace(NOBODY, strangers=(track("me.mp4"),) * 5)}, "W151", r"'me\.mp4' at 2\.0 s.* and 2 more"),
        ({"people": replace(NOBODY, animals=True)}, "W151", "human"),
        ({"passed": (Diagnostic(code="W152", message="passed over: it"),)}, "W152", "passed over"),
        ({"films": {"me.mp4": replace(FILM, rate=5.0)}}, "W153", "5 pictures a second"),
        ({"hidden": 0.4}, "W154", "40%"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_else(change, code: str, told: str) -> None:
    (problem,) = findings(replace(PLAIN, **change))
    assert problem.code == code
    assert re.search(told, problem.message)


def test_photos_of_others_are_told_once() -> None:
    assert findings(replace(PLAIN, people=replace(NOBODY, strangers=(track("bob.png"),)))) == ()


def test_too_little_film_is_an_error_but_not_beside_a_photo() -> None:
    short = take(0.9)
    with pytest.raises(AssetError, match=r"E117.*0\.9 s") as refused:
        findings(replace(PLAIN, takes=(short,)))
    assert refused.value.diagnostics[0].hint
    with_photo = replace(PLAIN, takes=(short, PHOTO), measures=(GOOD, GOOD))
    assert [problem.code for problem in findings(with_photo)] == ["W140"]
    with pytest.raises(AssetError, match="E117"):
        findings(replace(PLAIN, takes=(), measures=()))
