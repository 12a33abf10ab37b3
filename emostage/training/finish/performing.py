"""One shot of footage as pairs: a frame is chosen for the portrait, and the photo renderer performs the others from it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from emostage.training.finish.store import Pairs
from emostage.training.footage.performed import Performed
from emostage.training.footage.store import Footage, packed

_FRONTAL_RAD = 0.16
"""Portraits turned less than about this are the most likely, as when painters learn."""


def pairs_of(footage: Footage, shot: int, rng: np.random.Generator) -> Pairs:
    """The portrait of a shot, chosen at random, and all its clips but the one in which the portrait lies.

    Raises AssetError E07x for a portrait that cannot be used.
    """
    portrait = _portrait(footage, shot, rng)
    clips = [clip_T for clip_T in _clips(footage, shot) if portrait not in clip_T]
    part = _part(footage, shot, [np.array([portrait]), *clips])
    told = part.frames
    performed = Performed(part.picture(0), told["rotation_N3"][0])
    frames = performed.frames(told["expression_N52"].astype(np.float32), told["rotation_N3"])
    return Pairs(footage=part, drawn=[packed(frame_HW3) for frame_HW3 in frames], portrait_S=np.zeros(1, np.int64))


def _portrait(footage: Footage, shot: int, rng: np.random.Generator) -> int:
    among = np.flatnonzero(footage.frames["shot_N"] == shot)
    turned = np.linalg.norm(footage.frames["rotation_N3"][among].astype(np.float64), axis=1)
    likely = np.exp(-0.5 * (turned / _FRONTAL_RAD) ** 2) + 1e-4
    return int(rng.choice(among, p=likely / likely.sum()))


def _clips(footage: Footage, shot: int) -> list[NDArray[np.int64]]:
    """The frames of each clip of a shot."""
    starts_C1 = footage.starts_C1
    mine = np.flatnonzero(footage.frames["shot_N"][starts_C1[:-1]] == shot)
    return [np.arange(starts_C1[c], starts_C1[c + 1]) for c in mine]


def _part(footage: Footage, shot: int, clips: list[NDArray[np.int64]]) -> Footage:
    """Some clips of a shot as footage of their own."""
    numbers_N = np.concatenate(clips)
    frames = {name: array[numbers_N] for name, array in footage.frames.items()}
    return replace(
        footage,
        starts_C1=np.cumsum([0, *(len(clip_T) for clip_T in clips)]).astype(np.int64),
        pictures=[footage.pictures[n] for n in numbers_N],
        frames={**frames, "shot_N": np.zeros(len(numbers_N), np.int32)},
        shots={name: array[[shot]] for name, array in footage.shots.items()},
        shape_SK=footage.shape_SK[[shot]],
    )
