"""Which renderer draws: the plain photo, or one whose frames are finished."""

from types import SimpleNamespace

import pytest

from emostage.core.plugins import FINISHERS
from emostage.studio import drawing
from emostage.studio.engines import Engine, Finish


@pytest.fixture
def drawn(monkeypatch, installed):
    """Has the stage engine's renderer made at a quality, with or without a finish; tells what was made of what."""
    monkeypatch.setattr("emostage.face.head.load_head", lambda: "head")
    monkeypatch.setattr("emostage.portrait.photo.PhotoRenderer", lambda *given, **more: SimpleNamespace(**more))
    monkeypatch.setattr("emostage.portrait.painting.square.square_of", lambda *given: given)
    made = []
    monkeypatch.setattr(
        "emostage.portrait.painting.finishing.FinishedRenderer", lambda *given, **more: made.append((given, more)) or "finished"
    )
    installed(FINISHERS, "varnish", lambda *, device: f"finisher on {device}")
    film = SimpleNamespace(size_px=(8, 8), background="keep", quality="high", seed=7)

    def draw(finish):
        asked = []
        monkeypatch.setattr(drawing, "finish_of", lambda engine, quality: asked.append((engine.name, quality)) or finish)
        engine = Engine(name="stage", performer="stage", painter=None, fingerprint="")
        portrait, member = SimpleNamespace(fit="fit"), SimpleNamespace(framing="bust")
        found = drawing.renderer(portrait, member, film, engine, "cpu").renderer
        assert asked == [("stage", "high")]
        return found, made

    return draw


def test_without_a_finish_the_photo_is_drawn_as_it_is(drawn):
    found, made = drawn(None)
    assert found.quality == "high" and not made


def test_with_a_finish_the_photo_is_finished_under_the_seed_of_the_film(drawn):
    found, made = drawn(Finish(finisher="varnish", fingerprint="f"))
    (((photo, square, fit, head, finisher), more),) = made
    assert found == "finished"
    assert (photo.quality, fit, head, finisher) == ("high", "fit", "head", "finisher on cpu")
    assert square[2:] == ((8, 8), "keep", "bust")
    assert more == {"seed": 7, "device": "cpu"}
