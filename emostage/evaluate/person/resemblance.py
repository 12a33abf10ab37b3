"""How like the frames that an engine makes of a person are to the real ones, mouth above all. T frames, L = 478 landmarks.

A drawn frame is moved, turned and scaled onto the real one by what neither speech nor feelings move before pictures are compared,
so that it does not matter how either is framed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import cv2
import numpy as np

from emostage.core.tracks import F64, U8
from emostage.evaluate.measures import level, lip_gap
from emostage.evaluate.painted.likeness import PARTS, expression_errors
from emostage.evaluate.painted.recognition import Recogniser
from emostage.evaluate.similarity import Mask, face_mask, psnr, ssim
from emostage.face.film import read_face
from emostage.face.track import Tracker
from emostage.nets.identity.align import STEADY
from emostage.training.tracked.store import Take

_MOUTH = list(PARTS["mouth"])
_GROWN = 0.25
"""By how much of its extent the mouth that is compared is larger than the lips."""
_MOST_DB = 99.0
"""What pictures that are equal count as."""


@dataclass(frozen=True, kw_only=True)
class Resemblance:
    """Means over the `frames` in which a face was read.

    `psnr_db`, `ssim` inside the face and `mouth_psnr_db`, `mouth_ssim` in and around the lips; landmark errors of `face`, `mouth`
    and `eyes`, levelled, in percent of the outer-eye distance; `opening`, the correlation of the gap between the lips; `identity`,
    the mean cosine to the real frames.
    """

    frames: int
    psnr_db: float
    ssim: float
    mouth_psnr_db: float
    mouth_ssim: float
    face: float
    mouth: float
    eyes: float
    opening: float
    identity: float

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {name: round(value, 4) if isinstance(value, float) else value for name, value in asdict(self).items()}


class Real:
    """The real frames of a take, ready to be compared with."""

    def __init__(self, take: Take, tracker: Tracker, recogniser: Recogniser) -> None:
        self.take, self._tracker, self._recogniser = take, tracker, recogniser
        self._landmarks_TL2 = take.landmarks_TL2.astype(np.float64)
        self._embedded_TD = np.concatenate([self._embed(take.picture(t), self._landmarks_TL2[t]) for t in range(len(take))])

    def compared(self, shown: Iterable[U8]) -> Compared:
        """What is shown, frame for frame as many as there are, beside what is real."""
        rows: list[tuple[float, ...]] = []
        read_TL2 = np.full_like(self._landmarks_TL2, np.nan)
        for t, frame_HW3 in enumerate(shown):
            real_L2 = self._landmarks_TL2[t]
            read_TL2[t] = read_face(self._tracker, frame_HW3, real_L2 if t == 0 else _last_known(read_TL2, t, real_L2))
            if np.isfinite(read_TL2[t]).all() and self.take.seen_T[t]:
                rows.append((*self._pictures(t, frame_HW3, read_TL2[t]), self._alike(frame_HW3, read_TL2[t])))
            else:
                rows.append((np.nan,) * 5)
        errors_T3 = expression_errors(self._landmarks_TL2, read_TL2)
        gaps_T2 = np.stack([lip_gap(level(self._landmarks_TL2)), lip_gap(level(read_TL2))], 1)
        return Compared(rows_TX=np.concatenate([np.array(rows), errors_T3, gaps_T2], 1))

    def _pictures(self, t: int, frame_HW3: U8, read_L2: F64) -> tuple[float, float, float, float]:
        real_HW3, real_L2 = self.take.picture(t), self._landmarks_TL2[t]
        size = (real_HW3.shape[1], real_HW3.shape[0])
        onto_23 = similarity(read_L2[list(STEADY)], real_L2[list(STEADY)])
        laid_HW3 = np.asarray(cv2.warpAffine(frame_HW3, onto_23, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE))
        face_HW, mouth_HW = face_mask(real_L2, size), _around(real_L2[_MOUTH], size)
        measured = [min(measure(real_HW3, laid_HW3, part), _MOST_DB) for part in (face_HW, mouth_HW) for measure in (psnr, ssim)]
        return measured[0], measured[1], measured[2], measured[3]

    def _alike(self, frame_HW3: U8, read_L2: F64) -> float:
        return float((self._embed(frame_HW3, read_L2) @ self._embedded_TD.T).mean())

    def _embed(self, frame_HW3: U8, landmarks_L2: F64) -> F64:
        """The embedding (1, D) of a face; pictures are made square at their lower right."""
        side = max(frame_HW3.shape[:2])
        pad = ((0, side - frame_HW3.shape[0]), (0, side - frame_HW3.shape[1]), (0, 0))
        return self._recogniser.embed([np.pad(frame_HW3, pad, mode="edge")], landmarks_L2[None, :468] / side)


@dataclass(frozen=True, eq=False)
class Compared:
    """Figures of each frame (T, 10); NaN where no face was read."""

    rows_TX: F64

    def resemblance(self) -> Resemblance:
        """The means. NaN where nothing is known."""
        return resemblance([self])


def resemblance(several: list[Compared]) -> Resemblance:
    """The means over several takes."""
    known_TX = np.concatenate([one.rows_TX[np.isfinite(one.rows_TX).all(1)] for one in several])
    mean_X = known_TX[:, :8].mean(0) if len(known_TX) else np.full(8, np.nan)
    psnr_db, alike, mouth_db, mouth_alike, identity, face, mouth, eyes = (float(value) for value in mean_X)
    gap_T2 = known_TX[:, 8:]
    changes = len(gap_T2) > 2 and bool((gap_T2.std(0) > 1e-9).all())
    return Resemblance(
        frames=len(known_TX),
        psnr_db=psnr_db,
        ssim=alike,
        mouth_psnr_db=mouth_db,
        mouth_ssim=mouth_alike,
        face=face,
        mouth=mouth,
        eyes=eyes,
        opening=float(np.corrcoef(gap_T2.T)[0, 1]) if changes else float("nan"),
        identity=identity,
    )


def _last_known(read_TL2: F64, t: int, otherwise_L2: F64) -> F64:
    """The landmarks that were read last before a frame."""
    known = np.flatnonzero(np.isfinite(read_TL2[:t]).all((1, 2)))
    last_L2: F64 = read_TL2[known[-1]] if len(known) else otherwise_L2
    return last_L2


def similarity(from_P2: F64, to_P2: F64) -> F64:
    """The similarity (2, 3) that takes points onto others by least squares (Umeyama 1991, without reflections)."""
    from_mid, to_mid = from_P2.mean(0), to_P2.mean(0)
    x_P2, u_P2 = from_P2 - from_mid, to_P2 - to_mid
    square = float((x_P2**2).sum())
    cosine = float((x_P2 * u_P2).sum()) / square
    sine = float((x_P2[:, 0] * u_P2[:, 1] - x_P2[:, 1] * u_P2[:, 0]).sum()) / square
    linear_22 = np.array([[cosine, -sine], [sine, cosine]])
    return np.concatenate([linear_22, (to_mid - linear_22 @ from_mid)[:, None]], 1)


def _around(points_P2: F64, size_px: tuple[int, int]) -> Mask:
    """The pixels in and around the lips."""
    return face_mask(points_P2, size_px, grown=_GROWN)
