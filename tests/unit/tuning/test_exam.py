"""The exam of what is held out."""

from __future__ import annotations

from dataclasses import replace

import pytest

from emostage.core.errors import UsageError
from emostage.core.identity import Adapter
from emostage.tuning import exam as examining
from emostage.tuning.exam import LEAST_FRAMES, STAGE, Exam, Gain, exam, painter_of


@pytest.mark.parametrize(
    ("mouth", "ssim", "helps"), [(1.0, 0.9, True), (1.0, 0.95, True), (2.0, 0.9, False), (3.0, 0.99, False), (1.0, 0.89, False)]
)
def test_what_helps_brings_the_mouth_nearer_and_makes_it_no_less_like_itself(figures, mouth, ssim, helps):
    gain = Gain(before=figures(2.0), after=figures(mouth, ssim))
    assert gain.helps == helps
    assert gain.as_dict()["mouth_error_less_percent"] == round(100 * (1 - mouth / 2), 1)
    assert gain.as_dict()["after"]["mouth_ssim"] == ssim


def test_what_cannot_be_read_does_not_help(figures):
    nothing = figures(float("nan"), float("nan"))
    assert not Gain(before=figures(2.0), after=nothing).helps
    assert not Gain(before=nothing, after=figures(1.0)).helps


def test_where_nothing_that_moves_is_held_out_there_is_no_exam(studied, monkeypatch):
    monkeypatch.setattr(examining, "FaceMeshTracker", None)
    for held in ((), (studied.held[0].part(0, LEAST_FRAMES - 1),)):
        with exam(replace(studied, held=held)) as found:
            assert found is None


def test_the_first_frames_of_every_take_are_looked_at(studied, monkeypatch):
    reading = studied.held[0]
    several = replace(studied, held=(reading, reading.part(0, 5), reading, reading))
    monkeypatch.setattr(examining, "MOST_FRAMES", 30)
    assert [len(part.take) for part in examining._some(several)] == [16, 14]
    assert sum(len(part.done.expression_T52) for part in examining._some(several)) == 30


@pytest.fixture
def bare(studied, monkeypatch) -> tuple[Exam, list]:
    """An exam whose engines are told apart by what they are given."""
    made = []
    monkeypatch.setattr(examining, "photographed", lambda *given: made.append(("stage", *given[1:])) or made[-1])
    monkeypatch.setattr(examining, "painted", lambda sat, painter, person: made.append((painter, person)) or made[-1])
    monkeypatch.setattr(examining, "painter_of", lambda engine, adapter: (engine, adapter))
    monkeypatch.setattr(examining, "reenacted", lambda sat, draws: draws)
    monkeypatch.setattr(examining, "measured", lambda shows, readings, real: shows)
    return Exam(studied=studied, readings=studied.held, real=(), tracker=None), made


def test_engines_are_looked_at_before_once(bare):
    found, made = bare
    assert found.before(STAGE) == ("stage", None)
    found.before(STAGE)
    assert len(made) == 1
    adapter = Adapter("ada/emotalker.safetensors")
    gain = found.gain("emotalker", "ada", adapter)
    assert gain.before == (("emotalker", None), None)
    assert gain.after == (("emotalker", adapter), "ada")
    assert found.gain(STAGE, "ada").after == ("stage", "ada")


def test_painters_are_loaded_with_what_was_learnt(installed):
    asked = []
    installed("emostage.painters", "brush", lambda **given: asked.append(given) or "brush")
    adapter = Adapter("ada/brush.safetensors")
    assert painter_of("brush", None) == painter_of("brush", adapter) == "brush"
    assert "adapter" not in asked[0] and asked[1]["adapter"] is adapter
    with pytest.raises(UsageError, match="E090"):
        painter_of("spoon", None)
