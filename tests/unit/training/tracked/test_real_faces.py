"""Real faces: a film that emostage made of a photo itself, photos, and a dog."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.errors import AssetError
from emostage.core.tracks import MotionTrack
from emostage.face.head import load_head
from emostage.face.header import source_path
from emostage.face.portrait import read_portrait
from emostage.portrait.photo import PhotoRenderer
from emostage.training.tracked import checks
from emostage.training.tracked.checks import findings
from emostage.training.tracked.sources import sources_of
from emostage.training.tracked.tracking import Tracked, track

COUNT = 14
JAW = 0.6 * np.sin(np.linspace(0, np.pi, COUNT))
DOG = Path(__file__).resolve().parents[5] / "shared" / "real" / "not_a_face_dog.jpg"


@pytest.fixture(scope="module")
def frames() -> list[np.ndarray]:
    """Somebody who opens and shuts the mouth."""
    zero_T = np.zeros(COUNT, np.float32)
    motion = MotionTrack(
        expression_T52=(JAW[:, None] * expression(jawOpen=1.0)).astype(np.float32),
        rotation_T3=np.zeros((COUNT, 3), np.float32),
        shift_T2=np.zeros((COUNT, 2), np.float32),
        scale_T=zero_T + 1,
        tongue_T=zero_T,
        breath_T=zero_T,
        fps=Fraction(25),
    )
    portrait, _ = read_portrait("sample/astronaut", head=load_head())
    renderer = PhotoRenderer(portrait, load_head(), size_px=(256, 144), shot="close", quality="draft")
    return [frame.copy() for frame in renderer.render(motion)]


def tracked(work: Path, *given: Path) -> Tracked:
    return track(sources_of(given)[0], work)


def test_a_film_and_photos_of_its_person_are_used_and_those_of_another_are_not(filmed, frames, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(checks, "LEAST_FRAMES", COUNT)
    photos = [source_path(f"sample/{name}") for name in ("astronaut", "hopper")]
    found = tracked(tmp_path / "work", filmed(frames), *photos)
    assert [(take.source, len(take)) for take in found.takes] == [("me.mp4", COUNT), ("astronaut.png", 1)]
    film, photo = found.takes
    lips_T = np.linalg.norm(film.landmarks_TL2[:, 13] - film.landmarks_TL2[:, 14], axis=1)
    assert np.corrcoef(lips_T, JAW)[0, 1] > 0.95
    assert film.size_px[0] < 256
    assert max(photo.size_px) <= 640
    eyes_2 = photo.landmarks_TL2[0, [468, 473]].mean(0)
    assert 0.3 < eyes_2[0] / photo.size_px[0] < 0.7
    assert findings(found)[0].code == "W152"
    assert "hopper" in found.passed[0].message
    again = tracked(tmp_path / "work", tmp_path / "me.mp4", *photos)
    assert [take.name for take in again.takes] == [take.name for take in found.takes]


def test_one_photo_is_enough(tmp_path: Path) -> None:
    found = tracked(tmp_path / "work", source_path("sample/astronaut"))
    assert [take.is_photo for take in found.takes] == [True]
    assert [problem.code for problem in findings(found)] == ["W140"]


def test_a_dog_is_nobody(tmp_path: Path) -> None:
    if not DOG.is_file():
        pytest.skip("real inputs are not at hand")
    with pytest.raises(AssetError, match=r"E07[05]"):
        tracked(tmp_path / "work", DOG)
