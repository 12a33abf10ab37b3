"""Painting without knowing all that a face does: cheeks, brows and corners of the mouth stay where the picture has them, or on the
way, and only the tokens of EDI say how far they are to go.

As the paper has it (arXiv 2411.16726, section 3.4) a net is never shown a moved face; here it usually is. B takes, F frames,
G and K cells.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import interpolate


def withheld(moved_BF3KK: Tensor, back_BF3GG: Tensor, part_B: Tensor) -> Tensor:
    """Ways back of `Given.moved_BF3KK` with a part in [0, 1] of the face's own movement taken out of each take. How the head turns
    stays known."""
    cells = moved_BF3KK.shape[-1]
    still_N3KK = interpolate(back_BF3GG.flatten(0, 1), (cells, cells), mode="bilinear", align_corners=False)
    return torch.lerp(moved_BF3KK, still_N3KK.view_as(moved_BF3KK), part_B.view(-1, 1, 1, 1, 1))
