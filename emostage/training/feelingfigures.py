"""How well feelings are heard in the held-out voices and lines of a corpus. N frames, K spoken takes, S sums of the tone."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.training.dataset import SILENCE, Corpus
from emostage.training.sounds import KINDS

_FULL = 0.5
"""Mean strength of a take whose strongest emotion is to be named."""

_RIDGE = 0.003


def feeling_figures(heard_N8: F64, train: Corpus, held: Corpus) -> dict[str, Any]:
    """Per kind of sound: r of every emotion over time and over takes, of the activity (all that is not neutral), and how often the
    strongest emotion of a take is the right one of seven; the same of a linear regression on the tone as the baseline."""
    line_N8 = _regression(train, held)
    groups: dict[str, tuple[str, ...]] = {"all": KINDS}
    groups.update({kind: (kind,) for kind in KINDS})
    return {
        name: {"net": _figures(heard_N8, held, kinds), "linear regression": _figures(line_N8, held, kinds)}
        for name, kinds in groups.items()
    }


def _figures(heard_N8: F64, held: Corpus, kinds: tuple[str, ...]) -> dict[str, Any]:
    felt_N8 = held.frames["weights_N8"].astype(np.float64)
    spans = [
        slice(first, last)
        for (first, last), kind, voice in zip(pairwise(held.starts_K1.tolist()), held.kind_K, held.voice_K, strict=True)
        if KINDS[kind] in kinds and held.voices[voice] != SILENCE
    ]
    if len(spans) < 2:
        return {}
    rows = np.concatenate([np.arange(span.start, span.stop) for span in spans])
    heard_K8, felt_K8 = (np.stack([values_N8[span].mean(0) for span in spans]) for values_N8 in (heard_N8, felt_N8))
    strong_K = felt_K8[:, 1:].max(1) > _FULL
    right_K = heard_K8[strong_K, 1:].argmax(1) == felt_K8[strong_K, 1:].argmax(1)
    return {
        "r_over_time": _named(heard_N8[rows], felt_N8[rows]),
        "r_of_takes": _named(heard_K8, felt_K8),
        "activity_r": _r(1.0 - heard_N8[rows, 0], 1.0 - felt_N8[rows, 0]),
        "strongest_right": round(float(right_K.mean()), 3) if len(right_K) else None,
        "strong_takes": int(strong_K.sum()),
    }


def _named(heard_N8: F64, felt_N8: F64) -> dict[str, float | None]:
    return {name: _r(heard_N8[:, at], felt_N8[:, at]) for at, name in enumerate(EMOTIONS)}


def _r(a_N: F64, b_N: F64) -> float | None:
    return round(float(np.corrcoef(a_N, b_N)[0, 1]), 3) if a_N.std() > 1e-9 and b_N.std() > 1e-9 else None


def _regression(train: Corpus, held: Corpus) -> F64:
    """Emotion weights (N, 8) of the held-out frames by a linear map of the tone, learnt from the others."""
    tone_NS = train.frames["tone_NS"].astype(np.float64)
    mean_S, std_S = tone_NS.mean(0), tone_NS.std(0) + 1e-3
    known_NS = _with_one((tone_NS - mean_S) / std_S)
    gram_SS = known_NS.T @ known_NS + _RIDGE * len(known_NS) * np.eye(known_NS.shape[1])
    map_S8 = np.linalg.solve(gram_SS, known_NS.T @ train.frames["weights_N8"].astype(np.float64))
    return np.asarray(_with_one((held.frames["tone_NS"].astype(np.float64) - mean_S) / std_S) @ map_S8)


def _with_one(values_NS: F64) -> F64:
    return np.concatenate([values_NS, np.ones((len(values_NS), 1))], 1)
