"""Parts told by landmarks beside those of a drawn person, who has the true ones."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.training.footage.drawn import _parts
from emostage.training.footage.parts import told_by
from emostage.training.footage.store import PARTS, UNKNOWN
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.person import draw_person, draw_shot
from emostage.training.heads.render import render
from emostage.training.heads.sitter import seat


@pytest.fixture(scope="module")
def seen():
    """Landmarks (2, L, 2) and true parts (2, G, G) of somebody at rest, with the mouth open."""
    person, shot = draw_person(5, anatomy().head.shape_names), draw_shot(5)
    expression_T52 = np.zeros((2, 52), np.float32)
    expression_T52[1, ARKIT_INDEX["jawOpen"]] = 0.5
    take = render(seat(person, shot.clothes, 64), shot, expression_T52, np.zeros((2, 3), np.float32), 96)
    return take.landmarks_TL2 / 96, _parts(take.masks_TMHW)


@pytest.mark.parametrize("part", ["mouth", "eyes", "face"])
def test_cells_show_what_they_truly_show(seen, part):
    landmarks_NL2, true_NGG = seen
    found, true = (parts == PARTS.index(part) for parts in (told_by(landmarks_NL2), true_NGG))
    assert found.any()
    assert (found & true).sum() > 0.6 * min(found.sum(), true.sum())


def test_beyond_the_face_nothing_is_known(seen):
    found = told_by(seen[0])
    assert found.dtype == np.uint8
    assert (found[:, 0] == UNKNOWN).all() and (found[:, -1] == UNKNOWN).all()
    assert set(np.unique(found)) <= {UNKNOWN, *(PARTS.index(part) for part in ("mouth", "eyes", "face"))}
