"""People who do not exist, drawn as footage."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
import torch

from emostage.face.turning import Turning, TurningHead, head_rotation
from emostage.training.footage import acting, drawn
from emostage.training.footage.drawn import drawn_shot
from emostage.training.footage.store import PARTS, Footage, to_bytes
from emostage.training.heads.anatomy import anatomy

SIZE = 64


@pytest.fixture(scope="module")
def shot(corpus) -> Footage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting, "CLIPS", 1)
        patch.setattr(acting, "STILLS", 2)
        patch.setattr(drawn, "seat", partial(drawn.seat, texture_px=64))
        return drawn_shot(corpus, 7, SIZE, np.random.default_rng(1))


def test_everything_is_told_of_every_frame(shot: Footage) -> None:
    assert shot.starts_C1.tolist() == [0, 8, 9, 10]
    assert to_bytes(shot)
    assert shot.shots["identity_S"].tolist() == [7]
    assert shot.picture(3).shape == (SIZE, SIZE, 3)


def test_the_landmarks_are_those_of_the_person_before_the_camera(shot: Footage) -> None:
    turning = Turning(TurningHead(anatomy().head), shot.seated(0))
    rotation_N33 = head_rotation(torch.from_numpy(shot.frames["rotation_N3"]))
    found_NL2 = turning.landmarks(torch.from_numpy(shot.frames["expression_N52"].astype(np.float32)), rotation_N33).numpy()
    off_NL = np.linalg.norm(found_NL2 - shot.frames["landmarks_NL2"].astype(np.float32), axis=-1) * SIZE
    assert np.median(off_NL) < 0.05
    assert off_NL.max() < 0.6


def test_parts_lie_where_the_landmarks_say(shot: Footage) -> None:
    at_NL2 = shot.frames["landmarks_NL2"].astype(np.float64)
    cells = shot.frames["parts_NGG"].shape[-1]

    def shown(*marks: int) -> set[str]:
        x_N, y_N = (at_NL2[:, list(marks)].mean(1) * cells).astype(int).T
        return {PARTS[part] for part in shot.frames["parts_NGG"][np.arange(len(at_NL2)), y_N, x_N]}

    assert shown(13, 14) <= {"mouth", "face"} and "mouth" in shown(13, 14)
    assert shown(50) == shown(280) == {"face"}
    assert (shot.frames["parts_NGG"][:, 0, 0] == PARTS.index("background")).all()
