"""The inside of a person's mouth, as their footage shows it: the strips of teeth are changed until what is drawn between the real
lips is what is seen there. B frames, N = 468 landmarks, H and W rows and columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import interpolate

from emostage.core.tracks import F64
from emostage.face.personal import PersonalFace
from emostage.portrait.inside import SHAPE, MouthMap, changed
from emostage.portrait.mouth import Mouth
from emostage.portrait.personal import Person
from emostage.portrait.polygon import Box
from emostage.portrait.posed import Posed
from emostage.training.person.face import drawn_by, part
from emostage.training.person.reading import Reading, portrait_in

MOST_FRAMES = 64
LEAST_FRAMES = 8
"""Frames with an open mouth without which nothing is known of its inside."""
_OPEN = 0.035
"""Lips that are apart by this share of the distance of the eyes are open."""
_STEPS, _RATE, _TOGETHER = 200, 0.04, 4
_SURELY = 0.85
"""How much of a pixel the inside must fill to count."""
_SOFT = 0.02
"""Errors of colours (0..1) under which their square counts, not their size."""
_LOGARITHMS, _ROUGHNESS, _DROPS = 0.01, 0.02, 0.02
"""Weights of what a map changes: colours, differences between neighbours, and how far rows are moved (mm)."""
_COARSE = (4, 8)
"""A change is known at so many places of a row and smooth between them: a few seconds show each tooth in a few frames, and what is
learnt of single ones is the shadow of a lip or a gap. Shapes of teeth stay as they are painted, for the same reason."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sample:
    """Frames of a take with an open mouth: what draws them, how they are posed, and their real colours (B, 3, H, W)."""

    mouth: Mouth
    posed: Posed
    real_B3HW: Tensor

    def few(self) -> list[Sample]:
        """A few frames at a time, whose mouths lie near each other, so that little else is drawn."""
        parts = [slice(first, first + _TOGETHER) for first in range(0, len(self.real_B3HW), _TOGETHER)]
        return [replace(self, posed=self.posed.part(some), real_B3HW=self.real_B3HW[some]) for some in parts]


def fit_mouth(face: PersonalFace, readings: Sequence[Reading]) -> MouthMap | None:
    """The inside of the mouth that the readings show; None where too little of it is seen."""
    samples = [found for reading in readings if (found := _sample(face, reading, MOST_FRAMES // len(readings) + 1)) is not None]
    if sum(len(sample.real_B3HW) for sample in samples) < LEAST_FRAMES:
        return None
    unknowns = [torch.zeros(shape, requires_grad=True) for shape in ((3, *_COARSE), (3, *_COARSE), (3,), (2,))]
    optimiser = torch.optim.Adam(unknowns, lr=_RATE)
    slower = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, _STEPS)
    some, rng = [few for sample in samples for few in sample.few()], np.random.default_rng(0)
    for _ in range(_STEPS):
        optimiser.zero_grad()
        loss = _unlike(some[rng.integers(len(some))], unknowns) + _unlikely(unknowns)
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
        slower.step()
    upper, lower, cavity, drop = (known.detach().numpy().astype(np.float32) for known in _fine(unknowns))
    return MouthMap(upper_4HW=upper, lower_4HW=lower, cavity_3=cavity, drop_2=drop)


def _unlike(sample: Sample, unknowns: Sequence[Tensor]) -> Tensor:
    """How unlike the drawn insides are to the real ones."""
    inside = changed(sample.mouth.inside, *_fine(unknowns))
    box, colour_B3HW, mask_B1HW = sample.mouth.laid(sample.posed, inside)
    off_B3HW = (colour_B3HW - _cut(sample.real_B3HW, box)) / 255
    weight_B1HW = (mask_B1HW > _SURELY).to(off_B3HW)
    charbonnier = torch.sqrt(off_B3HW * off_B3HW + _SOFT * _SOFT) - _SOFT
    unlike: Tensor = (weight_B1HW * charbonnier).sum() / (3 * weight_B1HW.sum() + 1)
    return unlike


def _fine(unknowns: Sequence[Tensor]) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """The arrays of a map: smooth changes of colour, and none of alpha."""
    upper, lower = (
        torch.cat([interpolate(row[None], SHAPE, mode="bicubic", align_corners=False)[0], row.new_zeros(1, *SHAPE)])
        for row in unknowns[:2]
    )
    return upper, lower, unknowns[2], unknowns[3]


def _unlikely(unknowns: Sequence[Tensor]) -> Tensor:
    """How unlikely a change is."""
    upper, lower, cavity, drop = unknowns
    total = _LOGARITHMS * (cavity**2).mean() + _DROPS * (drop**2).mean()
    for change in (upper, lower):
        rough = (change[:, 1:] - change[:, :-1]).abs().mean() + (change[:, :, 1:] - change[:, :, :-1]).abs().mean()
        total = total + _LOGARITHMS * (change**2).mean() + _ROUGHNESS * rough
    return total


def _cut(pictures_B3HW: Tensor, box: Box) -> Tensor:
    """What lies in a box of pictures; beyond their borders the border goes on."""
    left, top, width, height = box
    rows = torch.arange(top, top + height).clamp(0, pictures_B3HW.shape[2] - 1)
    columns = torch.arange(left, left + width).clamp(0, pictures_B3HW.shape[3] - 1)
    return pictures_B3HW[:, :, rows][:, :, :, columns]


def _sample(face: PersonalFace, reading: Reading, count: int) -> Sample | None:
    """Frames with an open mouth, evenly spread; None where there are none or the best frame is no portrait."""
    numbers_B = np.flatnonzero(_open(reading.take.landmarks_TL2.astype(np.float64)) & reading.take.seen_T)
    if not len(numbers_B):
        return None
    numbers_B = np.unique(numbers_B[np.linspace(0, len(numbers_B) - 1, min(count, len(numbers_B))).round().astype(np.intp)])
    numbers_B = numbers_B[_along(reading.take.landmarks_TL2[numbers_B, 13].astype(np.float64))]
    found = portrait_in(reading)
    if found is None:
        return None
    anchor, portrait = found
    renderer = drawn_by(portrait, reading, Person(face=face))
    backing, plate = renderer.backing, renderer.backing.plate
    motion = part(reading.motion(reading.hold(anchor)), numbers_B)
    with torch.no_grad():
        posed = renderer.painter.rig.at(motion, 0, len(motion))
    points_BV2 = posed.points_BV2.clone()
    corner_2 = np.array([backing.left, backing.top], np.float32)
    points_BV2[:, :468] = torch.from_numpy(reading.take.landmarks_TL2[numbers_B, :468] - corner_2)
    width, height = plate.size_px
    window = (slice(backing.top, backing.top + height), slice(backing.left, backing.left + width))
    real = np.stack([reading.take.picture(int(n))[window] for n in numbers_B]).transpose(0, 3, 1, 2)
    return Sample(
        mouth=renderer.painter.mouth,
        posed=replace(posed, points_BV2=points_BV2),
        real_B3HW=torch.from_numpy(real.astype(np.float32)),
    )


def _along(places_B2: F64) -> NDArray[np.intp]:
    """An order (B,) of places along the line on which they are spread the most."""
    away_B2 = places_B2 - places_B2.mean(0)
    return np.argsort(away_B2 @ np.linalg.svd(away_B2, full_matrices=False)[2][0])


def _open(landmarks_TL2: F64) -> NDArray[np.bool_]:
    """In which frames the lips are apart."""
    gap_T = np.linalg.norm(landmarks_TL2[:, 14] - landmarks_TL2[:, 13], axis=1)
    eyes_T = np.linalg.norm(landmarks_TL2[:, 33] - landmarks_TL2[:, 263], axis=1)
    return np.asarray(gap_T > _OPEN * eyes_T)
