import numpy as np
import pytest
import torch

from emostage.core.arkit import expression
from emostage.face.topology import EYES


def margins(face, eye, *expressions_52):
    points_BV2 = face.pose(*expressions_52).points_BV2
    return points_BV2[:, list(eye.upper)], points_BV2[:, list(eye.lower)]


def middle_y(margin_BP2):
    return margin_BP2[:, 3:6, 1].mean(1)


@pytest.mark.parametrize("name", ["astronaut", "hopper"])
@pytest.mark.parametrize("gaze", [{}, {"eyeLookDown": 0.8}, {"eyeLookUp": 0.8}, {"eyeWide": 0.6}, {"eyeSquint": 0.9}])
def test_shut_margins_coincide_whatever_else_the_eye_does(name, gaze, request):
    face = request.getfixturevalue(name)
    for eye in EYES:
        upper_BP2, lower_BP2 = margins(face, eye, expression(eyeBlink=1.0, **gaze))
        photo_upper, photo_lower = (face.plate.landmarks_L2[list(chain)] for chain in (eye.upper, eye.lower))
        aperture = np.abs(photo_lower - photo_upper).max()
        assert float((upper_BP2 - lower_BP2).abs().max()) < 0.02 * aperture


def test_a_blink_closes_steadily_and_mostly_from_above(astronaut):
    steps = [expression(eyeBlink=t) for t in np.linspace(0, 1, 21)]
    for eye in EYES:
        upper_BP2, lower_BP2 = margins(astronaut, eye, *steps)
        gap_B = middle_y(lower_BP2) - middle_y(upper_BP2)
        assert bool((gap_B.diff() < 0).all())
        fallen, risen = middle_y(upper_BP2)[-1] - middle_y(upper_BP2)[0], middle_y(lower_BP2)[0] - middle_y(lower_BP2)[-1]
        assert float(fallen) > 4 * float(risen) > 0


def test_the_lower_lid_slides_to_the_nose_as_it_closes(astronaut):
    for eye, nosewards in zip(EYES, (1, -1), strict=True):
        _, lower_BP2 = margins(astronaut, eye, expression(), expression(eyeBlink=0.7))
        assert float((lower_BP2[1] - lower_BP2[0])[4, 0]) * nosewards > 0.2


def test_lids_follow_the_gaze_the_upper_one_most(astronaut):
    for eye in EYES:
        looks = [
            expression(**{f"eyeLookUp{eye.side}": -t} if t < 0 else {f"eyeLookDown{eye.side}": t}) for t in np.linspace(-1, 1, 9)
        ]
        upper_BP2, lower_BP2 = margins(astronaut, eye, *looks)
        assert bool((middle_y(upper_BP2).diff() > 0).all())
        assert bool((middle_y(lower_BP2).diff() > 0).all())
        lowered = middle_y(upper_BP2)[-1] - middle_y(upper_BP2)[4]
        assert lowered > 2 * (middle_y(upper_BP2)[4] - middle_y(upper_BP2)[0])
        assert lowered > 1.5 * (middle_y(lower_BP2)[-1] - middle_y(lower_BP2)[4])


def test_one_eye_winks_alone(astronaut):
    shut, open_ = EYES
    for eye, still in ((shut, False), (open_, True)):
        upper_BP2, _ = margins(astronaut, eye, expression(), expression(eyeBlinkRight=1.0))
        assert bool(torch.equal(upper_BP2[0], upper_BP2[1])) is still
