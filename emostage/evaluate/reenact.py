"""Self-reenactment: the first frame of a film of a talking person becomes the portrait and is given the motion of the rest.

What is drawn is compared with the real frames inside the real face. The still first frame, held, is measured beside it.
T frames, L = 478 landmarks.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import F64, U8, FrameStream
from emostage.evaluate.measures import OUTER_EYES, level, lip_gap
from emostage.evaluate.similarity import face_mask, psnr, ssim
from emostage.face.film import follow, read_face
from emostage.face.head import load_head
from emostage.face.perform import performed
from emostage.face.portrait import portrait_of
from emostage.face.topology import EYES, LIDS, LIPS, OUTER_LIP_L, OUTER_LIP_U
from emostage.face.track import FaceMeshTracker, Tracker
from emostage.film.probe import decode, probe
from emostage.portrait.follow import motion_of
from emostage.portrait.photo import PhotoRenderer, Quality

LEAST_FRAMES, MOST_S = 12, 30
"""A film must have so many frames, and no more than its first half minute is measured."""
_FACE = list(range(468))
_MOUTH = sorted({*LIPS, *OUTER_LIP_U, *OUTER_LIP_L})
_EYES = [*LIDS, *(eye.iris for eye in EYES)]


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """How like drawn frames are to the real ones, on average over the frames.

    `psnr_db`, `ssim` inside the real face; landmark errors of `face`, `mouth` and `eyes` in percent of the distance between the
    outer eye corners; `opening`, the correlation of the gap between the lips (NaN where it never changes).
    """

    psnr_db: float
    ssim: float
    face: float
    mouth: float
    eyes: float
    opening: float


@dataclass(frozen=True, kw_only=True)
class Reenactment:
    """A film drawn again from its first frame (`drawn`), and that frame held (`still`); `frames` were compared."""

    frames: int
    seconds: float
    size_px: tuple[int, int]
    drawn: Likeness
    still: Likeness

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


def reenact(path: Path, *, quality: Quality = "standard", tracker: Tracker | None = None) -> Reenactment:
    """Draw a film again from its first frame and compare.

    Raises EmostageError: E106 when the film cannot be read, E117 when it is too short, has cuts or hides the face, and AssetError
    E07x for a first frame that is no portrait.
    """
    if tracker is None:
        with FaceMeshTracker() as mesh:
            return reenact(path, quality=quality, tracker=mesh)
    film = _clip(path)
    still_HW3, head = next(iter(film)), load_head()
    portrait, _ = portrait_of(still_HW3, name=path.name, head=head)
    first_L2 = portrait.crop.to_picture(portrait.landmarks_L2)
    landmarks_TL2 = follow(tracker, film, first_L2, name=path.name, fps=float(film.fps))
    renderer = PhotoRenderer(portrait, head, size_px=film.size_px, quality=quality)
    motion = motion_of(performed(portrait, head, landmarks_TL2), renderer.painter.sheet, film.fps)
    drawn, still = _Score(landmarks_TL2), _Score(landmarks_TL2)
    for t, (real_HW3, drawn_HW3) in enumerate(zip(film, renderer.render(motion), strict=True)):
        if t:
            drawn.add(t, real_HW3, drawn_HW3, read_face(tracker, drawn_HW3, landmarks_TL2[t]))
            still.add(t, real_HW3, still_HW3, first_L2)
    return Reenactment(
        frames=len(film) - 1,
        seconds=float(len(film) / film.fps),
        size_px=film.size_px,
        drawn=drawn.likeness(),
        still=still.likeness(),
    )


def _clip(path: Path) -> FrameStream:
    """The frames of the film that are measured."""
    found = probe(path)
    if found.frames < LEAST_FRAMES:
        message = f"'{path.name}' is too short: {found.frames} frames"
        raise EmostageError.of("E117", message, f"use a clip of {LEAST_FRAMES} frames or more")
    return decode(path, count=min(found.frames, int(MOST_S * found.fps)))


class _Score:
    """Gathers the likeness of frame after frame to the real ones."""

    def __init__(self, landmarks_TL2: F64) -> None:
        self._landmarks_TL2 = landmarks_TL2
        self._rows: list[tuple[float, ...]] = []

    def add(self, t: int, real_HW3: U8, shown_HW3: U8, shown_L2: F64) -> None:
        """Compare what is shown with frame `t`, inside its face."""
        real_L2 = self._landmarks_TL2[t]
        inside_HW = face_mask(real_L2, (real_HW3.shape[1], real_HW3.shape[0]))
        apart_L = np.linalg.norm(shown_L2 - real_L2, axis=1)
        unit = float(np.linalg.norm(real_L2[OUTER_EYES[0]] - real_L2[OUTER_EYES[1]])) / 100
        errors = (float(apart_L[part].mean()) / unit for part in (_FACE, _MOUTH, _EYES))
        gaps = lip_gap(level(np.stack([real_L2, shown_L2])))
        self._rows.append((psnr(real_HW3, shown_HW3, inside_HW), ssim(real_HW3, shown_HW3, inside_HW), *errors, *gaps))

    def likeness(self) -> Likeness:
        """The means over all frames in which a face was seen."""
        rows_TR = np.array(self._rows)
        psnr_db, likeness, face, mouth, eyes, _, _ = np.nanmean(rows_TR, 0)
        gap_T2 = rows_TR[np.isfinite(rows_TR).all(1), 5:]
        changes = len(gap_T2) > 1 and bool((gap_T2.std(0) > 1e-9).all())
        opening = float(np.corrcoef(gap_T2.T)[0, 1]) if changes else float("nan")
        return Likeness(psnr_db=psnr_db, ssim=likeness, face=face, mouth=mouth, eyes=eyes, opening=opening)
