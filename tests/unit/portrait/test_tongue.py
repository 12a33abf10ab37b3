import torch

from emostage.core.arkit import expression
from emostage.portrait.skull import Skull
from emostage.portrait.tongue import Tongue


def painted(face, tongue_B, jaw_B3):
    sheet = face.sheet
    tongue = Tongue(
        mouth_3=torch.as_tensor(sheet.mouth_3.copy(), dtype=torch.float32), mm=sheet.mm, colour_3=torch.tensor([200.0, 100, 100])
    )
    posed = face.pose(*([expression()] * len(tongue_B)), tongue_B=tongue_B)
    width, height = face.plate.size_px
    return tongue.paint(posed, Skull(sheet), torch.as_tensor(jaw_B3), (0, 0, width, height))


def centre_y(alpha_B1HW):
    rows = torch.arange(alpha_B1HW.shape[2]) + 0.5
    weight = alpha_B1HW[:, 0].sum(2)
    return ((weight * rows).sum(1) / weight.sum(1)).tolist()


def test_it_rises_with_its_tip_and_sinks_with_the_jaw(astronaut):
    drop = 10 * astronaut.sheet.mm
    _, alpha = painted(astronaut, [0.0, 1.0, 0.0], [[0.0, 0, 0], [0.0, 0, 0], [0.0, drop, 0]])
    rest, lifted, lowered = centre_y(alpha)
    assert lifted < rest - 3 < rest + 3 < lowered


def test_it_is_flesh_everywhere_and_soft_at_its_border(astronaut):
    colour, alpha = painted(astronaut, [0.3], [[0.0, 0, 0]])
    on = (alpha > 0.5).expand_as(colour)
    assert float(colour[on].min()) > 0 and float(colour[on].max()) <= 200
    assert float((alpha[..., 1:] - alpha[..., :-1]).abs().max()) < 0.5
