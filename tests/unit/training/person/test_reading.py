"""Who is seen in takes, and what they do there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.training.person.reading import known, neutral_frame, read, windows

JAW = ARKIT_INDEX["jawOpen"]
MOUTH = [ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthPucker"]]


@pytest.fixture(scope="module")
def motion(films):
    motion = films.speaking(40)
    turned_T3 = np.radians(8) * np.sin(np.arange(40) / 6)[:, None] * [0.3, 1, 0.2]
    return replace(motion, rotation_T3=turned_T3.astype(np.float32))


@pytest.fixture(scope="module")
def take(sitting, films, motion):
    return films.take(sitting.renderer(), motion, seen=False)


@pytest.fixture(scope="module")
def face(take):
    return known([take], load_head())


@pytest.fixture(scope="module")
def reading(face, take):
    return read(face, take, load_head())


def test_what_is_done_is_found(reading, motion):
    found = reading.motion(reading.hold(0))
    for action in (JAW, *MOUTH):
        assert np.corrcoef(found.expression_T52[:, action], motion.expression_T52[:, action])[0, 1] > 0.9
    assert np.corrcoef(found.rotation_T3[:, 1], motion.rotation_T3[:, 1])[0, 1] > 0.99
    assert found.fps == 25 and len(found) == 40


def test_motion_is_away_from_how_the_head_is_held_in_a_frame(reading, motion):
    most = int(np.argmax(motion.rotation_T3[:, 1]))
    assert abs(reading.motion(reading.hold(most)).rotation_T3[most, 1]) < np.radians(1.5)
    whole = reading.motion(reading.hold_on_the_whole())
    assert np.abs(np.median(whole.rotation_T3, 0)).max() < np.radians(1)


def test_a_part_is_what_was_read_there(reading):
    part = reading.part(10, 25)
    assert (len(part.take), part.take.name) == (15, "me.mp4#0000[10:25]")
    for name, done in vars(part.done).items():
        assert np.array_equal(done, getattr(reading.done, name)[10:25])


def test_parts_of_a_piece_are_seen_by_one_camera(face, take):
    """A part that shows little movement is read as it is in the whole."""
    head, seen_in = load_head(), windows([take])
    part = take.part(30, 34)
    assert windows([take]).keys() == {part.piece}
    whole, found = (read(face, t, head, seen_in) for t in (take, part))
    np.testing.assert_allclose(found.done.rotation_T33, whole.done.rotation_T33[30:34], atol=0.01)
    np.testing.assert_allclose(found.done.translation_T3[:, 2], whole.done.translation_T3[30:34, 2], rtol=0.01)
    assert found.person.crop == whole.person.crop != read(face, part, head).person.crop


def test_the_portrait_is_at_rest_from_the_front_and_seen(reading, motion):
    number, cost = neutral_frame(reading)
    effort_T = np.linalg.norm(motion.expression_T52, axis=1) + 1.5 * np.abs(motion.rotation_T3[:, 1])
    assert effort_T[number] < np.quantile(effort_T, 0.2) and np.isfinite(cost)
    hidden = replace(reading.take, seen_T=np.arange(40) != number)
    assert neutral_frame(replace(reading, take=hidden))[0] != number
    assert neutral_frame(replace(reading, take=hidden))[1] >= cost


def test_of_next_to_nothing_nobody_is_known(take):
    for takes in ([], [take.part(0, 2)]):
        with pytest.raises(AssetError, match="E117"):
            known(takes, load_head())
