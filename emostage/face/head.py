"""The linear head: a mesh, what identity and expression do to it, and where the face-mesh landmarks lie on it.

V vertices, F triangles, K identity shapes, L = 468 landmarks. Head coordinates are metres in camera axes: x right (towards
the person's left), y down, z away from the camera; the origin lies between the eyes, inside the head.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT
from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.core.tracks import F32, Frozen

I32 = NDArray[np.int32]
_NECK_BELOW_MM = 45.0
_SHAPES = {
    "vertices_V3": "V3", "triangles_F3": "F3", "actions_52V3": "52V3", "shapes_KV3": "KV3", "skin_V": "V", "pivot_3": "3",
    "eyes_2V": "2V", "eye_centres_23": "23", "landmark_triangle_L": "L", "landmark_bary_L3": "L3",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True, eq=False)
class Head(Frozen):
    """A head is `vertices_V3 + shape_K @ shapes_KV3 + expression_52 @ actions_52V3`.

    `actions_52V3` follow `core.arkit.ARKIT_NAMES`; weight 1 is a full human action. `skin_V` is the share of the head
    joint's rotation a vertex follows, about `pivot_3`. `eyes_2V` marks the eyeballs (the person's right, then left) with
    their `eye_centres_23` and `eye_radius_m`. Landmark l lies in triangle `landmark_triangle_L[l]` at the barycentric
    weights `landmark_bary_L3[l]`.
    """

    vertices_V3: F32
    triangles_F3: I32
    actions_52V3: F32
    shapes_KV3: F32
    shape_names: tuple[str, ...]
    skin_V: F32
    pivot_3: F32
    eyes_2V: NDArray[np.bool_]
    eye_centres_23: F32
    eye_radius_m: float
    landmark_triangle_L: I32
    landmark_bary_L3: F32
    fingerprint: str

    def at_landmarks(self, field_V: NDArray[np.floating[Any]]) -> NDArray[np.floating[Any]]:
        """A field over vertices (..., V, C) read at the landmarks: (..., 468, C)."""
        corners_L3 = self.triangles_F3[self.landmark_triangle_L]
        values: NDArray[np.floating[Any]] = (field_V[..., corners_L3, :] * self.landmark_bary_L3[..., None]).sum(-2)
        return values


def load_head(path: Path | None = None) -> Head:
    """The head in the folder `path`, or the one that comes with emostage. Loaded once. Raises AssetError (E079)."""
    try:
        return _load(path or resource("checkpoints", "head"))
    except (OSError, ValueError, KeyError) as error:
        raise AssetError.of("E079", f"the head model cannot be read: {error}", "install emostage again") from error


def neck(head: Head, mm: float) -> NDArray[np.float64]:
    """The point (3,) about which a person's head turns, whose millimetres have `mm` head units: below the joint, for the neck
    bends too."""
    turning_3: NDArray[np.float64] = np.asarray(head.pivot_3, np.float64) + np.array([0.0, _NECK_BELOW_MM * mm, 0.0])
    return turning_3


@lru_cache(maxsize=4)
def _load(folder: Path) -> Head:
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    card = json.loads((folder / "card.json").read_text(encoding="utf-8"))
    try:
        arrays = load_file(folder / "head.safetensors")
    except SafetensorError as error:
        raise ValueError(str(error)) from error
    known = {"3": 3, "2": 2, "52": ARKIT_COUNT, "L": 468, "K": len(card["shape_names"])}
    for name, letters in _SHAPES.items():
        _check(name, letters, arrays[name].shape, known)
    floats = {n: a.astype(np.float32) for n, a in arrays.items() if a.dtype.kind == "f"}
    return Head(
        **floats,
        triangles_F3=arrays["triangles_F3"].astype(np.int32),
        landmark_triangle_L=arrays["landmark_triangle_L"].astype(np.int32),
        eyes_2V=arrays["eyes_2V"].astype(bool),
        shape_names=tuple(card["shape_names"]),
        eye_radius_m=float(card["eye_radius_m"]),
        fingerprint=card["sha256"],
    )


def _check(name: str, letters: str, shape: tuple[int, ...], known: dict[str, int]) -> None:
    """Raise ValueError when an array's shape does not agree with its letters and the sizes known so far."""
    sizes = ["52", *letters[2:]] if letters.startswith("52") else list(letters)
    if len(sizes) != len(shape) or any(known.setdefault(s, n) != n for s, n in zip(sizes, shape, strict=True)):
        raise ValueError(f"{name} has the shape {shape}, expected {letters}")
