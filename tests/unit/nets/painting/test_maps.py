"""Masks of lips, lids and brows."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch.nn.functional import avg_pool2d, pixel_shuffle

from emostage.core.marks import IRISES, TEETH
from emostage.face import topology
from emostage.nets.painting.maps import FACE, MOUTH, OVAL, RINGS, channels, drawn, inside, masks, shown

SQUARE = torch.tensor([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.5], [0.25, 0.5]]])
LIPS = list(RINGS["mouth"].points)


def around(count: int, x: float, y: float, radius: float) -> torch.Tensor:
    turn = torch.arange(count) * (2 * torch.pi / count)
    return torch.stack([x + radius * turn.cos(), y + radius * turn.sin()], -1)


def test_the_inside_of_a_ring_is_one() -> None:
    mask = inside(SQUARE, 16)[0, 0]
    assert torch.equal(mask[4:8, 4:12], torch.ones(4, 8))
    assert float(mask.sum()) == 32
    assert torch.equal(inside(SQUARE.flip(1), 16)[0, 0], mask)


def test_pixels_are_filled_as_far_as_the_ring_covers_them() -> None:
    mask = inside(SQUARE + torch.tensor([0.0, 0.25 / 16]), 16)[0, 0]
    assert mask[4, 4:12].tolist() == pytest.approx([0.75] * 8)
    assert mask[8, 4:12].tolist() == pytest.approx([0.25] * 8)
    coarse, fine = (inside(around(20, 0.43, 0.61, 0.2)[None], size) for size in (16, 256))
    assert float(coarse.mean()) == pytest.approx(float(fine.mean()), abs=2e-3)
    assert float((coarse - avg_pool2d(fine, 16)).square().mean().sqrt()) < 0.1


def test_rings_beyond_the_border_are_cut_there() -> None:
    mask = inside(SQUARE + torch.tensor([0.5, 0.6]), 16)[0, 0]
    assert float(mask[14:, 12:].min()) == pytest.approx(1.0, abs=1e-5)
    assert float(mask[:13].abs().max()) < 1e-5
    assert float(inside(SQUARE + 3.0, 16).sum()) == 0.0


def test_rings_drawn_together_are_those_drawn_alone(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=2)
    points = torch.cat([made.landmarks_BFL2, made.marks_BFM2], 2)[0]
    together = drawn(points, FACE, 32)
    assert together.shape == (2, len(FACE), 32, 32)
    for number, name in enumerate(FACE):
        assert torch.equal(drawn(points, (name,), 32)[:, 0], together[:, number])


def test_a_shut_mouth_has_no_inside_and_no_teeth(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    points = made.landmarks_BFL2.clone()
    points[:, :, LIPS] = torch.stack([torch.linspace(0.4, 0.6, 20), torch.full((20,), 0.7)], -1)
    found = masks(replace(made, landmarks_BFL2=points), torch.zeros(1, 2, 32, 32))
    for name in ("mouth", "upper teeth", "lower teeth"):
        assert float(found.now(name).abs().max()) < 1e-5


def test_teeth_are_shown_as_far_as_the_lips_are_open(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    points, marks = made.landmarks_BFL2.clone(), made.marks_BFM2.clone()
    points[:, :, LIPS] = around(20, 0.5, 0.5, 0.2)
    marks[:, :, list(TEETH[0])] = torch.cat(
        [
            torch.stack([torch.linspace(0.0, 1.0, 9), torch.full((9,), 0.5)], -1),
            torch.stack([torch.linspace(1.0, 0.0, 9), torch.full((9,), 0.1)], -1),
        ]
    )
    found = masks(replace(made, landmarks_BFL2=points, marks_BFM2=marks), torch.zeros(1, 2, 32, 32))
    upper, mouth = found.now("upper teeth")[0, 0], found.now("mouth")[0, 0]
    assert torch.allclose(upper[:64], mouth[:64], atol=1e-5)
    assert float(upper[64:].abs().max()) < 1e-5


def test_irises_are_shown_as_far_as_lids_are_open(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    points, marks = made.landmarks_BFL2.clone(), made.marks_BFM2.clone()
    points[:, :, list(RINGS["right eye"].points)] = around(16, 0.25, 0.3, 0.1)
    marks[:, :, list(IRISES[0])] = around(12, 0.25, 0.2, 0.1)
    iris = masks(replace(made, landmarks_BFL2=points, marks_BFM2=marks), torch.zeros(1, 2, 32, 32)).now("right iris")[0, 0]
    assert iris[32, 32] == pytest.approx(1.0)
    assert iris[20, 32] == pytest.approx(0.0, abs=1e-5)


def test_what_the_photo_showed_is_fetched_along_the_flow(given) -> None:  # type: ignore[no-untyped-def]
    made, flow = given(frames=1), torch.zeros(1, 2, 32, 32)
    points = torch.full((1, 468, 2), 0.9)
    points[:, LIPS] = around(20, 0.5, 0.5, 0.1)
    flow[:, 0] = 0.25
    found = masks(replace(made, own_landmarks_BL2=points), flow)
    assert found.own("mouth")[0, 0, 64, 64] == found.was("mouth")[0, 0, 64, 32] == pytest.approx(1.0)
    assert found.was("mouth")[0, 0, 64, 80] == 0.0
    maps = shown(found, MOUTH, 32)
    assert maps.shape == (1, channels(MOUTH), 32, 32)
    assert pixel_shuffle(maps[:, channels(MOUTH) // 2 :], 2)[0, 0, 32, 16] == pytest.approx(1.0)


def test_rings_are_those_of_the_face_mesh() -> None:
    names = ("mouth", "lips", "right eye", "left eye", "right brow", "left brow")
    pairs = ((topology.LIP_U, topology.LIP_L), (topology.OUTER_LIP_U, topology.OUTER_LIP_L),
             *((eye.upper, eye.lower) for eye in topology.EYES), *topology.BROWS)  # fmt: skip
    for name, (upper, lower) in zip(names, pairs, strict=True):
        assert RINGS[name].points == tuple(dict.fromkeys(upper + lower[::-1]))
    assert OVAL == topology.OVAL
