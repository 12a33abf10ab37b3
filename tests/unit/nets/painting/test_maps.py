"""Masks of lips, lids and brows."""

from __future__ import annotations

from dataclasses import replace

import torch
from torch.nn.functional import pixel_shuffle

from emostage.nets.painting.maps import FACE, MOUTH, channels, inside, shown

SQUARE = torch.tensor([[[0.25, 0.25], [0.75, 0.25], [0.75, 0.5], [0.25, 0.5]]])


def test_the_inside_of_a_ring_is_one() -> None:
    mask = inside(SQUARE, 16)[0, 0]
    assert torch.equal(mask[4:8, 4:12], torch.ones(4, 8))
    assert float(mask.sum()) == 32
    assert torch.equal(inside(SQUARE.flip(1), 16)[0, 0], mask)


def test_a_shut_mouth_has_no_inside(given) -> None:  # type: ignore[no-untyped-def]
    made = given(frames=1)
    points = made.landmarks_BFL2.clone()
    points[:, :, list(MOUTH[0])] = torch.stack([torch.linspace(0.4, 0.6, 20), torch.full((20,), 0.7)], -1)
    maps = shown(replace(made, landmarks_BFL2=points), torch.zeros(1, 2, 32, 32), MOUTH, 32)
    assert maps.shape == (1, channels(MOUTH), 32, 32)
    assert float(maps[:, :4].sum()) == 0.0


def test_what_the_photo_showed_is_fetched_along_the_flow(given) -> None:  # type: ignore[no-untyped-def]
    made, flow = given(frames=1), torch.zeros(1, 2, 32, 32)
    points = torch.full((1, 468, 2), 0.9)
    points[:, list(MOUTH[0])] = torch.stack(
        [0.5 + 0.1 * torch.cos(torch.arange(20) * 0.314), 0.5 + 0.1 * torch.sin(torch.arange(20) * 0.314)], -1
    )
    flow[:, 0] = 0.25
    maps = shown(replace(made, own_landmarks_BL2=points), flow, MOUTH, 32)
    was = pixel_shuffle(maps[:, channels(MOUTH) // 2 :], 2)[0, 0]
    assert was[32, 16] == 1.0
    assert was[32, 40] == 0.0
    assert channels(FACE) == 48
