"""Which renderer draws: the plain photo, or one whose frames are finished."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from emostage.core.identity import Adapter, Consent
from emostage.core.plugins import FINISHERS, MOTION_ENGINES, PAINTERS
from emostage.studio import drawing
from emostage.studio.engines import Engine, Finish
from emostage.studio.identities import Adapted
from emostage.studio.stages import real_stages


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
    installed(FINISHERS, "varnish", lambda *, device, **more: f"finisher on {device}" + "".join(f", {key}" for key in more))
    film = SimpleNamespace(size_px=(8, 8), background="keep", quality="high", seed=7)

    def draw(finish, identity=None):
        asked = []
        monkeypatch.setattr(drawing, "finish_of", lambda engine, quality: asked.append((engine.name, quality)) or finish)
        engine = Engine(name="stage", performer="stage", painter=None, fingerprint="")
        portrait, member = SimpleNamespace(fit="fit"), SimpleNamespace(framing="bust")
        found = drawing.renderer(portrait, member, film, engine, "cpu", identity=identity).renderer
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


def identity(*parts, strength=0.8):
    return Adapted(
        name="ada",
        consent=Consent(text="by letter", given="2025-03-01"),
        folder=Path("ada"),
        parts={part: Path("ada", f"{part}.safetensors") for part in parts},
        digests={part: f"sha of {part}" for part in parts},
        strength=strength,
    )


def test_what_is_known_of_a_person_is_given_where_there_is_something(drawn, monkeypatch):
    person = SimpleNamespace(in_picture=lambda portrait, head, strength: (portrait.fit, head, strength))
    read = {Path("ada/face.safetensors"): person}
    monkeypatch.setattr("emostage.portrait.personal.read_person", lambda path, head: read[path])
    found, _ = drawn(None, identity("face", "manner"))
    assert found.known == ("fit", "head", 0.8)
    found, _ = drawn(None, identity("manner"))
    assert found.known is None


def test_a_finisher_is_tuned_where_it_was_learnt(drawn):
    _, made = drawn(Finish(finisher="varnish", fingerprint="f"), identity("varnish"))
    _, made = drawn(Finish(finisher="varnish", fingerprint="f"), identity("manner"))
    assert [given[4] for given, _ in made] == ["finisher on cpu, adapter", "finisher on cpu"]


def test_a_painter_is_kept_for_each_person_it_was_tuned_on(installed):
    installed(PAINTERS, "oils", lambda *, steps, device, adapter=None: SimpleNamespace(adapter=adapter))
    ada, eve = Adapter(Path("a.safetensors"), 1.0), Adapter(Path("e.safetensors"), 1.0)
    painters = [drawing.painter("oils", 1, "cpu", adapter) for adapter in (ada, eve, ada)]
    assert [painter.adapter for painter in painters] == [ada, eve, ada] and painters[0] is painters[2]
    assert drawing.painter("oils", 1, "cpu", Adapter(ada.file, 0.5)) is not painters[0]
    assert drawing.painter("oils", 1, "cpu").adapter is None


def test_a_plug_in_that_cannot_be_tuned_is_used_as_it_is(installed):
    installed(PAINTERS, "oils", lambda *, steps, device: (steps, device))
    assert drawing.painter("oils", 2, "cpu", Adapter(Path("a.safetensors"), 1.0)) == (2, "cpu")


def test_a_performer_moves_as_a_person_where_it_can(installed):
    installed(MOTION_ENGINES, "dancer", lambda *, manner=None: ("dancer", manner))
    installed(MOTION_ENGINES, "statue", lambda: "statue")
    manner, performer = Adapter(Path("m.safetensors"), 1.0), real_stages().performer
    assert performer("dancer", manner) == ("dancer", manner) and performer("dancer") == ("dancer", None)
    assert performer("statue", manner) == performer("statue") == "statue"
