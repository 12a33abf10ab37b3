"""Footage of one person as lessons for painters, whose landmarks are given as films give them: those of the person's head, moved
from where they are in the portrait. B takes, F frames, L = 468 landmarks.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate
from torch.utils.data import IterableDataset

from emostage.diffusion.module import Batch
from emostage.face.head import load_head
from emostage.face.turning import Beyond, Turning, TurningHead, head_rotation
from emostage.nets.emotivetalk.painting import EthdObjective
from emostage.training.examples import rank
from emostage.training.footage.examples import TURNS, Cut, Index, Shape, batch_of
from emostage.training.footage.store import PARTS, UNKNOWN, Footage
from emostage.training.footage.tones import toned
from emostage.training.painters import Lessons, Recipe

_CLIP_FRAMES, _STILLS = 12, 8
"""Frames of clips, and stills, of a batch: small, so that a person is known in minutes on a CPU."""
_PERFORMED_FRAMES, _PERFORMED_STILLS = 6, 4
"""The same where a photo is performed, from which all that is to be painted comes: in a time more is learnt in more steps."""
_HELD = 4
"""Held-out batches that are looked at."""
AS_THEY_ARE = 0.5
"""Share of batches whose colours are left; all are where a photo is performed, which films show in its own light."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Pictures:
    """Footage of a person, and what actions do to them beyond the bare linear head (`PersonalFace.beyond_linear`). Where the first
    frame of every shot is a photo that is performed (`performed`), all others are painted from that."""

    footage: Footage
    beyond: Beyond | None = None
    performed: bool = False

    def cuts(self, index: Index, shape: Shape, rng: np.random.Generator, *, clips: bool) -> list[Cut]:
        """The takes of a batch."""
        cuts = [index.cut(shape, rng, clip=clips, telling=True) for _ in range(shape.clips if clips else shape.stills)]
        if not self.performed:
            return cuts
        shot_N = self.footage.frames["shot_N"]
        return [replace(cut, portrait=photo_of(self.footage, int(shot_N[cut.portrait]))) for cut in cuts]

    def batch(self, cuts: list[Cut], shape: Shape) -> Batch:
        """Takes, as `footage.examples.batch_of`, with landmarks and marks as films give them."""
        batch = batch_of(self.footage, cuts, shape)
        found = [self._given(cut) for cut in cuts]
        return _backed({**batch, **{name: torch.stack([one[name] for one in found]) for name in found[0]}})

    def _given(self, cut: Cut) -> Batch:
        turning = self._turning(int(self.footage.frames["shot_N"][cut.portrait]))
        frames = list(cut.frames_F)
        (own_152, own_133), (now_F52, now_F33) = self._done([cut.portrait]), self._done(frames)
        own_1L2 = _floats(self.footage.frames["landmarks_NL2"][[cut.portrait]])
        beside_1L2 = own_1L2 - turning.landmarks(own_152, own_133)
        landmarks_FL2 = turning.landmarks(now_F52, now_F33) + beside_1L2
        return {
            "landmarks_BFL2": landmarks_FL2,
            "marks_BFM2": turning.marks(now_F52, now_F33, None, landmarks_FL2),
            "own_marks_BM2": turning.marks(own_152, own_133, None, own_1L2)[0],
        }

    def _turning(self, shot: int) -> Turning:
        return Turning(_head(), self.footage.seated(shot), self.beyond)

    def _done(self, frames: list[int]) -> tuple[Tensor, Tensor]:
        told = self.footage.frames
        return _floats(told["expression_N52"][frames]), head_rotation(_floats(told["rotation_N3"][frames]))


def _backed(batch: Batch) -> Batch:
    """A batch in which what is behind the person is that of the portrait, as in films. In footage whose window goes with the head
    it moves, and a painter would learn to smear it."""
    behind_BFGG = batch["parts_BFGG"] == PARTS.index("background")
    size = batch["clean_BF3HH"].shape[-2:]
    share_N1HH = interpolate(behind_BFGG.flatten(0, 1)[:, None].float(), size, mode="bilinear")
    share_BF1HH = share_N1HH.view(*behind_BFGG.shape[:2], 1, *size)
    reference_B13HH = batch["reference_B3HH"][:, None]
    out = {
        **batch,
        "clean_BF3HH": torch.lerp(batch["clean_BF3HH"], reference_B13HH.expand_as(batch["clean_BF3HH"]), share_BF1HH),
        "parts_BFGG": batch["parts_BFGG"].masked_fill(behind_BFGG, UNKNOWN),
    }
    if "before_BM3HH" in batch:
        before = batch["before_BM3HH"]
        out["before_BM3HH"] = torch.lerp(before, reference_B13HH.expand_as(before), share_BF1HH[:, :1].expand_as(before))
    return out


class Lesson(IterableDataset[Batch]):
    """Endless random batches of one person; the same seed draws the same. Where several processes train one net, each draws its
    own."""

    def __init__(self, pictures: Pictures, shape: Shape, *, seed: int) -> None:
        super().__init__()
        self._pictures, self._shape, self._seed = pictures, shape, seed

    def __iter__(self) -> Iterator[Batch]:
        rng, index = np.random.default_rng([self._seed, rank()]), Index(self._pictures.footage)
        while True:
            for clips in TURNS:
                batch = self._pictures.batch(self._pictures.cuts(index, self._shape, rng, clips=clips), self._shape)
                as_it_is = rng.random() < AS_THEY_ARE or self._pictures.performed
                yield batch if as_it_is else toned(batch, rng)


def photo_of(footage: Footage, shot: int) -> int:
    """The first frame of a shot: where a photo is performed, the photo."""
    return int(np.argmax(footage.frames["shot_N"] == shot))


def for_one(recipe: Recipe, *, performed: bool = False) -> Recipe:
    """A recipe with batches as small as one person needs them, of whom there are films or a photo that is `performed`. How that
    person's face moves is withheld from no net."""
    frames, stills = (_PERFORMED_FRAMES, _PERFORMED_STILLS) if performed else (_CLIP_FRAMES, _STILLS)
    shape = recipe.shape
    objective = recipe.objective
    objective = replace(objective, withheld=0.0) if isinstance(objective, EthdObjective) else objective
    shape = replace(shape, clips=max(1, frames // shape.frames), stills=stills)
    return replace(recipe, shape=shape, objective=objective, held=_HELD)


def lessons(train: Pictures, held: Pictures, recipe: Recipe, seed: int, about: Mapping[str, Any]) -> tuple[Lessons, list[Batch]]:
    """Lessons of one person for a recipe of `for_one`, and the batches that are held out."""
    rng, index = np.random.default_rng(0), Index(held.footage)
    checks = [held.batch(held.cuts(index, recipe.shape, rng, clips=n % 2 == 0), recipe.shape) for n in range(recipe.held)]
    return Lessons(examples=Lesson(train, recipe.shape, seed=seed), held=checks, about=about), checks


def _floats(array: Any) -> Tensor:
    return torch.from_numpy(np.asarray(array).astype(np.float32))


@lru_cache(maxsize=1)
def _head() -> TurningHead:
    return TurningHead(load_head())
