"""A painter beside the photo renderer, whose performance of a photo it learnt from: how like its frames are, before and after.

The painter is told what films tell it: it paints from the photo, and landmarks are those of the linear head, moved from where they
are in the photo (`portrait.painting.conditions.Told`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from emostage.core.tracks import F64, U8
from emostage.evaluate.painted.acts import Act, Sitter
from emostage.evaluate.painted.artists import Painting, Sitting
from emostage.evaluate.painted.cases import Case, clips
from emostage.evaluate.painted.likeness import Score, Truth
from emostage.evaluate.painted.recognition import Recogniser
from emostage.face.track import Tracker
from emostage.nets.painting.painter import Painter
from emostage.training.footage.store import Footage
from emostage.training.person.painting import photo_of

CLIPS = 8
"""Clips that are compared."""


@dataclass(frozen=True)
class InFilms:
    """A net that paints, told what films tell it."""

    painter: Painter

    def sits(self, sitter: Sitter) -> Sitting:
        """Nothing is prepared."""
        sitting = Painting(self.painter).sits(sitter)
        return lambda act: sitting(told(sitter, act))


def told(sitter: Sitter, act: Act) -> Act:
    """What films tell of what is done."""
    asked = sitter.asked(act.expression_T52, rotation_T3=act.rotation_T3, weights_T8=act.weights_T8)
    return replace(asked, sound_TWX=act.sound_TWX)


def cases(performed: Footage, count: int = CLIPS) -> list[Case]:
    """The first clips of a performance, one of every shot and then the next; those who sit do so for the photo."""
    return [replace(case, sitter=_for_the_photo(case.sitter)) for case in clips(performed, count)]


def _for_the_photo(sitter: Sitter) -> Sitter:
    return replace(sitter, portrait=photo_of(sitter.footage, sitter.shot))


class Performance:
    """What the photo renderer made of a photo, ready to be compared with."""

    def __init__(self, performed: Footage, tracker: Tracker) -> None:
        self._recogniser = Recogniser.of()
        self._truths = [Truth(case, tracker, self._recogniser) for case in cases(performed)]
        self._known = [self._embedded(truth, truth.frames_THW3) for truth in self._truths]

    def figures(self, painter: Painter) -> dict[str, float]:
        """How like a painter's frames are to the photo renderer's, as cards say it: PSNR and SSIM inside the face, the mean cosine
        of embeddings frame by frame, and the landmark error of the mouth in percent of the outer-eye distance."""
        score, alike = Score(), list[F64]()
        for truth, known_TD in zip(self._truths, self._known, strict=True):
            made = list(InFilms(painter).sits(truth.case.sitter)(truth.act))
            score.add(truth, made)
            alike.append((self._embedded(truth, made) * known_TD).sum(1))
        found = score.likeness()
        return {
            "psnr_db": round(found.psnr_db, 2),
            "ssim": round(found.ssim, 4),
            "identity": round(float(np.concatenate(alike).mean()), 4),
            "mouth": round(found.error["mouth"], 3),
        }

    def _embedded(self, truth: Truth, frames_THW3: Sequence[U8]) -> F64:
        """Embeddings (T, D) of the faces where the photo renderer drew them."""
        embedded_TD: F64 = self._recogniser.embed(frames_THW3, truth.act.landmarks_TL2)
        return embedded_TD
