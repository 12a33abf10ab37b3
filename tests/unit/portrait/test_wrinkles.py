from itertools import pairwise

import numpy as np
import pytest
import torch

from emostage.core.arkit import ARKIT_INDEX, expression
from emostage.core.emotion import EMOTIONS
from emostage.emotion.facs import SILENT_E52
from emostage.portrait.skin import bare_skin
from emostage.portrait.wrinkles import Wrinkles, gains


@pytest.fixture(scope="module")
def both(astronaut, hopper):
    return {
        "astronaut": (astronaut, Wrinkles(astronaut.plate, astronaut.sheet)),
        "hopper": (hopper, Wrinkles(hopper.plate, hopper.sheet)),
    }


def window(face, wrinkles, count=1):
    left, top, width, height = wrinkles.box
    photo = face.photo_canvas(count).rgb_B3HW
    return photo[..., top : top + height, left : left + width].clone()


def applied(face, wrinkles, *weights):
    picture = window(face, wrinkles, len(weights))
    wrinkles.apply(picture, torch.as_tensor(np.array(weights), dtype=torch.float32))
    return picture


def beyond(face, **weights):
    """The photo's own expression with some actions raised."""
    return np.clip(face.sheet.source_52 + expression(**weights), 0, 1)


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
def test_the_photos_own_expression_gets_no_fold(name, both):
    face, wrinkles = both[name]
    own = torch.as_tensor(face.sheet.source_52.copy(), dtype=torch.float32)[None]
    assert float(wrinkles.change(own).abs().max()) < 1e-6
    assert float((applied(face, wrinkles, face.sheet.source_52) - window(face, wrinkles)).abs().max()) < 0.05


@pytest.mark.parametrize(
    "action", ["browDown", "browInnerUp", "browOuterUp", "noseSneer", "cheekSquint", "mouthFrown", "mouthShrugLower"]
)
def test_folds_grow_steadily_with_the_action(action, both):
    face, wrinkles = both["hopper"]
    room = 1 - face.sheet.source_52[ARKIT_INDEX.get(action, ARKIT_INDEX.get(f"{action}Left"))]
    steps = [beyond(face, **{action: room * share}) for share in (0.0, 0.25, 0.5, 0.75, 1.0)]
    pictures = applied(face, wrinkles, *steps)
    changed = [float((p - pictures[0]).abs().mean()) for p in pictures]
    assert all(later > earlier for earlier, later in pairwise(changed))
    at = (pictures[-1] - pictures[0]).abs() > 4
    assert int(at.sum()) > 50
    moved = (pictures[:, at[None].expand_as(pictures)[0]] - pictures[0][at]).abs()
    assert bool((moved[1:] >= moved[:-1] - 1e-3).all()), "no pixel goes back and forth"


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
@pytest.mark.parametrize("emotion", EMOTIONS[1:])
def test_every_emotion_stays_on_bare_skin_and_in_bounds(name, emotion, both):
    face, wrinkles = both[name]
    # beyond the photo's own, so that nothing of the photo is softened
    weights = np.maximum(SILENT_E52[EMOTIONS.index(emotion)], face.sheet.source_52)
    before, (after,) = window(face, wrinkles)[0], applied(face, wrinkles, weights)
    left, top, width, height = wrinkles.box
    skin = torch.as_tensor(bare_skin(face.plate)[top : top + height, left : left + width])
    change = (after - before).abs().amax(0)
    assert float(change[skin < 0.01].max()) < 1
    seen = before > 20
    share = after[seen] / before[seen]
    assert 0.2 < float(share.min()) < 0.97
    assert float(share.max()) < 1.3


def test_a_slow_ramp_neither_jumps_nor_flickers(both):
    face, wrinkles = both["hopper"]
    steps = np.linspace(0, 1, 30)[:, None]
    pictures = applied(face, wrinkles, *(steps * SILENT_E52[EMOTIONS.index("angry")]))
    speed = pictures.diff(dim=0).abs()
    assert float(speed.amax()) < 12
    assert float(speed.diff(dim=0).abs().mean()) < 0.02
    assert float(speed.mean()) > 0.01


def test_lines_deepen_on_the_side_of_the_action_only(both):
    _, wrinkles = both["hopper"]
    change = wrinkles.change(torch.as_tensor(np.array([expression(noseSneerLeft=w) for w in (0.2, 0.6, 1.0)])))
    left, right = (wrinkles.names.index(f"nasolabial{side}") for side in ("Left", "Right"))
    assert bool((change[1:, left] > change[:-1, left]).all())
    assert float(change[:, right].max() - change[:, right].min()) < 1e-6


def test_middle_folds_take_half_of_each_side():
    (row,) = gains(("furrow",))
    assert row[ARKIT_INDEX["browDownLeft"]] == row[ARKIT_INDEX["browDownRight"]] > 0


def test_the_photos_own_smile_folds_are_softer_on_the_neutral_face(both):
    face, wrinkles = both["astronaut"]
    left, top, _, _ = wrinkles.box
    neutral, own = applied(face, wrinkles, expression(), face.sheet.source_52)
    for way in ((129, 203, 206, 216), (358, 423, 426, 436)):
        low, high = face.plate.landmarks_L2[list(way)].min(0) - [left, top], face.plate.landmarks_L2[list(way)].max(0) - [left, top]
        part = np.s_[:, int(low[1]) : int(high[1]), int(low[0]) : int(high[0])]
        dark = own[part].mean(0) < own[part].mean(0).quantile(0.2)
        assert float((neutral - own)[part].mean(0)[dark].mean()) > 1


def test_the_same_photo_gives_the_same_folds(both):
    face, wrinkles = both["hopper"]
    again = Wrinkles(face.plate, face.sheet)
    weights = SILENT_E52[EMOTIONS.index("surprised")]
    torch.testing.assert_close(applied(face, again, weights), applied(face, wrinkles, weights), atol=0, rtol=0)
