"""How much a face lives beside what it says and feels: blinks, movements of the head, and jitter, which no face has. T frames."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter, uniform_filter1d

from emostage.core.tracks import F64

_USUAL_S = 2.0
_SHUT = 0.6
"""Lids that leave less than this share of their usual opening (the median over two seconds) blink."""
_LONGEST_BLINK_S = 0.6
_SMOOTH_FRAMES = 5
_LEAST_DRIFT_S = 5.0
_THIRD = np.array([1.0, -3.0, 3.0, -1.0])
STEADY = (168, 6, 197, 195, 5, 4, 133, 362, 33, 263, 9, 8, 10, 151, 234, 454)
"""Landmarks of nose, eye corners, forehead and ears, which speech hardly moves."""


@dataclass(frozen=True, kw_only=True)
class Liveliness:
    """`blinks_per_min`; standard deviations of the head's angles in degrees and their mean `speed` in degrees a second, of pitch,
    yaw and roll together; `head_jitter` in degrees and `face_jitter` in percent of the eye distance are the standard deviations of
    a white noise that would tremble as much from frame to frame."""

    blinks_per_min: float
    pitch_deg: float
    yaw_deg: float
    roll_deg: float
    speed_deg_s: float
    head_jitter_deg: float
    face_jitter: float


def liveliness(clips: Iterable[tuple[F64, F64, F64]], fps: float) -> Liveliness:
    """Measure clips of one face: angles (T, 3) in degrees, opening of the eyes (T,) and landmarks (T, N, 2) free of pose, in eye
    distances. NaN where it is not seen; clips without a seen frame are left out."""
    known = [clip for clip in clips if np.isfinite(clip[0]).any()]
    if not known:
        return Liveliness(**dict.fromkeys(Liveliness.__dataclass_fields__, float("nan")))
    angles_T3 = np.concatenate([angles_T3 for angles_T3, _, _ in known])
    pitch, yaw, roll = np.nanstd(angles_T3, axis=0)
    minutes = sum(int(np.isfinite(opening_T).sum()) for _, opening_T, _ in known) / fps / 60
    return Liveliness(
        blinks_per_min=sum(len(blinks(opening_T, fps)) for _, opening_T, _ in known) / minutes,
        pitch_deg=float(pitch),
        yaw_deg=float(yaw),
        roll_deg=float(roll),
        speed_deg_s=_mean([speed(angles_T3) * fps for angles_T3, _, _ in known]),
        head_jitter_deg=jitter([angles_T3 for angles_T3, _, _ in known]),
        face_jitter=100 * jitter([level_TN2[:, STEADY] for _, _, level_TN2 in known]),
    )


def drift(angles_T3: F64, times_T: F64) -> float:
    """Degrees a minute by which a head that is to be at rest turns away, from the straight lines through its angles (T, 3) at
    times in seconds; NaN where it is seen for less than five seconds of them."""
    known_T = np.isfinite(angles_T3).all(1)
    if not known_T.any() or np.ptp(times_T[known_T]) < _LEAST_DRIFT_S:
        return float("nan")
    slope_3 = np.polyfit(times_T[known_T] / 60, angles_T3[known_T], 1)[0]
    return float(np.linalg.norm(slope_3))


def blinks(opening_T: F64, fps: float) -> list[tuple[int, int]]:
    """First frame and frame after the last of each blink, from the opening of the eyes (T,)."""
    known_T = np.isfinite(opening_T)
    if not known_T.any():
        return []
    filled_T = np.where(known_T, opening_T, np.nanmedian(opening_T))
    usual_T = median_filter(filled_T, 2 * round(_USUAL_S * fps / 2) + 1, mode="nearest")
    shut_T = known_T & (filled_T < _SHUT * usual_T)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], shut_T.astype(np.int8), [0]])))
    return [(int(a), int(b)) for a, b in edges.reshape(-1, 2) if (b - a) / fps <= _LONGEST_BLINK_S]


def speed(angles_T3: F64) -> float:
    """Mean change of the direction from frame to frame, in the unit of the angles, after the mean over five frames; noise of the
    tracking hardly counts then."""
    known_T3 = angles_T3[np.isfinite(angles_T3).all(1)]
    if len(known_T3) <= _SMOOTH_FRAMES:
        return float("nan")
    smooth_T3 = uniform_filter1d(known_T3, _SMOOTH_FRAMES, axis=0)
    return float(np.linalg.norm(np.diff(smooth_T3, axis=0), axis=1).mean())


def jitter(curves: Iterable[F64]) -> float:
    """Standard deviation of the white noise whose third differences are as large as those of the curves (T, ...): movements slower
    than about three hertz vanish in them."""
    squares = [trembling(curve_TX) for curve_TX in curves]
    squares_T = np.concatenate([s for s in squares if len(s)] or [np.full(1, np.nan)])
    squares_T = squares_T[np.isfinite(squares_T)]
    return float(np.sqrt(squares_T.mean())) if len(squares_T) else float("nan")


def trembling(curve_TX: F64) -> F64:
    """Mean square of the third difference about each frame, as the variance of a white noise (T - 3,)."""
    flat_TX = curve_TX.reshape(len(curve_TX), -1)
    if len(flat_TX) < len(_THIRD):
        return np.zeros(0)
    third_TX = sum(c * flat_TX[k : len(flat_TX) - 3 + k] for k, c in enumerate(_THIRD))
    mean_T: F64 = (np.asarray(third_TX) ** 2).mean(1) / float((_THIRD**2).sum())
    return mean_T


def _mean(values: list[float]) -> float:
    known = [value for value in values if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")
