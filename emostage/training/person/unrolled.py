"""Faces laid out flat, so that what one picture shows of a place of the skin lies where another picture shows the same place.

V vertices of the face part of a sheet, H = `SIDE` rows and columns of a layout; pixels have their centres at .5.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt

from emostage.core.tracks import F32, F64, U8, Frozen
from emostage.face.head import Head
from emostage.portrait.facemesh import topology
from emostage.portrait.raster import carry, rasterise

SIDE = 256
"""Rows and columns of a layout: about as many as the face has in a film of 512 pixels."""
_MARGIN = 4.0
_BLUR, _EVEN = 3.0, 3.0
"""Blur of what is compared, and of how it is moved."""
_DARK = 8.0
"""Added to brightness, so that dark pixels tell little."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Layout(Frozen):
    """Where vertices lie, `places_V2`, as seen from the front; `triangle_HH` is seen at each place (-1 beyond the face), `near_2HH`
    are row and column of the nearest place on the face."""

    places_V2: F32
    triangle_HH: NDArray[np.int64]
    near_2HH: NDArray[np.intp]

    def unrolled(self, picture_HW3: U8, points_V2: F64) -> F32:
        """The brightness (H, H) of a face in a picture whose vertices lie at `points_V2`; what is beyond it goes on."""
        values_1V2, places_1V2 = (torch.as_tensor(np.array(a, np.float32))[None] for a in (points_V2, self.places_V2))
        triangles_F3, seen_1HH = (torch.as_tensor(np.array(a)) for a in (topology().triangles_F3, self.triangle_HH[None]))
        at_2HH = carry(values_1V2, places_1V2, triangles_F3, seen_1HH)[0].numpy() - 0.5
        at_HH2 = np.ascontiguousarray(at_2HH[:, self.near_2HH[0], self.near_2HH[1]].transpose(1, 2, 0))
        grey_HW = picture_HW3.astype(np.float32).mean(-1)
        return np.asarray(cv2.remap(grey_HW, at_HH2, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    def at_vertices(self, picture_HH: F32) -> F32:
        """What a layout shows at the vertices (V,)."""
        at_1V2 = np.ascontiguousarray(self.places_V2[None] - 0.5)
        return np.asarray(cv2.remap(picture_HH, at_1V2, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[0], np.float32)


def layout(head: Head) -> Layout:
    """The layout in which the head at rest is seen from the front."""
    front_V2 = topology().spread(np.asarray(head.at_landmarks(head.vertices_V3), np.float64))[:, :2]
    low_2, high_2 = front_V2.min(0), front_V2.max(0)
    scale = (SIDE - 2 * _MARGIN) / float((high_2 - low_2).max())
    places_V2 = ((front_V2 - (low_2 + high_2) / 2) * scale + SIDE / 2).astype(np.float32)
    points_1V2 = torch.from_numpy(places_V2)[None]
    triangles_F3 = torch.as_tensor(np.array(topology().triangles_F3))
    triangle_HH = rasterise(points_1V2, torch.ones(points_1V2.shape[:2]), triangles_F3, (SIDE, SIDE))[0].numpy()
    near_2HH = distance_transform_edt(triangle_HH < 0, return_distances=False, return_indices=True)
    return Layout(places_V2=places_V2, triangle_HH=triangle_HH, near_2HH=np.asarray(near_2HH, np.intp))


def shading(real_HH: F32, drawn_HH: F32) -> F32:
    """How much lighter (logarithm) a face is than another, (H, H), where both show the same: what still lies elsewhere is moved
    onto it first by optical flow (T. Kroeger et al., "Fast Optical Flow using Dense Inverse Search", ECCV 2016)."""
    search = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    from_HH, to_HH = (np.ascontiguousarray(picture_HH, np.uint8) for picture_HH in (drawn_HH, real_HH))
    flow_HH2 = cv2.GaussianBlur(search.calc(from_HH, to_HH, np.zeros((*from_HH.shape, 2), np.float32)), (0, 0), _EVEN)
    at_HH2 = np.stack(np.meshgrid(*(np.arange(side, dtype=np.float32) for side in real_HH.shape[::-1])), -1) + flow_HH2
    moved_HH = cv2.remap(real_HH, at_HH2, None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    moved_HH, drawn_HH = (cv2.GaussianBlur(picture_HH, (0, 0), _BLUR) for picture_HH in (moved_HH, drawn_HH))
    return np.asarray(np.log(moved_HH + _DARK) - np.log(drawn_HH + _DARK), np.float32)
