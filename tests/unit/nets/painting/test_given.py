"""Conditions of painters, and the face in them."""

from __future__ import annotations

import torch

from emostage.nets.painting.given import face_mask


def test_frames_are_cut_and_takes_repeated(given) -> None:  # type: ignore[no-untyped-def]
    made = given(takes=2, frames=5)
    part = made.part(1, 3)
    assert part.frames == 2
    assert torch.equal(part.expression_BF52, made.expression_BF52[:, 1:3])
    assert torch.equal(part.own_B52, made.own_B52)
    assert torch.equal(made.flat("expression_BF52")[7], made.expression_BF52[1, 2])
    assert torch.equal(made.each("own_B52")[7], made.own_B52[1])


def test_the_mask_is_where_the_landmarks_are() -> None:
    points = torch.tensor([[[0.5, 0.25], [0.5, 0.26]]])
    mask = face_mask(points, 32)[0, 0]
    assert mask[8, 16] == 1.0
    assert float(mask.sum()) < 26
    assert mask[20:, :].max() == 0.0
