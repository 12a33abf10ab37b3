"""Folds that were made are found again: in numbers, and in frames that were drawn with them."""

import io
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
import torch
from PIL import Image

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, expression
from emostage.core.tracks import Portrait
from emostage.face.head import load_head
from emostage.face.personal import Own
from emostage.face.portrait import read_portrait
from emostage.face.topology import LIPS
from emostage.face.turning import Beyond
from emostage.portrait.bench import talking
from emostage.portrait.facemesh import topology
from emostage.portrait.folding import SkinMap
from emostage.portrait.personal import Known, Person
from emostage.portrait.photo import PhotoRenderer
from emostage.training.person.reading import known, read
from emostage.training.person.skin import Shaded, fit_skin, ground_of, laid_to_actions, without_exposure
from emostage.training.person.unrolled import SIDE, layout, shading
from emostage.training.tracked.store import Take

COUNT = topology().count
BROW, JAW, SMILE = (ARKIT_INDEX[name] for name in ("browInnerUp", "jawOpen", "mouthSmileLeft"))
MADE_V = 0.3 * np.sin(np.arange(COUNT) / 90)


def seen(frames: int, noise: float = 0.02, seed: int = 0) -> Shaded:
    """Frames in which the jaw opens, which folds the skin, and brows rise, which does not."""
    rng = np.random.default_rng(seed)
    expression_T52 = np.zeros((frames, ARKIT_COUNT))
    expression_T52[:, JAW] = 0.3 + 0.3 * np.sin(np.arange(frames) / 3)
    expression_T52[:, BROW] = 0.3 + 0.3 * np.cos(np.arange(frames) / 7)
    expression_T52[:, SMILE] = 0.4
    return Shaded(
        expression_T52=expression_T52,
        turns_T3=0.1 * rng.normal(size=(frames, 3)),
        lighter_TV=0.1 + expression_T52[:, [JAW]] * MADE_V + noise * rng.normal(size=(frames, COUNT)),
    )


def test_known_folds_are_laid_to_the_action_that_makes_them():
    found = laid_to_actions([seen(200), seen(60, seed=1)], np.ones(COUNT))
    assert found is not None
    assert np.corrcoef(found.shades_52V[JAW], MADE_V)[0, 1] > 0.97
    assert np.polyfit(MADE_V, found.shades_52V[JAW], 1)[0] == pytest.approx(0.9, abs=0.12)
    assert np.abs(found.shades_52V[BROW]).mean() < 0.1 * np.abs(MADE_V).mean()
    unseen = np.delete(np.arange(ARKIT_COUNT), [JAW, BROW])
    assert not found.shades_52V[unseen].any()
    np.testing.assert_allclose(found.seen_252[:, JAW], [0, 0.6], atol=0.01)


def test_lips_lids_and_brows_are_left_alone():
    bare_V = ground_of(load_head()).bare_V
    found = laid_to_actions([seen(100)], bare_V)
    assert found is not None
    assert not found.shades_52V[:, list(LIPS)].any()
    assert found.shades_52V[JAW, 50] != 0
    assert 0.3 < bare_V.mean() < 0.7


def test_few_frames_and_noise_change_little():
    few, many = (laid_to_actions([seen(n)], np.ones(COUNT)) for n in (12, 200))
    assert few is not None
    assert many is not None
    assert np.abs(few.shades_52V).mean() < 0.6 * np.abs(many.shades_52V).mean()
    rng = np.random.default_rng(5)
    noise = Shaded(
        expression_T52=seen(120).expression_T52, turns_T3=np.zeros((120, 3)), lighter_TV=0.05 * rng.normal(size=(120, COUNT))
    )
    nothing = laid_to_actions([noise], np.ones(COUNT))
    assert nothing is None or np.abs(nothing.shades_52V).mean() < 0.003


def test_exposure_is_taken_out_and_folds_are_not():
    rng = np.random.default_rng(2)
    shown_V, skin_V = rng.normal(4.5, 0.3, COUNT), np.arange(COUNT) % 2 == 0
    fold_V = np.where(np.arange(COUNT) % 10 == 0, -0.2, 0.0)
    left_V = without_exposure(0.15 + 0.1 * shown_V + fold_V, shown_V, skin_V)
    np.testing.assert_allclose(left_V, fold_V, atol=0.01)


def test_broad_light_is_no_fold():
    ground = ground_of(load_head())
    flat_V, dent_V = np.ones(COUNT), np.zeros(COUNT)
    dent_V[151] = 1.0
    assert np.abs(ground.folds(flat_V[None])).max() < 1e-6
    assert ground.folds(dent_V[None])[0, 151] > 0.9


def test_a_face_is_unrolled_wherever_it_lies(template):
    flat = layout(load_head())
    rows, columns = np.mgrid[0:200, 0:240]
    picture_HW3 = np.repeat((40 + 0.5 * columns + 0.3 * rows)[..., None], 3, 2).astype(np.uint8)
    points_V2 = topology().spread(template[:468] * 120 + [60, 40])
    read_V = flat.at_vertices(flat.unrolled(picture_HW3, points_V2))
    expected_V = 40 + 0.5 * (points_V2[:, 0] - 0.5) + 0.3 * (points_V2[:, 1] - 0.5)
    assert np.median(np.abs(read_V - expected_V)) < 1.5


def test_shading_tells_light_from_places():
    rng = np.random.default_rng(1)
    coarse_HH = rng.uniform(80, 180, (SIDE // 16, SIDE // 16)).astype(np.float32)
    picture_HH = np.asarray(torch.nn.functional.interpolate(torch.tensor(coarse_HH)[None, None], (SIDE, SIDE), mode="bicubic"))[
        0, 0
    ]
    picture_HH = picture_HH.clip(40, 220)
    inner = np.s_[20:-20, 20:-20]
    assert np.abs(shading(np.roll(picture_HH, 2, 1), picture_HH)[inner]).mean() < 0.02
    assert shading(1.1 * picture_HH, picture_HH)[inner].mean() == pytest.approx(np.log(1.1), abs=0.02)


@cache
def hopper() -> Portrait:
    """The photo that makes faces."""
    return read_portrait("sample/hopper", head=load_head())[0]


def film_of(skin: SkinMap | None, weights_T52: np.ndarray) -> Take:
    """A take of a photo that makes faces with a skin."""
    head, count, portrait = load_head(), len(weights_T52), hopper()
    nobody = Known(own=_untold(), skin=skin)
    renderer = PhotoRenderer(portrait, head, size_px=(320, 320), shot="close", known=nobody)
    still_T3 = np.zeros((count, 3), np.float32)
    motion = replace(talking(count), expression_T52=weights_T52.astype(np.float32), rotation_T3=still_T3)
    points_TV2 = renderer.painter.rig.at(motion, 0, count).points_BV2[:, :468].numpy()
    irises_T102 = np.repeat(renderer.backing.plate.landmarks_L2[None, 468:], count, 0)
    corner_2 = np.array([renderer.backing.left, renderer.backing.top])
    return Take(
        name="me.mp4#0000",
        source="me.mp4",
        first_s=0.0,
        pictures=[_jpeg(frame_HW3) for frame_HW3 in renderer.render(motion)],
        size_px=(320, 320),
        landmarks_TL2=(np.concatenate([points_TV2, irises_T102], 1) + corner_2).astype(np.float32),
        seen_T=np.ones(count, bool),
    )


def _untold() -> Own:
    """A face of which nothing is known."""
    none_52, none_52N3 = np.zeros(ARKIT_COUNT), np.zeros((ARKIT_COUNT, 468, 3))
    beyond = Beyond(actions_52L3=none_52N3, learnt_52L3=none_52N3, seen_52=none_52)
    return Own(expression_52=none_52, actions_52N3=none_52N3, seen_52=none_52, beyond=beyond, trust=0.0)


def _jpeg(frame_HW3: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(frame_HW3).save(file, "jpeg", quality=95)
    return file.getvalue()


@pytest.mark.slow
def test_folds_that_were_drawn_are_found_in_the_film():
    head, between = load_head(), [9, 8, 151]
    fold_52V = np.zeros((ARKIT_COUNT, COUNT), np.float32)
    fold_52V[BROW, between] = -0.3
    made = SkinMap(shades_52V=fold_52V, seen_252=np.stack([np.zeros(ARKIT_COUNT), np.ones(ARKIT_COUNT)]).astype(np.float32))
    weights_T52 = np.stack([expression(browInnerUp=w) for w in 0.4 - 0.4 * np.cos(np.arange(20) / 2)])
    shown = []
    for skin in (made, None):
        take = film_of(skin, weights_T52)
        face = known([take], head)
        found = fit_skin(Person(face=face), [read(face, take, head)])
        shown.append(np.zeros(COUNT) if found is None else expression(browInnerUp=0.8) @ found.shades_52V)
    with_fold, without = (shown_V[between].mean() for shown_V in shown)
    assert -0.3 < with_fold < min(0.0, without) - 0.03
    assert abs(without) < 0.5 * abs(with_fold)


def test_too_few_frames_tell_nothing():
    head = load_head()
    take = film_of(None, np.zeros((6, ARKIT_COUNT)))
    face = known([take], head)
    assert fit_skin(Person(face=face), [read(face, take, head)]) is None
    assert fit_skin(Person(face=face), []) is None
