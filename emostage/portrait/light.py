"""The photo's light: how bright each part of the face becomes when it turns or bends.

Second-order spherical harmonics of the surface normals are fitted to the photo's brightness (R. Ramamoorthi, P. Hanrahan, "An
efficient representation for irradiance environment maps", 2001); only their ratio to the photo's pose is used, so the photo
itself is never repainted. Letters: B frames, V vertices, F triangles, N samples, K triangles at a vertex.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F64
from emostage.face.topology import BROWS
from emostage.portrait.plate import Plate
from emostage.portrait.posed import Posed
from emostage.portrait.sheet import LIDS_EP2, LIPS_P2, SKIN, Sheet
from emostage.portrait.skin import pixels_at

_BROWS = tuple(point for brow in BROWS for edge in brow for point in edge)
_DARKEST, _BRIGHTEST, _OUTSIDE = 0.62, 1.28, 0.35
_FLOOR = 0.12


def harmonics(normals_N3: Tensor) -> Tensor:
    """The nine real spherical harmonics up to order two, without their constants: (..., 9)."""
    x, y, z = normals_N3.unbind(-1)
    return torch.stack([torch.ones_like(x), x, y, z, x * y, x * z, y * z, x * x - y * y, 3 * z * z - 1], -1)


class Normals:
    """Area-weighted vertex normals of the skin triangles, gathered over a fixed table so that sums are always in one order."""

    def __init__(self, sheet: Sheet, device: str = "cpu") -> None:
        triangles_F3 = sheet.triangles_F3[sheet.hole_F == SKIN]
        vertex_N = triangles_F3.ravel()
        order_N = np.argsort(vertex_N, kind="stable")
        count_V = np.bincount(vertex_N, minlength=len(sheet.rest_V3))
        rank_N = np.arange(len(order_N)) - np.repeat(np.cumsum(count_V) - count_V, count_V)
        table_VK = np.full((len(count_V), int(count_V.max())), len(triangles_F3))
        table_VK[vertex_N[order_N], rank_N] = order_N // 3
        self._triangles_F3 = torch.as_tensor(triangles_F3.copy(), device=device)
        self._table_VK = torch.as_tensor(table_VK, device=device)

    def __call__(self, points_BV3: Tensor) -> Tensor:
        """Unit normals (B, V, 3); zero where a vertex has no skin triangle."""
        # vertices first: one gather then moves the rows of all frames at once
        points_VX = points_BV3.permute(1, 2, 0)
        a, b, c = (points_VX[self._triangles_F3[:, i]] for i in range(3))
        faces_FX = torch.linalg.cross(b - a, c - a, dim=1)
        faces_FX = torch.cat([faces_FX, torch.zeros_like(faces_FX[:1])])
        sums_VX = torch.zeros_like(points_VX)
        for column_V in self._table_VK.unbind(1):
            sums_VX += faces_FX[column_V]
        normals_VX: Tensor = sums_VX / sums_VX.norm(dim=1, keepdim=True).clamp_min(1e-12)
        return normals_VX.permute(2, 0, 1)


def fit(normals_N3: F64, brightness_N: F64) -> F64:
    """Robust fit (9,) of brightness to harmonics: least absolute deviations by reweighting, higher orders damped."""
    basis_N9 = harmonics(torch.as_tensor(normals_N3)).numpy()
    damping_99 = np.diag([0, 1, 1, 1, 8, 8, 8, 8, 8]) * 0.6
    weights_N = np.ones(len(basis_N9))
    coefficients_9 = np.zeros(9)
    for _ in range(8):
        weighted_N9 = basis_N9 * weights_N[:, None]
        coefficients_9 = np.linalg.solve(weighted_N9.T @ basis_N9 + damping_99, weighted_N9.T @ brightness_N)
        weights_N = 1 / np.maximum(np.abs(basis_N9 @ coefficients_9 - brightness_N), 6)
        weights_N /= weights_N.max()
    return np.asarray(coefficients_9, np.float64)


@dataclass(frozen=True, kw_only=True)
class Lamp:
    """The photo's light: `coefficients_9` of `harmonics` in sRGB brightness, and the sheet's `normals_V3` in the photo."""

    coefficients_9: F64
    normals_V3: F64


def lamp(plate: Plate, sheet: Sheet) -> Lamp:
    """The light of a photo, from the brightness of its skin (lips, lids and brows left out)."""
    camera_1V3 = torch.as_tensor((sheet.source_vertices @ sheet.rotation_33.T + sheet.translation_3)[None], dtype=torch.float32)
    normals_V3 = Normals(sheet)(camera_1V3)[0].double().numpy()
    left_out = {i for pairs in (LIPS_P2, *LIDS_EP2) for pair in pairs for i in pair}.union(_BROWS)
    sampled = tuple(i for i in range(468) if i not in left_out)
    grey_HW = cv2.GaussianBlur(plate.photo_HW3.astype(np.float32).mean(-1), (0, 0), 3 * plate.unit_px)
    rows, columns = pixels_at(plate, sampled)
    return Lamp(coefficients_9=fit(normals_V3[list(sampled)], grey_HW[rows, columns].astype(np.float64)), normals_V3=normals_V3)


class Light:
    """Shading relative to the photo."""

    def __init__(self, plate: Plate, sheet: Sheet, device: str = "cpu") -> None:
        self._normals = Normals(sheet, device)
        found = lamp(plate, sheet)
        self._coefficients_9 = torch.as_tensor(found.coefficients_9, dtype=torch.float32, device=device)
        self._floor = _FLOOR * float(found.coefficients_9[0])
        self._source_V = self._brightness(torch.as_tensor(found.normals_V3, dtype=torch.float32, device=device))
        amount_V = np.where(np.arange(len(sheet.rest_V3)) < sheet.face_count, 1.0, _OUTSIDE)
        self._amount_V = torch.as_tensor(amount_V, dtype=torch.float32, device=device)

    def _brightness(self, normals_V3: Tensor) -> Tensor:
        return (harmonics(normals_V3) @ self._coefficients_9).clamp_min(max(self._floor, 1e-3))

    def ratio(self, posed: Posed) -> Tensor:
        """Brightness of every vertex relative to the photo: (B, V), exactly what to multiply the photo with."""
        change_BV = self._brightness(self._normals(posed.camera_BV3)) / self._source_V
        return 1 + (change_BV.clamp(_DARKEST, _BRIGHTEST) - 1) * self._amount_V
