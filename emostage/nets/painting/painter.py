"""A painter as the film sees it: whatever the net, conditions of a whole take go in and frames come out in order.

Painters are found by name: entry points of the group `core.plugins.PAINTERS` are factories `(*, steps: int, device: str)` of
painters that evaluate their net `steps` times a frame; those that also take `adapter: core.identity.Adapter | None` can paint with
what was learnt of a person. The checkpoint of a painter has its name.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Take


class Painter(Protocol):
    """Paints takes of one person in square frames of `size_px`."""

    size_px: int

    def paint(self, given: Take, *, seed: int) -> Iterator[Painted]:
        """The frames of one take (B = 1), a few at a time and in order; memory does not grow with their number. The same seed
        paints the same. What is given lies on the device for which the painter was made."""
