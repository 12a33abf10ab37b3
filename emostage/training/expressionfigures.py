"""What the card of the expression generator tells, measured on the held-out voices and lines of a corpus.

N frames of a take, A actions of the face, K living actions, E emotions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_INDEX, ARKIT_NAMES, MOUTH_MASK_52
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.emotion import facs
from emostage.motion.codes import Lips
from emostage.motion.curves import soften_frames
from emostage.motion.generate import joined
from emostage.motion.hearing import MODEL_FPS
from emostage.motion.idle import COLUMNS
from emostage.motion.manner import SOFT_S
from emostage.nets.emodiffhead.contest import played
from emostage.nets.emodiffhead.generator import Generator
from emostage.training.dataset import Corpus
from emostage.training.examples import Takes, stacked
from emostage.training.generator import generator_takes
from emostage.training.likeness import frechet
from emostage.training.sounds import KINDS

TAKES = 96
"""Takes that are looked at."""

INTENSITIES = tuple(k / 10 for k in range(11))
"""Intensities that are asked for, of every emotion in turn."""

_ASKED_TAKES = 12
_MOUTH = ("jawOpen", "mouthPucker", "mouthFunnel", "mouthLowerDownLeft", "mouthUpperUpLeft")
_FACE_52: NDArray[np.bool_] = np.array([not name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])
_UPPER_52: NDArray[np.bool_] = _FACE_52 & ~MOUTH_MASK_52


@dataclass(frozen=True, kw_only=True)
class Played:
    """A held-out take as generators play it: the face as it is recorded, as it is expected, with what chance adds, and as a
    generator that had no critics expects it (N, 52 each); `kind` in `sounds.KINDS`."""

    true: F64
    expected: F64
    whole: F64
    alone: F64
    kind: int


def expression_figures(generator: Generator, alone: Generator, train: Corpus, held: Corpus) -> dict[str, Any]:
    """All figures of a generator, beside one trained without critics and the mean face of the emotion."""
    takes = generator_takes(held)
    chosen = np.linspace(0, len(takes) - 1, min(TAKES, len(takes))).astype(int).tolist()
    means_8A = _mean_faces(train)
    faces = [_played(generator, alone, takes, k, int(held.kind_K[k])) for k in chosen]
    return {
        "mouth_r": {kind: _mouth([each for each in faces if each.kind == k]) for k, kind in enumerate(KINDS)},
        "error": _errors(faces, [_weights(held, k) @ means_8A for k in chosen]),
        "error_with_known_lips": _with_known_lips(generator, takes, held, chosen),
        "asked_and_shown_spearman": intensities(generator, takes, chosen[:: -(-len(chosen) // _ASKED_TAKES)]),
        "movement_over_teacher": _movements(faces),
    }


def _played(generator: Generator, alone: Generator, takes: Takes, number: int, kind: int) -> Played:
    cut = takes.cut(number, 0, int(takes.starts_K1[number + 1] - takes.starts_K1[number]))
    batch = stacked([cut])
    with torch.inference_mode():
        still_1NA, life_1NA = played(generator, batch["audio"], batch, torch.Generator().manual_seed(number))
        alone_1NA, _ = played(alone, batch["audio"], batch, torch.Generator().manual_seed(number))
    still_NA, life_NA, alone_NA = (each[0].numpy().astype(np.float64) for each in (still_1NA, life_1NA, alone_1NA))
    clock_N = np.arange(len(still_NA)) / MODEL_FPS
    return Played(
        true=cut["expression"].astype(np.float64),
        expected=np.clip(still_NA, 0.0, 1.0),
        whole=np.clip(still_NA + soften_frames(life_NA, clock_N, SOFT_S), 0.0, 1.0),
        alone=np.clip(alone_NA, 0.0, 1.0),
        kind=kind,
    )


def _mouth(takes: Sequence[Played]) -> dict[str, float | None]:
    """Correlations of the actions that open and round the mouth."""
    out: dict[str, float | None] = {}
    for name in _MOUTH:
        pairs = [(each.expected[:, ARKIT_INDEX[name]], each.true[:, ARKIT_INDEX[name]]) for each in takes]
        a_N, b_N = (np.concatenate(side) for side in zip(*pairs, strict=True)) if pairs else (np.zeros(1), np.zeros(1))
        known = min(a_N.std(), b_N.std()) > 1e-9
        out[name] = round(float(np.corrcoef(a_N, b_N)[0, 1]), 3) if known else None
    return out


def _mean_faces(train: Corpus) -> F64:
    """The mean face of each emotion at full intensity (8, 52), by least squares from the weights."""
    weights_N8, face_NA = (train.frames[name].astype(np.float64) for name in ("weights_N8", "expression_N52"))
    return np.asarray(np.linalg.lstsq(weights_N8.T @ weights_N8, weights_N8.T @ face_NA, rcond=None)[0])


def _weights(held: Corpus, number: int) -> F64:
    return held.rows("weights_N8", int(held.starts_K1[number]), int(held.starts_K1[number + 1])).astype(np.float64)


def _errors(faces: Sequence[Played], means: Sequence[F64]) -> dict[str, dict[str, float]]:
    """Mean absolute errors of ARKit weights."""
    true = [each.true for each in faces]
    return {
        "expected": _error([each.expected for each in faces], true),
        "with_chance": _error([each.whole for each in faces], true),
        "without_critics": _error([each.alone for each in faces], true),
        "mean_face_of_the_emotion": _error(means, true),
    }


def _error(found: Sequence[F64], true: Sequence[F64]) -> dict[str, float]:
    apart_NA = np.abs(np.concatenate(found) - np.concatenate(true))
    return {
        "mouth": round(float(apart_NA[:, MOUTH_MASK_52].mean()), 4),
        "upper_face": round(float(apart_NA[:, _UPPER_52].mean()), 4),
    }


def _with_known_lips(generator: Generator, takes: Takes, held: Corpus, chosen: Sequence[int]) -> dict[str, dict[str, float]]:
    """Errors of faces as the engine makes them of exact lips, without chance, and of the lips without feelings."""
    found, bare, true = [], [], []
    for k in chosen:
        first, last = int(held.starts_K1[k]), int(held.starts_K1[k + 1])
        batch = stacked([takes.cut(k, 0, last - first)])
        with torch.inference_mode():
            felt_1NA = generator.felt(generator.hear(batch["audio"]), batch["feeling"])
        lips, felt_NA = Lips.of(held.rows("lips_N10", first, last)), felt_1NA[0].numpy().astype(np.float64)
        found.append(joined(lips, felt_NA, np.zeros_like(felt_NA)))
        bare.append(joined(lips, np.zeros_like(felt_NA), np.zeros_like(felt_NA)))
        true.append(held.rows("expression_N52", first, last).astype(np.float64))
    return {"engine": _error(found, true), "lips_alone": _error(bare, true)}


def intensities(generator: Generator, takes: Takes, chosen: Sequence[int]) -> dict[str, float]:
    """Spearman's rank correlation of asked and shown intensity of each emotion over takes said with every one of `INTENSITIES`.

    Shown is the mean face of a take, with chance, along the emotion's prototype (`facs`). Chance is another one in every take.
    """
    out = {}
    for e, emotion in enumerate(EMOTIONS[1:]):
        along_A = facs.SPEAKING_E52[e + 1] / np.linalg.norm(facs.SPEAKING_E52[e + 1])
        asked, shown = [], []
        for number in chosen:
            batch = stacked([takes.cut(number, 0, int(takes.starts_K1[number + 1] - takes.starts_K1[number]))])
            for k, intensity in enumerate(INTENSITIES):
                batch["feeling"] = torch.zeros_like(batch["feeling"])
                batch["feeling"][..., e] = intensity
                with torch.inference_mode():
                    still, life = played(generator, batch["audio"], batch, torch.Generator().manual_seed(1000 * number + k))
                asked.append(intensity)
                shown.append(float((still + life).clamp(0.0, 1.0)[0].mean(0).numpy() @ along_A))
        out[emotion] = round(float(np.corrcoef(_ranks(np.array(asked)), _ranks(np.array(shown)))[0, 1]), 4)
    return out


def _ranks(values_N: F64) -> F64:
    """Ranks, equal values sharing theirs."""
    _, which_N, count = np.unique(values_N, return_inverse=True, return_counts=True)
    return np.asarray((np.cumsum(count) - (count - 1) / 2)[which_N])


def _movements(faces: Sequence[Played]) -> dict[str, dict[str, float]]:
    """How living actions move as shares of the teacher's: `spread` about each take's mean, `speed` (mean change a frame) and
    `energy` (root mean square change); and the Fréchet distance from the teacher, beside that of the teacher's halves."""
    true = [each.true for each in faces]
    whole, expected, alone = ([getattr(each, name) for each in faces] for name in ("whole", "expected", "alone"))
    halves = _apart(true[::2], true[1::2] or true)
    return {
        "with_critics": {**_over(whole, true), "distance": _apart(whole, true)},
        "its_expected_face": {**_over(expected, true), "distance": _apart(expected, true)},
        "without_critics": {**_over(alone, true), "distance": _apart(alone, true)},
        "halves_of_the_teacher": {**_over(true[::2], true[1::2] or true), "distance": halves},
    }


def _over(found: Sequence[F64], true: Sequence[F64]) -> dict[str, float]:
    """Means over living actions of the ratios of spread, speed and energy."""
    ours, theirs = _moved(found), _moved(true)
    return {name: round(float((ours[name] / np.maximum(theirs[name], 1e-6)).mean()), 3) for name in ours}


def _moved(faces: Sequence[F64]) -> dict[str, F64]:
    inside = [face_NA[:, list(COLUMNS)] for face_NA in faces]
    change_NK = np.concatenate([np.diff(face_NK, axis=0) for face_NK in inside])
    return {
        "spread": np.concatenate([face_NK - face_NK.mean(0) for face_NK in inside]).std(0),
        "speed": np.abs(change_NK).mean(0),
        "energy": np.sqrt((change_NK**2).mean(0)),
    }


def _apart(found: Sequence[F64], true: Sequence[F64]) -> float:
    """Squared Fréchet distance of living actions about their take's mean and their changes, in the teacher's standard deviations,
    divided by their number."""
    ours_ND, theirs_ND = (_features(faces) for faces in (found, true))
    scale_D = np.maximum(theirs_ND.std(0), 1e-6)
    return round(frechet(ours_ND / scale_D, theirs_ND / scale_D) / len(scale_D), 3)


def _features(faces: Sequence[F64]) -> F64:
    inside = [face_NA[:, list(COLUMNS)] for face_NA in faces]
    return np.concatenate([np.concatenate([(f - f.mean(0))[1:], np.diff(f, axis=0)], 1) for f in inside])
