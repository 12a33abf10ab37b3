"""Bodies move as their expressions say; lids stay outside the eyes and close."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.face.marks import jaw_shift
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.body import Body, body
from emostage.training.heads.person import draw_person
from emostage.training.heads.teeth import rows

LIDS = ((159, 145), (386, 374))


def _body(seed: int, *, flat_ears: bool = False) -> Body:
    parts = anatomy()
    person = draw_person(seed, parts.head.shape_names)
    return body(parts, person.shape_K, np.zeros(len(parts.head.vertices_V3)), flat_ears=flat_ears)


def _landmarks(own: Body, weights_52: np.ndarray) -> np.ndarray:
    return anatomy().head.at_landmarks(own.deformed(torch.from_numpy(weights_52[None]))[0].numpy())


@pytest.mark.parametrize("seed", range(4))
def test_blinks_close_the_eyes_of_everybody(seed: int) -> None:
    own = _body(seed)
    opened, shut = (_landmarks(own, expression(eyeBlink=amount)) for amount in (0.0, 1.0))
    for upper, lower in LIDS:
        assert shut[lower, 1] - shut[upper, 1] < 0.25 * (opened[lower, 1] - opened[upper, 1])


@pytest.mark.parametrize("amount", [0.0, 0.3, 0.6, 1.0])
def test_lids_never_sink_into_the_eyes(amount: float) -> None:
    own = _body(3)
    moved_V3 = own.deformed(torch.from_numpy(expression(eyeBlink=amount, eyeWide=1 - amount)[None]))[0]
    for centre_3, radius, lids_V in zip(own.eyes_23, own.radii_2, own.lids_2V, strict=True):
        assert lids_V.sum() > 20
        assert ((moved_V3[lids_V] - centre_3).norm(dim=1) >= radius).all()


def test_the_jaw_takes_the_lower_teeth_down_and_back() -> None:
    own = _body(0)
    _, lower = rows(draw_person(0, anatomy().head.shape_names).denture, np.zeros(3))
    shift_3 = jaw_shift(lower.middle_3[None], torch.from_numpy(expression(jawOpen=1.0)[None]), own.slides_J3)[0, 0]
    assert 0.02 < shift_3[1] < 0.04 and 0.003 < shift_3[2] < 0.03 and abs(shift_3[0]) < 1e-6
    still_3 = jaw_shift(lower.middle_3[None], torch.from_numpy(expression(mouthSmile=1.0)[None]), own.slides_J3)[0, 0]
    assert still_3.abs().max() == 0


def test_ears_lie_flat_under_hair() -> None:
    free, flat = (_body(0, flat_ears=flat).vertices_V3.numpy() for flat in (False, True))
    ears_V = anatomy().ears_V
    assert np.abs(flat[ears_V, 0]).max() < np.abs(free[ears_V, 0]).max() - 0.004
    assert np.array_equal(free[~ears_V], flat[~ears_V])
