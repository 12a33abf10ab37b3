"""The square window in which a person of footage is seen, whoever they are: as `training.heads.camera` frames heads."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from emostage.core.errors import AssetError
from emostage.core.tracks import F64, Crop
from emostage.face.head import Head
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Seated
from emostage.training.footage.store import SOURCES, Array
from emostage.training.heads.camera import Camera

_MOST_BEYOND = 0.12
"""Share of its side that the window may reach beyond the picture, whose border is then repeated."""
_NAMED = 1 << 60
"""Numbers of people who have a name are higher than those who are drawn from a seed."""


def window(head: Head, seated: Seated, own: Crop, camera: Camera, size_px: int) -> Crop:
    """The window of a camera on a person seated in another window on the same picture."""
    vertices_V3 = head.vertices_V3 + np.tensordot(seated.shape_K, head.shapes_KV3.astype(np.float64), 1)
    ends_23 = np.asarray(head.at_landmarks(vertices_V3), np.float64)[[FOREHEAD, CHIN]]
    middle_3 = ends_23.mean(0)
    depth = float(seated.rotation_33[2] @ middle_3 + seated.translation_3[2])
    face = float(np.linalg.norm(ends_23[0] - ends_23[1])) * seated.focal / depth
    side = face * own.size_px / own.scale / camera.face_share
    middle_2 = own.to_picture(seated.seen(middle_3[None]) * own.size_px)[0]
    left, top = middle_2 - side * np.array([camera.middle_x, camera.middle_y])
    return Crop(left=float(left), top=float(top), scale=size_px / side, size_px=size_px)


def require_inside(name: str, picture_px: tuple[int, int], crop: Crop) -> None:
    """Raise AssetError E078 when a window shows too little of a picture of (width, height)."""
    low_2 = np.array([crop.left, crop.top])
    high_2 = low_2 + crop.size_px / crop.scale
    beyond = float(max((-low_2).max(), (high_2 - picture_px).max())) * crop.scale / crop.size_px
    if beyond > _MOST_BEYOND:
        message = f"'{name}' ends too near to the face: hair or shoulders are cut off"
        raise AssetError.of("E078", message, "use one with more room around the head")


def known(seated: Seated, name: str, source: str) -> dict[str, Array]:
    """The arrays of `store.SHOTS` for one shot of somebody with a name."""
    return {
        "rotation_S33": seated.rotation_33.astype(np.float32)[None],
        "translation_S3": seated.translation_3.astype(np.float32)[None],
        "lens_S3": np.array([[seated.focal, *seated.centre_2]], np.float32),
        "pivot_S3": seated.pivot_3.astype(np.float32)[None],
        "identity_S": np.array([identity(name)], np.int64),
        "source_S": np.array([SOURCES.index(source)], np.uint8),
    }


def identity(name: str) -> int:
    """The number of a person with a name."""
    return _NAMED + int.from_bytes(blake2b(name.encode(), digest_size=7).digest(), "big")


def placed(points_TN2: F64, crop: Crop) -> Array:
    """Picture points (T, N, 2) as shares of the window's side."""
    return (crop.to_crop(points_TN2) / crop.size_px).astype(np.float16)
