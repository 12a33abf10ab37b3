import numpy as np
import torch

from emostage.nets.identity.align import aligned
from emostage.nets.identity.net import IdentityConfig, IdentityNet

STEADY = {33: (0.36, 0.45), 133: (0.43, 0.45), 362: (0.5, 0.45), 263: (0.57, 0.45), 168: (0.465, 0.45),
          2: (0.465, 0.55), 98: (0.44, 0.547), 327: (0.49, 0.547)}  # fmt: skip


def face() -> tuple[torch.Tensor, torch.Tensor]:
    """A smooth picture and where its face is."""
    line = torch.linspace(0, 6, 128)
    picture = torch.stack(
        [torch.sin(line)[None] + torch.cos(line)[:, None], line[None] / 6 * line[:, None] / 6, torch.cos(line * line[:, None])]
    )
    landmarks = torch.zeros(468, 2)
    for point, place in STEADY.items():
        landmarks[point] = torch.tensor(place)
    return picture[None], landmarks[None]


def test_a_face_is_cut_alike_wherever_it_is():
    picture, landmarks = face()
    moved = torch.roll(picture, (10, 6), (2, 3))
    shift = torch.tensor([6 / 128, 10 / 128])
    first, second = aligned(picture, landmarks), aligned(moved, landmarks + shift)
    assert first.shape == (1, 3, 64, 64)
    assert (first - second).abs().max() < 1e-3


def test_eyes_lie_where_they_belong():
    _, landmarks = face()
    marked = torch.zeros(1, 3, 128, 128)
    x, y = (np.array(STEADY[33]) * 128).astype(int)
    marked[0, :, y - 1 : y + 1, x - 1 : x + 1] = 1.0
    at = np.unravel_index(int(aligned(marked, landmarks)[0, 0].argmax()), (64, 64))
    assert np.abs(np.array(at) / 64 - [0.40, 0.26]).max() < 0.05


def test_embeddings_are_directions_that_light_and_background_do_not_change():
    torch.manual_seed(0)
    net = IdentityNet(IdentityConfig(widths=(8, 8, 8, 8), embed=8)).eval()
    faces = torch.rand(3, 3, 64, 64)
    brighter = 0.2 + 1.5 * faces
    brighter[:, :, :4, :4] = 9.0
    one, other = net(faces), net(brighter)
    assert torch.allclose(one.norm(dim=1), torch.ones(3))
    assert (one * other).sum(1).min() > 0.99
