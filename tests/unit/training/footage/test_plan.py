"""How footage is parted into shards, and who is held out."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from emostage.core.errors import AssetError
from emostage.training import heads
from emostage.training.footage.layouts import Film
from emostage.training.footage.plan import (
    FIRST_HELD,
    SHARD_BYTES,
    Material,
    Picture,
    Plan,
    drawing_digest,
    held_out,
    jobs,
    material_of,
    plan_of,
)

PLAN = Plan(people=90, size_px=128, seed=0, acting="a", drawing="d", pictures="p", films="f")


def film(person: str, number: int) -> Film:
    return Film(path=Path(f"{person}-{number}.mp4"), name=f"mead/{person}-{number}.mp4", person=f"mead/{person}", sound=Path("x"))


MATERIAL = Material(
    acting=Path("motion"),
    pictures=tuple(Picture(path=Path(f"{n}.png"), name=f"{n}.png") for n in range(50)),
    films=tuple(film(f"M{person:03d}", n) for person in range(20) for n in range(3)),
)


def test_every_person_is_in_one_part_and_every_item_in_one_shard() -> None:
    made = jobs(PLAN, MATERIAL)
    items = [item for job in made for item in job.items]
    assert len(items) == len(set(items)) == 90 + 6 + 50 + 60
    assert {job.part: [other.number for other in made if other.part == job.part] for job in made} == {
        "train": list(range(sum(job.part == "train" for job in made))),
        "held": list(range(sum(job.part == "held" for job in made))),
    }
    people = {part: {getattr(i, "person", i) for job in made if job.part == part for i in job.items} for part in ("train", "held")}
    assert not people["train"] & people["held"]
    drawn = {part: sorted(person for person in found if isinstance(person, int)) for part, found in people.items()}
    assert drawn == {"train": list(range(90)), "held": list(range(FIRST_HELD, FIRST_HELD + 6))}
    held = {person.partition("/")[0] for person in people["held"] if isinstance(person, str)}
    assert held == {"portraits", "mead"}


def test_who_is_held_out_depends_on_the_people_alone() -> None:
    people = [f"mead/{n}" for n in range(100)]
    assert held_out(people) == held_out(reversed(people)) == held_out([*people, *people])
    assert len(held_out(people)) == 6
    assert held_out([*people, "videos/me"]) == held_out(people)
    assert held_out(["videos/me"]) == frozenset()


@pytest.mark.parametrize("size_px", [64, 128, 256, 512])
def test_shards_stay_small(size_px: int) -> None:
    plan = replace(PLAN, size_px=size_px)
    most = max(25 * plan.people_per_shard, 500 * plan.films_per_shard) * size_px**2
    assert most <= SHARD_BYTES or plan.films_per_shard == 1
    assert all(len(job.items) <= max(plan.people_per_shard, plan.films_per_shard) for job in jobs(plan, MATERIAL))
    assert plan.told()["people_per_shard"] == plan.people_per_shard <= 40


def test_the_plan_knows_the_motion_the_pictures_and_the_sources(motion: Path, tmp_path: Path) -> None:
    (tmp_path / "ada.png").write_bytes(b"1")
    (tmp_path / "notes.txt").write_bytes(b"1")
    material = material_of(motion, tmp_path, ())
    assert [picture.name for picture in material.pictures] == ["ada.png"]
    assert [name for name, _ in material.passed] == ["notes.txt"]
    plan = plan_of(material, people=2, size_px=64, seed=0)
    assert plan == plan_of(material_of(motion, tmp_path, ()), people=2, size_px=64, seed=0)
    (tmp_path / "ada.png").write_bytes(b"12")
    assert plan_of(material_of(motion, tmp_path, ()), people=2, size_px=64, seed=0).pictures != plan.pictures


def test_the_drawing_is_known_by_its_sources(tmp_path: Path) -> None:
    shutil.copytree(heads.__path__[0], tmp_path / "heads", ignore=shutil.ignore_patterns("__pycache__"))
    assert drawing_digest(tmp_path) == drawing_digest()
    with (tmp_path / "heads" / "lips.py").open("a", encoding="utf-8") as file:
        file.write("# other lips\n")
    assert drawing_digest(tmp_path) != drawing_digest()


def test_what_is_not_there_is_told(motion: Path, tmp_path: Path) -> None:
    with pytest.raises(AssetError, match=r"E130 there is no finished corpus"):
        material_of(tmp_path, None, ())
    for folder, told in ((tmp_path / "none", "no folder"), (tmp_path, "no picture")):
        with pytest.raises(AssetError, match=f"E071.*{told}"):
            material_of(motion, folder, ())
