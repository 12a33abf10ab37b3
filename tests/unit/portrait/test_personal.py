"""A person who is known: what is drawn then, and the file."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_tensors

from emostage.core.arkit import expression
from emostage.core.errors import AssetError
from emostage.portrait import personal
from emostage.portrait.inside import SHAPE, MouthMap
from emostage.portrait.personal import Person, read_person, to_arrays

SPEAKS = expression(jawOpen=0.4, mouthSmile=0.2)


@pytest.fixture(scope="module")
def person(own_face) -> Person:
    dark = np.zeros((4, *SHAPE), np.float32)
    dark[:3] = -0.8
    mouth = MouthMap(upper_4HW=dark, lower_4HW=dark, cavity_3=np.zeros(3, np.float32), drop_2=np.zeros(2, np.float32))
    return Person(face=own_face, mouth=mouth)


@pytest.fixture(scope="module")
def plain(sitting):
    return sitting.renderer()


@pytest.fixture(scope="module")
def known(sitting, person):
    return sitting.renderer(person)


def frames(renderer, films, *expressions) -> np.ndarray:
    return np.stack(list(renderer.render(films.doing(*expressions)))).astype(int)


def test_by_a_strength_of_nothing_the_same_is_drawn_bit_for_bit(sitting, person, plain, films):
    nothing = sitting.renderer(person, strength=0.0)
    shown = [expression(), SPEAKS, expression(mouthPucker=0.7, browInnerUp=0.5)]
    assert np.array_equal(frames(nothing, films, *shown), frames(plain, films, *shown))


def test_the_photo_comes_back_at_its_own_expression(known, films):
    """The known face knows another expression in it than was read, and yet it is the photo."""
    still = known.backing.still_HW3.astype(int)
    error = np.abs(frames(known, films, known.painter.sheet.source_52)[0] - still)
    assert 10 * np.log10(255**2 / (error**2).mean()) > 45
    assert (error > 0).any(-1).mean() < 0.02, "only the rebuilt eyes may differ"


def test_the_mouth_opens_as_the_persons_does_by_so_much(sitting, person, plain, known, films, own_way):
    jaw = films.doing(expression(), SPEAKS)
    half = sitting.renderer(person, strength=0.5)
    moved = [np.diff(films.landmarks(r, jaw)[:, :468], axis=0)[0] for r in (plain, half, known)]
    beyond = [m - moved[0] for m in moved]
    mouth = [14, 17, 84, 314]
    assert (beyond[2][mouth, 0] > 1).all(), "to the side, as nobody else's does"
    np.testing.assert_allclose(beyond[1][mouth, 0], 0.5 * beyond[2][mouth, 0], rtol=0.25)
    assert np.abs(beyond[2][[10, 33, 263, 151]]).max() < 0.3, "brow and eyes stay"


def test_known_teeth_are_drawn_darker(plain, known, films):
    inside, before = known.painter.mouth.inside, plain.painter.mouth.inside
    torch.testing.assert_close(inside.lower.rgba_4HW[:3], before.lower.rgba_4HW[:3] * float(np.exp(-0.8)))
    assert torch.equal(inside.lower.rgba_4HW[3], before.lower.rgba_4HW[3])


def test_a_person_comes_back_from_the_file(tmp_path, person, head):
    for given in (person, Person(face=person.face)):
        save_file(to_arrays(given), tmp_path / "face.safetensors")
        again = read_person(tmp_path / "face.safetensors", head)
        np.testing.assert_allclose(again.face.actions_52N3, given.face.actions_52N3, atol=1e-5)
        assert (again.mouth is None) == (given.mouth is None)
    assert given.mouth is None


def refused(path, head) -> str:
    with pytest.raises(AssetError) as error:
        read_person(path, head)
    (problem,) = error.value.diagnostics
    assert problem.code == "E136" and path.name in problem.message and problem.hint
    return problem.message


@pytest.mark.parametrize("how", ["cut", "text", "empty", "folder", "missing", "head"])
def test_damaged_files_are_told(tmp_path, person, head, how):
    path = tmp_path / "face.safetensors"
    save_file(to_arrays(person), path)
    data = path.read_bytes()
    path.unlink()
    if how == "folder":
        path.mkdir()
    elif how != "missing":
        wrong = {"cut": data[: len(data) // 2], "text": b"hello, world", "empty": b"", "head": b"\xff" * 8 + data[8:]}
        path.write_bytes(wrong[how])
    refused(path, head)


@pytest.mark.parametrize(
    "change",
    [
        {"rest_N3": np.full((468, 3), np.nan, np.float32)},
        {"actions_52N3": np.zeros((52, 468, 2), np.float32)},
        {"upper_4HW": np.zeros((4, 2, 2), np.float16)},
        {"cavity_3": np.full(3, np.inf, np.float16)},
        {"focal_px": np.zeros((), np.float32)},
        {"drop_2": None},
    ],
    ids=lambda change: next(iter(change)),
)
def test_foreign_files_are_told(tmp_path, person, head, change):
    told = {name: value for name, value in {**to_arrays(person), **change}.items() if value is not None}
    save_file(told, tmp_path / "face.safetensors")
    assert next(iter(change)) in refused(tmp_path / "face.safetensors", head)


def test_numbers_of_a_kind_that_is_not_read_are_told(tmp_path, person, head):
    tensors = {name: torch.from_numpy(np.array(value)).to(torch.bfloat16) for name, value in to_arrays(person).items()}
    save_tensors(tensors, tmp_path / "face.safetensors")
    refused(tmp_path / "face.safetensors", head)


def test_a_face_of_another_head_is_told(tmp_path, person, head):
    arrays = to_arrays(person)
    for size in (0, len(head.shape_names) - 1, len(head.shape_names) + 1):
        save_file({**arrays, "shape_K": np.zeros(size, np.float32)}, tmp_path / "face.safetensors")
        assert "another head" in refused(tmp_path / "face.safetensors", head)


def test_a_file_that_is_too_large_is_not_opened(tmp_path, person, head, monkeypatch):
    save_file(to_arrays(person), tmp_path / "face.safetensors")
    monkeypatch.setattr(personal, "_LARGEST_BYTES", 1000)
    assert "too large" in refused(tmp_path / "face.safetensors", head)
