"""Draw people: expressions, head rotations and a shot in, frames and their ground truth out.

B, T frames, H, W pixels (of a finer grid while drawing), V vertices, N pixels of some part, L = 468 landmarks, M = 5 masks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.tracks import F32, U8, Frozen
from emostage.face.turning import head_rotation
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.camera import View
from emostage.training.heads.layers import Layer, body_layer, hair_layers
from emostage.training.heads.person import Shot
from emostage.training.heads.sitter import Sitter

Frames = NDArray[np.floating[Any]]

MASKS = ("face", "mouth", "eyes", "hair", "person")
"""Face skin, lips with the inside of the mouth, eyeballs, hair, and all that is not background."""
FINER = 2
"""Pixels are averages of so many squared."""
_CHUNK = 8


@dataclass(frozen=True, kw_only=True, eq=False)
class Take(Frozen):
    """`frames_THW3` sRGB, with the truth: `expression_T52`, `rotation_T3` (as `portrait.deform.head_rotation` takes it),
    `landmarks_TL2` in pixels, `masks_TMHW` (0..255, in the order of `MASKS`) and `identity`, the person's seed."""

    frames_THW3: U8
    expression_T52: F32
    rotation_T3: F32
    landmarks_TL2: F32
    masks_TMHW: U8
    identity: int


def render(sitter: Sitter, shot: Shot, expression_T52: Frames, rotation_T3: Frames, size_px: int) -> Take:
    """Draw a take of a person in square frames of `size_px`, on the sitter's device."""
    device = sitter.triangles_F3.device
    view = View(camera=shot.camera, face_3=sitter.face_3, face_m=sitter.face_m, size_px=FINER * size_px)
    behind_3HW = shot.backdrop.paint(FINER * size_px, device)
    expression = torch.from_numpy(np.array(expression_T52, np.float32)).to(device)
    angles = torch.from_numpy(np.array(rotation_T3, np.float32)).to(device)
    parts = [
        _draw(sitter, shot, view, behind_3HW=behind_3HW, expression_B52=e_B52, rotation_B33=head_rotation(a_B3))
        for e_B52, a_B3 in zip(torch.split(expression, _CHUNK), torch.split(angles, _CHUNK), strict=True)
    ]
    linear, masks, landmarks = (torch.cat(column) for column in zip(*parts, strict=True))
    return Take(
        frames_THW3=shot.lens.develop(linear).permute(0, 2, 3, 1).cpu().numpy(),
        expression_T52=np.array(expression_T52, np.float32),
        rotation_T3=np.array(rotation_T3, np.float32),
        landmarks_TL2=landmarks.cpu().numpy(),
        masks_TMHW=(masks * 255 + 0.5).to(torch.uint8).cpu().numpy(),
        identity=sitter.person.seed,
    )


def _draw(
    sitter: Sitter, shot: Shot, view: View, *, behind_3HW: Tensor, expression_B52: Tensor, rotation_B33: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    """Linear light (B, 3, H, W), masks (B, M, H, W) and landmarks (B, L, 2) at the size of the frames."""
    body = body_layer(sitter, shot, view, expression_B52, rotation_B33)
    layers = [body]
    if sitter.shell is not None:
        layers += hair_layers(sitter.shell, sitter, shot, view, rotation_B33=rotation_B33, depth_BHW=body.depth_BHW)
    light, masks = _stacked(layers, behind_3HW)
    pooled = torch.nn.functional.avg_pool2d(torch.cat([light, masks], 1), FINER)
    return pooled[:, :3], pooled[:, 3:], _landmarks(body.points_BV2) / FINER


def _stacked(layers: list[Layer], behind_3HW: Tensor) -> tuple[Tensor, Tensor]:
    """Layers laid over the backdrop, masks uncovered by later layers."""
    light = behind_3HW[None].expand_as(layers[0].light_B3HW)
    masks = torch.zeros(len(light), len(MASKS), *light.shape[2:], device=light.device)
    for layer in layers:
        alpha = layer.alpha_BHW[:, None]
        light = light + alpha * (layer.light_B3HW - light)
        masks = masks * (1 - alpha)
        masks[:, :4] += layer.masks_BMHW
        masks[:, 4:] += alpha
    return light, masks


def _landmarks(points_BV2: Tensor) -> Tensor:
    head = anatomy().head
    corners_L3 = torch.from_numpy(head.triangles_F3[head.landmark_triangle_L].astype(np.int64)).to(points_BV2.device)
    share_L31 = torch.from_numpy(head.landmark_bary_L3.copy()).to(points_BV2)[..., None]
    return (points_BV2[:, corners_L3] * share_L31).sum(-2)
