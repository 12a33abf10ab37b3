import numpy as np

from emostage.portrait.arch import arch_behind
from emostage.portrait.denture import LOWER, UPPER, paint, set_in
from emostage.portrait.teeth import photo_teeth

TOOTH, GUM = np.array([235.0, 220, 200]), np.array([190.0, 110, 105])


def test_a_painted_row_is_symmetric_ivory_below_and_gum_above():
    for crowns in (UPPER, LOWER):
        strip = paint(crowns, TOOTH, GUM, 2.0)
        np.testing.assert_allclose(strip.rgb_HW3, strip.rgb_HW3[:, ::-1], atol=0.5)
        middle = strip.rgb_HW3.shape[1] // 2 + 8
        crown, gum = strip.rgb_HW3[8, middle], strip.rgb_HW3[-4, middle]
        assert np.abs(crown / TOOTH - 1).max() < 0.12
        assert gum[1] < 0.75 * gum[0]
        assert strip.alpha_HW[0].max() == 0 and strip.alpha_HW[10, middle - 24 : middle + 8].min() > 0.99


def test_teeth_darken_towards_the_back():
    level = paint(UPPER, TOOTH, GUM, 2.0).rgb_HW3[8].mean(-1)
    half = level[len(level) // 2 :]
    assert half[10] > half[50] > half[80]


def test_the_photos_teeth_sit_in_the_row_without_a_border(astronaut):
    plate, sheet = astronaut.plate, astronaut.sheet
    teeth = photo_teeth(plate)
    arch = arch_behind(sheet.mouth_3, sheet.mm, upper=True, edge_y=sheet.tooth_edge_y)
    bare = paint(UPPER, teeth.colour_3, GUM, 2.4)
    full = set_in(bare, arch, teeth, plate)
    changed = np.abs(full.rgb_HW3 - bare.rgb_HW3).mean(-1)
    assert changed.max() > 10
    inner = full.rgb_HW3[6:24, 80:140].mean(-1)
    assert np.abs(np.diff(inner, axis=0)).max() < 45
    np.testing.assert_array_equal(full.alpha_HW, bare.alpha_HW)
