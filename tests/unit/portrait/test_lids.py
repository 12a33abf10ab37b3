import numpy as np
import pytest
import torch

from emostage.portrait.eyepatch import lid_chains
from emostage.portrait.iris import find_irises
from emostage.portrait.lids import fold_curve, shade_lid, without_eyeball, without_lashes
from emostage.portrait.polygon import box_around


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
@pytest.mark.parametrize("eye", [0, 1])
def test_a_bare_lid_is_skin_where_the_iris_was(name, eye, request):
    face = request.getfixturevalue(name)
    for patch in (without_eyeball(face.plate, eye), without_lashes(face.plate, eye)):
        x, y = (find_irises(face.plate)[eye][0] - [patch.left, patch.top]).astype(int)
        red, green, blue = patch.rgb_HW3[y, x]
        assert red > green > blue
        assert patch.alpha_HW[y, x] > 0.95
        assert (
            max(patch.alpha_HW[0].max(), patch.alpha_HW[-1].max(), patch.alpha_HW[:, 0].max(), patch.alpha_HW[:, -1].max()) < 0.01
        )


def test_lashes_leave_with_the_bare_lid_only(astronaut):
    upper, _ = lid_chains(astronaut.plate, 1)
    x, y = upper[len(upper) // 2]
    kept, bare = without_eyeball(astronaut.plate, 1), without_lashes(astronaut.plate, 1)
    assert kept.alpha_HW[int(y - 2 - kept.top), int(x - kept.left)] < 0.2
    assert bare.alpha_HW[int(y - 2 - bare.top), int(x - bare.left)] > 0.8


def test_a_closing_lid_bulges_between_fold_and_edge(astronaut):
    upper, lower = lid_chains(astronaut.plate, 0)
    curves = [torch.as_tensor(np.repeat(c[None], 2, 0).copy(), dtype=torch.float32) for c in (fold_curve(upper), lower)]
    canvas = astronaut.canvas(2, 100.0)
    shade_lid(canvas, box_around(torch.cat(curves, 1), 4), *curves, torch.tensor([0.0, 1.0]))
    assert bool((canvas.rgb_B3HW[0] == 100).all())
    x, middle = int(lower[:, 0].mean()), len(lower) // 2
    top, edge = fold_curve(upper)[middle, 1], lower[middle, 1]
    column = canvas.rgb_B3HW[1, 1, :, x]
    assert float(column[int(0.5 * top + 0.5 * edge)]) > 103
    assert float(column[int(edge) - 1]) < 95
    assert float(column[int(edge) + 2]) < 95


def test_no_lash_of_the_open_eye_stays_at_the_outer_corner(astronaut):
    for eye, out in ((0, -1), (1, 1)):
        upper, _ = lid_chains(astronaut.plate, eye)
        corner, width_px = upper[0 if eye == 0 else -1], np.linalg.norm(upper[-1] - upper[0])
        patch = without_lashes(astronaut.plate, eye)
        x, y = (corner - [patch.left - out * 0.1 * width_px, patch.top + 0.06 * width_px]).astype(int)
        assert patch.alpha_HW[y, x] > 0.8
        assert patch.rgb_HW3[y, x].mean() > 0.6 * patch.rgb_HW3.mean()
