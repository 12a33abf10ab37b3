"""Painters that learn from a photo: what they are held against, and when what they learnt is kept."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from emostage.training.adapters import Tuned
from emostage.training.fit import Outcome
from emostage.training.person.painting import Pictures
from emostage.tuning import painters
from emostage.tuning.bench import Bench
from emostage.tuning.clock import Clock
from emostage.tuning.painters import Material, material_of, tune_painter
from emostage.tuning.parts import Learnt, Left, part_file

from ..training.conftest import noise

BEFORE = {"psnr_db": 23.0, "ssim": 0.82, "identity": 0.93, "mouth": 5.0}


@pytest.fixture
def bench(photographed, short_order, hearing) -> Bench:
    short_order.folder.mkdir(parents=True, exist_ok=True)
    return Bench(order=short_order, studied=photographed, exam=None, listen=hearing, clock=Clock(minutes=5.0))


@pytest.fixture
def tuning(monkeypatch, short_order):
    """Says how a tuning went, which is not done here."""
    asked = []

    def happens(*figures: dict[str, float], better: bool = True) -> list[object]:
        shown = iter(figures)

        def tune(recipe, base, lessons, plan, *, samples, beside):
            asked.append(SimpleNamespace(recipe=recipe, plan=plan, about=lessons.about))
            if better:
                plan.out.write_bytes(b"learnt")
            outcome = Outcome(best=0.3, step=50, seconds=1.0, before=0.6)
            return Tuned(base={}, lora=plan.lora, outcome=outcome, better=better)

        monkeypatch.setattr(painters, "tune", tune)
        monkeypatch.setattr(painters, "lessons", lambda *_: (SimpleNamespace(about={}), [None]))
        monkeypatch.setattr(painters, "samples_of", lambda *_: None)
        monkeypatch.setattr(painters, "painter_of", lambda name, adapter: None)
        monkeypatch.setattr(painters, "Performance", lambda *_: SimpleNamespace(figures=lambda painter: next(shown)))
        return asked

    return happens


def material() -> Material:
    pictures = Pictures(footage=noise(), performed=True)
    return Material(train=pictures, held=pictures, about={}, distilled=True)


def test_what_is_nearer_to_the_photo_renderer_is_kept(bench: Bench, tuning) -> None:
    after = {**BEFORE, "ssim": 0.88, "identity": 0.97}
    asked = tuning(BEFORE, after)
    outcome = tune_painter(bench, "emotivetalk", material(), None, 1)
    assert isinstance(outcome, Learnt)
    assert outcome.figures["performance"] == {"before": BEFORE, "after": after}
    assert outcome.file == part_file(bench.folder, "emotivetalk") and outcome.file.is_file()
    assert 0.2 <= asked[0].plan.terms.minutes < 5.0, "time is left to look at it"
    assert bench.clock.look_s > 0


@pytest.mark.parametrize("worse", [{"ssim": 0.80}, {"ssim": 0.88, "identity": 0.90}])
def test_what_is_farther_away_is_not(bench: Bench, tuning, worse: dict[str, float]) -> None:
    tuning(BEFORE, {**BEFORE, **worse})
    outcome = tune_painter(bench, "emotivetalk", material(), None, 1)
    assert isinstance(outcome, Left) and "does not help" in outcome.why
    assert not part_file(bench.folder, "emotivetalk").exists()


def test_what_learns_nothing_is_not_looked_at_again(bench: Bench, tuning) -> None:
    part_file(bench.folder, "emotivetalk").write_bytes(b"of an earlier tuning")
    tuning(BEFORE, better=False)
    outcome = tune_painter(bench, "emotivetalk", material(), None, 1)
    assert isinstance(outcome, Left) and outcome.figures["held_out_loss_before"] == 0.6
    assert not part_file(bench.folder, "emotivetalk").exists()


def test_a_photo_is_performed_and_a_film_is_cut_out(bench: Bench, tracked, short_order, hearing, monkeypatch) -> None:
    acted = []

    class Acting:
        def __init__(self, *, portraits, **_) -> None:
            acted.append(portraits)

        def footage(self, part, tell):
            tell(1, 1)
            return noise(1 if part == "train" else 2)

    monkeypatch.setattr(painters, "Acting", Acting)
    monkeypatch.setattr(painters, "acting_in", lambda folder: None)
    made = material_of(bench, None)
    assert made.distilled and made.train.performed and made.held.performed
    assert len(acted[0]) == 1 and acted[0][0] is bench.studied.portrait
    film = Bench(order=short_order, studied=tracked, exam=None, listen=hearing, clock=Clock(minutes=5.0))
    cut = material_of(film, None)
    assert not cut.distilled and not cut.train.performed
    assert len(cut.train.footage) == len(tracked.takes.train[0]) and len(cut.held.footage) == len(tracked.takes.held[0])
