"""How well prompts are read: the figures of the card of the Emotion Intensity Block. N prompts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.nets.emotalker.reading import SURE, PromptReader
from emostage.training.descriptions.choice import KEPT_OUT, seeded
from emostage.training.descriptions.corpus import Description, descriptions, ladders
from emostage.training.descriptions.people import unfeeling
from emostage.training.handwritten import LISTS, handwritten
from emostage.training.lookup import Lookup

FAINT = 0.06
"""What is weaker is no emotion at all: less than 'hardly'."""
NEAR = 0.05
"""Emotions whose asked strengths differ by no more are both right as the strongest."""
GONE = 0.1
"""What is denied must be weaker."""
SEED = 7
PROMPTS = 1000
LADDERS = 60


def compared(reader: PromptReader, prompts: int = PROMPTS) -> dict[str, Any]:
    """`figures` of a reader beside those of looking words up."""
    return {"block": figures(reader, prompts), "looking words up": figures(Lookup(), prompts)}


def figures(reader: PromptReader, prompts: int = PROMPTS) -> dict[str, Any]:
    """Figures on descriptions of the grammar that training never sees, by what is unseen of them, and on the handwritten lists;
    how many ladders of degrees keep their order; how many prompts are rightly told to speak of a feeling or not."""
    held = {kind: descriptions(prompts, seeded(SEED), kind) for kind in KEPT_OUT}
    phrasings = [each for kind, found in held.items() if kind != "words" for each in found]
    return {
        "unseen phrasings": scores(reader, phrasings),
        **{f"unseen {kind}": scores(reader, found) for kind, found in held.items()},
        **{f"handwritten, {name} list": scores(reader, handwritten(name)) for name in LISTS},
        "ladders in order": order(reader),
        "told from no feeling": telling(reader, phrasings, prompts),
    }


def scores(reader: PromptReader, asked: Sequence[Description]) -> dict[str, Any]:
    """`strongest`: share of prompts whose strongest emotion is right. `error`: mean absolute error of the eight strengths;
    `error_asked`: of those that are asked for; `error_all`: the sum over a prompt's eight. `denied`: share of denied emotions
    that are gone; null where none is denied."""
    weights_N8 = reader.read([each.text for each in asked]).weights_N8.astype(np.float64)
    felt_N7 = np.array([each.felt_7 for each in asked])
    wanted_N8 = np.concatenate([1.0 - felt_N7.sum(1, keepdims=True), felt_N7], 1)
    off_N8 = np.abs(weights_N8 - wanted_N8)
    gone = [weights_N8[n, 1 + i] < GONE for n, each in enumerate(asked) for i in each.denied]
    return {
        "prompts": len(asked),
        "strongest": _share(right(weights_N8[:, 1:], felt_N7)),
        "error": round(float(off_N8.mean()), 4),
        "error_asked": round(float(off_N8[:, 1:][felt_N7 > 0].mean()), 4),
        "denied": _share(gone) if gone else None,
    }


def right(said_N7: F64, asked_N7: F64) -> list[bool]:
    """Whether the strongest emotion said is the strongest asked for, or within `NEAR` of it; none for none."""
    results = []
    for said_7, asked_7 in zip(said_N7, asked_N7, strict=True):
        most, best = asked_7.max(), int(said_7.argmax())
        silent = said_7[best] < FAINT
        results.append(bool(silent if most < FAINT else not silent and asked_7[best] >= most - NEAR))
    return results


def order(reader: PromptReader) -> dict[str, float]:
    """For each emotion the share of ladders ('barely sad' to 'utterly sad', in any sentence and word) in strictly rising order."""
    asked = list(ladders(LADDERS, seeded(SEED)))
    weights_N8 = reader.read([rung for _, rungs in asked for rung in rungs]).weights_N8
    found: dict[str, list[bool]] = {name: [] for name in EMOTIONS[1:]}
    for (emotion, rungs), rows_R8 in zip(asked, np.split(weights_N8, len(asked)), strict=True):
        assert len(rungs) == len(rows_R8)
        found[EMOTIONS[1 + emotion]].append(bool((np.diff(rows_R8[:, 1 + emotion]) > 0).all()))
    return {name: _share(each) for name, each in found.items()}


def telling(reader: PromptReader, feeling: Sequence[Description], count: int) -> dict[str, float]:
    """Share of prompts about a feeling, and of those about none, that are taken for what they are."""
    random = seeded(SEED)
    about = reader.read([each.text for each in feeling if max(each.felt_7) > 0]).sure_N
    other = reader.read([unfeeling(random) for _ in range(count)]).sure_N
    return {"feeling": _share(about >= SURE), "none": _share(other < SURE)}


def _share(each: Any) -> float:
    return round(float(np.mean(each)), 4)
