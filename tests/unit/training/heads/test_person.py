"""Drawing people: repeatable, varied, human."""

from __future__ import annotations

import numpy as np

from emostage.face.head import load_head
from emostage.training.heads.person import Person, draw_person, draw_shot

NAMES = load_head().shape_names


def _people(count: int) -> list[Person]:
    return [draw_person(seed, NAMES) for seed in range(count)]


def test_a_seed_is_one_person_and_one_shot() -> None:
    first, again, other = (draw_person(seed, NAMES) for seed in (7, 7, 8))
    assert np.array_equal(first.shape_K, again.shape_K)
    assert (first.hair, first.marks, first.complexion) == (again.hair, again.marks, again.complexion)
    assert np.abs(first.shape_K - other.shape_K).mean() > 0.05
    assert draw_shot(7) == draw_shot(7) != draw_shot(8)


def test_faces_are_nearly_symmetric() -> None:
    left = [k for k, name in enumerate(NAMES) if name.startswith("l-")]
    right = [NAMES.index("r-" + NAMES[k][2:]) for k in left]
    shapes_PK = np.stack([person.shape_K for person in _people(60)])
    apart, size = np.abs(shapes_PK[:, left] - shapes_PK[:, right]).mean(), np.abs(shapes_PK[:, left]).mean()
    assert 0 < apart < 0.5 * size


def test_people_cover_skins_ages_and_styles() -> None:
    people = _people(200)
    red = np.array([person.complexion.skin[0] for person in people])
    assert red.min() < 0.12 and red.max() > 0.6
    assert all(0 < channel < 1 for person in people for channel in person.complexion.skin)
    assert all(person.complexion.skin[0] > person.complexion.skin[2] for person in people)
    assert len({person.hair.style for person in people}) >= 9
    assert len({person.beard.style for person in people}) >= 4


def test_women_have_no_beards_and_only_the_old_are_grey() -> None:
    for person in _people(200):
        if person.nature.sex < 0:
            assert person.beard.style == "none"
        if person.nature.age < 0.4:
            assert person.complexion.grey == 0
