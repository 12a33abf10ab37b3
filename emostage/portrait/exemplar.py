"""Filling a hole in a picture with pieces of the picture itself.

What it should look like is found over an image pyramid: each patch about the hole takes after the nearest one that is known (Y.
Wexler, E. Shechtman and M. Irani, "Space-time completion of video", PAMI 2007; here nearest patches are found exactly, among
principal components). Then large pieces of the picture that look like it are laid over it at full resolution, cross-faded.
Letters: H, W rows and columns of the picture, h and w of a level of the pyramid, K patches about the hole, S known patches,
D features, J and I rows and columns of pieces.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from emostage.core.tracks import F32
from emostage.portrait.fill import pull_push
from emostage.portrait.sheet import I64

_SIDES_PX = (32, 64, 128)
_ROUNDS = (6, 3, 1)
"""Longer side of each level of the pyramid, and how often patches are looked up in it."""
_PATCH = 7
_COMPONENTS, _PIECE_COMPONENTS = 20, 8
"""Features of a patch when its colours are looked for, and when its pieces are: grain must not count there, or all are plain."""
_STEP = 4
"""Places of the last level between two pieces; each reaches as far as its neighbours' middles."""
_NEARER = 120.0
"""Grey levels, summed over a patch, by which a piece from the other side of the picture must fit better than one from here."""
_LOYALTY, _SLACK = 0.5, 4000.0
"""A piece that continues the one beside it is taken when this share of its squared distance is below another's plus this slack."""
_LEAST_KNOWN = 40
_BLOCK = 1024


@dataclass(frozen=True, kw_only=True)
class _Level:
    """A level of the pyramid: where patches have their middle, rows and columns; `about_K2` those that touch the hole."""

    known_hw: NDArray[np.bool_]
    about_K2: I64
    source_S2: I64


def filled(picture_HW3: F32, known_HW: NDArray[np.bool_]) -> F32:
    """The picture with the rest filled in texture; smoothly where too little is known to take pieces from."""
    smooth_HW3 = pull_push(picture_HW3, known_HW.astype(np.float32))
    if known_HW.all():
        return picture_HW3
    height, width = known_HW.shape
    now_hw3, real_hw3, level = smooth_HW3, smooth_HW3, None
    for side, rounds in zip(_SIDES_PX, _ROUNDS, strict=True):
        scale = min(1.0, side / max(height, width))
        shape_hw = (max(_PATCH, round(height * scale)), max(_PATCH, round(width * scale)))
        finer = _level(known_HW, shape_hw)
        if len(finer.source_S2) < _LEAST_KNOWN:
            continue
        level = finer
        real_hw3, now_hw3 = _resized(smooth_HW3, shape_hw), _resized(now_hw3, shape_hw)
        now_hw3 = np.where(level.known_hw[..., None], real_hw3, now_hw3)
        for _ in range(rounds):
            source_SD, about_KD = _features(real_hw3, now_hw3, level, level.about_K2, _COMPONENTS)
            voted_hw3 = _voted(real_hw3, level, level.source_S2[_nearest(source_SD, about_KD)])
            now_hw3 = np.where(level.known_hw[..., None], real_hw3, voted_hw3)
    if level is None:
        return smooth_HW3
    return _laid(smooth_HW3, known_HW, _pieces(real_hw3, now_hw3, level), real_hw3.shape[:2])


def _resized(picture_HW3: F32, shape_hw: tuple[int, int]) -> F32:
    shrinks = shape_hw[0] < picture_HW3.shape[0]
    resized: F32 = cv2.resize(picture_HW3, shape_hw[::-1], interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR)
    return resized


def _level(known_HW: NDArray[np.bool_], shape_hw: tuple[int, int]) -> _Level:
    known_hw = cv2.resize(known_HW.astype(np.float32), shape_hw[::-1], interpolation=cv2.INTER_AREA) > 0.999
    square = np.ones((_PATCH, _PATCH), np.uint8)
    whole_hw = cv2.erode(known_hw.astype(np.uint8), square, borderType=cv2.BORDER_CONSTANT, borderValue=0) > 0
    touched_hw = cv2.dilate((~known_hw).astype(np.uint8), square) > 0
    return _Level(known_hw=known_hw, about_K2=np.argwhere(touched_hw), source_S2=np.argwhere(whole_hw))


def _patches(picture_hw3: F32, middles_N2: I64) -> F32:
    """The patches (N, patch * patch * 3) about some middles; beyond the border the picture is mirrored."""
    half = _PATCH // 2
    padded: F32 = np.pad(picture_hw3, ((half, half), (half, half), (0, 0)), mode="reflect")
    windows = sliding_window_view(padded, (_PATCH, _PATCH), (0, 1))  # type: ignore[call-overload]
    patches_NX: F32 = windows[middles_N2[:, 0], middles_N2[:, 1]].reshape(len(middles_N2), -1)
    return patches_NX


def _features(real_hw3: F32, now_hw3: F32, level: _Level, middles_K2: I64, components: int) -> tuple[F32, F32]:
    """Known patches (S, D) and those about some places (K, D) as their principal components and where they lie."""
    source_SD, about_KD = _patches(real_hw3, level.source_S2), _patches(now_hw3, middles_K2)
    mean_D = source_SD.mean(0)
    _, basis_DD = np.linalg.eigh((source_SD - mean_D).T @ (source_SD - mean_D))
    far = _NEARER / max(level.known_hw.shape)
    parts = ((source_SD, level.source_S2), (about_KD, middles_K2))
    source, about = (np.concatenate([(p - mean_D) @ basis_DD[:, -components:], at * far], 1, dtype=np.float32) for p, at in parts)
    return source, about


def _nearest(source_SD: F32, about_KD: F32) -> I64:
    """The known patch nearest to each of the others (K,)."""
    square_S = (source_SD**2).sum(1)
    parts = np.split(about_KD, range(_BLOCK, len(about_KD), _BLOCK))
    return np.concatenate([(square_S - 2 * part_kD @ source_SD.T).argmin(1) for part_kD in parts])


def _pieces(real_hw3: F32, now_hw3: F32, level: _Level) -> I64:
    """How far away (J, I, 2), in places of the level, lies the piece for every `_STEP`-th place.

    Pieces are chosen row by row; one that continues the piece on its left or above wins over slightly better ones.
    """
    height, width = level.known_hw.shape
    middles_JI2 = np.stack(np.meshgrid(np.arange(0, height, _STEP), np.arange(0, width, _STEP), indexing="ij"), -1)
    rows, columns = middles_JI2.shape[:2]
    source_SD, about_KD = _features(real_hw3, now_hw3, level, middles_JI2.reshape(-1, 2), _PIECE_COMPONENTS)
    best_K = _nearest(source_SD, about_KD)
    number_hw = np.full((height, width), -1)
    number_hw[tuple(level.source_S2.T)] = np.arange(len(level.source_S2))
    cost_K = ((about_KD - source_SD[best_K]) ** 2).sum(1)
    for j, i in np.ndindex(rows, columns):
        k = j * columns + i
        for row, column, before in ((0, _STEP, k - 1), (_STEP, 0, k - columns)):
            if (i if column else j) == 0:
                continue
            y, x = level.source_S2[best_K[before]] + (row, column)
            other = number_hw[y, x] if y < height and x < width else -1
            other_cost = ((about_KD[k] - source_SD[other]) ** 2).sum()
            if other >= 0 and _LOYALTY * other_cost < cost_K[k] + _SLACK:
                best_K[k], cost_K[k] = other, other_cost
    away_JI2: I64 = level.source_S2[best_K].reshape(rows, columns, 2) - middles_JI2
    return away_JI2


def _voted(real_hw3: F32, level: _Level, from_K2: I64) -> F32:
    """The mean of what the patches over each place say of it, when they look like those about `from_K2`."""
    height, width = level.known_hw.shape
    half = _PATCH // 2
    total = np.zeros((height + 2 * half, width + 2 * half, 3), np.float32)
    count = np.zeros((*total.shape[:2], 1), np.float32)
    rows_K, columns_K = level.about_K2.T
    for down in range(-half, half + 1):
        for right in range(-half, half + 1):
            to = (rows_K + half + down, columns_K + half + right)
            total[to] += real_hw3[from_K2[:, 0] + down, from_K2[:, 1] + right]
            count[to] += 1
    mean: F32 = (total / np.maximum(count, 1)).astype(np.float32)[half : half + height, half : half + width]
    return mean


def _laid(picture_HW3: F32, known_HW: NDArray[np.bool_], away_JI2: I64, shape_hw: tuple[int, ...]) -> F32:
    """The hole filled with pieces of the picture, cross-faded, and made level with what is known at its border."""
    height, width = known_HW.shape
    per_2 = np.array([height / shape_hw[0], width / shape_hw[1]])
    away_JI2 = np.round(away_JI2 * per_2).astype(np.int32)
    y_HW, x_HW = np.mgrid[0:height, 0:width].astype(np.int32)
    place_2 = [((axis + 0.5) / step - 0.5) / _STEP for axis, step in zip((y_HW, x_HW), per_2, strict=True)]
    low_2 = [np.clip(np.floor(p), 0, count - 1).astype(np.int32) for p, count in zip(place_2, away_JI2.shape, strict=False)]
    share_2 = [np.clip(p - low, 0, 1).astype(np.float32) for p, low in zip(place_2, low_2, strict=True)]
    laid_HW3 = np.zeros_like(picture_HW3)
    for down, right in ((0, 0), (0, 1), (1, 0), (1, 1)):
        piece = (np.minimum(low_2[0] + down, len(away_JI2) - 1), np.minimum(low_2[1] + right, away_JI2.shape[1] - 1))
        y = np.clip(y_HW + away_JI2[..., 0][piece], 0, height - 1)
        x = np.clip(x_HW + away_JI2[..., 1][piece], 0, width - 1)
        share = np.abs(1 - down - share_2[0]) * np.abs(1 - right - share_2[1])
        laid_HW3 += picture_HW3[y, x] * share[..., None]
    inside_px = cv2.distanceTransform(known_HW.astype(np.uint8), cv2.DIST_L2, 3)
    rim_HW = (inside_px > 0) & (inside_px < 2 * per_2.max())
    level_HW3 = pull_push(np.where(rim_HW[..., None], picture_HW3 - laid_HW3, 0), rim_HW.astype(np.float32))
    return np.where(known_HW[..., None], picture_HW3, np.clip(laid_HW3 + level_HW3, 0, 255)).astype(np.float32)
