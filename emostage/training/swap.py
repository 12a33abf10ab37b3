"""Codes of two takes swapped: does the mouth follow whose lip code it is given, and the upper face whose expression code?

N frames of all pairs, L lip channels, E actions of the face.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_NAMES, MOUTH_MASK_52
from emostage.core.tracks import F64
from emostage.motion.blend import speech_expression
from emostage.motion.codes import Lips
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.training.dataset import Corpus

UPPER_52: NDArray[np.bool_] = ~MOUTH_MASK_52 & ~np.array([name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])
"""The upper face without gaze and blinks, which no code tells."""


def swapped(vaid: Vaid, held: Corpus) -> dict[str, dict[str, float]]:
    """Correlations of mouths and upper faces with those of the takes whose lip code and whose expression code they were given.

    The faces of a take's lip code and another take's expression code are put together and encoded again; `mouth` and `upper_face`
    are what is decoded then, `felt_mouth` what the expression code then says of the mouth. An ideal split gives 1 for the owner
    and what the takes have in common by chance for the other; `by_chance` is that.
    """
    lips, upper, speech = (_Followed(), _Followed(), _Followed())
    for one, other in pairs(held):
        lip_NL, felt_NE = _put_together(vaid, held, one, other)
        truth = [Lips.of(held.rows("lips_N10", *take)) for take in (one, other)]
        faces = [held.rows("expression_N52", *take).astype(np.float64)[:, UPPER_52] for take in (one, other)]
        spoken = [speech_expression(each.channels_TC, each.touch)[:, MOUTH_MASK_52] for each in truth]
        lips.add(lip_NL, truth[0].values(), truth[1].values())
        upper.add(felt_NE[:, UPPER_52], faces[0], faces[1])
        speech.add(felt_NE[:, MOUTH_MASK_52], spoken[0], spoken[1])
    return {"mouth": lips.rates(), "upper_face": upper.rates(), "felt_mouth_to_speech": speech.rates()}


def pairs(held: Corpus) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Every take with the one half the corpus away: the first frames of both, equally many."""
    count = len(held)
    for k in range(count):
        starts = [int(held.starts_K1[i]) for i in (k, (k + count // 2) % count)]
        ends = [int(held.starts_K1[i + 1]) for i in (k, (k + count // 2) % count)]
        frames = min(end - start for start, end in zip(starts, ends, strict=True))
        yield (starts[0], starts[0] + frames), (starts[1], starts[1] + frames)


def _put_together(vaid: Vaid, held: Corpus, one: tuple[int, int], other: tuple[int, int]) -> tuple[F64, F64]:
    """Lip channels (N, L) and felt face (N, 52) of the face that speaks as the first take and feels as the second."""
    faces = [torch.from_numpy(held.rows("expression_N52", *take))[None] for take in (one, other)]
    with torch.inference_mode():
        mouth = Lips.of(vaid.lips(vaid.from_face(faces[0]).lip_BTD)[0].numpy())
        felt_NE = vaid.felt(vaid.from_face(faces[1]).expression_BTD)[0].numpy().astype(np.float64)
        face_NE = np.clip(speech_expression(np.clip(mouth.channels_TC, 0.0, 1.0), mouth.touch) + felt_NE, 0.0, 1.0)
        codes = vaid.from_face(torch.from_numpy(face_NE.astype(np.float32))[None])
        found = vaid.lips(codes.lip_BTD), vaid.felt(codes.expression_BTD)
    lip_NL, felt_NE = (tensor[0].numpy().astype(np.float64) for tensor in found)
    return lip_NL, felt_NE


class _Followed:
    """What was found in all pairs, beside the take that gave the lip code and the one that gave the expression code."""

    def __init__(self) -> None:
        self._parts: tuple[list[F64], list[F64], list[F64]] = ([], [], [])

    def add(self, found_NC: F64, lip_owner_NC: F64, expression_owner_NC: F64) -> None:
        """A pair."""
        for part, each_NC in zip(self._parts, (found_NC, lip_owner_NC, expression_owner_NC), strict=True):
            part.append(each_NC)

    def rates(self) -> dict[str, float]:
        """Correlations over frames and channels, each channel about its mean over all pairs."""
        found_NC, lip_NC, expression_NC = (np.concatenate(part) for part in self._parts)
        return {
            "lip_code_owner": _together(found_NC, lip_NC),
            "expression_code_owner": _together(found_NC, expression_NC),
            "by_chance": _together(lip_NC, expression_NC),
        }


def _together(one_NC: F64, other_NC: F64) -> float:
    one_NC, other_NC = one_NC - one_NC.mean(0), other_NC - other_NC.mean(0)
    size = np.sqrt((one_NC**2).sum() * (other_NC**2).sum())
    return round(float((one_NC * other_NC).sum() / max(size, 1e-12)), 3)
