"""What the people of the footage do: clips cut out of a motion corpus, and stills of single expressions.

T frames of a clip, N frames of the corpus.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_NAMES
from emostage.core.emotion import EMOTIONS, NEUTRAL_8
from emostage.core.errors import AssetError
from emostage.core.tracks import F32, U8, Frozen
from emostage.emotion import facs
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.hearing import COLUMNS, LIMIT, MELS
from emostage.training.dataset import Corpus, mel_bytes
from emostage.training.footage.store import REACH, Array

CLIPS, CLIP, STILLS = 2, 8, 8
"""Clips of a shot and their frames, and its single frames."""

_TURN = [MANNER_CHANNELS.index(name) for name in ("headPitch", "headYaw", "headRoll")]
_POSE_RAD = np.radians([5.0, 9.0, 3.5])
"""Standard deviation of the pose (pitch, yaw, roll) in which a clip or still is held."""
_MOST_RAD = np.radians([16.0, 28.0, 12.0])
"""What it is held within, with the turns of the clip."""
_FELT, _SPOKEN = 0.45, 0.75
"""Share of stills that show a feeling, and share that show that or a moment of speech; the others show single actions."""
_BLINKS = 0.08
_SIDED = 0.25
"""Share of single actions that one side of the face does alone."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Acted(Frozen):
    """A clip of acting: `expression_T52` and `rotation_T3` as in MotionTrack, `sound_TWX` the sound around each frame, `lips_T10`
    and `weights_T8` (sums to 1) as a motion corpus has them."""

    expression_T52: F32
    rotation_T3: F32
    sound_TWX: U8
    lips_T10: F32
    weights_T8: F32


SILENCE_X: U8 = mel_bytes(np.full(COLUMNS * MELS, -LIMIT))


def shot(corpus: Corpus, rng: np.random.Generator) -> list[Acted]:
    """What a person does in one shot: clips, then stills."""
    return [*(clip(corpus, CLIP, rng) for _ in range(CLIPS)), *(still(corpus, rng) for _ in range(STILLS))]


def starts(acted: Sequence[Acted]) -> Array:
    """Where each of them begins and the last ends, in frames (C + 1)."""
    return np.cumsum([0, *(len(each.expression_T52) for each in acted)]).astype(np.int64)


def columns(acted: Sequence[Acted]) -> dict[str, Array]:
    """The arrays of `store.FRAMES` that tell what is done, one after the other."""
    return {
        "expression_N52": np.concatenate([a.expression_T52 for a in acted]).astype(np.float16),
        "rotation_N3": np.concatenate([a.rotation_T3 for a in acted]).astype(np.float32),
        "sound_NWX": np.concatenate([a.sound_TWX for a in acted]),
        "lips_N10": np.concatenate([a.lips_T10 for a in acted]).astype(np.float16),
        "weights_N8": np.concatenate([a.weights_T8 for a in acted]).astype(np.float16),
    }


def clip(corpus: Corpus, frames: int, rng: np.random.Generator) -> Acted:
    """Consecutive frames out of a random take, in a random pose. Raises AssetError E130 when no take is long enough."""
    lengths_K = np.diff(corpus.starts_K1)
    usable_K = np.maximum(lengths_K - frames + 1, 0)
    if not usable_K.any():
        raise AssetError.of("E130", f"the motion corpus has no take of {frames} frames", "make a larger one")
    take = int(rng.choice(len(lengths_K), p=usable_K / usable_K.sum()))
    begin, end = int(corpus.starts_K1[take]), int(corpus.starts_K1[take + 1])
    first = begin + int(rng.integers(usable_K[take]))
    here = slice(first, first + frames)
    turn_T3 = corpus.frames["manner_N27"][here][:, _TURN].astype(np.float32)
    return Acted(
        expression_T52=np.clip(corpus.frames["expression_N52"][here].astype(np.float32), 0, 1),
        rotation_T3=_limited(turn_T3 + _pose(rng)),
        sound_TWX=around(corpus.frames["mel_N160"][begin:end], np.arange(first, first + frames) - begin),
        lips_T10=corpus.frames["lips_N10"][here].astype(np.float32),
        weights_T8=corpus.frames["weights_N8"][here].astype(np.float32),
    )


def still(corpus: Corpus, rng: np.random.Generator) -> Acted:
    """One frame: a feeling at some strength, a moment of speech, or a few actions of the face at random."""
    kind = rng.random()
    if _FELT <= kind < _SPOKEN:
        return clip(corpus, 1, rng)
    weights_8 = np.array(NEUTRAL_8, np.float64)
    if kind < _FELT:
        weights_8 = _feeling(rng)
        expression_52 = facs.express(weights_8[None], "silent")[0] * rng.uniform(0.9, 1.1)
    else:
        expression_52 = _actions(rng)
    if rng.random() < _BLINKS:
        lids = [i for i, name in enumerate(ARKIT_NAMES) if name.startswith("eyeBlink")]
        expression_52[lids] = np.maximum(expression_52[lids], rng.uniform(0.3, 1.0))
    return Acted(
        expression_T52=np.clip(expression_52, 0, 1).astype(np.float32)[None],
        rotation_T3=_limited(_pose(rng)[None]),
        sound_TWX=np.broadcast_to(SILENCE_X, (1, 2 * REACH + 1, len(SILENCE_X))),
        lips_T10=np.zeros((1, len(LIP_CHANNELS)), np.float32),
        weights_T8=weights_8.astype(np.float32)[None],
    )


def around(sound_NX: U8, at_T: NDArray[np.intp]) -> U8:
    """The sound (T, W, X) around frames of a take; silence beyond its ends."""
    rows_TW = at_T[:, None] + np.arange(-REACH, REACH + 1)
    sound_TWX: U8 = sound_NX[np.clip(rows_TW, 0, len(sound_NX) - 1)]
    sound_TWX[(rows_TW < 0) | (rows_TW >= len(sound_NX))] = SILENCE_X
    return sound_TWX


def _pose(rng: np.random.Generator) -> F32:
    return rng.normal(0.0, _POSE_RAD).astype(np.float32)


def _limited(rotation_T3: F32) -> F32:
    return np.clip(rotation_T3, -_MOST_RAD, _MOST_RAD).astype(np.float32)


def _feeling(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Emotion weights (8,): one or two feelings at some strength, the rest neutral."""
    weights_8 = np.zeros(len(EMOTIONS))
    chosen = rng.choice(np.arange(1, len(EMOTIONS)), 1 + int(rng.random() < 0.35), replace=False)
    weights_8[chosen] = rng.dirichlet(np.ones(len(chosen))) * rng.uniform(0.3, 1.0)
    weights_8[0] = 1.0 - weights_8.sum()
    return weights_8


def _actions(rng: np.random.Generator) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """A few actions (52,) at random weights, both sides alike unless one acts alone."""
    expression_52 = np.zeros(len(ARKIT_NAMES))
    stems = sorted({name.removesuffix("Left").removesuffix("Right") for name in ARKIT_NAMES} - {"tongueOut"})
    for stem in rng.choice(stems, int(rng.integers(2, 7)), replace=False):
        sides = [i for i, name in enumerate(ARKIT_NAMES) if name.removesuffix("Left").removesuffix("Right") == stem]
        if len(sides) == 2 and rng.random() < _SIDED:
            sides = [sides[int(rng.integers(2))]]
        expression_52[sides] = rng.uniform(0.15, 1.0) * (0.6 if stem == "jawOpen" else 1.0)
    return expression_52
