"""A film whose tracker tells of a known head: it turns away slowly, says nothing and is never found at its end."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.arkit import expression
from emostage.core.tracks import F64, U8, FrameStream
from emostage.evaluate.film import evaluate
from emostage.face.fit import project, rotation
from emostage.face.head import load_head
from emostage.film.encode import encode
from emostage.scene.model import Film
from emostage.studio.plan import Plan

COUNT, HIDDEN, FPS = 150, 10, Fraction(25)
YAW_DEG_S = 0.5


class Turning:
    """A tracker of a head that yaws from picture to picture, blinks once, and is lost at the end."""

    def __init__(self) -> None:
        self._head, self._shown = load_head(), 0

    def faces(self, picture_HW3: U8) -> list[F64]:
        frame, self._shown = self._shown, self._shown + 1
        if frame >= COUNT - HIDDEN:
            return []
        weights_52 = expression(eyeBlink=1.0 if 60 <= frame < 65 else 0.0)
        points_V3 = self._head.vertices_V3 + np.tensordot(weights_52, self._head.actions_52V3, 1)
        pose_33 = rotation(np.array([0.0, np.radians(YAW_DEG_S) * frame / float(FPS), 0.0]))
        points_N3 = self._head.at_landmarks(points_V3).astype(np.float64)
        flat_N2 = project(points_N3, pose_33, np.array([0.0, 0.0, 0.64]), 1100.0) + 300
        return [np.concatenate([flat_N2, np.full((10, 2), 300.0)])]


def test_what_a_head_does_is_measured_from_its_pictures(clip, tmp_path):
    job = clip(frames=COUNT).job
    blank = np.zeros((64, 64, 3), np.uint8)
    pictures = FrameStream(fps=FPS, size_px=(64, 64), count=COUNT, open=lambda: iter([blank] * COUNT))
    encode(pictures, tmp_path / "film.mp4", quality="draft")
    result = evaluate(Plan(title="", film=Film(), cast={}, jobs=(job,)), tmp_path / "film.mp4", tracker=Turning())
    assert result.faces == pytest.approx(1 - HIDDEN / COUNT)
    assert (result.emotions, result.onsets, result.spoken, result.lips.asked) == ((), (), (), 0)
    (ada,) = result.people
    assert (ada.name, ada.leaks) == ("ada", ())
    assert ada.drift_deg_min == pytest.approx(YAW_DEG_S * 60, rel=0.25)
    assert ada.liveliness.blinks_per_min == pytest.approx(60 / (float((COUNT - HIDDEN) / FPS)), rel=0.01)
    assert ada.liveliness.yaw_deg > 5 * ada.liveliness.roll_deg
    assert np.isnan(result.as_dict()["onset_error"])
