import json
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

from emostage.core.errors import AssetError, SceneError, UsageError
from emostage.core.plugins import FINISHERS, MOTION_ENGINES, PAINTERS
from emostage.studio import drawing, engines
from emostage.studio.engines import engine_of, finish_of


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


@pytest.fixture
def finished(installed, tmp_path, monkeypatch):
    """Installs a finisher and a checkpoint, and says what its card tells."""
    installed(FINISHERS, "finish", object)

    def digest(name):
        card = tmp_path / "checkpoints" / name / "card.json"
        return card.read_text("utf-8") if card.exists() else ""

    monkeypatch.setattr(engines, "resource", tmp_path.joinpath)
    monkeypatch.setattr(engines, "checkpoint_digest", digest)
    (tmp_path / "checkpoints" / "finish").mkdir(parents=True)

    def tell(card):
        (tmp_path / "checkpoints" / "finish" / "card.json").write_text(card, encoding="utf-8")
        engines.wins.cache_clear()

    engines.wins.cache_clear()
    yield tell
    engines.wins.cache_clear()


WON = json.dumps({"figures": {"wins": True}})


def test_the_photo_of_the_default_engine_is_finished_at_high_quality_by_a_net_that_won(finished):
    finished(WON)
    assert finish_of(engine_of("stage"), "high").finisher == "finish"
    assert finish_of(engine_of("stage"), "standard") is None
    assert finish_of(engine_of("reference"), "high") is None
    assert finish_of(engine_of("emodiffhead"), "high") is None


@pytest.mark.parametrize(
    "card", ["", "{}", "[]", '{"figures": null}', '{"figures": {"wins": "true"}}', '{"figures": {"wins": false}}', "\udcff"]
)
def test_a_net_that_did_not_win_finishes_nothing(finished, card):
    finished(card.encode("utf-8", "replace").decode())
    assert finish_of(engine_of("stage"), "high") is None


def test_without_a_checkpoint_nothing_is_finished(finished):
    assert finish_of(engine_of("stage"), "high") is None


def test_a_finisher_that_is_not_installed_finishes_nothing(finished, monkeypatch):
    finished(WON)
    stage = engine_of("stage")
    monkeypatch.setattr(engines, "names", lambda group: ())
    assert finish_of(stage, "high") is None


def test_the_fingerprint_of_a_finish_covers_its_checkpoint(finished):
    finished(WON)
    first = finish_of(engine_of("stage"), "high")
    finished(WON + " ")
    assert finish_of(engine_of("stage"), "high") != first


def test_the_finisher_of_the_package_is_where_its_entry_point_says():
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text("utf-8"))["project"]
    module, _, name = project["entry-points"][FINISHERS]["finish"].partition(":")
    assert callable(getattr(import_module(module), name))
