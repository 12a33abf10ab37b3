import pytest

from emostage.portrait.eyepatch import lid_chains
from emostage.portrait.iris import find_irises
from emostage.portrait.lids import without_eyeball, without_lashes


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
