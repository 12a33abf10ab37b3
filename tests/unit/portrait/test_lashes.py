import numpy as np
import pytest
import torch

from emostage.portrait.eyepatch import lid_chains
from emostage.portrait.lashes import Lashes, lash_look
from emostage.portrait.polygon import box_around
from emostage.portrait.skin import skin_colour


def darkness(face, eye, closures, softness_px=0.5):
    """How much the lashes darken a grey canvas: (B, H, W)."""
    _, lower = lid_chains(face.plate, eye)
    chain = torch.as_tensor(np.repeat(lower[None], len(closures), 0), dtype=torch.float32)
    canvas = face.canvas(len(closures), 200.0)
    width_px = float(np.linalg.norm(lower[-1] - lower[0]))
    Lashes(face.plate, eye, width_px, softness_px).draw(canvas, box_around(chain, 0.3 * width_px), chain, torch.tensor(closures))
    return (200 - canvas.rgb_B3HW).mean(1), lower, width_px


@pytest.mark.parametrize("eye", [0, 1])
def test_lashes_come_with_the_closing_lid(astronaut, eye):
    dark, _, _ = darkness(astronaut, eye, [0.0, 0.4, 1.0])
    total = dark.flatten(1).sum(1).tolist()
    assert total[0] == 0
    assert 0 < total[1] < total[2]


@pytest.mark.parametrize("eye", [0, 1])
def test_lashes_hang_below_the_margin_fade_to_their_tips_and_point_to_the_temple(astronaut, eye):
    dark, lower, width_px = darkness(astronaut, eye, [1.0])
    rows = np.arange(dark.shape[1])[:, None] + 0.5
    columns = np.arange(dark.shape[2]) + 0.5
    below = (rows - np.interp(columns, lower[:, 0], lower[:, 1])) / width_px
    frame = dark[0].numpy()
    near, far = (frame[(below > low) & (below < high)].sum() for low, high in ((0.0, 0.05), (0.05, 0.10)))
    above = frame[below < -0.05].sum()
    assert near > 1.5 * far > 0
    assert far > 3 * above
    centre = (frame * columns).sum() / frame.sum()
    assert (centre - lower[:, 0].mean()) * (-1 if eye == 0 else 1) > 0.01 * width_px


def test_lashes_are_the_same_each_time_and_softer_in_a_soft_photo(astronaut):
    once, _, _ = darkness(astronaut, 0, [1.0])
    again, _, _ = darkness(astronaut, 0, [1.0])
    soft, _, _ = darkness(astronaut, 0, [1.0], softness_px=2.5)
    assert torch.equal(once, again)
    assert float(soft.max()) < 0.9 * float(once.max())


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_lashes_have_a_dark_colour_of_the_photo(name, request):
    plate = request.getfixturevalue(name).plate
    for eye in (0, 1):
        look = lash_look(plate, eye)
        assert look.colour_3.mean() < 0.45 * skin_colour(plate).mean()
        assert 0.3 < look.strength <= 1
