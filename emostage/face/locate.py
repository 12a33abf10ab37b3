"""Where the face-mesh landmarks lie on a head mesh: detect them on renderings of the head and read the surface there.

V vertices, F triangles, L = 468 landmarks, H, W pixels. Used when a head is baked. One rendering is noisy, so the landmarks
are detected on many made-up people of the same mesh under different lights, each also mirrored, and the median place counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.tracks import F64, U8
from emostage.face import topology, zbuffer
from emostage.face.track import Tracker

SIZE_PX = 768
_FOCAL_PX, _DISTANCE_M = 2200.0, 0.9
_SKIN, _SCLERA, _IRIS, _PUPIL = (220, 170, 150), (232, 230, 228), (110, 90, 60), (20, 20, 20)
_IRIS_M, _PUPIL_M = 0.0060, 0.0026

Index = NDArray[np.integer[Any]]


@dataclass(frozen=True, kw_only=True)
class Surface:
    """A head mesh in camera axes: `triangles_F3` over the vertices, and which vertices are eyeballs, `eyes_2V`."""

    vertices_V3: F64
    triangles_F3: Index
    eyes_2V: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True)
class Shot:
    """A rendering, and for each pixel the triangle it shows (-1 none) and where in it."""

    picture_HW3: U8
    triangle_HW: NDArray[np.int32]
    bary_HW3: F64


@dataclass(frozen=True, kw_only=True)
class Places:
    """`triangle_L` and `bary_L3` of each landmark; `found` landmarks that were seen on the surface at least once and
    `asymmetry_m`, the median distance between a landmark and the mirror image of its counterpart before they were joined."""

    triangle_L: NDArray[np.int32]
    bary_L3: F64
    found: int
    asymmetry_m: float


def locate(template: Surface, people: Iterable[tuple[F64, F64]], tracker: Tracker, light_seed: int = 0) -> Places:
    """Find every landmark on `template`.

    `people` are pairs of vertices (V, 3) of the same mesh: with closed and with slightly opened mouth. The inner lips are
    read from the open mouth, the lids beside the eyeball.
    """
    generator = np.random.Generator(np.random.PCG64(light_seed))
    seen_points = [p for closed, opened in people for p in _points(template, closed, opened, tracker, generator)]
    if not seen_points:
        raise ValueError("no face was found on any rendering of the head")
    points_NL3 = np.stack(seen_points)
    found = int(np.isfinite(points_NL3).all(2).any(0).sum())
    points_L3 = _nanmedian(points_NL3)
    mirrored_L3 = points_L3[topology.MIRROR_L[:468]] * [-1, 1, 1]
    apart_L = np.linalg.norm(points_L3 - mirrored_L3, axis=1)
    triangle_L, bary_L3 = _onto_surface(_symmetric(points_L3, mirrored_L3), template)
    return Places(triangle_L=triangle_L, bary_L3=bary_L3, found=found, asymmetry_m=float(np.nanmedian(apart_L)))


def render(surface: Surface, vertices_V3: F64, light_3: F64) -> Shot:
    """A plain picture of a head as seen from the front: skin, eyeballs with irises, one light over ambient."""
    camera_V3 = vertices_V3 + np.array([0, 0, _DISTANCE_M])
    points_V2 = camera_V3[:, :2] / camera_V3[:, 2:] * _FOCAL_PX + SIZE_PX / 2
    triangle_HW, bary_HW3 = zbuffer.draw(points_V2, camera_V3[:, 2], surface.triangles_F3, SIZE_PX)
    hit_HW = triangle_HW >= 0
    corners_N3 = surface.triangles_F3[triangle_HW[hit_HW]]
    bary_N31 = bary_HW3[hit_HW][..., None]
    place_N3 = (vertices_V3[corners_N3] * bary_N31).sum(1)
    normal_N3 = (_normals(vertices_V3, surface.triangles_F3)[corners_N3] * bary_N31).sum(1)
    normal_N3 *= -np.sign(normal_N3[:, 2:]) / (np.linalg.norm(normal_N3, axis=1, keepdims=True) + 1e-12)
    colour_N3 = np.broadcast_to(np.array(_SKIN, np.float64), place_N3.shape).copy()
    for eye_V in surface.eyes_2V:
        ball_N = eye_V[corners_N3[:, 0]]
        centre_3 = (vertices_V3[eye_V].min(0) + vertices_V3[eye_V].max(0)) / 2
        radius_N = np.hypot(*(place_N3[:, :2] - centre_3[:2]).T)
        colour_N3[ball_N] = _SCLERA
        colour_N3[ball_N & (radius_N < _IRIS_M)] = _IRIS
        colour_N3[ball_N & (radius_N < _PUPIL_M)] = _PUPIL
    shade_N = 0.35 + 0.65 * np.clip(normal_N3 @ (light_3 / np.linalg.norm(light_3)), 0, 1)
    picture_HW3 = np.full((SIZE_PX, SIZE_PX, 3), 90, np.uint8)
    picture_HW3[hit_HW] = np.clip(colour_N3 * shade_N[:, None], 0, 255)
    return Shot(picture_HW3=picture_HW3, triangle_HW=triangle_HW, bary_HW3=bary_HW3)


def _points(template: Surface, closed_V3: F64, opened_V3: F64, tracker: Tracker, generator: np.random.Generator) -> Iterator[F64]:
    """Places (468, 3) on the template, as read from one person; NaN where a landmark misses the surface."""
    light_3 = np.array([generator.uniform(-0.6, 0.6), generator.uniform(-0.8, -0.2), -0.8])
    closed, opened = (render(template, v, light_3) for v in (closed_V3, opened_V3))
    closed_L2, opened_L2 = _detect(tracker, closed.picture_HW3), _detect(tracker, opened.picture_HW3)
    if closed_L2 is None or opened_L2 is None:
        return
    points_L3 = _read(template, closed, closed_L2[:468].astype(int))
    ball_F = template.eyes_2V.any(0)[template.triangles_F3[:, 0]]
    on_skin_HW = (closed.triangle_HW >= 0) & ~ball_F[closed.triangle_HW]
    lids = list(topology.LIDS)
    points_L3[lids] = _read(template, closed, np.array([_nearest(on_skin_HW, p) for p in closed_L2[lids]]))
    for index, pixel in _inner_lips(template, closed, opened, opened_L2):
        points_L3[index] = _read(template, opened, pixel[None])[0]
    yield points_L3


def _detect(tracker: Tracker, picture_HW3: U8) -> F64 | None:
    """Landmarks averaged over the picture and its mirror image."""
    straight, mirrored = tracker.faces(picture_HW3), tracker.faces(np.ascontiguousarray(picture_HW3[:, ::-1]))
    if not straight or not mirrored:
        return None
    back_L2 = (mirrored[0][:468] * [-1, 1] + [picture_HW3.shape[1], 0])[topology.MIRROR_L[:468]]
    averaged_L2: F64 = (straight[0][:468] + back_L2) / 2
    return averaged_L2


def _read(template: Surface, shot: Shot, pixels_N2: Index) -> F64:
    """Places on the template that pixels (x, y) of a shot show."""
    x_N, y_N = np.clip(pixels_N2, 0, SIZE_PX - 1).T
    triangle_N = shot.triangle_HW[y_N, x_N]
    place_N3: F64 = (template.vertices_V3[template.triangles_F3[triangle_N]] * shot.bary_HW3[y_N, x_N][..., None]).sum(1)
    place_N3[triangle_N < 0] = np.nan
    return place_N3


def _nearest(good_HW: NDArray[np.bool_], point_2: NDArray[np.floating[Any]], reach: int = 9) -> Index:
    """The good pixel (x, y) nearest to a point, or the point's own pixel when there is none in reach."""
    x, y = (int(v) for v in point_2)
    rows, columns = np.nonzero(good_HW[max(y - reach, 0) : y + reach + 1, max(x - reach, 0) : x + reach + 1])
    if not len(rows):
        return np.array([x, y])
    k = np.argmin((rows - min(y, reach)) ** 2 + (columns - min(x, reach)) ** 2)
    return np.array([max(x - reach, 0) + columns[k], max(y - reach, 0) + rows[k]])


def _inner_lips(template: Surface, closed: Shot, opened: Shot, opened_L2: F64) -> Iterator[tuple[int, Index]]:
    """Each inner lip point with the pixel beside the mouth hole: the hole shows what the closed mouth hides."""
    from scipy import ndimage

    seen_F = np.zeros(len(template.triangles_F3), bool)
    seen_F[closed.triangle_HW[closed.triangle_HW >= 0]] = True
    right, left = opened_L2[78], opened_L2[308]
    window = np.zeros((SIZE_PX, SIZE_PX), bool)
    window[int(opened_L2[13, 1]) - 20 : int(opened_L2[14, 1]) + 20, int(right[0]) - 25 : int(left[0]) + 25] = True
    hole_HW = ndimage.binary_closing(window & ~seen_F[opened.triangle_HW], np.ones((5, 5)))
    labels_HW, count = ndimage.label(ndimage.binary_opening(hole_HW, np.ones((3, 3))))
    if not count:
        return
    hole_HW = labels_HW == 1 + np.argmax(np.bincount(labels_HW.ravel())[1:])
    lips_HW = (opened.triangle_HW >= 0) & seen_F[opened.triangle_HW] & ~hole_HW
    columns = np.flatnonzero(hole_HW.any(0))
    first, last = columns[0], columns[-1]
    for chain, upper in ((topology.LIP_U, True), (topology.LIP_L, False)):
        for k, index in enumerate(chain):
            x = round(float(first + (opened_L2[index, 0] - right[0]) / (left[0] - right[0]) * (last - first)))
            rows = np.flatnonzero(hole_HW[:, np.clip(x, first + 1, last - 1)])
            if not len(rows):
                continue
            corner = k in (0, len(chain) - 1)
            y = int(rows.mean()) if corner else rows[0] - 1 if upper else rows[-1] + 1
            outward = (-2 if k == 0 else 2) if corner else 0
            yield index, _nearest(lips_HW, np.array([x + outward, y], np.float64))


def _nanmedian(points_NL3: F64) -> F64:
    """Median over N of the finite places; NaN where there is none."""
    out_L3 = np.full(points_NL3.shape[1:], np.nan)
    for index in np.flatnonzero(np.isfinite(points_NL3).all(2).any(0)):
        place_N3 = points_NL3[:, index]
        out_L3[index] = np.median(place_N3[np.isfinite(place_N3).all(1)], axis=0)
    return out_L3


def _symmetric(points_L3: F64, mirrored_L3: F64, limit_m: float = 0.006) -> F64:
    """The mean of both sides; the front one when they disagree by more than the limit, the known one when one is missing."""
    joined_L3 = np.where(
        np.isnan(points_L3), mirrored_L3, np.where(np.isnan(mirrored_L3), points_L3, (points_L3 + mirrored_L3) / 2)
    )
    far_L = np.nanmax(np.abs(points_L3 - mirrored_L3), axis=1, initial=0.0) > limit_m
    front_L1 = (points_L3[:, 2] < mirrored_L3[:, 2])[:, None]
    symmetric_L3: F64 = np.where(far_L[:, None], np.where(front_L1, points_L3, mirrored_L3), joined_L3)
    return symmetric_L3


def _onto_surface(points_L3: F64, template: Surface) -> tuple[NDArray[np.int32], F64]:
    """Nearest triangle and barycentric weights (clipped to the triangle) of each point, on skin."""
    skin = np.flatnonzero(~template.eyes_2V.any(0)[template.triangles_F3[:, 0]])
    a_F3, b_F3, c_F3 = (template.vertices_V3[template.triangles_F3[skin, k]] for k in range(3))
    e_F3, g_F3 = b_F3 - a_F3, c_F3 - a_F3
    ee, eg, gg = (e_F3**2).sum(1), (e_F3 * g_F3).sum(1), (g_F3**2).sum(1)
    determinant_F = ee * gg - eg * eg + 1e-18
    triangle_L, bary_L3 = np.zeros(len(points_L3), np.int32), np.zeros((len(points_L3), 3))
    for index, point_3 in enumerate(points_L3):
        q_F3 = point_3 - a_F3
        qe, qg = (q_F3 * e_F3).sum(1), (q_F3 * g_F3).sum(1)
        u_F, w_F = (gg * qe - eg * qg) / determinant_F, (ee * qg - eg * qe) / determinant_F
        bary_F3 = np.clip(np.stack([1 - u_F - w_F, u_F, w_F], 1), 0, 1)
        bary_F3 /= bary_F3.sum(1, keepdims=True)
        on_F3 = a_F3 * bary_F3[:, :1] + b_F3 * bary_F3[:, 1:2] + c_F3 * bary_F3[:, 2:]
        k = int(((on_F3 - point_3) ** 2).sum(1).argmin())
        triangle_L[index], bary_L3[index] = skin[k], bary_F3[k]
    return triangle_L, bary_L3


def _normals(vertices_V3: F64, triangles_F3: Index) -> F64:
    """Area-weighted vertex normals, not normalised."""
    a_F3, b_F3, c_F3 = (vertices_V3[triangles_F3[:, k]] for k in range(3))
    face_F3 = np.cross(b_F3 - a_F3, c_F3 - a_F3)
    normals_V3 = np.zeros_like(vertices_V3)
    for k in range(3):
        np.add.at(normals_V3, triangles_F3[:, k], face_F3)
    return normals_V3
