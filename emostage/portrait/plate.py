"""The plate: the part of the picture in which the face is drawn, at drawing resolution, with the fitted head seen through it.

Everything in `portrait` that looks at the photo looks at a `Plate`; all its coordinates are plate pixels (x right,
y down, pixel centres at .5). A plate pixel is a film pixel. Letters: H, W plate rows and columns, L landmarks, 4-vectors are
(left, top, right, bottom).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F32, F64, U8, FaceFit, Frozen
from emostage.face.topology import CHIN, FOREHEAD


@dataclass(frozen=True, kw_only=True)
class Plate(Frozen):
    """The photo as the drawing modules see it.

    `photo_HW3` uint8 sRGB; `landmarks_L2` the 478 face-mesh points (468 face, 10 irises); `matte_HW` in [0, 1], the person;
    `fit` the fitted head, whose camera is here p = focal_px * Y.xy / Y.z + centre_2 with Y = R X + t;
    `open_4` is True for sides (left, top, right, bottom) beyond which the film goes on: nothing may move at those borders.
    """

    photo_HW3: U8
    landmarks_L2: F64
    matte_HW: F32
    fit: FaceFit
    focal_px: float
    centre_2: F64
    open_4: tuple[bool, bool, bool, bool] = (True, True, True, True)

    @property
    def size_px(self) -> tuple[int, int]:
        """Width and height."""
        return self.photo_HW3.shape[1], self.photo_HW3.shape[0]

    @property
    def unit_px(self) -> float:
        """The drawing unit: forehead to chin (landmarks 10 and 152) over 220; 1 for a face 220 plate pixels high."""
        return float(np.linalg.norm(self.landmarks_L2[FOREHEAD] - self.landmarks_L2[CHIN])) / 220.0

    def project(self, head_N3: NDArray[np.floating[Any]]) -> F64:
        """Head points (N, 3) in the photo's pose as plate pixels (N, 2)."""
        camera_N3 = np.asarray(head_N3, np.float64) @ self.fit.rotation_33.T + self.fit.translation_3
        seen_N2: F64 = camera_N3[:, :2] / camera_N3[:, 2:] * self.focal_px + self.centre_2
        return seen_N2

    def unproject(self, points_N2: NDArray[np.floating[Any]], depth_N: NDArray[np.floating[Any]] | float) -> F64:
        """Plate pixels (N, 2) at camera depths (N,) as head points (N, 3): the inverse of `project`."""
        rays_N2 = (np.asarray(points_N2, np.float64) - self.centre_2) / self.focal_px
        depth_N1 = np.broadcast_to(np.asarray(depth_N, np.float64), len(rays_N2))[:, None]
        camera_N3 = np.concatenate([rays_N2 * depth_N1, depth_N1], 1)
        head_N3: F64 = (camera_N3 - self.fit.translation_3) @ self.fit.rotation_33
        return head_N3
