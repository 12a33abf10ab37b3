"""A person's head in motion: identity applied, lids fitted to the eyes, teeth hung into skull and jaw.

Head coordinates as in `face.head`. B frames, V vertices, F triangles, K identity shapes, L landmarks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.tracks import F64
from emostage.face.head import Head
from emostage.face.marks import slides
from emostage.training.heads.anatomy import Anatomy

_LID_ROWS = ((159, 145), (386, 374))
"""Landmarks in the middle of the upper and the lower lid of the right and the left eye."""
_BLINK_LIMITS, _SHUT_M = (0.6, 1.8), 0.0004
"""Blinks are stretched by this much at most; how far apart shut lids are."""
_PRESSED = 0.2
"""Share of their width that ears keep under hair."""
_LID_GAP_M = 0.0006
"""Lids glide this far in front of the eyeball."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Body:
    """A person's head at rest `vertices_V3` with their own `actions_52V3`; `eyes_23` and `radii_2` of the eyeballs; what
    rotation `skin_V` follows about `pivot_3`; `lids_V` vertices kept outside the eyeballs; `slides_J3` as in `face.marks`."""

    vertices_V3: Tensor
    actions_52V3: Tensor
    skin_V: Tensor
    pivot_3: Tensor
    eyes_23: Tensor
    radii_2: Tensor
    lids_2V: Tensor
    slides_J3: Tensor

    def deformed(self, expression_B52: Tensor) -> Tensor:
        """Vertices (B, V, 3) under an expression before the head turns; lids never sink into the eyes."""
        moved_BV3 = self.vertices_V3 + torch.einsum("bk,kvc->bvc", expression_B52, self.actions_52V3)
        for centre_3, radius, lids_V in zip(self.eyes_23, self.radii_2, self.lids_2V, strict=True):
            which_N = torch.nonzero(lids_V)[:, 0]
            out_BN3 = moved_BV3[:, which_N] - centre_3
            far_BN1 = out_BN3.norm(dim=-1, keepdim=True)
            moved_BV3[:, which_N] = centre_3 + out_BN3 * (radius + _LID_GAP_M).clamp_min(far_BN1) / far_BN1
        return moved_BV3

    def turned(self, points_BN3: Tensor, share_N: Tensor, rotation_B33: Tensor) -> Tensor:
        """Points that follow a share of the head's rotation."""
        around_BN3 = points_BN3 - self.pivot_3
        return points_BN3 + share_N[:, None] * (around_BN3 @ rotation_B33.mT - around_BN3)


def body(anatomy: Anatomy, shape_K: F64, raised_V: F64, *, flat_ears: bool) -> Body:
    """The body of a person with identity weights, whose surface is raised by `raised_V` metres of beard and cloth; `flat_ears`
    lie under hair."""
    head = anatomy.head
    vertices_V3 = head.vertices_V3 + np.tensordot(shape_K, head.shapes_KV3, 1)
    if flat_ears:
        _press_ears(vertices_V3, anatomy.ears_V)
    spheres = [_sphere(vertices_V3[eye_V]) for eye_V in head.eyes_2V]
    eyes_23, radii_2 = np.array([s[0] for s in spheres]), np.array([s[1] for s in spheres])
    actions_52V3 = _fitted_blinks(head, vertices_V3)
    pivot_3 = head.pivot_3 + np.array([0.0, 0.045, 0.0])
    lids_2V = np.stack([_lids(vertices_V3, c, r) & ~anatomy.inside_V for c, r in zip(eyes_23, radii_2, strict=True)])
    outwards_V3 = vertices_V3 - vertices_V3[head.skin_V > 0.9].mean(0)
    outwards_V3 /= np.linalg.norm(outwards_V3, axis=1, keepdims=True)

    def tensor(array: np.ndarray[tuple[int, ...], np.dtype[np.generic]]) -> Tensor:
        return torch.from_numpy(np.array(array, np.float32))

    return Body(
        vertices_V3=tensor(vertices_V3 + raised_V[:, None] * outwards_V3),
        actions_52V3=tensor(actions_52V3),
        skin_V=tensor(head.skin_V),
        pivot_3=tensor(pivot_3),
        eyes_23=tensor(eyes_23),
        radii_2=tensor(radii_2),
        lids_2V=torch.from_numpy(lids_2V),
        slides_J3=tensor(slides(head)),
    )


def _press_ears(vertices_V3: F64, ears_V: NDArray[np.bool_]) -> None:
    """Press the ears against the head, in place: what sticks out to the sides beyond the skin before them shrinks."""
    across_V = np.abs(vertices_V3[:, 0])
    height_V = vertices_V3[ears_V, 1]
    level_V = ~ears_V & (vertices_V3[:, 1] > height_V.min()) & (vertices_V3[:, 1] < height_V.max())
    limit = across_V[level_V].max()
    beyond_V = np.where(ears_V, np.maximum(across_V - limit, 0), 0) * (1 - _PRESSED)
    vertices_V3[:, 0] -= np.sign(vertices_V3[:, 0]) * beyond_V


def _sphere(points_N3: F64) -> tuple[F64, float]:
    """Centre and radius of the sphere that fits best (least squares on |x|^2 = 2 c.x + d)."""
    (*centre, rest), *_ = np.linalg.lstsq(np.c_[2 * points_N3, np.ones(len(points_N3))], (points_N3**2).sum(1), rcond=None)
    return np.array(centre), float(np.sqrt(rest + np.dot(centre, centre)))


def _lids(vertices_V3: F64, centre_3: F64, radius: float) -> NDArray[np.bool_]:
    """Vertices in front of an eyeball and close to it."""
    far_V = np.linalg.norm(vertices_V3 - centre_3, axis=1)
    near_V: NDArray[np.bool_] = (far_V < 1.5 * radius) & (vertices_V3[:, 2] < centre_3[2] - 0.2 * radius)
    return near_V


def _fitted_blinks(head: Head, vertices_V3: F64) -> F64:
    """The actions with blinks that close eyes of this person's height exactly."""
    actions_52V3 = np.asarray(head.actions_52V3, np.float64).copy()
    own_L3, blinks_L3 = head.at_landmarks(vertices_V3), head.at_landmarks(actions_52V3)
    for side, (upper, lower) in zip(("Right", "Left"), _LID_ROWS, strict=True):
        k = ARKIT_INDEX[f"eyeBlink{side}"]
        opening, closing = own_L3[lower, 1] - own_L3[upper, 1], blinks_L3[k, upper, 1] - blinks_L3[k, lower, 1]
        actions_52V3[k] *= np.clip((opening - _SHUT_M) / closing, *_BLINK_LIMITS)
    return actions_52V3
