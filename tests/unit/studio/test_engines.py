import pytest

from emostage.core.errors import AssetError, SceneError, UsageError
from emostage.core.plugins import MOTION_ENGINES, PAINTERS
from emostage.studio import drawing, engines
from emostage.studio.engines import engine_of


def test_an_engine_without_painter_moves_the_photo():
    for name in ("stage", "reference"):
        engine = engine_of(name)
        assert (engine.performer, engine.painter) == (name, None)


def test_an_engine_that_only_paints_is_performed_by_the_default_one(installed, warp):
    installed(PAINTERS, "oils", warp)
    engine = engine_of("oils")
    assert (engine.performer, engine.painter) == ("stage", "oils")


def test_an_engine_with_both_uses_both(installed, warp):
    installed(PAINTERS, "oils", warp)
    installed(MOTION_ENGINES, "oils", object)
    engine = engine_of("oils")
    assert (engine.performer, engine.painter) == ("oils", "oils")


def test_the_fingerprint_covers_the_checkpoint_of_the_painter(installed, warp, monkeypatch):
    installed(PAINTERS, "oils", warp)
    installed(PAINTERS, "chalk", warp)
    held = {"oils": "one", "chalk": "three"}
    monkeypatch.setattr(engines, "checkpoint_digest", held.__getitem__)
    first = engine_of("oils").fingerprint
    assert first == engine_of("oils").fingerprint != engine_of("chalk").fingerprint
    held["oils"] = "two"
    assert engine_of("oils").fingerprint != first


def test_what_is_not_installed_is_said_with_what_is(installed, warp):
    installed(PAINTERS, "oils", warp)
    with pytest.raises(SceneError, match="E090") as raised:
        engine_of("oil")
    assert "oils" in raised.value.diagnostics[0].hint


def test_a_painter_is_loaded_once_for_a_number_of_steps(installed, warp):
    installed(PAINTERS, "oils", warp)
    assert drawing.painter("oils", 8, "cpu").steps == 8
    assert drawing.painter("oils", 4, "cpu") is drawing.painter("oils", 4, "cpu")


def test_a_painter_that_cannot_be_loaded_is_a_message(installed):
    installed(PAINTERS, "oils", ImportError("no module named 'oils'"))
    with pytest.raises(UsageError, match=r"E090 the plug-in 'oils' cannot be loaded"):
        drawing.painter("oils", 4, "cpu")


def test_a_painter_without_checkpoint_is_a_message(installed):
    def bare(*, steps, device):
        raise AssetError.of("E133", "there is no checkpoint 'oils'")

    installed(PAINTERS, "oils", bare)
    with pytest.raises(AssetError, match="E133"):
        drawing.painter("oils", 4, "cpu")
