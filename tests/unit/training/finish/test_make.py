"""Making pairs of people who cost nothing to perform."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import AssetError, DeviceError, UsageError
from emostage.training.finish import make as making
from emostage.training.finish import performing
from emostage.training.finish import plan as planning
from emostage.training.finish.make import make_pairs
from emostage.training.finish.plan import plan_of
from emostage.training.finish.store import read_pairs
from emostage.training.footage.store import read_footage

from ..conftest import noise, write_footage


@pytest.fixture(autouse=True)
def afresh(monkeypatch) -> None:
    """One person in a shard; files of footage are read again."""
    monkeypatch.setattr(planning, "_PEOPLE", 1)
    making._footage.cache_clear()


def make(out: Path, footage: Path, *, people: int | None = None, seed: int = 0, told=lambda done, total: None):
    plan = plan_of(footage, people=people, seed=seed)
    return make_pairs(out, plan, footage, workers=1, command="make", on_shard=told)


def test_every_shot_is_performed_from_one_of_its_frames(tmp_path: Path, footage: Path, performed) -> None:
    card = make(tmp_path / "out", footage)
    assert card == json.loads((tmp_path / "out" / "card.json").read_text("utf-8"))
    assert card["shards"] == {"train": 3, "held": 1}
    train, source = read_pairs(tmp_path / "out"), read_footage(footage)
    assert card["parts"]["train"] == {"people": 2, "shots": 3, "frames": len(train)}
    assert len(performed) == 4
    for shot, portrait in enumerate(train.portrait_S):
        mine = np.flatnonzero(train.footage.frames["shot_N"] == shot)
        assert mine[0] == portrait
        others = [train.footage.pictures[n] for n in mine[1:]]
        there = source.pictures[4 * shot : 4 * shot + 4]
        number = there.index(train.footage.pictures[portrait])
        assert others == ([there[3]] if number < 3 else there[:3]), "the clip of the portrait is left out, and nothing else"
        assert np.abs(performed[shot].astype(int) - train.footage.picture(int(portrait))).max() == 0


def test_what_is_known_of_frames_stays_theirs(tmp_path: Path, footage: Path, performed) -> None:
    make(tmp_path / "out", footage)
    train, source = read_pairs(tmp_path / "out").footage, read_footage(footage)
    numbers = [list(source.pictures).index(data) for data in train.pictures]
    for name in ("expression_N52", "landmarks_NL2", "parts_NGG", "sound_NWX"):
        assert np.array_equal(train.frames[name], source.frames[name][numbers])
    assert np.array_equal(train.shape_SK, source.shape_SK)


def test_the_same_seed_makes_the_same_and_another_chooses_other_portraits(tmp_path: Path, performed) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    write_footage(folder, [noise(k, shots=6) for k in (1,)], [noise(3)])
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        make(tmp_path / name, folder, seed=seed)
    read = [[(tmp_path / name / f"train-{k:03d}.safetensors").read_bytes() for k in range(6)] for name in "abc"]
    assert read[0] == read[1] != read[2]


def test_fewer_people_are_the_first_of_all(tmp_path: Path, footage: Path, performed) -> None:
    make(tmp_path / "all", footage)
    card = make(tmp_path / "some", footage, people=2)
    assert card["shards"] == {"train": 2, "held": 1}
    for k in range(2):
        name = f"train-{k:03d}.safetensors"
        assert (tmp_path / "some" / name).read_bytes() == (tmp_path / "all" / name).read_bytes()


def test_what_was_stopped_goes_on_with_what_is_missing(tmp_path: Path, footage: Path, performed) -> None:
    class Killed(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Killed

    out = tmp_path / "out"
    with pytest.raises(Killed):
        make(out, footage, told=stop)
    assert not (out / "card.json").exists() and len(performed) == 2
    told: list[tuple[int, int]] = []
    make(out, footage, told=lambda done, total: told.append((done, total)))
    assert told == [(2, 4), (3, 4), (4, 4)] and len(performed) == 4
    make(tmp_path / "at once", footage)
    for path in out.glob("*.safetensors"):
        assert path.read_bytes() == (tmp_path / "at once" / path.name).read_bytes()


@pytest.mark.parametrize("change", [{"people": 1}, {"seed": 1}])
def test_another_plan_in_the_folder_is_refused(tmp_path: Path, footage: Path, performed, change) -> None:
    make(tmp_path / "out", footage)
    with pytest.raises(UsageError, match=r"E018.*something else"):
        make(tmp_path / "out", footage, **change)


def test_portraits_that_cannot_be_used_are_told(tmp_path: Path, footage: Path, performed, monkeypatch) -> None:
    able = performing.Performed

    def perform(picture_HW3, rotation_3):
        if len(performed) == 1:
            performed.append(picture_HW3)
            raise AssetError.of("E070", "no face was found in 'the picture'")
        return able(picture_HW3, rotation_3)

    monkeypatch.setattr(performing, "Performed", perform)
    card = make(tmp_path / "out", footage)
    assert card["skipped"]["shots"] == 1
    (one,) = card["skipped"]["of_which"]
    assert (one["file"], one["shot"], one["why"][:4]) == ("train-000.safetensors", 1, "E070")
    assert card["parts"]["train"]["shots"] == len(read_pairs(tmp_path / "out").portrait_S) == 2


@pytest.mark.parametrize("error", [AssetError.of("E133", "no head"), DeviceError.of("E112", "no tracker")])
def test_what_no_portrait_is_to_blame_for_ends_the_making(tmp_path: Path, footage: Path, monkeypatch, error) -> None:
    def perform(picture_HW3, rotation_3):
        raise error

    monkeypatch.setattr(performing, "Performed", perform)
    with pytest.raises(type(error), match=error.diagnostics[0].code):
        make(tmp_path / "out", footage)


def test_footage_that_is_not_whole_is_told(tmp_path: Path, footage: Path) -> None:
    (footage / "train-001.safetensors").unlink()
    with pytest.raises(AssetError, match="E130"):
        make(tmp_path / "out", footage)
    (footage / "card.json").unlink()
    with pytest.raises(AssetError, match="E130"):
        make(tmp_path / "out", footage)


def test_the_digest_of_what_draws_covers_the_renderer_and_how_it_is_asked(tmp_path: Path) -> None:
    def digest(**changed: str) -> str:
        for name in ("portrait/warp.py", "face/fit.py", "training/footage/performed.py", "film/encode.py"):
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(changed.get(path.stem, ""), encoding="utf-8")
        return planning.drawing_digest(tmp_path)

    found = [digest(), digest(warp="x"), digest(fit="x"), digest(performed="x")]
    assert len(set(found)) == 4
    assert digest(encode="x") == found[0]
