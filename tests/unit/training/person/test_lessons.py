"""Lessons of one person: painted from the photo where one is performed, and from any frame of a film."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np
import pytest
import torch

from emostage.training.footage.examples import Index, Shape
from emostage.training.footage.store import Footage, opened
from emostage.training.person import painting
from emostage.training.person.painting import Lesson, Pictures, for_one, lessons, photo_of
from emostage.training.recipes import recipe

from ..conftest import noise

SHAPE = Shape(clips=2, frames=2, stills=3)


@pytest.fixture(scope="module")
def footage() -> Footage:
    """Two shots, in which a photo comes before a clip."""
    made = noise(3, shots=2)
    starts_C1 = np.array([0, 1, 4, 5, 8])
    frames = {**made.frames, "expression_N52": (0.3 * made.frames["expression_N52"]).astype(np.float16)}
    return replace(made, starts_C1=starts_C1, frames=frames)


def test_the_photo_is_the_first_frame_of_a_shot(footage: Footage) -> None:
    assert [photo_of(footage, shot) for shot in (0, 1)] == [0, 4]


def test_what_is_performed_is_painted_from_its_photo(footage: Footage) -> None:
    rng, index = np.random.default_rng(0), Index(footage)
    for clips in (True, False):
        cuts = [cut for _ in range(10) for cut in Pictures(footage=footage, performed=True).cuts(index, SHAPE, rng, clips=clips)]
        assert {cut.portrait for cut in cuts} == {0, 4}
        assert all(footage.frames["shot_N"][list(cut.frames_F)].max() == cut.portrait // 4 for cut in cuts)
    filmed = [cut for _ in range(20) for cut in Pictures(footage=footage).cuts(index, SHAPE, rng, clips=False)]
    assert len({cut.portrait for cut in filmed}) > 2


def test_what_is_performed_keeps_its_colours(footage: Footage) -> None:
    photos = [torch.from_numpy(opened(footage.pictures[n]).copy()).permute(2, 0, 1) / 127.5 - 1 for n in (0, 4)]

    def share(performed: bool) -> float:
        batches = islice(Lesson(Pictures(footage=footage, performed=performed), SHAPE, seed=1), 12)
        seen = [one for batch in batches for one in batch["reference_B3HH"]]
        return sum(any(torch.allclose(one, photo, atol=1e-5) for photo in photos) for one in seen) / len(seen)

    assert share(performed=True) == 1.0
    assert share(performed=False) < 0.5


def test_landmarks_begin_where_they_are_in_the_photo(footage: Footage) -> None:
    still = {**footage.frames}
    for name in ("expression_N52", "rotation_N3"):
        still[name] = np.repeat(still[name][:1], len(footage), 0)
    batch = next(iter(Lesson(Pictures(footage=replace(footage, frames=still), performed=True), SHAPE, seed=1)))
    assert torch.allclose(
        batch["landmarks_BFL2"], batch["own_landmarks_BL2"][:, None].expand_as(batch["landmarks_BFL2"]), atol=1e-5
    )


def test_batches_are_smaller_where_a_photo_is_performed_and_what_is_held_out_stays(footage: Footage) -> None:
    usual = recipe("emotivetalk", "small")
    film, photo = for_one(usual), for_one(usual, performed=True)
    assert (film.shape.clips, film.shape.stills) == (2, 8) and (photo.shape.clips, photo.shape.stills) == (1, 4)
    assert painting.for_one(recipe("emotalker", "small"), performed=True).shape.clips == 1
    small = replace(photo, shape=replace(photo.shape, frames=2), held=2)
    pictures = Pictures(footage=footage, performed=True)
    (_, one), (_, other) = (lessons(pictures, pictures, small, seed, {}) for seed in (0, 1))
    assert all(torch.equal(a["clean_BF3HH"], b["clean_BF3HH"]) for a, b in zip(one, other, strict=True))
