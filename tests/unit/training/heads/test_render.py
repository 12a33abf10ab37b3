"""Takes: repeatable, whole, and the truth lies where the pixels say."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.emotion.facs import SILENT_E52
from emostage.face.topology import EYES, LIP_L, LIP_U, NOSE_TIP, OUTER_LIP_L, OUTER_LIP_U
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.person import draw_person, draw_shot
from emostage.training.heads.render import MASKS, Take, render
from emostage.training.heads.sitter import Sitter, seat

SIZE = 112
FACE, MOUTH, EYES_MASK, HAIR, PERSON = range(5)


@lru_cache(maxsize=4)
def _sitter(seed: int) -> Sitter:
    return seat(draw_person(seed, anatomy().head.shape_names), draw_shot(seed).clothes, texture_px=288)


def _take(seed: int, *weights_52: np.ndarray, turn_rad: tuple[float, float, float] = (0.0, 0.0, 0.0)) -> Take:
    return render(_sitter(seed), draw_shot(seed), np.stack(weights_52), np.tile(turn_rad, (len(weights_52), 1)), SIZE)


def _at(take: Take, mask: int, points: list[int], frame: int = 0) -> np.ndarray:
    x, y = np.clip(take.landmarks_TL2[frame, points].astype(int), 0, SIZE - 1).T
    return take.masks_TMHW[frame, mask, y, x]


def test_the_same_people_give_the_same_frames_and_others_others() -> None:
    rest = expression()
    first, again, other = _take(31, rest), _take(31, rest), _take(33, rest)
    assert np.array_equal(first.frames_THW3, again.frames_THW3)
    assert np.abs(first.frames_THW3.astype(int) - other.frames_THW3).mean() > 8
    assert (first.identity, other.identity) == (31, 33)


def test_frames_do_not_depend_on_the_batch() -> None:
    alone = _take(31, SILENT_E52[2])
    among = _take(31, SILENT_E52[2], SILENT_E52[0], SILENT_E52[1])
    assert np.abs(alone.frames_THW3[0].astype(int) - among.frames_THW3[0]).max() <= 2
    assert np.array_equal(alone.landmarks_TL2[0], among.landmarks_TL2[0])


@pytest.mark.parametrize("seed", [31, 33])
def test_nothing_shows_through_faces_under_strong_expressions(seed: int) -> None:
    strong = [*SILENT_E52, expression(jawOpen=1.0), expression(eyeBlink=1.0), expression(tongueOut=1.0, jawOpen=0.6)]
    take = _take(seed, *strong, turn_rad=(0.1, 0.15, 0.1))
    for frame in range(len(strong)):
        y = take.landmarks_TL2[frame, :, 1].astype(int)
        top, bottom = y.min() + 3, y.max() - 3
        person_HW = take.masks_TMHW[frame, PERSON]
        middle_x = int(take.landmarks_TL2[frame, NOSE_TIP, 0].round())
        assert person_HW[top:bottom, middle_x - 6 : middle_x + 6].min() == 255


def test_masks_do_not_overlap_and_lie_in_the_person() -> None:
    masks_M = _take(33, expression(eyeWide=1.0)).masks_TMHW[0].astype(int)
    assert len(MASKS) == len(masks_M)
    assert (masks_M[:PERSON].sum(0) <= masks_M[PERSON] + 3).all()
    assert all(mask.max() > 200 for mask in masks_M)


def test_landmarks_fall_on_what_they_name() -> None:
    take = _take(31, expression(jawOpen=0.5))
    assert _at(take, MOUTH, [*LIP_U[3:8], *LIP_L[3:8]]).mean() > 180
    for outer, inner in ((OUTER_LIP_U, LIP_U), (OUTER_LIP_L, LIP_L)):
        x, y = take.landmarks_TL2[0][[list(outer[3:8]), list(inner[3:8])]].mean(0).astype(int).T
        assert take.masks_TMHW[0, MOUTH, y, x].mean() > 120
    for eye in EYES:
        middle_2 = take.landmarks_TL2[0, [eye.upper[4], eye.lower[4]]].mean(0)
        x, y = middle_2.astype(int)
        assert take.masks_TMHW[0, EYES_MASK, y, x] > 100
    assert _at(take, FACE, [NOSE_TIP, 50, 280]).min() > 200
    assert take.landmarks_TL2.shape == (1, 468, 2)


def test_open_mouths_show_and_shut_eyes_hide() -> None:
    rest, opened, shut = (_take(31, weights) for weights in (expression(), expression(jawOpen=0.8), expression(eyeBlink=1.0)))
    area = [take.masks_TMHW[0].astype(int).sum((1, 2)) for take in (rest, opened, shut)]
    assert area[1][MOUTH] > 1.3 * area[0][MOUTH]
    assert area[2][EYES_MASK] < 0.15 * area[0][EYES_MASK]


def test_smiles_spread_the_corners_and_turns_move_the_nose() -> None:
    smile = _take(31, expression(), expression(mouthSmile=1.0))
    width = np.linalg.norm(smile.landmarks_TL2[:, 61] - smile.landmarks_TL2[:, 291], axis=1)
    assert width[1] > 1.08 * width[0]
    left = _take(31, expression(), turn_rad=(0.0, 0.4, 0.0))
    assert left.landmarks_TL2[0, NOSE_TIP, 0] > smile.landmarks_TL2[0, NOSE_TIP, 0] + 4


def test_hair_moves_with_the_head_and_not_with_the_face() -> None:
    grimace = expression()
    grimace[[ARKIT_INDEX[name] for name in ("jawOpen", "browInnerUp", "mouthSmileLeft")]] = 1.0
    take = _take(31, expression(), grimace)
    hair = take.masks_TMHW[:, HAIR].astype(int)
    assert np.abs(hair[0] - hair[1]).mean() < 0.02 * hair[0].mean()
    turned = _take(31, expression(), turn_rad=(0.0, 0.0, 0.3)).masks_TMHW[0, HAIR].astype(int)
    assert np.abs(hair[0] - turned).mean() > 0.1 * hair[0].mean()


def test_skin_has_the_colour_of_skin() -> None:
    for seed in (31, 33):
        take = _take(seed, expression())
        skin = take.frames_THW3[0][take.masks_TMHW[0, FACE] == 255].astype(float)
        assert 15 < skin.mean() < 235
        assert skin[:, 0].mean() > skin[:, 2].mean()
