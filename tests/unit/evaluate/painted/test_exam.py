import json

import numpy as np
import pytest

from emostage.apps.paintpages import show_painters
from emostage.apps.streams import data_json
from emostage.diffusion.checkpoints import save
from emostage.evaluate.painted import exam, intensity, nets
from emostage.evaluate.painted.exam import FINISHED, PHOTO, REPEATED, TRUTH, Size, examine
from emostage.nets.emotalker.net import DenoiserConfig, EmoTalker
from emostage.nets.finish.net import Finish, FinishConfig


class Blind:
    """Never sees a face."""

    def faces(self, picture_HW3):
        return []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with a tiny painter, which is asked once a frame."""
    monkeypatch.setattr(nets, "STEPS", 1)
    monkeypatch.setattr(exam, "_PORTRAITS", 1)
    monkeypatch.setattr(intensity, "STEPS", 3)
    monkeypatch.setattr(intensity, "_PAIRS", intensity._PAIRS[:2])
    config = DenoiserConfig(widths=(16, 16, 16), blocks=1, embed=16, token=16)
    save(tmp_path / "emotalker", EmoTalker(config), config, {})
    finish = FinishConfig(widths=(16, 16, 16), enter=16, embed=16)
    save(tmp_path / "finish", Finish(finish), finish, {})
    return tmp_path


def test_pictures_without_faces_are_examined_to_the_end(footage, recogniser, folder, capsys):
    told = []
    found = examine(footage, nets.examined(folder), recogniser, Size(clips=2, seconds=2), tracker=Blind(), tell=told.append)
    assert list(found.shown) == [TRUTH, REPEATED, PHOTO, FINISHED, "emotalker"]
    for name in (PHOTO, FINISHED):
        assert found.shown[name].refused == 2 and name not in found.intensity
    assert found.finish.clips == 0 and not found.finish.wins
    painted = found.shown["emotalker"]
    assert painted.likeness.unread == 16 and painted.evaluations == 1 and painted.ms > 0
    assert all(np.isnan(rank.mean) for rank in found.intensity["emotalker"].monotony.values())
    assert found.ablations["identity constraint"].cases == 2 and found.lasting["emotalker"].seconds > 2
    assert any("emotalker" in line for line in told)
    data_json(found.as_dict())
    assert json.loads(capsys.readouterr().out)["shown"]["emotalker"]["ms"] > 0
    show_painters(found)
    page = capsys.readouterr().out
    assert "photo renderer" in page and "identity constraint, 2 cases" in page and "gained by finishing" in page


def test_the_finish_alone_can_be_chosen_and_is_not_looked_for_among_others(folder):
    found = nets.examined(folder, "finish")
    assert not found.painters and found.finisher is not None
    assert nets.examined(folder, "emotalker").finisher is None
    assert nets.examined(folder).finisher is not None
