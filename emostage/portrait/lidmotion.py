"""Moves the lid margins on the picture: blinks close them, the gaze takes them along.

Letters: B frames, V vertices, P contour pairs, E the (right, left) eye.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.face.topology import EYES, Eye

_UPPER_SHARE = 0.88
"""Share of a blink's way that the upper lid makes."""
_DOWN, _UP = (0.52, 0.24), (0.16, 0.10)
"""How far the (upper, lower) lid goes along with a gaze at weight 1, in lid apertures: an upper lid follows the eye down
almost wholly and up a little (Becker and Fuchs, "Lid-eye coordination during vertical gaze changes in man and monkey", 1988)."""
_NASAL = 0.035
"""How far a closing lower lid slides to the nose, in eye widths."""


@dataclass(frozen=True, kw_only=True)
class LidDrive:
    """Way of the lids (B, E) in lid apertures: `upper_B2` down, `lower_B2` up; together 1 with `blink_B2` 1, an eye shut."""

    upper_B2: Tensor
    lower_B2: Tensor
    blink_B2: Tensor

    def closure(self) -> Tensor:
        """How far the upper lids are closed (B, E), by whatever moves them: 0 to 1."""
        return (self.upper_B2 / _UPPER_SHARE).clamp(0, 1)


def lid_drive(expression_B52: Tensor) -> LidDrive:
    """What blink and vertical gaze do to the lids. A blink takes over from the gaze as it closes."""

    def weight(action: str) -> Tensor:
        return expression_B52[:, [ARKIT_INDEX[f"{action}{eye.side}"] for eye in EYES]].clamp(0, 1)

    blink, down, up = weight("eyeBlink"), weight("eyeLookDown"), weight("eyeLookUp")
    free = 1 - blink
    return LidDrive(
        upper_B2=_UPPER_SHARE * blink + free * (_DOWN[0] * down - _UP[0] * up),
        lower_B2=(1 - _UPPER_SHARE) * blink + free * (_UP[1] * up - _DOWN[1] * down),
        blink_B2=blink,
    )


def move_lids(points_BV2: Tensor, weights_VP: tuple[Tensor, Tensor], eye: Eye, drive: LidDrive) -> Tensor:
    """Points with the lids of one eye moved; lids that overlap are brought edge to edge, shut ones coincide exactly.

    `weights_VP` say how the skin around follows upper and lower margin; the margins themselves are set.
    """
    upper, lower, k = list(eye.upper), list(eye.lower), EYES.index(eye)
    amount_B1, down_B1, up_B1 = (way[:, k : k + 1] for way in (drive.blink_B2, drive.upper_B2, drive.lower_B2))
    upper_BP2, lower_BP2 = points_BV2[:, upper], points_BV2[:, lower]
    outwards_B12 = upper_BP2[:, :1] - upper_BP2[:, -1:]
    width_B11 = outwards_B12.norm(dim=-1, keepdim=True).clamp_min(1e-6)
    along_B12 = outwards_B12 / width_B11
    across_B12 = torch.stack([-along_B12[..., 1], along_B12[..., 0]], -1) * torch.sign(along_B12[..., :1])
    apart_BP2 = lower_BP2 - upper_BP2
    gap_BP = (apart_BP2 * across_B12).sum(-1)
    open_BP, overlap_BP = gap_BP.clamp_min(0), gap_BP.clamp_max(0)
    meet_BP2 = amount_B1[..., None] * (apart_BP2 * along_B12).sum(-1, keepdim=True) * along_B12
    belly_P = torch.sin(torch.pi * torch.linspace(0, 1, len(upper), device=points_BV2.device)).clamp_min(0)
    nasal_BP2 = -_NASAL * amount_B1[..., None] * belly_P[:, None] * width_B11 * along_B12
    upper_move = (open_BP * down_B1 + 0.5 * overlap_BP)[..., None] * across_B12 + meet_BP2 + amount_B1[..., None] * nasal_BP2
    lower_move = -(open_BP * up_B1 + 0.5 * overlap_BP)[..., None] * across_B12 + nasal_BP2
    moved: Tensor = points_BV2 + weights_VP[0] @ upper_move + weights_VP[1] @ lower_move
    risen_BP2, sunk_BP2 = (upper_BP2 + upper_move)[:, 1:-1], (lower_BP2 + lower_move)[:, 1:-1]
    moved[:, upper[1:-1]] = risen_BP2
    moved[:, lower[1:-1]] = torch.where(amount_B1[..., None] >= 1, risen_BP2, sunk_BP2)
    return moved
