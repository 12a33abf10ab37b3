"""Painters that learn from films: what they are given, and what is kept of them."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from emostage.core.errors import AssetError
from emostage.core.identity import Adapter
from emostage.portrait.personal import Person
from emostage.tuning import painters
from emostage.tuning.painters import NAMES, material_of, tune_painter
from emostage.tuning.parts import Learnt, Left


class Tracker:
    def __init__(self, **given):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass


@pytest.fixture
def tuned(monkeypatch):
    """Painters are tuned in no time; what was asked for is told."""
    told = SimpleNamespace(better=True, asked=[], loaded=[])

    def tune(recipe, base, lessons, plan, *, samples, beside):
        told.asked.append((recipe, base, lessons, plan, samples))
        if told.better:
            plan.out.write_bytes(b"lora")
        return SimpleNamespace(better=told.better, lora=plan.lora, told=lambda: {"held_out_loss": 0.5, "better": told.better})

    monkeypatch.setattr(painters, "tune", tune)
    monkeypatch.setattr(painters, "FaceMeshTracker", Tracker)
    monkeypatch.setattr(painters, "painter_of", lambda name, adapter: told.loaded.append((name, adapter)) or adapter)
    return told


@pytest.fixture(scope="module")
def footage(studied):
    from emostage.training.person.pictures import footage_of

    return footage_of([studied.train[0].part(0, 6)], 64)


@pytest.fixture
def cut(monkeypatch, footage):
    """Footage is cut in no time."""
    given = []
    monkeypatch.setattr(painters, "footage_of", lambda readings: given.append(readings) or footage)
    return given


class Judge:
    """An exam that remembers."""

    def __init__(self, figures, after=1.0):
        from emostage.tuning.exam import Gain

        self.asked, self._gain = [], Gain(before=figures(2.0), after=figures(after))

    def before(self, name):
        self.asked.append(name)

    def gain(self, *asked):
        self.asked.append(asked)
        return self._gain


def test_films_are_cut_out_for_those_who_are_known(bench_of, cut, studied, own_face):
    bench = bench_of()
    plain, known = (material_of(bench, person) for person in (None, Person(face=own_face)))
    assert cut[:2] == [studied.train, studied.held]
    assert plain.train.beyond is None and not plain.distilled and not plain.train.performed
    assert np.array_equal(known.train.beyond.learnt_52L3, own_face.actions_52N3)
    assert (plain.about["face"], known.about["face"]) == (False, True), "a run goes on with the same lessons only"


@pytest.mark.parametrize("name", NAMES)
def test_what_helps_is_kept(bench_of, cut, tuned, figures, name):
    judge = Judge(figures)
    bench = bench_of(judge, steps=7, rank=3)
    outcome = tune_painter(bench, name, material_of(bench, None), None, 2)
    assert isinstance(outcome, Learnt) and outcome.config == {"rank": 3, "alpha": 3.0}
    assert outcome.figures["held_out_loss"] == 0.5 and outcome.figures[name]["mouth_error_less_percent"] == 50
    adapter = Adapter(bench.folder / f"{name}.safetensors")
    assert judge.asked == [name, (name, None, adapter)], "looked at before, and after"
    recipe, base, lessons, plan, samples = tuned.asked[0]
    assert (plan.steps, plan.lora.rank, base.name) == (7, 3, name) and 0 < plan.terms.minutes < bench.order.minutes / 2
    assert len(lessons.held) == recipe.held and len(samples.portraits) == len(samples.truths) > 0


@pytest.mark.parametrize(("better", "after", "why"), [(False, 1.0, "no better"), (True, 3.0, "does not help")])
def test_what_does_not_help_is_left_and_what_was_there_removed(bench_of, cut, tuned, figures, better, after, why):
    tuned.better = better
    bench = bench_of(Judge(figures, after))
    file = bench.folder / "emotalker.safetensors"
    file.write_bytes(b"of yesterday")
    outcome = tune_painter(bench, "emotalker", material_of(bench, None), None, 1)
    assert isinstance(outcome, Left) and why in outcome.why and not file.exists()
    assert outcome.figures["held_out_loss"] == 0.5


@pytest.fixture
def acted(monkeypatch, footage):
    """Photos are performed in no time."""
    given = []

    class Acting:
        def __init__(self, **what):
            given.append(what)

        def footage(self, part, tell):
            tell(1, 1)
            return footage

    monkeypatch.setattr(painters, "Acting", Acting)
    monkeypatch.setattr(painters, "acting_in", lambda folder: None)
    return given


def test_all_photos_that_are_portraits_are_performed(bench_of, studied, sitting, acted, monkeypatch):
    """The one of which films are made first."""
    photo = studied.takes.train[0].part(0, 1)
    photos = tuple(replace(photo, name=name, source=name) for name in ("a.png", "wall.png", "b.png"))
    other = replace(sitting.portrait, fingerprint="other")

    def portrait_of(picture, *, name, head):
        if name == "wall.png":
            raise AssetError.of("E070", "no face")
        return other, ()

    monkeypatch.setattr(painters, "portrait_of", portrait_of)
    takes = replace(studied.takes, train=photos, held=())
    known = replace(studied, takes=takes, train=(), held=(), sat=None, face=None, portrait_take=photos[2])
    material_of(bench_of(None, known), None)
    assert acted[0]["portraits"] == (studied.portrait, other)
    assert acted[0]["kept"].is_relative_to(bench_of().work)


def test_a_film_of_which_nothing_is_held_out_is_performed_as_a_photo(bench_of, studied, acted):
    material = material_of(bench_of(None, replace(studied, held=())), None)
    assert material.distilled and acted[0]["portraits"] == (studied.portrait,)
