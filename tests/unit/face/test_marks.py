"""Irises and teeth of the linear head."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.core.marks import IRISES, MARKS, TEETH
from emostage.face.head import load_head
from emostage.face.marks import BESIDE, HeadMarks, Marks
from emostage.face.topology import EYES, LIPS


@pytest.fixture(scope="module")
def own() -> Marks:
    return HeadMarks(load_head()).of(torch.from_numpy(np.array(load_head().vertices_V3)))


def posed(own: Marks, **weights: float) -> torch.Tensor:
    return own.posed(torch.from_numpy(expression(**weights)[None].astype(np.float32)))[0]


def test_every_mark_has_landmarks_around_it() -> None:
    assert sorted(mark for some, _ in BESIDE for mark in some) == list(range(MARKS))
    assert [some for some, _ in BESIDE] == sorted((some for some, _ in BESIDE), key=lambda some: some.start)


def test_irises_lie_between_the_lids_and_teeth_behind_the_lips(own: Marks) -> None:
    head, rest_M3 = load_head(), posed(own)
    landmarks_L3 = head.at_landmarks(head.vertices_V3)
    for iris, eye in zip(IRISES, EYES, strict=True):
        assert np.linalg.norm(rest_M3[list(iris)].mean(0).numpy() - landmarks_L3[list(eye.upper + eye.lower)].mean(0)) < 0.008
    lips_3 = landmarks_L3[list(LIPS)].mean(0)
    for row in TEETH:
        middle_3 = rest_M3[row.start + 4].numpy()
        assert abs(middle_3[0]) < 1e-6
        assert abs(middle_3[1] - lips_3[1]) < 0.005
        assert 0.0 < middle_3[2] - lips_3[2] < 0.02


@pytest.mark.parametrize(("action", "axis", "sign"), [("eyeLookOutLeft", 0, 1), ("eyeLookInLeft", 0, -1), ("eyeLookUpLeft", 1, -1)])
def test_an_iris_goes_where_its_eye_looks(own: Marks, action: str, axis: int, sign: int) -> None:
    moved_M3 = posed(own, **{action: 1.0}) - posed(own)
    assert sign * float(moved_M3[list(IRISES[1]), axis].mean()) > 0.003
    assert float(moved_M3[list(IRISES[0])].abs().max()) == 0.0


def test_the_jaw_takes_the_lower_row_along_and_leaves_the_upper_one(own: Marks) -> None:
    opened_M3 = posed(own, jawOpen=1.0) - posed(own)
    assert float(opened_M3[list(TEETH[0])].abs().max()) == 0.0
    assert float(opened_M3[list(TEETH[1]), 1].min()) > 0.015
    aside_M3 = posed(own, jawLeft=1.0) - posed(own)
    assert float(aside_M3[list(TEETH[1]), 0].min()) > 0.001


def test_teeth_and_eyes_go_along_with_a_persons_shape() -> None:
    head = load_head()
    rest_V3 = torch.from_numpy(np.array(head.vertices_V3))
    made = HeadMarks(head)
    usual, lower = made.of(rest_V3), made.of(1.1 * rest_V3 + torch.tensor([0.0, 0.004, 0.0]))
    assert torch.allclose(lower.radii_E, 1.1 * usual.radii_E, rtol=1e-4)
    assert float((lower.rows_N3 - usual.rows_N3)[:, 1].mean()) == pytest.approx(0.012, abs=1e-6)
    assert torch.allclose(lower.eyes_E3 - usual.eyes_E3, 0.1 * usual.eyes_E3 + torch.tensor([0.0, 0.004, 0.0]), atol=2e-3)
