"""The manner of one person: how they differ from what the engines would do with the same words, in a few measured numbers.

It is the part "manner" of an identity (`core.identity`), a safetensors file with these arrays:

    gain_C, bias_C   (7,)  factors of the mouth channels (`targets.CHANNELS`) and what is added while the lips are busy
    moves_G          (4,)  natural logarithms of how much more than usual accents, gaze, head and body move
    sides_P          (P,)  by which share the left side of each pair of `idle.SIDED` is stronger than the right one on the whole
    habits_3         (3,)  roll of the head at rest (rad, the person's left down), logarithms of the rate and the length of blinks
    net:…                  matrices of a LoRA of Di-CTE (`diffusion.adapters`), where one helps
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.identity import STRONGEST, WEAKEST, Adapter
from emostage.core.tracks import F32, F64, Frozen
from emostage.core.whole import whole_file, writing
from emostage.motion.idle import SIDED
from emostage.motion.targets import CHANNELS

FORMAT = "emostage.manner.v1"
_NET = "net:"
LIMIT = 64 << 20
"""Most bytes of a file."""

MOST_GAIN, MOST_BIAS = 1.8, 0.12
"""Mouth channels are made no more than this larger, or than the reciprocal smaller, and no more than this is added to them."""
MOST_MOVES = 1.0
"""Logarithm for which Di-CTE was trained (`training.motion.scaled`)."""
MOST_SIDE = 0.3
MOST_TILT = 0.14
"""Eight degrees, in rad."""
MOST_RATE, MOST_SLOW = 1.1, 0.5
"""Logarithms: blinks three times as often or as seldom, and 1.65 times as long or as short."""

_LIMITS: Mapping[str, tuple[int, float]] = {
    "gain_C": (len(CHANNELS), MOST_GAIN),
    "bias_C": (len(CHANNELS), MOST_BIAS),
    "moves_G": (4, MOST_MOVES),
    "sides_P": (len(SIDED), MOST_SIDE),
    "habits_3": (3, MOST_RATE),
}
"""Length of each array, and how far from 0 its numbers may lie; gains lie between the limit and its reciprocal."""


def _zeros(count: int) -> Any:
    return field(default_factory=lambda: np.zeros(count))


@dataclass(frozen=True, kw_only=True, eq=False)
class PersonalManner(Frozen):
    """How somebody moves beside what is usual, as the module describes it; one that is made without arguments changes nothing.

    `net` are the matrices of Di-CTE's LoRA by name, as they were learnt, and `net_strength` how strongly they count.
    """

    gain_C: F64 = field(default_factory=lambda: np.ones(len(CHANNELS)))
    bias_C: F64 = _zeros(len(CHANNELS))
    moves_G: F64 = _zeros(4)
    sides_P: F64 = _zeros(len(SIDED))
    tilt_rad: float = 0.0
    blink_rate: float = 0.0
    blink_length: float = 0.0
    net: Mapping[str, F32] = field(default_factory=dict)
    net_strength: float = 1.0

    @property
    def changes(self) -> bool:
        """Whether it changes anything at all."""
        moved = any(values.any() for name, values in self._arrays().items() if name != "gain_C")
        return moved or bool((self.gain_C != 1.0).any()) or bool(self.net)

    def at(self, strength: float) -> Self:
        """The manner weakened (0 is none of it) or strengthened (up to 1.5). Raises ValueError outside of that."""
        if not WEAKEST <= strength <= STRONGEST:
            raise ValueError(f"strengths are {WEAKEST:g} to {STRONGEST:g}, not {strength:g}")
        arrays = {name: strength * values for name, values in self._arrays().items()}
        net = self.net if strength else {}
        return type(self)._of({**arrays, "gain_C": self.gain_C**strength}, net, self.net_strength * strength)

    def write(self, path: Path) -> None:
        """Write the file of this part; the same manner gives the same bytes. Raises EmostageError E100 to E102."""
        from safetensors.numpy import save

        arrays = {name: values.astype(np.float32) for name, values in self._arrays().items()}
        data = save(arrays | {_NET + name: np.ascontiguousarray(values) for name, values in self.net.items()}, {"format": FORMAT})
        with whole_file(path) as part, writing(path):
            part.write_bytes(data)

    def _arrays(self) -> dict[str, F64]:
        habits_3 = np.array([self.tilt_rad, self.blink_rate, self.blink_length])
        return {
            "gain_C": self.gain_C,
            "bias_C": self.bias_C,
            "moves_G": self.moves_G,
            "sides_P": self.sides_P,
            "habits_3": habits_3,
        }

    @classmethod
    def _of(cls, arrays: Mapping[str, NDArray[Any]], net: Mapping[str, F32], strength: float = 1.0) -> Self:
        """The manner of arrays, within its limits."""
        bounded = {name: _bounded(name, arrays[name].astype(np.float64)) for name in _LIMITS}
        tilt, rate, length = (float(value) for value in bounded.pop("habits_3"))
        tilt, length = float(np.clip(tilt, -MOST_TILT, MOST_TILT)), float(np.clip(length, -MOST_SLOW, MOST_SLOW))
        return cls(**bounded, tilt_rad=tilt, blink_rate=rate, blink_length=length, net=net, net_strength=strength)


def _bounded(name: str, values: F64) -> F64:
    most = _LIMITS[name][1]
    bounded: F64 = np.clip(values, 1.0 / most, most) if name == "gain_C" else np.clip(values, -most, most)
    return bounded


def read_manner(path: Path) -> PersonalManner:
    """The manner in a file, checked. Raises AssetError E136."""
    from safetensors import SafetensorError, safe_open

    try:
        if path.stat().st_size > LIMIT:
            raise ValueError(f"it is larger than {LIMIT >> 20} MiB")
        with safe_open(path, "numpy") as file:
            if (told := (file.metadata() or {}).get("format")) != FORMAT:
                raise ValueError(f"its format is {str(told)[:40]!r}, not '{FORMAT}'")
            arrays = {name: file.get_tensor(name) for name in _LIMITS}
            net = {n.removeprefix(_NET): file.get_tensor(n).astype(np.float32) for n in file.keys() if n.startswith(_NET)}  # noqa: SIM118
        for name, (count, most) in _LIMITS.items():
            _check(name, arrays[name], count, most)
        if not all(np.isfinite(values).all() for values in net.values()):
            raise ValueError("its net has values that are no numbers")
    except (OSError, SafetensorError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        hint = "copy the identity anew, or tune it again with 'emostage finetune'"
        raise AssetError.of("E136", f"the manner '{path.name}' cannot be read: {reason}", hint) from error
    return PersonalManner._of(arrays, net)


def _check(name: str, values: NDArray[Any], count: int, most: float) -> None:
    """Raise ValueError for an array that no manner has."""
    if values.shape != (count,) or values.dtype != np.float32 or not np.isfinite(values).all():
        raise ValueError(f"'{name}' is {values.dtype} {values.shape}, or has values that are no numbers")
    low = 1.0 / most if name == "gain_C" else -most
    if (values < low - 1e-3).any() or (values > most + 1e-3).any():
        raise ValueError(f"'{name}' has values beyond {low:.3g} to {most:.3g}")


def manner_of(given: PersonalManner | Adapter | None) -> PersonalManner | None:
    """The manner that an engine is to perform in; None where it changes nothing. Raises AssetError E136."""
    if isinstance(given, Adapter):
        given = read_manner(given.file).at(given.strength)
    return given if given is not None and given.changes else None
