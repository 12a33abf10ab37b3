"""The sample portraits, performed."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from emostage.core.errors import AssetError
from emostage.core.resources import resource
from emostage.face.crop import resample
from emostage.face.head import load_head
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Turning, TurningHead, head_rotation
from emostage.training.footage import acting
from emostage.training.footage.framing import identity, require_inside
from emostage.training.footage.posed import framed, posed, posed_shot
from emostage.training.footage.store import PARTS, SOURCES, UNKNOWN, Footage, to_bytes
from emostage.training.heads.camera import Camera, draw_camera

SIZE = 96


def sample(name: str) -> Path:
    return Path(resource("emostage", "data", "samples", name))


@pytest.fixture(scope="module", params=["astronaut.png", "hopper.jpg"])
def shot(corpus, request) -> Footage:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(acting, "CLIPS", 1)
        patch.setattr(acting, "CLIP", 3)
        patch.setattr(acting, "STILLS", 3)
        return posed_shot(sample(request.param), f"portraits/{request.param}", corpus, SIZE, np.random.default_rng(4))


def test_the_picture_itself_comes_first(shot: Footage) -> None:
    assert shot.starts_C1.tolist() == [0, 1, 4, 5, 6, 7]
    assert not shot.frames["rotation_N3"][0].any()
    assert shot.frames["rotation_N3"][1:].any(1).all()
    assert to_bytes(shot)
    assert (shot.frames["parts_NGG"][:, 0, 0] == UNKNOWN).all()
    assert all((shot.frames["parts_NGG"] == PARTS.index(part)).any() for part in ("face", "mouth", "eyes"))
    assert SOURCES[shot.shots["source_S"][0]] == "posed"
    assert shot.shots["identity_S"][0] in {identity("portraits/astronaut.png"), identity("portraits/hopper.jpg")}
    still, changed = shot.picture(0).astype(int), shot.picture(3).astype(int)
    assert np.abs(still - changed).mean() > 3


def test_the_face_is_framed_as_those_of_drawn_people(shot: Footage) -> None:
    camera = draw_camera(np.random.default_rng(4))
    ends_22 = shot.frames["landmarks_NL2"][0].astype(float)[[FOREHEAD, CHIN]]
    assert np.linalg.norm(ends_22[1] - ends_22[0]) == pytest.approx(camera.face_share, abs=0.04)
    np.testing.assert_allclose(ends_22.mean(0), [camera.middle_x, camera.middle_y], atol=0.025)


def test_landmarks_are_near_those_of_the_fitted_head(shot: Footage) -> None:
    turning = Turning(TurningHead(load_head()), shot.seated(0))
    rotation_N33 = head_rotation(torch.from_numpy(shot.frames["rotation_N3"]))
    found_NL2 = turning.landmarks(torch.from_numpy(shot.frames["expression_N52"].astype(np.float32)), rotation_N33).numpy()
    off_NL2 = found_NL2 - shot.frames["landmarks_NL2"].astype(np.float32)
    moved = np.abs(np.diff(shot.frames["landmarks_NL2"].astype(np.float32), axis=0)).mean()
    assert np.linalg.norm(off_NL2, axis=-1).mean() < 0.015
    assert np.abs(np.diff(off_NL2, axis=0)).mean() < 0.4 * moved


def test_pictures_that_are_no_portraits_are_told(corpus, tmp_path: Path) -> None:
    Image.new("RGB", (200, 200), (90, 120, 60)).save(tmp_path / "wall.png")
    with pytest.raises(AssetError, match="E070"):
        posed_shot(tmp_path / "wall.png", "portraits/wall.png", corpus, SIZE, np.random.default_rng(0))


def test_beyond_the_picture_its_border_goes_on(corpus, sitting, monkeypatch) -> None:
    """A window that shows too little of the picture for footage of portraits, but not for that of one photo."""
    for name, count in (("CLIPS", 1), ("CLIP", 2), ("STILLS", 1)):
        monkeypatch.setattr(acting, name, count)
    camera = Camera(distance_m=1.0, face_share=0.2, middle_x=0.5, middle_y=0.4)
    crop = framed(sitting.portrait, camera, SIZE)
    size_px = sitting.portrait.picture_HW3.shape[1::-1]
    with pytest.raises(AssetError, match="E078"):
        require_inside("me.png", size_px, crop)
    found = posed(sitting.portrait, "me", corpus, crop, np.random.default_rng(0))
    assert found.starts_C1.tolist() == [0, 1, 3, 4] and SOURCES[found.shots["source_S"][0]] == "posed"
    ends_22 = found.frames["landmarks_NL2"][0].astype(float)[[FOREHEAD, CHIN]]
    assert np.linalg.norm(ends_22[1] - ends_22[0]) == pytest.approx(0.2, abs=0.02)
    still = resample(sitting.portrait.picture_HW3, crop).astype(float)
    assert np.abs(found.picture(0) - still).mean() < 6, "the first frame is the picture as it is"
