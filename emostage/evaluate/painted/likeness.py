"""How like the frames of an artist are to the true ones. T frames of a clip, L landmarks, D numbers of an embedding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import numpy as np

from emostage.core.tracks import F64, U8
from emostage.evaluate.measures import level
from emostage.evaluate.painted.cases import Case
from emostage.evaluate.painted.jitter import boiling, still_places, tremor
from emostage.evaluate.painted.reader import read
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.similarity import Mask, face_mask, psnr, ssim
from emostage.face.topology import BROWS, LIDS, LIPS, OUTER_LIP_L, OUTER_LIP_U
from emostage.face.track import Tracker

PARTS: Mapping[str, list[int]] = {
    "face": list(range(468)),
    "mouth": sorted({*LIPS, *OUTER_LIP_U, *OUTER_LIP_L}),
    "eyes": sorted({*LIDS, *chain.from_iterable(chain.from_iterable(BROWS))}),
}
"""Landmarks of which errors are told; with the eyes go the brows."""


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """Means over all frames.

    `psnr_db`, `ssim` inside the face, `whole_psnr_db`, `whole_ssim` of the whole frame; `error` of levelled landmarks by part in
    percent of the outer-eye distance, from the `frames` in which a face was read; in `unread` ones it was not; `identity`, cosine
    to the portrait; `boiling_face`, `boiling_still` as `jitter.boiling` in the face and where nothing moves, `tremor` as
    `jitter.tremor`.
    """

    psnr_db: float
    ssim: float
    whole_psnr_db: float
    whole_ssim: float
    error: Mapping[str, float]
    identity: float
    boiling_face: float
    boiling_still: float
    tremor: float
    frames: int
    unread: int


@dataclass(frozen=True, kw_only=True)
class Clip:
    """Means over the frames of one clip: `psnr_db` and `ssim` in the face, the `error` of all landmarks and that of the mouth's in
    percent of the outer-eye distance (NaN where no face is read), and the identity similarity."""

    psnr_db: float
    ssim: float
    error: float
    mouth_error: float
    identity: float


class Truth:
    """A case's true frames and what is read in them."""

    def __init__(self, case: Case, tracker: Tracker, recogniser: Recogniser) -> None:
        self.case, self._tracker, self._recogniser = case, tracker, recogniser
        self.act = case.sitter.true(case.frames_T)
        self.frames_THW3 = [case.sitter.footage.picture(n) for n in case.frames_T]
        self.read_TL2 = self.read(self.frames_THW3)
        sitter = case.sitter
        self.portrait_D = recogniser.embed([sitter.picture], sitter.own("landmarks_NL2")[None])[0]

    @cached_property
    def masks(self) -> list[Mask]:
        """Where the face is in each frame (H, W)."""
        height, width = self.frames_THW3[0].shape[:2]
        return [face_mask(points_L2.astype(np.float64) * [width, height], (width, height)) for points_L2 in self.act.landmarks_TL2]

    @cached_property
    def still(self) -> Mask:
        """What keeps still (H, W)."""
        return still_places(self.frames_THW3)

    def read(self, frames_THW3: Sequence[U8]) -> F64:
        """Landmarks (T, 478, 2) of frames that should show what the true ones do."""
        return read(self._tracker, frames_THW3, self.act.landmarks_TL2)

    def identity(self, frames_THW3: Sequence[U8], read_TL2: F64) -> F64:
        """Cosines (T,) to the portrait, of faces where they are read, or where they should be if they are not."""
        seen_T11 = np.isfinite(read_TL2).all((1, 2), keepdims=True)
        places_TL2 = np.where(seen_T11, read_TL2[:, :468], self.act.landmarks_TL2)
        alike_T: F64 = self._recogniser.embed(frames_THW3, places_TL2) @ self.portrait_D
        return alike_T


class Score:
    """Gathers likeness clip after clip."""

    def __init__(self) -> None:
        self._frames: list[tuple[float, ...]] = []
        self._errors: list[F64] = []
        self._clips: list[tuple[float, float, float]] = []
        self.unread = 0

    def add(self, truth: Truth, shown_THW3: Sequence[U8]) -> Clip:
        """Compare the frames of a clip with the true ones."""
        read_TL2 = truth.read_TL2 if shown_THW3 is truth.frames_THW3 else truth.read(shown_THW3)
        pairs = zip(truth.frames_THW3, shown_THW3, truth.masks, truth.identity(shown_THW3, read_TL2), strict=True)
        compared = [_compared(true, shown, mask, float(alike)) for true, shown, mask, alike in pairs]
        self._frames += compared
        errors_T3 = expression_errors(truth.read_TL2, read_TL2)
        seen_T, true_T = (np.isfinite(landmarks).all((1, 2)) for landmarks in (read_TL2, truth.read_TL2))
        known_N3 = errors_T3[seen_T & true_T]
        self._errors += list(known_N3)
        self.unread += int((~seen_T).sum())
        always_HW = np.logical_or.reduce(truth.masks)
        face, still = (boiling(shown_THW3, truth.frames_THW3, places) for places in (always_HW, truth.still & ~always_HW))
        self._clips.append((face, still, tremor(read_TL2)))
        psnr_db, alike, _, _, identity = (float(value) for value in np.mean(compared, 0))
        error_3 = known_N3.mean(0) if len(known_N3) else np.full(len(PARTS), np.nan)
        whole, mouth = (float(error_3[list(PARTS).index(part)]) for part in ("face", "mouth"))
        return Clip(psnr_db=psnr_db, ssim=alike, error=whole, mouth_error=mouth, identity=identity)

    def likeness(self) -> Likeness:
        """The means; rms over clips of what trembles. NaN where nothing was added."""
        psnr_db, alike, whole_db, whole, identity = np.mean(self._frames or [(np.nan,) * 5], 0)
        error_3 = np.mean(self._errors or [np.full(len(PARTS), np.nan)], 0)
        face, still, trembling = (_rms(values) for values in zip(*(self._clips or [(np.nan,) * 3]), strict=True))
        return Likeness(
            psnr_db=float(psnr_db),
            ssim=float(alike),
            whole_psnr_db=float(whole_db),
            whole_ssim=float(whole),
            error={name: float(value) for name, value in zip(PARTS, error_3, strict=True)},
            identity=float(identity),
            boiling_face=face,
            boiling_still=still,
            tremor=trembling,
            frames=len(self._errors),
            unread=self.unread,
        )


def expression_errors(true_TL2: F64, shown_TL2: F64) -> F64:
    """Mean distances (T, 3) of levelled landmarks by part, in percent of the outer-eye distance; NaN where a face is unread."""
    apart_TL = 100 * np.linalg.norm(level(shown_TL2[:, :468]) - level(true_TL2[:, :468]), axis=2)
    errors_T3: F64 = np.stack([apart_TL[:, part].mean(1) for part in PARTS.values()], 1)
    return errors_T3


def _compared(true_HW3: U8, shown_HW3: U8, inside_HW: Mask, identity: float) -> tuple[float, ...]:
    everywhere_HW = np.ones_like(inside_HW)
    alike = (measure(true_HW3, shown_HW3, place) for place in (inside_HW, everywhere_HW) for measure in (psnr, ssim))
    return (*alike, identity)


def _rms(values: Iterable[float]) -> float:
    known = np.array([value for value in values if np.isfinite(value)])
    return float(np.sqrt((known**2).mean())) if len(known) else float("nan")
