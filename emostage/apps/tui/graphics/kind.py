"""What a terminal can draw."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["kitty", "sixel", "half"]
CELL_PX = (10, 20)
"""Width and height of a cell of a terminal that does not tell: what its shape is taken for."""
WORDS = {"kitty": "pictures by kitty's protocol", "sixel": "pictures as sixels", "half": "pictures of half blocks"}
"""What people are told."""


@dataclass(frozen=True, kw_only=True)
class Graphics:
    """How pictures are drawn, and the (width, height) in pixels of a cell: what the terminal tells, and what the system told then,
    if it knows. `late`: the terminal was asked, and may yet answer."""

    kind: Kind = "half"
    cell_px: tuple[int, int] = CELL_PX
    system_px: tuple[int, int] | None = None
    late: bool = False

    @property
    def aspect(self) -> float:
        """Height of a cell over its width."""
        return self.cell_px[1] / self.cell_px[0]


HALF = Graphics()
"""What every terminal can."""
