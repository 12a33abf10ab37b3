"""Who is followed, told from where and when faces are seen and what they look like."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.training.sharding import write_json
from emostage.training.tracked.people import Track, who
from emostage.training.tracked.survey import EVERY, Sight, Survey, read_survey, to_json

ADA, BOB, EVE = np.eye(8)[:3]


def sight(
    frame: int, person, x: float = 100, size: float = 50, *, turn: float = 0.0, spread: float | None = 1.0, noise: float = 0.2
):
    look = person + noise * np.random.default_rng(frame).normal(size=8) / np.sqrt(8)
    box = (x - size / 2, 80 - size / 2, x + size / 2, 80 + size / 2)
    unit = tuple(float(v) for v in look / np.linalg.norm(look))
    return Sight(frame=frame, box_px=box, turn_deg=(turn, 0.0), embedding_D=unit, spread_px=spread)


def survey(*sights: Sight, first: int = 0, count: int = 250, cuts: tuple[int, ...] = ()) -> Survey:
    return Survey(first=first, count=count, cuts=cuts, sights=tuple(sorted(sights, key=lambda s: s.frame)))


def seen(person, first: int, end: int, **more) -> list[Sight]:
    return [sight(frame, person, **more) for frame in range(first, end, EVERY)]


def spans(tracks: tuple[Track, ...]) -> list[tuple[str, int, int]]:
    return [(t.source, t.first, t.last) for t in tracks]


def test_the_largest_and_longest_is_followed_and_others_are_counted() -> None:
    pieces = [survey(*seen(ADA, 0, 250, size=60), *seen(BOB, 0, 250, x=300), *seen(EVE, 0, 10, x=500))]
    found = who({"a.mp4": pieces})
    assert spans(found.meant) == [("a.mp4", 0, 245)]
    assert found.meant[0].sights[0].centre_px[0] == 100
    assert (found.others, found.strangers, found.animals) == (1, (), False)
    assert who({"a.mp4": pieces}, face=2).meant[0].sights[0].centre_px[0] == 300
    assert who({"a.mp4": pieces}, face=(480.0, 80.0)).meant[0].sights[0].centre_px[0] == 500
    with pytest.raises(AssetError, match=r"E074.*no person 9"):
        who({"a.mp4": pieces}, face=9)


def test_somebody_else_after_a_cut_is_left_out() -> None:
    pieces = [survey(*seen(ADA, 0, 100), *seen(BOB, 100, 150), *seen(ADA, 150, 250), cuts=(98, 149))]
    found = who({"a.mp4": pieces})
    assert spans(found.meant) == [("a.mp4", 0, 95), ("a.mp4", 150, 245)]
    assert spans(found.strangers) == [("a.mp4", 100, 145)]


def test_pieces_that_follow_each_other_are_one_and_others_are_not() -> None:
    pieces = [survey(*seen(ADA, at, at + 250), first=at) for at in (0, 250, 5000)]
    assert spans(who({"a.mp4": pieces}).meant) == [("a.mp4", 0, 495), ("a.mp4", 5000, 5245)]


def test_films_and_photos_of_others_are_left_out() -> None:
    surveys = {
        "a.mp4": [survey(*seen(ADA, 0, 200))],
        "b.mp4": [survey(*seen(BOB, 0, 150))],
        "me.png": [survey(sight(0, ADA, size=300), count=1)],
        "bob.png": [survey(sight(0, BOB, size=300), count=1)],
    }
    found = who(surveys)
    assert [t.source for t in found.meant] == ["a.mp4", "me.png"]
    assert {t.source for t in found.strangers} == {"b.mp4", "bob.png"}


def test_two_faces_side_by_side_are_two_people_however_alike() -> None:
    found = who({"a.mp4": [survey(*seen(ADA, 0, 250, size=60), *seen(ADA, 0, 250, x=300))]})
    assert len(found.meant) == 1
    assert found.others == 1


def test_a_face_that_hides_for_a_moment_or_turns_stays_the_same() -> None:
    turned = seen(ADA, 150, 250, turn=45.0, noise=2.0)
    found = who({"a.mp4": [survey(*seen(ADA, 0, 60), *seen(ADA, 70, 150), *turned)]})
    assert spans(found.meant) == [("a.mp4", 0, 245)]


def test_faces_that_no_two_views_agree_on_are_no_human_ones() -> None:
    dog = [sight(frame, EVE, spread=17.0) for frame in range(0, 100, EVERY)]
    with pytest.raises(AssetError, match="E075"):
        who({"dog.mp4": [survey(*dog)]})
    found = who({"a.mp4": [survey(*dog, *seen(ADA, 0, 100, x=300, spread=1.2))]})
    assert found.animals
    assert found.meant[0].sights[0].centre_px[0] == 300


def test_nobody_is_told() -> None:
    with pytest.raises(AssetError, match="E070"):
        who({"a.mp4": [survey()], "b.png": [survey(count=1)]})
    with pytest.raises(AssetError, match="E070"):
        who({"a.mp4": [survey(sight(35, ADA))]})
    with pytest.raises(AssetError, match="E075"):
        who({"a.mp4": [survey(*seen(ADA, 0, 20, spread=None))]})


def test_surveys_are_kept(tmp_path) -> None:
    path = tmp_path / "a.json"
    one = survey(sight(5, ADA, spread=1.5), sight(10, BOB), first=5, cuts=(7,))
    write_json(path, to_json(one))
    assert read_survey(path) == one
    for harm in ("", "[]", '{"first": 0}', path.read_text().replace("frame", "time")):
        path.write_text(harm)
        assert read_survey(path) is None
    assert read_survey(tmp_path / "none.json") is None
