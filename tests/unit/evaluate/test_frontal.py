import numpy as np

from emostage.core.arkit import expression
from emostage.evaluate.frontal import frontal
from emostage.evaluate.measures import level, mouth_width
from emostage.face.fit import project, rotation
from emostage.face.head import load_head


def seen(head, weights_52, angles_3):
    """Landmarks of the head under an expression and a pose, in the pixels of a film."""
    points_N3 = head.at_landmarks(head.vertices_V3 + np.tensordot(weights_52, head.actions_52V3, 1)).astype(np.float64)
    flat_N2 = project(points_N3, rotation(np.array(angles_3)), np.array([0.02, 0.01, 0.64]), 1100.0) + 300
    return np.concatenate([flat_N2, np.zeros((10, 2))])


def test_a_turning_head_shows_the_same_mouth_and_an_expression_shows():
    head = load_head()
    poses = [(0.12 * np.sin(t), 0.25 * np.sin(1.3 * t), 0.1 * np.cos(t) - 0.1) for t in np.linspace(0, 3, 12)]
    still = np.stack([seen(head, expression(), pose) for pose in poses])
    smiling = still.copy()
    smiling[6:] = [seen(head, expression(mouthSmile=0.8), pose) for pose in poses[6:]]
    turned = np.ptp(mouth_width(level(still)))
    calm = mouth_width(level(frontal(head, still).points_TN2))
    smile = mouth_width(level(frontal(head, smiling).points_TN2))
    assert np.ptp(calm) < 0.35 * turned
    assert smile[6:].min() - smile[:6].max() > 3 * np.ptp(calm)


def test_frames_without_a_face_stay_unknown():
    head = load_head()
    landmarks = np.stack([seen(head, expression(), (0, 0, 0))] * 4)
    landmarks[2] = np.nan
    result = frontal(head, landmarks).points_TN2
    assert np.isnan(result[2]).all()
    assert np.isfinite(result[[0, 1, 3]]).all()
    assert np.isnan(frontal(head, np.full((2, 478, 2), np.nan)).points_TN2).all()
