from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.numpy import save_file

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, expression
from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.face.personal import Own, PersonalFace
from emostage.face.turning import Beyond
from emostage.portrait.facemesh import topology
from emostage.portrait.folding import Folding, SkinMap, of_arrays, to_arrays
from emostage.portrait.personal import Known, Person, read_person
from emostage.portrait.personal import to_arrays as person_arrays
from emostage.portrait.photo import PhotoRenderer

COUNT = topology().count
BROW, SMILE = ARKIT_INDEX["browInnerUp"], ARKIT_INDEX["mouthSmileLeft"]


def made(depth: float = -0.2, action: int = BROW, most: float = 0.8) -> SkinMap:
    """A map that darkens the middle of the forehead, which was seen up to a weight."""
    shades_52V = np.zeros((ARKIT_COUNT, COUNT), np.float32)
    shades_52V[action, [9, 151, 108, 337]] = depth
    seen_252 = np.zeros((2, ARKIT_COUNT), np.float32)
    seen_252[1, action] = most
    return SkinMap(shades_52V=shades_52V, seen_252=seen_252)


def change(face, skin: SkinMap, **weights: float) -> np.ndarray:
    folding = Folding(skin, face.plate, face.sheet)
    return folding.change(torch.as_tensor(expression(**weights))[None].float())[0].numpy()


def test_the_photos_own_expression_is_not_changed(astronaut):
    folding = Folding(made(action=SMILE), astronaut.plate, astronaut.sheet)
    own_152 = torch.as_tensor(astronaut.sheet.source_52.copy(), dtype=torch.float32)[None]
    ratio_1V = torch.rand(1, len(astronaut.sheet.rest_V3)) + 0.2
    assert astronaut.sheet.source_52[SMILE] > 0.1
    assert torch.equal(folding.laid_on(ratio_1V, own_152), ratio_1V)


def test_an_action_deepens_its_folds_as_far_as_it_was_seen(astronaut):
    quarter, seen, beyond = (change(astronaut, made(), browInnerUp=w)[151] for w in (0.4, 0.8, 1.0))
    assert seen < quarter < 0
    assert quarter == pytest.approx(seen / 2, rel=0.1)
    assert beyond == seen
    assert not change(astronaut, made(), jawOpen=1.0, mouthSmile=1.0).any()


def test_nothing_turns_black_or_burns(astronaut):
    for depth in (-50.0, 50.0):
        folding = Folding(made(depth), astronaut.plate, astronaut.sheet)
        dark_and_bright_2V = torch.tensor([[0.62], [1.28]]).repeat(1, len(astronaut.sheet.rest_V3))
        raised_252 = torch.as_tensor(expression(browInnerUp=1.0)).float().repeat(2, 1)
        ratio_2V = folding.laid_on(dark_and_bright_2V, raised_252)
        assert float(ratio_2V.min()) > 0.45
        assert float(ratio_2V.max()) <= 1.4
        assert torch.equal(ratio_2V[:, COUNT:], dark_and_bright_2V[:, COUNT:])


def test_white_skin_gets_no_lighter(astronaut):
    white = replace(astronaut.plate, photo_HW3=np.full_like(astronaut.plate.photo_HW3, 250))
    raised_152 = torch.as_tensor(expression(browInnerUp=1.0)).float()[None]
    assert not Folding(made(0.2), white, astronaut.sheet).change(raised_152).any()
    assert Folding(made(0.2), astronaut.plate, astronaut.sheet).change(raised_152).any()


def test_strength_scales_the_folds_and_none_is_none(astronaut):
    whole, half = (change(astronaut, made(-0.05).at(s), browInnerUp=0.5)[151] for s in (1.0, 0.5))
    assert half == pytest.approx(whole / 2, rel=0.05)
    assert not change(astronaut, made().at(0.0), browInnerUp=0.5).any()


@pytest.fixture(scope="module")
def frames(portrait, head, track):
    """The photo's expression and raised brows, painted with a map or without one."""
    nothing = np.zeros((ARKIT_COUNT, 468, 3))
    own = Own(
        expression_52=np.zeros(ARKIT_COUNT),
        actions_52N3=nothing,
        seen_52=np.ones(ARKIT_COUNT),
        beyond=Beyond(actions_52L3=nothing, learnt_52L3=nothing, seen_52=np.ones(ARKIT_COUNT)),
        trust=0.0,
    )

    def painted(skin: SkinMap | None) -> np.ndarray:
        renderer = PhotoRenderer(portrait, head, size_px=(200, 200), known=Known(own=own, skin=skin))
        motion = track([renderer.painter.sheet.source_52, expression(browInnerUp=0.8)])
        return np.stack(list(renderer.render(motion)))

    return painted


def test_folds_are_painted_where_they_are_known_and_nowhere_else(frames):
    plain, folded = frames(None), frames(made(-0.3))
    assert (frames(made(0.0)) == plain).all()
    assert (folded[0] == plain[0]).all()
    lighter_HW3 = folded[1].astype(int) - plain[1]
    assert lighter_HW3.min() < -15
    assert lighter_HW3.max() <= 1
    assert 0.0003 < (lighter_HW3.min(-1) < -2).mean() < 0.05


def test_a_map_is_written_and_read(tmp_path):
    again = of_arrays(to_arrays(made()))
    np.testing.assert_allclose(again.shades_52V, made().shades_52V, atol=1e-3)
    np.testing.assert_array_equal(again.seen_252, made().seen_252)


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("shades_52V", np.zeros((ARKIT_COUNT, 7), np.float16)),
        ("shades_52V", np.full((ARKIT_COUNT, COUNT), np.nan, np.float16)),
        ("shades_52V", np.zeros((ARKIT_COUNT, COUNT), np.int64)),
        ("shades_52V", np.full((ARKIT_COUNT, COUNT), 1e300)),
        ("seen_252", np.zeros(ARKIT_COUNT, np.float32)),
        ("seen_252", np.stack([np.ones(ARKIT_COUNT), np.zeros(ARKIT_COUNT)]).astype(np.float32)),
    ],
)
def test_a_damaged_map_is_refused(tmp_path, name, broken):
    head, path = load_head(), tmp_path / "face.safetensors"
    face = PersonalFace(
        shape_K=np.zeros(len(head.shape_names)),
        rest_N3=np.random.default_rng(0).normal(size=(468, 3)),
        rest_L2=np.random.default_rng(1).normal(size=(478, 2)),
        focal_px=np.array(500.0),
        actions_52N3=np.zeros((ARKIT_COUNT, 468, 3)),
        seen_52=np.ones(ARKIT_COUNT),
    )
    arrays = person_arrays(Person(face=face, skin=made()))
    save_file(arrays, path)
    skin = read_person(path, head).skin
    assert skin is not None
    assert skin.shades_52V.any()
    save_file(arrays | {name: broken}, path)
    with pytest.raises(AssetError, match=f"E136.*{name}"):
        read_person(path, head)
    save_file({kept: array for kept, array in arrays.items() if kept != name}, path)
    with pytest.raises(AssetError, match=f"E136.*{name}"):
        read_person(path, head)
