"""What finishes frames that were drawn otherwise, as film and exam see it: whatever the net, frames and conditions go in, and the
frames with what was repaired in them come out.

Finishers are found by name: entry points of the group `core.plugins.FINISHERS` are factories `(*, device: str)` of finishers; those
that also take `adapter: core.identity.Adapter | None` can finish with what was learnt of a person. The checkpoint of a finisher has
its name.
"""

from __future__ import annotations

from typing import Protocol

from torch import Tensor

from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given


class Finisher(Protocol):
    """Finishes square frames of `size_px`."""

    size_px: int

    def finish(self, drawn_N3HH: Tensor, given: Given, *, seed: int) -> Painted:
        """Frames of one take (B = 1, F = N), of which the flow leads back into what was drawn. Outside of the face nothing changes,
        bit for bit. The same seed finishes the same, however many frames come together, so that what noise decides does not
        flicker. What is given lies on the device for which the finisher was made."""
