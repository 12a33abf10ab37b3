"""Motion files: a recorded performance as `.npz`, and its motion at other frame rates and times.

A file holds these arrays, of T frames and A actions; those in brackets may be absent:

    format        text      emostage.motion.v1
    names_A       texts     ARKit-52 names, in any order; actions that are not named rest
    fps           2 whole numbers: frames per second as a fraction
    expression_TA           weights in [0, 1], absolute from the neutral face
    (rotation_T3)           head: pitch down, yaw and roll to the person's left, rad, from how it is held at rest
    (shift_T2), (scale_T)   head: right and down in face widths; apparent size, 1 at rest
    (tongue_T), (breath_T)  as in `core.tracks.MotionTrack`
    (source)      text      SHA-256 of the film it was read from

Nothing in it is unpickled. Other arrays are passed over, so that later versions can add some.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, ARKIT_NAMES
from emostage.core.time import frame_times
from emostage.core.tracks import F32, F64, MotionTrack
from emostage.core.whole import whole_file, writing
from emostage.motion.archive import Archive

FORMAT = "emostage.motion.v1"
SUFFIX = ".npz"
LONGEST_S = 600.0
SLOWEST_FPS, FASTEST_FPS = 1, 240
_ROOM = 0.02
"""So far beyond [0, 1] weights may lie, for rounding."""
_PARTS: Mapping[str, tuple[int, float, float, float]] = {
    "rotation_T3": (3, 0.0, -np.pi / 2, np.pi / 2),
    "shift_T2": (2, 0.0, -4.0, 4.0),
    "scale_T": (0, 1.0, 0.2, 5.0),
    "tongue_T": (0, 0.0, 0.0, 1.0),
    "breath_T": (0, 0.0, 0.0, 1.0),
}
"""Columns (0: none), value at rest, and limits of the arrays that may be absent."""


@dataclass(frozen=True, kw_only=True)
class Recording:
    """A motion and the SHA-256 of the film it was read from, if known."""

    motion: MotionTrack
    source: str = ""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(len(self.motion) / self.motion.fps)


def write_motion(recording: Recording, path: Path) -> None:
    """Write a motion file; the same recording gives the same bytes. Raises EmostageError E100 to E102."""
    motion = recording.motion
    arrays: dict[str, NDArray[Any]] = {
        "format": np.array(FORMAT),
        "names_A": np.array(ARKIT_NAMES),
        "fps": np.array([motion.fps.numerator, motion.fps.denominator], np.int64),
        "expression_TA": motion.expression_T52,
        "source": np.array(recording.source),
    }
    arrays |= {name: getattr(motion, name) for name in _PARTS}
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, array in arrays.items():
            member = io.BytesIO()
            np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)  # type: ignore[no-untyped-call]
            archive.writestr(ZipInfo(f"{name}.npy"), member.getvalue(), compress_type=ZIP_DEFLATED)
    with whole_file(path) as part, writing(path):
        part.write_bytes(buffer.getbuffer())


def look(path: Path) -> float:
    """The length in seconds that a motion file says it has; its values are not read. Raises AssetError as `read_motion`."""
    with _File(path) as archive:
        fps = archive.fps()
        return float(archive.frames(fps) / fps)


def read_motion(path: Path) -> Recording:
    """A motion file. Raises AssetError: E088 when there is none or it cannot be read, E089 when it is no motion file, damaged, of
    another version, too long or with values that no face has."""
    with _File(path) as archive:
        fps = archive.fps()
        count = archive.frames(fps)
        expression_T52 = archive.expression(count)
        parts = {name: archive.part(name, count) for name in _PARTS}
        source = archive.text("source", "")
    return Recording(motion=MotionTrack(expression_T52=expression_T52, fps=fps, **parts), source=source)


class _File(Archive):
    """A motion file and what its arrays must be."""

    def text(self, name: str, default: str | None = None) -> str:
        """A text."""
        if default is not None and not self.has(name):
            return default
        return str(self.array(name, "U").reshape(-1)[:1].tolist()[0])

    def fps(self) -> Fraction:
        """The frame rate, once the version of the file is known to be right."""
        if (version := self.text("format")) != FORMAT:
            raise self.bad(f"its format is '{version[:40]}', not '{FORMAT}'")
        rate = self.array("fps", "iu")
        if rate.shape != (2,) or min(rate) < 1 or not SLOWEST_FPS <= Fraction(int(rate[0]), int(rate[1])) <= FASTEST_FPS:
            raise self.bad(f"its frame rate is not within {SLOWEST_FPS} to {FASTEST_FPS}")
        return Fraction(int(rate[0]), int(rate[1]))

    def frames(self, fps: Fraction) -> int:
        """The number of frames."""
        shape = self.shape("expression_TA")
        if len(shape) != 2 or not 1 <= shape[1] <= ARKIT_COUNT:
            raise self.bad("'expression_TA' is not a table of frames and actions")
        if not 0 < shape[0] <= LONGEST_S * fps:
            raise self.bad(f"it lasts {float(shape[0] / fps):g} s; motions last up to {LONGEST_S:g} s")
        return shape[0]

    def expression(self, count: int) -> F32:
        """The weights (T, 52)."""
        names = [str(name) for name in self.array("names_A", "U").reshape(-1)[: ARKIT_COUNT + 1]]
        values_TA = self.array("expression_TA", "f")
        unknown = [name for name in names if name not in ARKIT_INDEX]
        if unknown or len(set(names)) != len(names) or values_TA.shape != (count, len(names)):
            raise self.bad(f"it names the action '{unknown[0][:40]}'" if unknown else "its names do not fit its weights")
        expression_T52 = np.zeros((count, ARKIT_COUNT), np.float32)
        expression_T52[:, [ARKIT_INDEX[name] for name in names]] = self._within("expression_TA", values_TA, 0.0, 1.0)
        return expression_T52

    def part(self, name: str, count: int) -> F32:
        """One of the arrays that may be absent."""
        columns, rest, low, high = _PARTS[name]
        shape = (count, columns) if columns else (count,)
        if not self.has(name):
            return np.full(shape, rest, np.float32)
        values = self.array(name, "f")
        if values.shape != shape:
            raise self.bad(f"'{name}' has the shape {values.shape}, not {shape}")
        return self._within(name, values, low, high)

    def _within(self, name: str, values: NDArray[Any], low: float, high: float) -> F32:
        if not (np.isfinite(values).all() and (values >= low - _ROOM).all() and (values <= high + _ROOM).all()):
            raise self.bad(f"'{name}' has values outside {low:.3g} to {high:.3g}")
        return np.clip(values, low, high).astype(np.float32)


def sampled(motion: MotionTrack, times_T: F64, fps: Fraction) -> MotionTrack:
    """The motion at given seconds of its own time, as frames at `fps`; before its first and after its last frame it is held."""
    own_T = frame_times(len(motion), motion.fps)

    def at(values_T: F32) -> F32:
        columns = values_T.reshape(len(values_T), -1).T
        drawn = np.stack([np.interp(times_T, own_T, column_T) for column_T in columns], 1).astype(np.float32)
        return drawn.reshape(len(times_T), *values_T.shape[1:])

    return MotionTrack(expression_T52=at(motion.expression_T52), fps=fps, **{name: at(getattr(motion, name)) for name in _PARTS})


def resampled(motion: MotionTrack, fps: Fraction) -> MotionTrack:
    """The motion at another frame rate, as long as it was to the nearest frame (at least one)."""
    count = max(1, round(len(motion) * fps / motion.fps))
    return sampled(motion, frame_times(count, fps), fps)
