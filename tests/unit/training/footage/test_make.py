"""Making footage of people who cost nothing to draw."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from emostage.core.errors import AssetError, DeviceError, UsageError
from emostage.face.head import load_head
from emostage.training.footage import drawn, filmed, plan, posed
from emostage.training.footage.layouts import Film
from emostage.training.footage.make import make_footage
from emostage.training.footage.plan import FIRST_HELD, Material, Picture, plan_of
from emostage.training.footage.store import read_footage

from ..conftest import noise


@pytest.fixture(autouse=True)
def drawn_people(monkeypatch) -> list[int]:
    """The seeds of those who have been drawn, in order."""
    asked: list[int] = []

    def draw(corpus, identity, size_px, rng):
        asked.append(identity)
        made = noise(identity, size_px=size_px)
        made.frames["weights_N8"][:] = corpus.frames["weights_N8"][0]
        made.frames["rotation_N3"][:] = rng.normal(size=3)
        return made

    monkeypatch.setattr(drawn, "drawn_shot", draw)
    monkeypatch.setattr(plan, "_MOST_PEOPLE", 3)
    return asked


@pytest.fixture
def material(motion: Path) -> Material:
    return Material(acting=motion)


@pytest.fixture
def touched(tmp_path_factory: pytest.TempPathFactory):
    """Empty files."""
    folder = tmp_path_factory.mktemp("touched")

    def touch(name: str) -> Path:
        (folder / name).touch()
        return folder / name

    return touch


def make(out: Path, material: Material, *, people: int = 7, seed: int = 0, told=lambda done, total: None):
    asked = plan_of(material, people=people, size_px=64, seed=seed)
    return make_footage(out, asked, material, workers=1, command="make", on_shard=told)


def test_the_card_counts_what_is_there(tmp_path: Path, material: Material) -> None:
    card = make(tmp_path, material)
    assert card == json.loads((tmp_path / "card.json").read_text(encoding="utf-8"))
    train, held = read_footage(tmp_path), read_footage(tmp_path, "held")
    assert card["shards"] == {"train": 3, "held": 1}
    assert card["parts"]["train"] == {
        "people": 7,
        "clips": len(train.starts_C1) - 1,
        "frames": len(train),
        "sources": {"drawn": {"shots": 7, "frames": len(train)}},
    }
    assert (card["parts"]["held"]["people"], len(held)) == (1, 4)
    assert card["skipped"] == {"files": 0, "of_which": []}
    assert (card["command"], card["size_px"], card["head"]) == ("make", 64, load_head().fingerprint)


def test_held_out_people_are_others_who_act_held_out_takes(tmp_path: Path, material: Material) -> None:
    make(tmp_path, material)
    train, held = read_footage(tmp_path), read_footage(tmp_path, "held")
    assert set(train.shots["identity_S"].tolist()) == set(range(7))
    assert set(held.shots["identity_S"].tolist()) == {FIRST_HELD}
    assert train.frames["weights_N8"].argmax(1).tolist() == [1] * len(train)
    assert held.frames["weights_N8"].argmax(1).tolist() == [2] * len(held)


def test_the_same_seed_makes_the_same_files_and_another_one_does_not(tmp_path: Path, material: Material) -> None:
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        make(tmp_path / name, material, people=2, seed=seed)
    one, again, other = ((tmp_path / name / "train-000.safetensors").read_bytes() for name in "abc")
    assert one == again != other


def test_footage_that_was_stopped_goes_on_with_what_is_missing(tmp_path: Path, material: Material, drawn_people) -> None:
    class Killed(BaseException):
        pass

    def stop(done: int, total: int) -> None:
        if done == 2:
            raise Killed

    with pytest.raises(Killed):
        make(tmp_path, material, told=stop)
    assert not (tmp_path / "card.json").exists()
    assert drawn_people == [0, 1, 2, 3, 4, 5]
    kept = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.safetensors")}
    told: list[tuple[int, int]] = []
    make(tmp_path, material, told=lambda done, total: told.append((done, total)))
    assert told == [(2, 4), (3, 4), (4, 4)]
    assert drawn_people[6:] == [6, FIRST_HELD]
    assert all((tmp_path / name).stat().st_mtime_ns == written for name, written in kept.items())
    make(tmp_path / "at once", material)
    for path in tmp_path.glob("*.safetensors"):
        assert path.read_bytes() == (tmp_path / "at once" / path.name).read_bytes()


def test_a_shard_whose_making_fails_leaves_nothing(tmp_path: Path, material: Material, monkeypatch) -> None:
    def fail(corpus, identity, size_px, rng):
        raise MemoryError

    monkeypatch.setattr(drawn, "drawn_shot", fail)
    with pytest.raises(MemoryError):
        make(tmp_path, material)
    assert [path.name for path in tmp_path.iterdir()] == ["plan.json"]


@pytest.mark.parametrize("change", [{"people": 8}, {"seed": 1}])
def test_another_plan_in_the_folder_is_refused(tmp_path: Path, material: Material, change) -> None:
    make(tmp_path, material)
    with pytest.raises(UsageError, match=r"E018.*another corpus"):
        make(tmp_path, material, **change)
    assert len(read_footage(tmp_path)) == 28


def test_pictures_and_films_that_cannot_be_used_are_told(tmp_path: Path, material: Material, touched, monkeypatch) -> None:
    def pose(path, name, corpus, size_px, rng):
        if "dog" in name:
            raise AssetError.of("E075", "'dog.png' does not seem to be human")
        return noise(50, source=1)

    def film(each, size_px, rng):
        if "dark" in each.name:
            raise AssetError.of("E117", "the face is hidden")
        return noise(60, source=2)

    monkeypatch.setattr(posed, "posed_shot", pose)
    monkeypatch.setattr(filmed, "filmed_shot", film)
    with_all = replace(
        material,
        pictures=tuple(Picture(path=touched(name), name=name) for name in ("ada.png", "dog.png")),
        films=tuple(Film(path=touched(n), name=f"videos/{n}", person="videos/me", sound=Path(n)) for n in ("a.mp4", "dark.mp4")),
        passed=(("notes.txt", "it is no picture"),),
    )
    card = make(tmp_path, with_all, people=2)
    assert {told["file"]: told["why"] for told in card["skipped"]["of_which"]} == {
        "notes.txt": "it is no picture",
        "dog.png": "E075 'dog.png' does not seem to be human",
        "videos/dark.mp4": "E117 the face is hidden",
    }
    assert card["skipped"]["files"] == 3
    sources = [part["sources"] for part in card["parts"].values()]
    assert sum(found.get("posed", {"shots": 0})["shots"] for found in sources) == 1
    assert card["parts"]["train"]["sources"]["filmed"] == {"shots": 1, "frames": 4}


@pytest.mark.parametrize("error", [AssetError.of("E130", "no take of 8 frames"), DeviceError.of("E112", "no tracker")])
def test_what_no_picture_is_to_blame_for_ends_the_making(tmp_path: Path, material: Material, touched, monkeypatch, error) -> None:
    def pose(path, name, corpus, size_px, rng):
        raise error

    monkeypatch.setattr(posed, "posed_shot", pose)
    with pytest.raises(type(error), match=error.diagnostics[0].code):
        make(tmp_path, replace(material, pictures=(Picture(path=touched("a.png"), name="a.png"),)), people=2)


def test_films_need_nobody_who_acts(tmp_path: Path, touched, monkeypatch) -> None:
    shown = [Film(path=touched(f"{n}.mp4"), name=f"videos/{n}.mp4", person=f"videos/{n}", sound=Path("s")) for n in "ab"]
    monkeypatch.setattr(filmed, "filmed_shot", lambda film, size_px, rng: noise(7, source=2, size_px=size_px))
    card = make(tmp_path / "out", Material(acting=None, films=tuple(shown)), people=0)
    assert [card["parts"][part]["sources"] for part in ("train", "held")] == [{"filmed": {"shots": 1, "frames": 4}}] * 2
