"""A face drawn by numbers opens, spreads and rounds its mouth by known amounts."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from emostage.evaluate.mouth import mouth


def face(gap: np.ndarray, width: np.ndarray, thick: np.ndarray) -> np.ndarray:
    """Meshes (T, 468, 3) with eye corners 100 apart and lips as given, in the same unit."""
    mesh = np.zeros((len(gap), 468, 3))
    mesh[:, 33, 0], mesh[:, 263, 0] = -50, 50
    mesh[:, 61, 0], mesh[:, 291, 0] = -width / 2, width / 2
    mesh[:, [61, 291, 0, 13, 14, 17], 1] = 80
    mesh[:, 13, 1], mesh[:, 14, 1] = 80 - gap / 2, 80 + gap / 2
    mesh[:, 0, 1], mesh[:, 17, 1] = mesh[:, 13, 1] - thick / 2, mesh[:, 14, 1] + thick / 2
    return mesh


T = 30
WAVE = np.sin(np.arange(T) / 3)
GAP, WIDTH, THICK = 10 + 8 * WAVE, 50 - 5 * WAVE, 20 + 4 * WAVE


def test_the_curves_are_in_distances_of_the_eye_corners():
    curves = mouth(face(GAP, WIDTH, THICK)).curves()
    np.testing.assert_allclose(curves["opening"], GAP / 100)
    np.testing.assert_allclose(curves["width"], WIDTH / 100)
    np.testing.assert_allclose(curves["rounding"], THICK / np.median(THICK) - WIDTH / np.median(WIDTH))


def test_poses_of_the_head_change_nothing():
    mesh = face(GAP, WIDTH, THICK)
    turns = Rotation.from_euler("xyz", np.outer(np.linspace(-1, 1, T), [20, 35, 15]), degrees=True).as_matrix()
    posed = np.einsum("tij,tlj->tli", turns, mesh) * np.linspace(0.8, 1.2, T)[:, None, None] + [300, 200, -40]
    for name, curve in mouth(posed).curves().items():
        np.testing.assert_allclose(curve, mouth(mesh).curves()[name], atol=1e-9)


@pytest.mark.parametrize("hidden", [slice(3, 6), slice(None)])
def test_hidden_frames_are_unknown_and_change_no_other(hidden):
    mesh = face(np.full(T, 10.0), np.full(T, 50.0), np.full(T, 20.0))
    mesh[hidden] = np.nan
    for curve in mouth(mesh).curves().values():
        assert np.isnan(curve[hidden]).all()
        assert np.isfinite(curve).sum() == T - len(range(T)[hidden])
