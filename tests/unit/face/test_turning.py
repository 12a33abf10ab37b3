"""Turned heads, beside heads that are drawn turned."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.marks import IRISES
from emostage.core.tracks import Crop
from emostage.face.topology import CHIN, FOREHEAD, LIDS
from emostage.face.turning import Beyond, Face, Seated, Turning, TurningHead, head_rotation
from emostage.nets.painting.copying import fetched
from emostage.training.footage.drawn import _camera
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.person import draw_person, draw_shot
from emostage.training.heads.render import Take, render
from emostage.training.heads.sitter import seat

IDENTITY, SIZE, CELLS = 5, 96, 32
ANGLES_B3 = np.radians([[0, 0, 0], [0, 0, 0], [6, 18, 3], [-9, -14, -6]]).astype(np.float32)
NOSE = 1
FRONT = (1, 4, 5, 6, 9, 50, 101, 118, 151, 199, 280, 330, 347)
"""Landmarks of nose, forehead, cheeks and chin, which all the poses show."""
OTHERS = sorted(set(range(468)) - set(LIDS))


@dataclass(frozen=True)
class Drawn:
    take: Take
    seated: Seated
    turning: Turning
    rotation_B33: torch.Tensor


@pytest.fixture(scope="module")
def drawn() -> Drawn:
    """Somebody at rest, with an expression, and turned at rest."""
    person, shot = draw_person(IDENTITY, anatomy().head.shape_names), draw_shot(IDENTITY)
    sitter = seat(person, shot.clothes, 64)
    expression_B52 = np.zeros((len(ANGLES_B3), 52), np.float32)
    expression_B52[1] = np.random.default_rng(0).uniform(0, 0.6, 52)
    take = render(sitter, shot, expression_B52, ANGLES_B3, SIZE)
    camera = _camera(sitter, shot, IDENTITY)
    seated = Seated(
        shape_K=person.shape_K,
        rotation_33=camera["rotation_S33"][0].astype(np.float64),
        translation_3=camera["translation_S3"][0].astype(np.float64),
        focal=float(camera["lens_S3"][0, 0]),
        centre_2=camera["lens_S3"][0, 1:].astype(np.float64),
        pivot_3=camera["pivot_S3"][0].astype(np.float64),
    )
    return Drawn(take, seated, Turning(TurningHead(anatomy().head), seated), head_rotation(torch.from_numpy(ANGLES_B3.copy())))


def at(drawn: Drawn, frame: int) -> np.ndarray:
    return drawn.take.landmarks_TL2[frame] / SIZE


def back(drawn: Drawn, before: int, now: int, cells: int = CELLS) -> torch.Tensor:
    """From where the turned face `now` shows a cell, the way back to where it lay `before`; both at rest."""
    before_face, now_face = (Face(rotation_B33=drawn.rotation_B33[[frame]]) for frame in (before, now))
    return drawn.turning.displacement(before_face, now_face, cells)


def test_landmarks_are_those_of_the_drawn_head(drawn) -> None:
    found_BL2 = drawn.turning.landmarks(torch.from_numpy(drawn.take.expression_T52.copy()), drawn.rotation_B33).numpy()
    off_BL = np.linalg.norm(found_BL2 * SIZE - drawn.take.landmarks_TL2, axis=-1)
    assert off_BL[[0, 2, 3]][:, OTHERS].max() < 0.1
    assert np.quantile(off_BL[1], 0.9) < 0.1
    assert off_BL.max() < 0.5, "the drawn lids lie on the eyeballs and shut exactly"
    assert np.abs(at(drawn, 2) - at(drawn, 0))[NOSE, 0] * SIZE > 5


def test_no_turn_moves_nothing(drawn) -> None:
    back_B3GG = drawn.turning.displacement(Face(rotation_B33=drawn.rotation_B33), Face(rotation_B33=drawn.rotation_B33), CELLS)
    assert not back_B3GG[:, :2].any()
    x, y = (at(drawn, 0)[NOSE] * CELLS).astype(int)
    assert back_B3GG[0, 2, y, x] == 1
    assert back_B3GG[0, 2, 0, 0] == 0


@pytest.mark.parametrize("cells", [CELLS, 2 * CELLS])
@pytest.mark.parametrize(("before", "now"), [(0, 2), (0, 3), (2, 3), (3, 0)])
def test_the_way_back_is_that_of_the_landmarks(drawn, before, now, cells) -> None:
    """On a fine grid, too, where no vertex of the skin may lie in a cell, but some of the mouth's inside."""
    back_3GG = back(drawn, before, now, cells)[0].numpy()
    off_L2 = []
    for mark in FRONT:
        x, y = (at(drawn, now)[mark] * cells).astype(int)
        off_L2.append(back_3GG[:2, y, x] - (at(drawn, before) - at(drawn, now))[mark])
    moved = np.linalg.norm((at(drawn, before) - at(drawn, now))[list(FRONT)], axis=1).mean()
    assert np.linalg.norm(off_L2, axis=1).mean() < 0.1 * moved


@pytest.mark.parametrize(("before", "now"), [(0, 2), (0, 3)])
def test_the_way_back_fetches_the_right_pixels(drawn, before, now) -> None:
    pictures_N3HH = torch.from_numpy(drawn.take.frames_THW3.copy()).permute(0, 3, 1, 2).float()
    back_13GG = back(drawn, before, now)
    seen_3HH = fetched(pictures_N3HH[[before]], back_13GG[:, :2])[0]
    known_HH = torch.nn.functional.interpolate(back_13GG[:, 2:], (SIZE, SIZE))[0, 0] == 1
    face_HH = known_HH & torch.from_numpy((drawn.take.masks_TMHW[now, :2].max(0) > 200).copy())
    astray_3HH = fetched(pictures_N3HH[[before]], -back_13GG[:, :2])[0]
    tried = (seen_3HH, pictures_N3HH[before], astray_3HH)
    moved, unmoved, astray = ((picture_3HH - pictures_N3HH[now]).abs().mean(0)[face_HH].mean() for picture_3HH in tried)
    assert moved < 0.6 * unmoved < 0.6 * astray


def test_what_is_near_the_head_goes_along_and_what_is_far_stays(drawn) -> None:
    back_3GG = back(drawn, 0, 2)[0].numpy()
    known_GG, moved_GG = back_3GG[2] > 0, np.linalg.norm(back_3GG[:2], axis=0)
    beside_GG = np.zeros_like(known_GG)
    beside_GG[:, 1:] |= known_GG[:, :-1]
    beside_GG[:, :-1] |= known_GG[:, 1:]
    assert moved_GG[beside_GG & ~known_GG][: CELLS // 2].mean() > 0.3 * moved_GG[known_GG].mean()
    assert moved_GG[0, 0] < 0.02 * moved_GG.max()


def test_a_face_that_moves_takes_its_pixels_along(drawn) -> None:
    """The way back from an expression on a turned head is that of its landmarks."""
    expression_152 = torch.from_numpy(expression(jawOpen=0.3, mouthSmile=0.5, browInnerUp=0.5)).float()[None]
    rotation_133 = drawn.rotation_B33[[2]]
    still, moved = Face(rotation_B33=drawn.rotation_B33[[0]]), Face(rotation_B33=rotation_133, expression_B52=expression_152)
    back_3GG = drawn.turning.displacement(still, moved, 2 * CELLS)[0].numpy()
    there_L2, here_L2 = (
        drawn.turning.landmarks(e_152, r_133)[0].numpy()
        for e_152, r_133 in ((torch.zeros(1, 52), still.rotation_B33), (expression_152, rotation_133))
    )
    off_L, moved_L = [], []
    for mark in FRONT:
        x, y = (here_L2[mark] * 2 * CELLS).astype(int)
        off_L.append(np.linalg.norm(back_3GG[:2, y, x] - (there_L2 - here_L2)[mark]))
        moved_L.append(np.linalg.norm((there_L2 - here_L2)[mark]))
    assert np.mean(off_L) < 0.1 * np.mean(moved_L)


def test_a_person_is_the_same_through_another_window(drawn) -> None:
    own = Crop(left=0.0, top=0.0, scale=1.0, size_px=SIZE)
    other = Crop(left=11.0, top=-7.0, scale=1.7, size_px=64)
    points_N3 = np.array([[0.0, 0.0, 0.0], [0.05, 0.04, -0.06]])
    seen_N2 = other.to_crop(drawn.seated.seen(points_N3) * SIZE) / 64
    np.testing.assert_allclose(drawn.seated.through(own, other).seen(points_N3), seen_N2, atol=1e-9)
    turned = Turning(TurningHead(anatomy().head), drawn.seated.through(own, other))
    found_L2 = turned.landmarks(torch.zeros(1, 52), drawn.rotation_B33[[2]])[0].numpy()
    own_L2 = drawn.turning.landmarks(torch.zeros(1, 52), drawn.rotation_B33[[2]])[0].numpy()
    np.testing.assert_allclose(found_L2, other.to_crop(own_L2 * SIZE) / 64, atol=1e-5)


def test_a_face_at_rest_is_seen_where_the_camera_puts_it(drawn) -> None:
    camera = draw_shot(IDENTITY).camera
    ends_22 = at(drawn, 0)[[FOREHEAD, CHIN]]
    np.testing.assert_allclose(ends_22.mean(0), [camera.middle_x, camera.middle_y], atol=0.02)
    assert ends_22[1, 1] - ends_22[0, 1] == pytest.approx(camera.face_share, abs=0.02)


def test_irises_are_seen_where_they_are_drawn(drawn: Drawn) -> None:
    """The darkest part of an open eye, at rest and turned."""
    expression_B52 = torch.from_numpy(drawn.take.expression_T52.copy())
    for frame in (0, 2, 3):
        landmarks_1L2 = torch.from_numpy(at(drawn, frame).astype(np.float32))[None]
        found_1M2 = drawn.turning.marks(expression_B52[[frame]], drawn.rotation_B33[[frame]], None, landmarks_1L2)
        eyes = drawn.take.masks_TMHW[frame, 2] > 128
        for iris in IRISES:
            x = float(found_1M2[0, list(iris), 0].mean() * SIZE)
            grey_HW = drawn.take.frames_THW3[frame].mean(-1)
            rows, columns = np.nonzero(eyes & (np.abs(np.arange(SIZE) + 0.5 - x) < 7)[None])
            dark_N = (grey_HW[rows, columns].max() - grey_HW[rows, columns]) ** 3
            assert abs(float((columns + 0.5) @ dark_N) / dark_N.sum() - x) < 1.0


def test_marks_lie_as_far_beside_the_linear_heads_as_landmarks_do(drawn: Drawn) -> None:
    still, face = drawn.rotation_B33[:1], torch.from_numpy(expression(jawOpen=0.5)[None].astype(np.float32))
    landmarks_1L2 = drawn.turning.landmarks(face, still)
    plain, beside = (drawn.turning.marks(face, still, None, landmarks_1L2 + off) for off in (0.0, 0.01))
    assert torch.allclose(beside, plain + 0.01, atol=1e-6)


@pytest.mark.parametrize("how", ["actions_52L3", "learnt_52L3"])
def test_a_person_who_is_known_moves_beyond_the_linear_head(drawn, how) -> None:
    """By what is known, in proportion to the weights, and at rest not at all."""
    none = {"actions_52L3": np.zeros((52, 468, 3)), "learnt_52L3": np.zeros((52, 468, 3)), "seen_52": np.ones(52)}
    head = anatomy().head
    jaw, up = ARKIT_INDEX["jawOpen"], np.array([0.0, -0.01, 0.0])
    beyond_52L3 = np.zeros((52, 468, 3))
    beyond_52L3[jaw, CHIN] = up
    known, nothing = (Turning(TurningHead(head), drawn.seated, Beyond(**{**none, how: a})) for a in (beyond_52L3, none[how]))
    shown_B52 = torch.zeros(4, 52)
    shown_B52[:, jaw] = torch.tensor([0.0, 0.25, 0.5, 0.5])
    shown_B52[3, ARKIT_INDEX["mouthPucker"]] = 0.6
    still_B33 = torch.eye(3).expand(4, 3, 3)
    moved, linear, same = (turning.landmarks(shown_B52, still_B33) for turning in (known, drawn.turning, nothing))
    assert torch.equal(linear, same)
    off_B = (moved - linear)[:, CHIN, 1]
    assert off_B[0] == 0 and off_B[2] < -0.01
    torch.testing.assert_close(off_B[1], off_B[2] / 2, rtol=0.05, atol=0)
    torch.testing.assert_close(off_B[3], off_B[2], rtol=0.05, atol=0)
    others = [n for n in range(468) if n != CHIN]
    assert torch.equal(moved[:, others], linear[:, others])


def test_what_was_learnt_of_an_action_goes_no_further_than_it_was_seen(drawn) -> None:
    head, jaw = anatomy().head, ARKIT_INDEX["jawOpen"]
    learnt_52L3, none_52L3 = np.zeros((52, 468, 3)), np.zeros((52, 468, 3))
    learnt_52L3[jaw, CHIN] = [0.0, -0.01, 0.0]
    seen_52 = np.zeros(52)
    seen_52[jaw] = 0.3
    known = Turning(TurningHead(head), drawn.seated, Beyond(actions_52L3=none_52L3, learnt_52L3=learnt_52L3, seen_52=seen_52))
    shown_B52 = torch.zeros(3, 52)
    shown_B52[:, jaw] = torch.tensor([0.15, 0.3, 0.9])
    still_B33 = torch.eye(3).expand(3, 3, 3)
    off_B = (known.landmarks(shown_B52, still_B33) - drawn.turning.landmarks(shown_B52, still_B33))[:, CHIN, 1]
    torch.testing.assert_close(off_B[0], off_B[1] / 2, rtol=0.05, atol=0)
    torch.testing.assert_close(off_B[2], off_B[1], rtol=0.05, atol=0)
