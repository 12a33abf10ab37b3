"""What takes tell: who is seen, what they do, and which frame is the portrait."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.errors import AssetError, Diagnostic
from emostage.training.tracked.sources import Source
from emostage.training.tracked.split import Split
from emostage.tuning import studied as studying
from emostage.tuning.studied import of_takes, study


@pytest.fixture
def portraits(monkeypatch, sitting):
    """The portrait of every picture is the astronaut's, unless it is of one of the given names."""
    refused: list[str] = []
    asked: list[str] = []

    def portrait_of(picture, *, name, head):
        asked.append(name)
        if name in refused:
            raise AssetError.of("E070", f"no face in '{name}'")
        return sitting.portrait, ()

    monkeypatch.setattr(studying, "portrait_of", portrait_of)
    return refused, asked


def test_films_are_read_with_one_face(studied, portraits):
    takes = studied.takes
    found = of_takes(takes, {"film_s": 2})
    assert found.films and found.face is not None and found.about == {"film_s": 2}
    assert ([len(r.take) for r in found.train], [len(r.take) for r in found.held]) == ([28], [16])
    assert found.train[0].person.crop == found.held[0].person.crop, "seen by one camera"
    assert found.sat is not None and found.sat.size_px == takes.train[0].size_px
    effort_T = np.linalg.norm(found.train[0].done.expression_T52, axis=1)
    assert effort_T[found.number] < np.median(effort_T)
    held = found.train[0].motion(found.sat.hold)
    assert np.abs(held.rotation_T3[found.number]).max() < 0.02


def test_the_best_take_that_makes_a_portrait_is_taken(studied, portraits):
    refused, _ = portraits
    other = replace(studied.takes.train[0].part(0, 14), name="b.mp4#0000", source="b.mp4")
    one = replace(studied.takes.train[0].part(14, 28), name="a.mp4#0000", source="a.mp4")
    split = Split(train=(one, other), held=())
    best = of_takes(split, {}).portrait_take.source
    refused.append(best)
    assert of_takes(split, {}).portrait_take.source == ({"a.mp4", "b.mp4"} - {best}).pop()
    refused[:] = ["a.mp4", "b.mp4"]
    with pytest.raises(AssetError, match=f"E070.*{best}"):
        of_takes(split, {})


def test_photos_tell_a_portrait_and_no_face(studied, portraits, sitting, monkeypatch):
    refused, _ = portraits
    photo = studied.takes.train[0].part(0, 1)
    photos = tuple(replace(photo, name=name, source=name) for name in ("a.png", "b.png"))
    found = of_takes(Split(train=photos, held=()), {})
    assert (found.films, found.face, found.sat, found.train, found.held) == (False, None, None, (), ())
    assert found.portrait_take.source == "a.png"
    refused.append("a.png")
    assert of_takes(Split(train=photos, held=()), {}).portrait_take.source == "b.png"
    refused.append("b.png")
    with pytest.raises(AssetError, match=r"E070.*a\.png"):
        of_takes(Split(train=photos, held=()), {})


def test_of_photos_the_one_that_is_turned_least_is_the_portrait(studied, sitting, monkeypatch):
    photo = studied.takes.train[0].part(0, 1)
    photos = tuple(replace(photo, name=name, source=name) for name in ("a.png", "b.png"))
    turn_33 = np.array([[np.cos(0.5), 0, np.sin(0.5)], [0, 1, 0], [-np.sin(0.5), 0, np.cos(0.5)]])
    turned = replace(sitting.portrait, fit=replace(sitting.portrait.fit, rotation_33=turn_33))
    found = {"a.png": turned, "b.png": sitting.portrait}
    monkeypatch.setattr(studying, "portrait_of", lambda picture, *, name, head: (found[name], ()))
    assert of_takes(Split(train=photos, held=()), {}).portrait_take.source == "b.png"


def test_footage_is_tracked_checked_divided_and_told(order, ear, studied, portraits, monkeypatch, tmp_path):
    """What was odd is told; the card says which bytes were used, and how much of them."""
    take = replace(studied.takes.train[0], samples_S=None)
    whole = replace(take, name="me.mp4#0000", source="me.mp4")
    asked = {}

    class Tracked:
        takes, whole_s, films = (whole,), 1.12, {"me.mp4": None}

    def track(sources, work, wanted, *, workers, on_frame):
        asked.update(sources=sources, work=work, wanted=wanted, workers=workers)
        on_frame(1, 2)
        return Tracked()

    odd = [Diagnostic(code="W152", message="passed over"), Diagnostic(code="W140", message="short")]
    source = Source(path=tmp_path / "me.mp4", name="me.mp4", kind="film", digest="ab" * 32)
    monkeypatch.setattr(studying, "sources_of", lambda given: ((source,), (odd[0],)))
    monkeypatch.setattr(studying, "track", track)
    monkeypatch.setattr(studying.checks, "findings", lambda tracked: (odd[1],))
    found = study(replace(order, face=2, alike=0.4, cap_s=9.0, workers=3, held_out_s=0.5), ear)
    assert ear.begun == ["tracking"] and ear.steps == [(1, 2)] and ear.warned == odd
    assert (asked["work"], asked["wanted"].face, asked["wanted"].cap_s, asked["workers"]) == (order.folder / "work", 2, 9.0, 3)
    assert asked["wanted"].alike == 0.4
    assert (order.folder / "work").is_dir()
    assert found.about == {
        "sources": [{"file": "me.mp4", "kind": "film", "sha256": "ab" * 32}],
        "film_s": 1.12,
        "trained_on_s": 0.64,
        "held_out_s": 0.48,
        "photos": 0,
    }
