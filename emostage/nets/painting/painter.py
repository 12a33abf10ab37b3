"""A painter as the film sees it: whatever the net, conditions of a whole take go in and frames come out in order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given


class Painter(Protocol):
    """Paints takes of one person in square frames of `size_px`."""

    size_px: int

    def paint(self, given: Given, *, seed: int) -> Iterator[Painted]:
        """The frames of one take (B = 1), a few at a time and in order; memory does not grow with their number. The same seed
        paints the same."""
