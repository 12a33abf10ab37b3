"""A frame of footage as the photo renderer performs it: what painters are held against, and what the diffusion finish starts from.

T frames, H, W rows and columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import cv2
import numpy as np
import torch

from emostage.core.tracks import F32, U8, MotionTrack
from emostage.face.fit import euler_rad
from emostage.face.head import load_head
from emostage.face.portrait import portrait_of
from emostage.face.turning import head_rotation
from emostage.motion.hearing import MODEL_FPS
from emostage.portrait.photo import PhotoRenderer

_READ_TIMES = 4
"""Portraits are enlarged so many times for the face fitter, which wants larger faces than painters paint."""
_DRAWN_TIMES = 2
"""Frames are drawn so many times as large, then made as small as the portrait."""


class Performed:
    """The person of a portrait, ready to be performed. Nothing in it is trained."""

    def __init__(self, picture_HW3: U8, rotation_3: F32) -> None:
        """Fit the head to a portrait whose head is turned by `rotation_3` as footage has it. Raises AssetError E07x."""
        rows, columns = picture_HW3.shape[:2]
        large = (columns * _READ_TIMES, rows * _READ_TIMES)
        portrait, _ = portrait_of(cv2.resize(np.array(picture_HW3), large, interpolation=cv2.INTER_CUBIC))
        film = (columns * _DRAWN_TIMES, rows * _DRAWN_TIMES)
        self._renderer = PhotoRenderer(portrait, load_head(), size_px=film, quality="standard")
        self._rotation_3, self._size_px = rotation_3, (columns, rows)

    def frames(self, expression_T52: F32, rotation_T3: F32) -> Iterator[U8]:
        """Frames (H, W, 3) as large as the portrait, of expressions and rotations as footage has them."""
        for frame_HW3 in self._renderer.render(motion(self._rotation_3, expression_T52, rotation_T3)):
            yield np.asarray(cv2.resize(frame_HW3, self._size_px, interpolation=cv2.INTER_AREA), np.uint8)


def motion(own_3: F32, expression_T52: F32, rotation_T3: F32) -> MotionTrack:
    """What footage tells as a motion for the photo renderer: heads turn relative to the portrait's pose. Where the head is seen
    turned by Q of the portrait and Q_t now, the photo is turned by Q^T Q_t about the same point."""
    count = len(expression_T52)
    own_33, now_T33 = (_rotations(angles) for angles in (own_3, rotation_T3))
    turned_T3 = np.array([euler_rad(own_33[0].T @ now_33) for now_33 in now_T33], np.float32).reshape(count, 3)
    return MotionTrack(
        expression_T52=np.array(expression_T52),
        rotation_T3=turned_T3,
        shift_T2=np.zeros((count, 2), np.float32),
        scale_T=np.ones(count, np.float32),
        tongue_T=np.zeros(count, np.float32),
        breath_T=np.zeros(count, np.float32),
        fps=Fraction(MODEL_FPS),
    )


def _rotations(angles: F32) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Rotation matrices (T, 3, 3) of angles (T, 3) or (3,)."""
    return head_rotation(torch.from_numpy(np.atleast_2d(np.array(angles, np.float64)))).numpy()
