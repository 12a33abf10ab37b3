"""Keyframes with easing, sampled into curves. T times, K channels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

EaseName = Literal["hold", "linear", "in", "out", "in-out", "cubic-bezier"]
_BEZIERS: dict[str, tuple[float, float, float, float]] = {
    "in": (0.42, 0.0, 1.0, 1.0),
    "out": (0.0, 0.0, 0.58, 1.0),
    "in-out": (0.42, 0.0, 0.58, 1.0),
}


@dataclass(frozen=True, kw_only=True)
class Easing:
    """How a key is approached from the one before it. `control` holds (x1, y1, x2, y2) for `cubic-bezier`, x in [0, 1].

    The named curves are the ones of the W3C CSS Easing Functions Level 1.
    """

    name: EaseName = "in-out"
    control: tuple[float, float, float, float] | None = None

    def __call__(self, progress_T: ArrayLike) -> NDArray[np.float64]:
        """Eased progress in [0, 1] (overshoot of a Bézier is kept) for linear progress in [0, 1]."""
        x_T = np.clip(np.asarray(progress_T, np.float64), 0.0, 1.0)
        if self.name == "hold":
            return (x_T >= 1.0).astype(np.float64)
        if self.name == "linear":
            return x_T
        control = self.control if self.name == "cubic-bezier" and self.control else _BEZIERS[self.name]
        return _bezier(x_T, control)


def _bezier(x_T: NDArray[np.float64], control: tuple[float, float, float, float]) -> NDArray[np.float64]:
    x1, y1, x2, y2 = control
    low_T, high_T = np.zeros_like(x_T), np.ones_like(x_T)
    for _ in range(30):  # bisection on the monotone x(t)
        t_T = (low_T + high_T) / 2
        too_low_T = 3 * (1 - t_T) ** 2 * t_T * x1 + 3 * (1 - t_T) * t_T**2 * x2 + t_T**3 < x_T
        low_T, high_T = np.where(too_low_T, t_T, low_T), np.where(too_low_T, high_T, t_T)
    t_T = (low_T + high_T) / 2
    y_T = 3 * (1 - t_T) ** 2 * t_T * y1 + 3 * (1 - t_T) * t_T**2 * y2 + t_T**3
    exact: NDArray[np.float64] = np.where(x_T <= 0.0, 0.0, np.where(x_T >= 1.0, 1.0, y_T))
    return exact


def smoothstep(x: NDArray[np.float64], low: float = 0.0, high: float = 1.0) -> NDArray[np.float64]:
    """A step with level ends: 0 below `low`, 1 above `high`, between them 3t² - 2t³ of the share t of the way."""
    t = np.clip((x - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t))


@dataclass(frozen=True, kw_only=True)
class Keyframe:
    """A value reached at a time. `at_s` counts from the start of the clip the key belongs to."""

    at_s: float
    value: tuple[float, ...]
    ease: Easing = Easing()


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A value to be reached at a time; with `over_s` the change begins no earlier than that long before it."""

    at_s: float
    value: tuple[float, ...]
    ease: Easing = Easing()
    over_s: float | None = None


def keyframes(turns: Iterable[Turn], rest: tuple[float, ...]) -> tuple[Keyframe, ...]:
    """The keyframes of turns in order of time: what a turn holds off stays as it was before, `rest` at first."""
    frames: list[Keyframe] = []
    value, free_from_s = rest, 0.0
    for turn in turns:
        if turn.over_s is not None:
            held_s = min(turn.at_s, max(free_from_s, turn.at_s - turn.over_s))
            frames.append(Keyframe(at_s=held_s, value=value, ease=Easing(name="linear")))
        frames.append(Keyframe(at_s=turn.at_s, value=turn.value, ease=turn.ease))
        value, free_from_s = turn.value, turn.at_s
    return tuple(frames)


def sample(keys: Sequence[Keyframe], times_T: ArrayLike, rest: Sequence[float]) -> NDArray[np.float64]:
    """Curves (T, K) through `keys` at `times_T` seconds; before the first key the value is `rest`, after the last it holds.

    The first key is reached at once: give a key with the resting value before it to ease in. Keys need not be sorted;
    of two keys at one time the later one in the sequence wins.
    """
    t_T = np.asarray(times_T, np.float64)
    out_TK = np.tile(np.asarray(rest, np.float64), (len(t_T), 1))
    ordered = sorted(keys, key=lambda k: k.at_s)
    for before, key in zip([None, *ordered], ordered, strict=False):
        value_K = np.asarray(key.value, np.float64)
        out_TK[t_T >= key.at_s] = value_K
        if before is None or key.at_s <= before.at_s:
            continue
        inside_T = (t_T > before.at_s) & (t_T < key.at_s)
        progress_T = key.ease((t_T[inside_T] - before.at_s) / (key.at_s - before.at_s))
        start_K = np.asarray(before.value, np.float64)
        out_TK[inside_T] = start_K + progress_T[:, None] * (value_K - start_K)
    return out_TK
