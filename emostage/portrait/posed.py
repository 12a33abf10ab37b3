"""The sheet at given instants: what every layer needs to know about a batch of frames.

Made by `deform.Rig`, read by the layers. Letters: B frames, V vertices.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from torch import Tensor


@dataclass(frozen=True, kw_only=True)
class Posed:
    """B frames of a moving sheet; float32 tensors on the drawing device.

    `camera_BV3` camera coordinates before lips and lids are closed (for depth and normals); `points_BV2` plate pixels after it;
    `closure_B2` lid closure in [0, 1] of the (right, left) eye; `expression_B52` ARKit weights; `head_rotation_B33` and
    `head_shift_B3` the head's motion in head coordinates: X' = R_h (X - pivot) + pivot + shift, then Y = R X' + t;
    `tongue_B` in [0, 1]; `seal_B` in [0, 1], lips pressed shut (1) or free (0).
    """

    camera_BV3: Tensor
    points_BV2: Tensor
    closure_B2: Tensor
    expression_B52: Tensor
    head_rotation_B33: Tensor
    head_shift_B3: Tensor
    tongue_B: Tensor
    seal_B: Tensor

    def __len__(self) -> int:
        return len(self.points_BV2)

    def part(self, frames: slice) -> Posed:
        """Some of the frames."""
        return Posed(**{field.name: getattr(self, field.name)[frames] for field in fields(self)})
