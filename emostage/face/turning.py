"""A head in front of a camera, turned: where what a picture shows lay in another picture of the same person.

Coordinates are shares of the picture's side (x right, y down), so that they hold at every size. B frames, V vertices, L = 468
landmarks, G cells of a square grid along each side.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, F64, Crop, FaceFit, Frozen
from emostage.face.head import Head
from emostage.face.marks import BESIDE, HeadMarks

_SKIN_M = 0.02
"""Vertices at most this far behind the nearest of a cell are seen in it."""
_DEPTH_CELLS = 32
"""Cells of the grid in which they are the nearest: in finer ones there may be no skin before the inside of mouth and sockets."""
_REACH_CELLS = (1.0, 2.0, 4.0)
"""Standard deviations over which hair and whatever else is near the head takes on its movement."""
_SMOOTH_CELLS = 0.8
"""Standard deviation over which neighbouring cells, each of which saw few vertices, are averaged."""
_FAINT = 0.02
"""Weight of standing still beside that of what moves: far from the head nothing moves."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Seated(Frozen):
    """A person before the camera: `shape_K` who they are, `rotation_33` and `translation_3` (m) from the head's coordinates to
    the camera's in the pose that counts as rest, `focal` length and `centre_2` in shares of the picture's side, `pivot_3` the
    point about which the head turns."""

    shape_K: F64
    rotation_33: F64
    translation_3: F64
    focal: float
    centre_2: F64
    pivot_3: F64

    @classmethod
    def of(cls, fit: FaceFit, size_px: int, pivot_3: F64) -> Seated:
        """The person fitted in a square crop of `size_px`."""
        return cls(
            shape_K=fit.shape_K,
            rotation_33=fit.rotation_33,
            translation_3=fit.translation_3,
            focal=fit.focal_px / size_px,
            centre_2=np.array([0.5, 0.5]),
            pivot_3=pivot_3,
        )

    def through(self, own: Crop, other: Crop) -> Seated:
        """The same person in another square window on the same picture."""
        ratio = own.size_px / own.scale * other.scale / other.size_px
        centre_12 = other.to_crop(own.to_picture(self.centre_2[None] * own.size_px))
        return replace(self, focal=self.focal * ratio, centre_2=centre_12[0] / other.size_px)

    def seen(self, points_N3: F64) -> F64:
        """Where points (N, 3) of the head in the pose at rest are seen (N, 2)."""
        camera_N3 = points_N3 @ self.rotation_33.T + self.translation_3
        seen_N2: F64 = camera_N3[:, :2] / camera_N3[:, 2:] * self.focal + self.centre_2
        return seen_N2


def head_rotation(angles_B3: Tensor) -> Tensor:
    """Rotation matrices (B, 3, 3) in head coordinates for (pitch down, yaw and roll to the person's left): R_z R_y R_x."""
    pitch, yaw, roll = angles_B3.unbind(-1)
    one, zero = torch.ones_like(pitch), torch.zeros_like(pitch)

    def matrix(*rows: Tensor) -> Tensor:
        return torch.stack(rows, -1).view(-1, 3, 3)

    (cp, sp), (cy, sy), (cr, sr) = ((angle.cos(), angle.sin()) for angle in (pitch, -yaw, roll))
    about_x = matrix(one, zero, zero, zero, cp, -sp, zero, sp, cp)
    about_y = matrix(cy, zero, sy, zero, one, zero, -sy, zero, cy)
    about_z = matrix(cr, -sr, zero, sr, cr, zero, zero, zero, one)
    rotation_B33: Tensor = about_z @ about_y @ about_x
    return rotation_B33


class TurningHead:
    """What is the same for everybody: the head's tensors on a device."""

    def __init__(self, head: Head, device: torch.device | str = "cpu") -> None:
        def tensor(array: F64 | F32) -> Tensor:
            return torch.as_tensor(np.array(array, np.float32), device=device)

        self.marks = HeadMarks(head, device)
        self.rest_V3, self.shapes_KX = tensor(head.vertices_V3), tensor(head.shapes_KV3).flatten(1)
        self.triangles_F3 = torch.as_tensor(head.triangles_F3.astype(np.int64), device=device)
        self.follows_V1 = tensor(head.skin_V)[:, None]
        self.corners_L3 = torch.as_tensor(head.triangles_F3[head.landmark_triangle_L].astype(np.int64), device=device)
        self.bary_L31 = tensor(head.landmark_bary_L3)[..., None]
        self.actions_52V3 = tensor(head.actions_52V3)
        self.actions_52L3 = (self.actions_52V3[:, self.corners_L3] * self.bary_L31).sum(2)
        self.skin_V = torch.as_tensor(~head.eyes_2V.any(0), device=device)

    def person(self, shape_K: Tensor) -> Tensor:
        """The vertices (V, 3) of a person at rest."""
        return self.rest_V3 + (shape_K @ self.shapes_KX).view_as(self.rest_V3)


@dataclass(frozen=True, kw_only=True, eq=False)
class Face:
    """How a head is turned, its expression, and how far it is shifted (m, in head coordinates); without them it is at rest."""

    rotation_B33: Tensor
    expression_B52: Tensor | None = None
    shift_B3: Tensor | None = None


@dataclass(frozen=True, kw_only=True, eq=False)
class Beyond(Frozen):
    """What actions do to the landmarks of a person who is known beyond what they do to anybody's: `actions_52L3` at any weight,
    `learnt_52L3` up to the weights `seen_52`."""

    actions_52L3: F64
    learnt_52L3: F64
    seen_52: F64


class Turning:
    """A seated person, who may be known better, ready to be turned; rotations are matrices (B, 3, 3) in head coordinates."""

    def __init__(self, head: TurningHead, seated: Seated, beyond: Beyond | None = None) -> None:
        def tensor(array: F64) -> Tensor:
            return torch.as_tensor(np.array(array, np.float32), device=head.rest_V3.device)

        self._head = head
        self._rest_V3 = head.person(tensor(seated.shape_K))
        self._marks = head.marks.of(self._rest_V3)
        self._normals_V3 = _normals(self._rest_V3, head.triangles_F3)
        self._rotation_33, self._translation_3 = tensor(seated.rotation_33), tensor(seated.translation_3)
        self._pivot_3, self._centre_2, self._focal = tensor(seated.pivot_3), tensor(seated.centre_2), seated.focal
        self._actions_52L3 = head.actions_52L3 if beyond is None else head.actions_52L3 + tensor(beyond.actions_52L3)
        self._learnt = None if beyond is None else (tensor(beyond.learnt_52L3), tensor(beyond.seen_52))

    def landmarks(self, expression_B52: Tensor, rotation_B33: Tensor, shift_B3: Tensor | None = None) -> Tensor:
        """Where the landmarks (B, L, 2) of a turned and shifted (m, in head coordinates) face with an expression are seen."""
        rest_L3 = (self._rest_V3[self._head.corners_L3] * self._head.bary_L31).sum(1)
        moved_BL3 = rest_L3 + torch.einsum("bk,klc->blc", expression_B52, self._actions_52L3)
        if self._learnt is not None:
            learnt_52L3, seen_52 = self._learnt
            moved_BL3 = moved_BL3 + torch.einsum("bk,klc->blc", torch.minimum(expression_B52, seen_52), learnt_52L3)
        return self._turned(moved_BL3, rotation_B33, shift_B3)

    def marks(self, expression_B52: Tensor, rotation_B33: Tensor, shift_B3: Tensor | None, landmarks_BL2: Tensor) -> Tensor:
        """Where the marks (B, M, 2; `core.marks`) of such a face are seen, as far beside the linear head's as its landmarks are."""
        marks_BM2 = self._turned(self._marks.posed(expression_B52), rotation_B33, shift_B3)
        beside_BL2 = landmarks_BL2 - self.landmarks(expression_B52, rotation_B33, shift_B3)
        moved = [marks_BM2[:, some] + beside_BL2[:, list(near)].mean(1, keepdim=True) for some, near in BESIDE]
        return torch.cat(moved, 1)

    def _turned(self, points_BN3: Tensor, rotation_B33: Tensor, shift_B3: Tensor | None) -> Tensor:
        """Where points (B, N, 2) that turn with the head are seen."""
        turned_BN3 = (points_BN3 - self._pivot_3) @ rotation_B33.mT + self._pivot_3
        return self._seen(turned_BN3 if shift_B3 is None else turned_BN3 + shift_B3[:, None])[..., :2]

    def displacement(self, before: Face, now: Face, cells: int) -> Tensor:
        """From each cell of a picture of the face `now`, the way back (x, y) to where it lay in a picture of the face `before`, and
        how surely it is the head that is seen in both: (B, 3, G, G)."""
        before_BV3, now_BV3 = self._posed(before), self._posed(now)
        facing_BV = self._facing(before_BV3, before.rotation_B33) & self._facing(now_BV3, now.rotation_B33) & self._head.skin_V
        before_BV3, now_BV3 = self._seen(before_BV3), self._seen(now_BV3)
        back_BV2 = before_BV3[..., :2] - now_BV3[..., :2]
        values_BV3 = torch.cat([back_BV2, torch.ones_like(back_BV2[..., :1])], -1)
        return _spread(_splat(now_BV3, values_BV3, facing_BV, cells).permute(0, 3, 1, 2))

    def _posed(self, face: Face) -> Tensor:
        """The vertices (B, V, 3) in head coordinates."""
        rest_BV3 = self._rest_V3.expand(len(face.rotation_B33), -1, -1)
        if face.expression_B52 is not None:
            actions_52X = self._head.actions_52V3.flatten(1)
            rest_BV3 = rest_BV3 + (face.expression_B52 @ actions_52X).view(len(face.expression_B52), -1, 3)
        around_BV3 = (rest_BV3 - self._pivot_3) @ face.rotation_B33.mT + self._pivot_3
        around_BV3 = around_BV3 if face.shift_B3 is None else around_BV3 + face.shift_B3[:, None]
        return torch.lerp(rest_BV3, around_BV3, self._head.follows_V1)

    def _facing(self, head_BV3: Tensor, rotation_B33: Tensor) -> Tensor:
        """The vertices (B, V) whose surface faces the camera."""
        still_V3 = self._normals_V3
        normals_BV3 = torch.lerp(still_V3.expand_as(head_BV3), still_V3 @ rotation_B33.mT, self._head.follows_V1)
        away_BV3 = head_BV3 + self._translation_3 @ self._rotation_33
        facing_BV: Tensor = (normals_BV3 * away_BV3).sum(-1) < 0
        return facing_BV

    def _seen(self, head_BN3: Tensor) -> Tensor:
        """Places (x, y) and depths of points of the head."""
        camera_BN3 = head_BN3 @ self._rotation_33.T + self._translation_3
        depth_BN1 = camera_BN3[..., 2:].clamp_min(1e-3)
        return torch.cat([camera_BN3[..., :2] / depth_BN1 * self._focal + self._centre_2, depth_BN1], -1)


def _normals(vertices_V3: Tensor, triangles_F3: Tensor) -> Tensor:
    """Outward normals (V, 3) of a mesh, as long as the area around a vertex."""
    a_F3, b_F3, c_F3 = vertices_V3[triangles_F3].unbind(1)
    across_F3 = torch.linalg.cross(b_F3 - a_F3, c_F3 - a_F3)
    normals_V3 = torch.zeros_like(vertices_V3)
    for corner in range(3):
        normals_V3.index_add_(0, triangles_F3[:, corner], across_F3)
    return normals_V3


def _splat(points_BV3: Tensor, values_BVC: Tensor, facing_BV: Tensor, cells: int) -> Tensor:
    """Means (B, G, G, C) of the values of the front vertices in each cell; 0 where there are none."""
    inside_BV = ((points_BV3[..., :2] >= 0) & (points_BV3[..., :2] < 1)).all(-1) & facing_BV
    depth_BV = torch.where(inside_BV, points_BV3[..., 2], torch.inf)
    frames, coarse = len(points_BV3), min(cells, _DEPTH_CELLS)
    near_X, behind_BV = depth_BV.new_full((frames * coarse**2,), torch.inf), _cells(points_BV3, coarse)
    near_X.scatter_reduce_(0, behind_BV.flatten(), depth_BV.flatten(), "amin")
    front_BV = inside_BV & (depth_BV <= near_X[behind_BV] + _SKIN_M)
    weighted_NC = (values_BVC * front_BV[..., None]).flatten(0, 1)
    total_XC = values_BVC.new_zeros(frames * cells**2, values_BVC.shape[-1])
    total_XC.index_add_(0, _cells(points_BV3, cells).flatten(), weighted_NC)
    count_X1 = total_XC[:, -1:].clone()
    return (total_XC / count_X1.clamp_min(1.0)).view(frames, cells, cells, -1)


def _cells(points_BV3: Tensor, cells: int) -> Tensor:
    """Numbers of the cells (B, V), counted through all frames, in which points lie; for points beyond the border those at it."""
    x_BV, y_BV = (points_BV3[..., :2] * cells).floor().long().clamp(0, cells - 1).unbind(-1)
    first_B1 = torch.arange(len(points_BV3), device=points_BV3.device)[:, None] * cells**2
    return first_B1 + y_BV * cells + x_BV


def _spread(seen_BCGG: Tensor) -> Tensor:
    """Values spread to cells beside those where they are known (last channel); far away they fall to 0."""
    known_B1GG = seen_BCGG[:, -1:]
    near_BCGG = _blurred(seen_BCGG, _SMOOTH_CELLS)
    out_BCGG, weight_B1GG = near_BCGG[:, :-1] / near_BCGG[:, -1:].clamp_min(1e-6) * known_B1GG, known_B1GG.clone()
    for reach in _REACH_CELLS:
        near_BCGG = _blurred(seen_BCGG, reach)
        missing_B1GG = (1.0 - weight_B1GG).clamp_min(0.0)
        share_B1GG = near_BCGG[:, -1:] / (near_BCGG[:, -1:] + _FAINT)
        out_BCGG = out_BCGG + missing_B1GG * share_B1GG * near_BCGG[:, :-1] / near_BCGG[:, -1:].clamp_min(1e-6)
        weight_B1GG = weight_B1GG + missing_B1GG * share_B1GG
    return torch.cat([out_BCGG, known_B1GG], 1)


def _blurred(values_BCGG: Tensor, deviation: float) -> Tensor:
    """A Gaussian blur that knows nothing beyond the border."""
    reach = int(3 * deviation)
    at_K = torch.arange(-reach, reach + 1, device=values_BCGG.device, dtype=values_BCGG.dtype)
    kernel_K = torch.exp(-0.5 * (at_K / deviation) ** 2)
    kernel_K = kernel_K / kernel_K.sum()
    channels = values_BCGG.shape[1]
    across = kernel_K.view(1, 1, 1, -1).expand(channels, 1, 1, -1)
    down = kernel_K.view(1, 1, -1, 1).expand(channels, 1, -1, 1)
    rows = torch.nn.functional.conv2d(values_BCGG, across, padding=(0, reach), groups=channels)
    return torch.nn.functional.conv2d(rows, down, padding=(reach, 0), groups=channels)
