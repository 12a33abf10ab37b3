from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from emostage.core.arkit import ARKIT_COUNT
from emostage.face.bake import Source, bake
from emostage.face.calibrate import AMPLITUDES
from emostage.face.head import Head, load_head


def source_of(head: Head) -> Source:
    """The shipped head as it was before it was baked."""
    amplitude_52 = np.array([AMPLITUDES.get(i, 1.0) for i in range(ARKIT_COUNT)])
    return Source(
        vertices_V3=head.vertices_V3.astype(np.float64),
        triangles_F3=head.triangles_F3.astype(np.int64),
        actions_52V3=(head.actions_52V3 / amplitude_52[:, None, None]).astype(np.float32),
        shapes_KV3=head.shapes_KV3,
        shape_names=head.shape_names,
        phenotypes=8,
        skin_V=head.skin_V,
        pivot_3=head.pivot_3.astype(np.float64),
        eyes_2V=head.eyes_2V,
        made_from="a test",
    )


def test_what_is_baked_loads_and_agrees_with_the_shipped_head(head: Head, tmp_path: Path) -> None:
    bake(source_of(head), tmp_path / "head", people=2)
    baked = load_head(tmp_path / "head")
    assert sorted(p.name for p in (tmp_path / "head").iterdir()) == ["card.json", "head.safetensors"]
    np.testing.assert_allclose(baked.actions_52V3, head.actions_52V3, atol=3e-5)
    np.testing.assert_allclose(baked.eye_centres_23, head.eye_centres_23, atol=1e-6)
    apart = np.linalg.norm(baked.at_landmarks(baked.vertices_V3) - head.at_landmarks(head.vertices_V3), axis=1)
    assert np.median(apart) < 0.002
    assert baked.fingerprint != head.fingerprint
    card = json.loads((tmp_path / "head" / "card.json").read_text())
    assert card["licence"].startswith("CC0-1.0")
    assert card["action_amplitudes"]["browInnerUp"] == 1.9
