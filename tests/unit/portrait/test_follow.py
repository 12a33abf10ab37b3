from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.face.fit import rotation
from emostage.face.perform import Performed
from emostage.portrait.deform import Rig
from emostage.portrait.follow import motion_of


@pytest.fixture(scope="module")
def sheet(astronaut):
    return astronaut.sheet


def test_a_head_that_stays_gives_no_motion(sheet):
    stays = Performed(
        expression_T52=np.zeros((2, 52)),
        rotation_T33=np.stack([sheet.rotation_33] * 2),
        translation_T3=np.stack([sheet.translation_3] * 2),
    )
    motion = motion_of(stays, sheet, Fraction(30))
    assert motion.fps == 30
    np.testing.assert_allclose(motion.rotation_T3, 0, atol=1e-6)
    np.testing.assert_allclose(motion.shift_T2, 0, atol=1e-6)
    np.testing.assert_allclose(motion.scale_T, 1, atol=1e-6)


def test_the_sheets_head_lies_where_the_tracked_head_lay(sheet):
    weights = np.stack([sheet.source_52, expression(mouthSmile=0.5), expression()])
    turns = np.stack([rotation(np.array(v)) @ sheet.rotation_33 for v in ([0.1, -0.2, 0.05], [-0.1, 0.15, 0.1], [0, 0, 0.2])])
    moves = sheet.translation_3 * [[1.02, 0.9, 1.05], [1, 1, 0.95], [0.8, 1.1, 1]]
    motion = motion_of(Performed(expression_T52=weights, rotation_T33=turns, translation_T3=moves), sheet, Fraction(25))
    seen = Rig(sheet).at(motion, 0, 3).camera_BV3[:, :468].numpy()
    own = np.clip(weights @ sheet.own_52, 0, 1.2)[:, None, None] * sheet.own_V3[:468]
    head = sheet.rest_V3[:468] + np.einsum("te,evc->tvc", weights, sheet.deltas_52V3[:, :468]) + own
    expected = np.einsum("tij,tvj->tvi", turns, head) + moves[:, None]
    near = np.abs(sheet.gentle_V3[:468]).max(1) < 1e-9
    assert near.mean() > 0.5
    np.testing.assert_allclose(seen[:, near], expected[:, near], atol=float(2e-4 * np.ptp(sheet.rest_V3[:468, 0])))
