"""Who makes the frames that are measured: nets that paint, and two baselines that need none. T frames, H, W rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Protocol

import cv2
import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, U8, MotionTrack
from emostage.evaluate.painted.acts import Act, Sitter
from emostage.face.fit import euler_rad
from emostage.face.head import load_head
from emostage.face.portrait import portrait_of
from emostage.face.turning import head_rotation
from emostage.nets.painting.given import Take
from emostage.nets.painting.painter import Painter
from emostage.portrait.photo import PhotoRenderer

Sitting = Callable[[Act], Iterator[U8]]
"""A person ready to be shown doing something: an act to its frames (H, W, 3), in order and a few at a time."""

SEED = 1
_READ_TIMES = 4
"""Portraits are enlarged so many times for the face fitter, which wants larger faces than painters paint."""
_DRAWN_PX = 256
"""Size at which the photo renderer draws, before its frames are made as small as the painters'."""
_FPS = Fraction(25)


class Artist(Protocol):
    """Shows people by one picture of them."""

    def sits(self, sitter: Sitter) -> Sitting:
        """Get to know a person. Raises EmostageError for a portrait that cannot be used."""


class Repeating:
    """The portrait, whatever is asked."""

    def sits(self, sitter: Sitter) -> Sitting:
        """The portrait over and over."""
        return lambda act: iter([sitter.picture] * len(act))


class Photographed:
    """The photo renderer, which performs the portrait; nothing in it is trained."""

    def sits(self, sitter: Sitter) -> Sitting:
        """Fit the portrait and prepare it. Raises AssetError E07x."""
        size = sitter.picture.shape[0] * _READ_TIMES
        portrait, _ = portrait_of(cv2.resize(np.array(sitter.picture), (size, size), interpolation=cv2.INTER_CUBIC))
        renderer = PhotoRenderer(portrait, load_head(), size_px=(_DRAWN_PX, _DRAWN_PX), quality="standard")
        small = sitter.picture.shape[1::-1]

        def drawn(act: Act) -> Iterator[U8]:
            for frame_HW3 in renderer.render(motion(sitter, act)):
                yield np.asarray(cv2.resize(frame_HW3, small, interpolation=cv2.INTER_AREA), np.uint8)

        return drawn


@dataclass(frozen=True)
class Painting:
    """A net that paints."""

    painter: Painter

    def sits(self, sitter: Sitter) -> Sitting:
        """Nothing is prepared."""
        return lambda act: (frame for chunk in self.chunks(sitter.given(act)) for frame in chunk)

    def chunks(self, given: Take) -> Iterator[U8]:
        """The frames (n, H, W, 3) of one take, window by window."""
        for painted in self.painter.paint(given, seed=SEED):
            yield pictures(painted.clean_N3HH)


def motion(sitter: Sitter, act: Act) -> MotionTrack:
    """An act for the photo renderer: heads turn relative to the portrait's pose. Where the head is seen turned by Q of the
    portrait and Q_t now, the photo is turned by Q^T Q_t about the same point."""
    own_33, now_T33 = (_rotations(angles) for angles in (sitter.own("rotation_N3"), act.rotation_T3))
    turned_T3 = np.array([euler_rad(own_33[0].T @ now_33) for now_33 in now_T33], np.float32).reshape(len(act), 3)
    return MotionTrack(
        expression_T52=np.array(act.expression_T52),
        rotation_T3=turned_T3,
        shift_T2=np.zeros((len(act), 2), np.float32),
        scale_T=np.ones(len(act), np.float32),
        tongue_T=np.zeros(len(act), np.float32),
        breath_T=np.zeros(len(act), np.float32),
        fps=_FPS,
    )


def pictures(clean_N3HH: Tensor) -> U8:
    """Frames (N, H, H, 3) of colours in [-1, 1]."""
    levels_N3HH = clean_N3HH.float().clamp(-1, 1).add(1.0).mul(127.5).round()
    frames_NHH3: U8 = levels_N3HH.to(torch.uint8).permute(0, 2, 3, 1).cpu().numpy()
    return frames_NHH3


def _rotations(angles: F32) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Rotation matrices (T, 3, 3) of angles (T, 3) or (3,)."""
    return head_rotation(torch.from_numpy(np.atleast_2d(np.array(angles, np.float64)))).numpy()
