import numpy as np
import pytest

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.tracks import Span
from emostage.evaluate.measures import level, lip_gap, mouth_width
from emostage.evaluate.schedule import blinking, closures, monotony, rising_stretches


def face(frames: int) -> np.ndarray:
    """Landmarks at random, but for eyes that are open."""
    landmarks = np.random.default_rng(0).uniform(100, 300, (1, 478, 2))
    landmarks[:, 33], landmarks[:, 263] = (100, 100), (300, 100)
    landmarks[:, [159, 386], 1], landmarks[:, [145, 374], 1] = 90, 110
    return np.repeat(landmarks, frames, 0)


def turned(landmarks: np.ndarray, angle: float, scale: float, shift: tuple[float, float]) -> np.ndarray:
    c, s = np.cos(angle), np.sin(angle)
    return landmarks @ np.array([[c, s], [-s, c]]) * scale + shift


def test_measures_do_not_see_tilt_size_or_place():
    landmarks = face(3)
    moved = turned(landmarks, 0.4, 1.7, (30, -50))
    np.testing.assert_allclose(level(landmarks), level(moved), atol=1e-9)
    np.testing.assert_allclose(mouth_width(level(landmarks)), mouth_width(level(moved)))


def test_a_growing_smile_is_monotone_and_a_random_one_is_not():
    asked = np.linspace(0, 1, 60)
    landmarks = face(60)
    landmarks[:, 33], landmarks[:, 263] = (100, 100), (300, 100)
    landmarks[:, 61], landmarks[:, 291] = (150, 250), (250, 250)
    grown = landmarks.copy()
    grown[:, 61, 0] -= 30 * asked
    grown[:, 291, 0] += 30 * asked
    result = monotony("happy", asked, level(grown))
    assert result.spearman > 0.999
    assert result.high - result.low == pytest.approx(0.3, abs=0.03)
    shuffled = grown[np.random.default_rng(1).permutation(60)]
    assert abs(monotony("happy", asked, level(shuffled)).spearman) < 0.6


def test_frames_without_a_face_are_left_out():
    landmarks = face(50)
    landmarks[:, 291, 0] += np.linspace(0, 20, 50)
    landmarks[7] = np.nan
    result = monotony("happy", np.linspace(0, 1, 50), level(landmarks))
    assert result.frames < 50
    assert np.isfinite(result.spearman)


def test_blinks_are_left_out():
    asked = np.linspace(0, 1, 60)
    landmarks = face(60)
    landmarks[:, 33], landmarks[:, 263] = (100, 100), (300, 100)
    landmarks[:, [159, 386], 1], landmarks[:, [145, 374], 1] = 90, 110
    landmarks[:, [55, 285, 107, 336], 1] = (60 + 10 * asked)[:, None]
    calm = monotony("angry", asked, level(landmarks))
    for start in (15, 35):
        landmarks[start : start + 7, [159, 386], 1] = 109
        landmarks[start : start + 7, [55, 285, 107, 336], 1] = 50
    seen = level(landmarks)
    assert monotony("angry", asked, seen).spearman < 0.9
    seen[blinking(seen)] = np.nan
    blinks = monotony("angry", asked, seen)
    assert calm.spearman > 0.999
    assert blinks.spearman > 0.999
    assert blinks.frames < calm.frames


def test_the_rising_part_of_each_emotion_is_found():
    weights = np.zeros((100, 8))
    weights[10:40, EMOTION_INDEX["sad"]] = np.linspace(0, 1, 30)
    weights[40:60, EMOTION_INDEX["sad"]] = np.linspace(1, 0, 20)
    weights[60:90, EMOTION_INDEX["happy"]] = np.linspace(0, 0.3, 30)
    stretches = rising_stretches(weights)
    assert set(stretches) == {"sad"}
    assert weights[stretches["sad"], EMOTION_INDEX["sad"]].max() == 1
    assert (np.diff(weights[stretches["sad"], EMOTION_INDEX["sad"]]) >= 0).all()


def test_lips_that_meet_are_counted_for_bilabials_and_for_the_others():
    gap = np.full(100, 0.1)
    gap[[10, 51]] = 0.01
    phones = [
        Span(text="ˈm", start_s=0.36, end_s=0.44),
        Span(text="b", start_s=1.0, end_s=1.1),
        Span(text="a", start_s=1.98, end_s=2.1),
        Span(text="", start_s=3.0, end_s=3.2),
    ]
    result = closures(phones, gap, 25.0)
    assert (result.asked, result.shut, result.others, result.others_shut) == (2, 1, 1, 1)
    assert result.rate == 0.5


def test_gap_is_measured_between_the_inner_lips():
    landmarks = face(1)
    landmarks[:, 33], landmarks[:, 263] = (100, 100), (200, 100)
    landmarks[:, 13], landmarks[:, 14] = (150, 160), (150, 172)
    assert lip_gap(level(landmarks))[0] == pytest.approx(0.12)
