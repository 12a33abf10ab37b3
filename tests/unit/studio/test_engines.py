from importlib.metadata import EntryPoint

import pytest

from emostage.core import plugins
from emostage.core.errors import SceneError, UsageError
from emostage.studio import drawing, engines
from emostage.studio.engines import engine_of


@pytest.fixture
def installed(monkeypatch):
    """Installs plug-ins beside those that are there."""
    real, added = plugins.entry_points, []

    def install(group, name, value):
        added.append(EntryPoint(name, value, group))

    monkeypatch.setattr(plugins, "entry_points", lambda *, group: [*real(group=group), *(p for p in added if p.group == group)])
    yield install
    drawing.painter.cache_clear()


def test_an_engine_without_painter_moves_the_photo():
    for name in ("stage", "reference"):
        engine = engine_of(name)
        assert (engine.performer, engine.painter) == (name, None)


def test_an_engine_that_only_paints_is_performed_by_the_default_one(installed):
    installed(plugins.PAINTERS, "oils", "shop.oils:Oils")
    engine = engine_of("oils")
    assert (engine.performer, engine.painter) == ("stage", "oils")


def test_an_engine_with_both_uses_both(installed):
    installed(plugins.PAINTERS, "oils", "shop.oils:Oils")
    installed(plugins.MOTION_ENGINES, "oils", "shop.acting:Acting")
    engine = engine_of("oils")
    assert (engine.performer, engine.painter) == ("oils", "oils")


def test_the_fingerprint_covers_release_and_checkpoint_of_the_painter(installed, monkeypatch):
    installed(plugins.PAINTERS, "oils", "shop.oils:Oils")
    installed(plugins.PAINTERS, "chalk", "shop.chalk:Chalk")
    held = {"oils": "one"}
    monkeypatch.setattr(engines, "checkpoint_digest", lambda name: held.get(name, ""))
    first = engine_of("oils").fingerprint
    assert first == engine_of("oils").fingerprint != engine_of("chalk").fingerprint
    held["oils"] = "two"
    assert engine_of("oils").fingerprint != first


def test_what_is_not_installed_is_said_with_what_is(installed):
    installed(plugins.PAINTERS, "oils", "shop.oils:Oils")
    with pytest.raises(SceneError, match="E090") as raised:
        engine_of("oil")
    assert "oils" in raised.value.diagnostics[0].hint


def test_a_broken_plug_in_is_a_message(installed):
    installed(plugins.PAINTERS, "oils", "emostage.no_such_module:Oils")
    with pytest.raises(UsageError, match=r"E090 the plug-in 'oils' cannot be loaded"):
        drawing.painter("oils", "cpu")
