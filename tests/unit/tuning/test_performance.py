"""A painter beside the photo renderer: it paints from the photo and hears what films tell it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
import torch

from emostage.face.track import FaceMeshTracker
from emostage.nets.painting.copying import Painted
from emostage.training.footage.store import Footage, joined
from emostage.training.person.pictures import shot_of
from emostage.tuning.performance import Performance, cases, told
from emostage.tuning.studied import Studied


@pytest.fixture(scope="module")
def performed(tracked: Studied) -> Footage:
    """Two shots: a photo each, and a clip of what is done."""
    shots = []
    for first in (0, 6):
        shot = shot_of(tracked.train[0].part(first, first + 7))
        shots.append(replace(shot, starts_C1=np.array([0, 1, 7])))
    return joined(shots)


@dataclass
class Copying:
    """Paints pictures that are given to it, and keeps what it was told."""

    pictures: np.ndarray
    size_px = 128

    def paint(self, given, *, seed):
        self.given = given
        some = torch.from_numpy(self.pictures[: given.frames].copy()).permute(0, 3, 1, 2).float() / 127.5 - 1
        flow = torch.zeros(len(some), 2, 8, 8)
        yield Painted(clean_N3HH=some, flow_N2KK=flow, keep_N1HH=torch.ones_like(some[:, :1]))


def test_all_are_painted_from_the_photo_of_their_shot(performed: Footage) -> None:
    found = cases(performed)
    assert [(case.sitter.portrait, case.frames_T) for case in found] == [(0, tuple(range(1, 7))), (7, tuple(range(8, 14)))]


def test_landmarks_are_those_that_films_tell(performed: Footage) -> None:
    case = cases(performed)[0]
    act = case.sitter.true(case.frames_T)
    heard = told(case.sitter, act)
    assert (heard.sound_TWX == act.sound_TWX).all() and np.allclose(heard.weights_T8, act.weights_T8)
    rest = replace(act, expression_T52=case.sitter.own("expression_N52")[None], rotation_T3=case.sitter.own("rotation_N3")[None])
    still_L2 = told(case.sitter, replace(rest, weights_T8=act.weights_T8[:1])).landmarks_TL2[0]
    assert np.allclose(still_L2, case.sitter.own("landmarks_NL2"), atol=1e-5), "they begin where they are in the photo"
    moved = np.abs(heard.landmarks_TL2 - still_L2)[:, 14].max()
    assert moved > 0.005
    assert not np.allclose(heard.landmarks_TL2, act.landmarks_TL2, atol=1e-4), "and move as those of the linear head"


def test_the_nearer_to_the_photo_renderer_the_better(performed: Footage, tracker: FaceMeshTracker) -> None:
    looked = Performance(first_shot(performed), tracker)
    frames = np.stack([performed.picture(n) for n in range(1, 7)])
    photo = np.repeat(performed.picture(0)[None], 6, 0)
    same, still = (looked.figures(Copying(pictures)) for pictures in (frames, photo))
    assert same["ssim"] == 1.0 and same["identity"] == 1.0
    assert still["ssim"] < 0.99 and still["identity"] < 0.999 and still["psnr_db"] < 40
    assert still["mouth"] > same["mouth"]


def first_shot(performed: Footage) -> Footage:
    """The first shot alone."""
    frames = {name: array[:7] for name, array in performed.frames.items()}
    return replace(
        performed,
        starts_C1=performed.starts_C1[:3],
        pictures=performed.pictures[:7],
        frames=frames,
        shots={name: array[:1] for name, array in performed.shots.items()},
        shape_SK=performed.shape_SK[:1],
    )
