"""Takes as footage for painters: the window goes with the head."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from emostage.core.emotion import EMOTION_INDEX
from emostage.face.head import load_head
from emostage.face.topology import CHIN, FOREHEAD
from emostage.face.turning import Turning, TurningHead, head_rotation
from emostage.portrait.painting.square import FACE_SHARE, MIDDLE_2
from emostage.training.footage.store import SOURCES, Footage, to_bytes
from emostage.training.person import pictures
from emostage.training.person.pictures import footage_of, shot_of
from emostage.training.person.reading import Reading, read

COUNT, SIZE = 24, 64
RIGID = [6, 168, 197, 195, 151, 10, 109, 338]
"""The bridge of the nose and the forehead."""


@pytest.fixture(scope="module")
def reading(sitting, films) -> Reading:
    """Somebody who turns, walks aside, comes nearer, and is hidden once."""
    swing_T = np.sin(np.linspace(0, 2 * np.pi, COUNT))
    motion = replace(
        films.speaking(COUNT),
        rotation_T3=(np.radians(7) * swing_T[:, None] * [0.3, 1.0, 0.3]).astype(np.float32),
        shift_T2=(swing_T[:, None] * [0.3, 0.1]).astype(np.float32),
        scale_T=(1 + 0.15 * swing_T**2).astype(np.float32),
    )
    take = films.take(sitting.renderer(), motion)
    return read(sitting.face, replace(take, seen_T=np.arange(COUNT) != 15), load_head())


@pytest.fixture(scope="module")
def cut(reading) -> tuple[Footage, list]:
    """The footage, and the windows that were cut out."""
    crops = []
    resample = pictures.resample
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pictures, "resample", lambda picture, crop: crops.append(crop) or resample(picture, crop))
        return shot_of(reading, SIZE), crops


def test_the_neck_lies_at_one_place_in_all_windows_and_as_large(reading, cut):
    _, crops = cut
    hold, fit, own = reading.hold_on_the_whole(), reading.person.fit, reading.person.crop
    kept = np.flatnonzero(reading.take.seen_T)
    neck_N3 = reading.done.rotation_T33[kept] @ hold.neck_3 + reading.done.translation_T3[kept]
    seen_N2 = own.to_picture(neck_N3[:, :2] / neck_N3[:, 2:] * fit.focal_px + own.size_px / 2)
    at_N2 = np.stack([crop.to_crop(seen_2[None])[0] for crop, seen_2 in zip(crops, seen_N2, strict=True)])
    assert np.ptp(seen_N2, axis=0).max() > 8, "it moves in the picture"
    np.testing.assert_allclose(at_N2, np.repeat(at_N2[:1], len(kept), 0), atol=1e-6)
    scale_N = np.array([crop.scale for crop in crops])
    np.testing.assert_allclose(scale_N * neck_N3[:, 2] ** -1, scale_N[0] / neck_N3[0, 2], rtol=1e-9)


def test_what_is_seen_there_are_turns_of_the_head(reading, cut):
    """Landmarks lie where the linear head has them, at one distance from it in every frame, though the head walks about."""
    footage, crops = cut
    turning = Turning(TurningHead(load_head()), footage.seated(0))
    expression_N52 = torch.from_numpy(footage.frames["expression_N52"].astype(np.float32))
    found_NL2 = turning.landmarks(expression_N52, head_rotation(torch.from_numpy(footage.frames["rotation_N3"]))).numpy()
    off_NL2 = (footage.frames["landmarks_NL2"].astype(np.float32) - found_NL2)[:, RIGID]
    off_px = np.linalg.norm(off_NL2 - np.median(off_NL2, 0), axis=-1) * SIZE
    moved_NL2 = reading.take.landmarks_TL2[:, RIGID] * crops[0].scale
    moved_px = np.linalg.norm(moved_NL2 - np.median(moved_NL2, 0), axis=-1)
    assert off_px.mean() < 0.15 * moved_px.mean()
    assert off_px.max() < 0.2 * moved_px.max()


def test_it_is_framed_as_films_are_painted(reading, cut):
    footage, _ = cut
    still = int(np.argmin(np.abs(footage.frames["rotation_N3"]).sum(1)))
    ends_22 = footage.frames["landmarks_NL2"][still].astype(float)[[FOREHEAD, CHIN]]
    assert np.linalg.norm(ends_22[1] - ends_22[0]) == pytest.approx(FACE_SHARE, rel=0.12)
    np.testing.assert_allclose(ends_22.mean(0), MIDDLE_2, atol=0.05)


def test_runs_of_seen_frames_are_clips(reading, cut):
    footage, _ = cut
    assert footage.starts_C1.tolist() == [0, 15, COUNT - 1]
    assert len(footage) == len(footage.pictures) == COUNT - 1
    assert footage.picture(0).shape == (SIZE, SIZE, 3)
    assert SOURCES[footage.shots["source_S"][0]] == "filmed"
    assert footage.frames["weights_N8"][:, EMOTION_INDEX["neutral"]].min() < 0.9 < footage.frames["weights_N8"][0].sum()
    assert to_bytes(footage)


def test_takes_are_shots(reading):
    footage = footage_of([reading.part(0, 3), reading.part(3, 8)], SIZE)
    assert footage.frames["shot_N"].tolist() == [0] * 3 + [1] * 5
    assert footage.starts_C1.tolist() == [0, 3, 8]
    silent = replace(reading, take=replace(reading.take, samples_S=None))
    heard, unheard = (footage_of([r.part(0, 3)], SIZE).frames["sound_NWX"] for r in (reading, silent))
    assert (heard != unheard).any() and len(np.unique(unheard)) == 1
