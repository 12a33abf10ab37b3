"""A face that is known: what it shows in a picture, how it moves, and its file."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES, expression
from emostage.face.actor import read_acting
from emostage.face.fit import project
from emostage.face.personal import PersonalFace, of_arrays, personal_face, to_arrays, with_actions
from emostage.face.sitter import sitter

HELD = np.array([name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])

MOUTH = [number for number, name in enumerate(ARKIT_NAMES) if name.startswith("mouth")]


@pytest.fixture(scope="module")
def arrays(own_face) -> dict[str, np.ndarray]:
    return to_arrays(own_face)


def showing(sitting, face: PersonalFace, head, shown_52: np.ndarray):
    """The portrait with the landmarks of the known face under an expression, as far as this is seen."""
    portrait = sitting.portrait
    fit = portrait.fit
    person = face.sitter(head, portrait.crop)
    points_N3 = person.rest_N3 + np.tensordot(shown_52, person.actions_52N3, 1)
    at_N2 = project(points_N3, fit.rotation_33, fit.translation_3, fit.focal_px) + portrait.crop.size_px / 2
    return replace(portrait, landmarks_L2=np.concatenate([at_N2, portrait.landmarks_L2[468:]]))


def test_lids_and_gaze_stay_those_of_the_linear_head(own_face, head):
    rng = np.random.default_rng(0)
    face = with_actions(own_face, rng.normal(size=own_face.actions_52N3.shape), np.ones(52))
    assert not face.actions_52N3[HELD].any() and face.actions_52N3[~HELD].any((1, 2)).all()
    beyond = face.beyond_linear(head)
    assert not beyond.actions_52L3[HELD].any() and not beyond.learnt_52L3[HELD].any()


@pytest.mark.parametrize("strength", [0.0, 0.5, 1.0, 1.5])
def test_strength_scales_what_is_known(sitting, own_face, head, strength):
    own, whole = (own_face.in_picture(sitting.portrait, head, s) for s in (strength, 1.0))
    np.testing.assert_allclose(own.actions_52N3, strength * whole.actions_52N3, atol=1e-12)
    np.testing.assert_allclose(own.beyond.learnt_52L3, strength * whole.beyond.learnt_52L3, atol=1e-12)
    np.testing.assert_allclose(own.beyond.actions_52L3, min(strength, 1.0) * whole.beyond.actions_52L3, atol=1e-12)
    assert np.array_equal(own.seen_52, own_face.seen_52)
    assert own.trust == min(strength, 1.0)


def test_nothing_of_it_leaves_what_was_read_as_it_was(sitting, own_face, head):
    read_52 = sitting.portrait.fit.expression_52
    assert np.array_equal(own_face.in_picture(sitting.portrait, head, 0.0).understood(read_52), read_52)


def test_what_is_known_takes_the_place_of_what_was_read_but_not_of_lids(sitting, own_face, head):
    own, read_52 = own_face.in_picture(sitting.portrait, head, 1.0), np.full(52, 0.77)
    known_52 = own.understood(read_52)
    assert np.array_equal(known_52[HELD], read_52[HELD])
    np.testing.assert_allclose(known_52[~HELD], own.expression_52[~HELD], atol=1e-12)


@pytest.mark.parametrize("name", ["jawOpen", "mouthSmile"])
def test_what_a_known_face_shows_in_a_picture_is_found(sitting, own_face, head, name):
    """Beside its rest, whatever its rest looks like: this one's lips are open at rest."""
    shown_52 = expression(**{name: 0.5}).astype(np.float64)
    rest_52, found_52 = (
        own_face.in_picture(showing(sitting, own_face, head, e_52), head, 1.0).expression_52 for e_52 in (0 * shown_52, shown_52)
    )
    asked = np.flatnonzero(shown_52)
    assert rest_52[MOUTH].max() < 0.1
    np.testing.assert_allclose((found_52 - rest_52)[asked], 0.5, atol=0.15)


def test_a_known_person_is_read_in_a_film_as_one_that_is_followed_in_it(sitting, head, films):
    landmarks_TL2 = films.landmarks(sitting.renderer(), films.speaking(16))
    person = sitter(head, landmarks_TL2, (192, 192))
    rest_L2 = np.median(landmarks_TL2[person.near], 0)
    again = personal_face(person, rest_L2).sitter(head, person.crop)
    first, second = (read_acting(p, head, landmarks_TL2, rest_L2) for p in (person, again))
    np.testing.assert_allclose(first.expression_T52, second.expression_T52, atol=1e-6)
    np.testing.assert_allclose(first.rotation_T33, second.rotation_T33, atol=1e-6)


def test_a_face_comes_back_from_its_file(own_face, arrays):
    again = of_arrays(arrays)
    mm = np.linalg.norm(own_face.rest_N3[454] - own_face.rest_N3[234]) / 140
    np.testing.assert_allclose(again.actions_52N3, own_face.actions_52N3, atol=0.02 * mm)
    for name in ("shape_K", "rest_N3", "rest_L2", "focal_px", "seen_52"):
        np.testing.assert_allclose(getattr(again, name), getattr(own_face, name), rtol=1e-6, atol=1e-6)


def _broken(name: str, how: str, array: np.ndarray) -> dict[str, np.ndarray | None]:
    changed = {
        "missing": None,
        "of another shape": np.zeros((3, *array.shape), array.dtype),
        "not finite": np.full(array.shape, np.nan, array.dtype),
        "no numbers": np.zeros(array.shape, np.int32),
    }
    return {name: changed[how]}


@pytest.mark.parametrize("how", ["missing", "of another shape", "not finite", "no numbers"])
@pytest.mark.parametrize("name", ["shape_K", "rest_N3", "rest_L2", "focal_px", "actions_52N3", "seen_52"])
def test_damaged_arrays_are_no_face(arrays, name, how):
    told = {key: value for key, value in {**arrays, **_broken(name, how, arrays[name])}.items() if value is not None}
    with pytest.raises(ValueError, match=name):
        of_arrays(told)


@pytest.mark.parametrize("times", [0.0, -1.0, 1e30])
def test_a_face_of_no_size_is_no_face(arrays, times):
    names = ("focal_px",) if times < 0 else ("focal_px", "rest_N3", "rest_L2")
    for name in names:
        with pytest.raises(ValueError, match=name):
            of_arrays({**arrays, name: np.asarray(times * arrays[name], np.float32)})


def test_the_jaw_of_painters_goes_where_the_persons_goes(sitting, own_face, own_way, head):
    jaw = ARKIT_INDEX["jawOpen"]
    beyond, plain = own_face.beyond_linear(head), sitting.face.beyond_linear(head)
    np.testing.assert_allclose(beyond.actions_52L3, plain.actions_52L3, atol=1e-12)
    np.testing.assert_allclose(beyond.learnt_52L3[jaw], own_way[jaw], atol=1e-12)
    assert not plain.learnt_52L3.any()
