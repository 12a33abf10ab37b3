"""Made-up conditions for painters."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from emostage.core.marks import MARKS
from emostage.nets.painting.given import CELLS, FINE_CELLS, Given

Make = Callable[..., Given]


@pytest.fixture(scope="session")
def given() -> Make:
    """A maker of conditions: takes, frames, seed; the head does not move unless `shift` (x, y; shares of the side) says so."""

    def make(takes: int = 1, frames: int = 3, seed: int = 0, shift: tuple[float, float] = (0.0, 0.0)) -> Given:
        g = torch.Generator().manual_seed(seed)

        def moved(cells: int) -> torch.Tensor:
            back = torch.zeros(takes, frames, 3, cells, cells)
            back[:, :, 0], back[:, :, 1], back[:, :, 2] = -shift[0], -shift[1], 1.0
            return back

        points = 0.3 + 0.4 * torch.rand(takes, 468, 2, generator=g)
        return Given(
            reference_B3HH=torch.rand(takes, 3, 128, 128, generator=g) * 2 - 1,
            own_B52=torch.rand(takes, 52, generator=g),
            own_landmarks_BL2=points,
            own_marks_BM2=points[:, :MARKS],
            back_BF3GG=moved(CELLS),
            moved_BF3KK=moved(FINE_CELLS),
            expression_BF52=torch.rand(takes, frames, 52, generator=g),
            landmarks_BFL2=points[:, None] + 0.01 * torch.randn(takes, frames, 468, 2, generator=g),
            marks_BFM2=points[:, None, :MARKS].expand(-1, frames, -1, -1),
            sound_BFWX=torch.randn(takes, frames, 9, 160, generator=g),
            weights_BF8=torch.softmax(torch.randn(takes, frames, 8, generator=g), -1),
        )

    return make


@pytest.fixture(scope="session")
def awake() -> Callable[[torch.nn.Module], torch.nn.Module]:
    """Makes a new net paint, though it has learnt nothing: what begins at zero gets small weights."""

    def wake(net: torch.nn.Module) -> torch.nn.Module:
        for name, value in net.named_parameters():
            if not value.any() and value.ndim > 1:
                torch.nn.init.normal_(value, std=0.05, generator=torch.Generator().manual_seed(len(name)))
        return net.eval()

    return wake
