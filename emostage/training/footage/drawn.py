"""Footage of people who do not exist, drawn by `training.heads`. N frames, M masks."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn.functional import interpolate

from emostage.core.tracks import F32, U8
from emostage.training.dataset import Corpus
from emostage.training.footage import acting
from emostage.training.footage.store import PARTS, PARTS_PX, SOURCES, Array, Footage, packed
from emostage.training.heads.anatomy import anatomy
from emostage.training.heads.person import Shot, draw_person, draw_shot
from emostage.training.heads.render import MASKS, Take, render
from emostage.training.heads.sitter import Sitter, seat

_MASKED = PARTS[1:5]
"""Parts that have a mask of their own; the rest of the person is body."""


def drawn_shot(corpus: Corpus, identity: int, size_px: int, rng: np.random.Generator) -> Footage:
    """One shot of the person of a seed, who does what people of the corpus do."""
    head = anatomy().head
    person, shot = draw_person(identity, head.shape_names), draw_shot(identity)
    sitter = seat(person, shot.clothes)
    acted = acting.shot(corpus, rng)
    expression_N52 = np.concatenate([a.expression_T52 for a in acted])
    rotation_N3 = np.concatenate([a.rotation_T3 for a in acted])
    take = render(sitter, shot, expression_N52, rotation_N3, size_px)
    return Footage(
        starts_C1=acting.starts(acted),
        pictures=[packed(frame) for frame in take.frames_THW3],
        frames={**acting.columns(acted), **_seen(take, size_px), "shot_N": np.zeros(len(expression_N52), np.int32)},
        shots=_camera(sitter, shot, identity),
        shape_SK=person.shape_K.astype(np.float32)[None],
    )


def _seen(take: Take, size_px: int) -> dict[str, Array]:
    return {
        "landmarks_NL2": (take.landmarks_TL2 / size_px).astype(np.float16),
        "parts_NGG": _parts(take.masks_TMHW),
    }


def _parts(masks_NMHW: U8) -> U8:
    """What most of each cell shows, as `store.PARTS` numbers it."""
    small = interpolate(torch.from_numpy(masks_NMHW.astype(np.float32)), (PARTS_PX, PARTS_PX), mode="area").numpy() / 255
    named: dict[str, F32] = {name: small[:, i] for i, name in enumerate(MASKS)}
    rest = np.clip(named["person"] - sum(named[name] for name in _MASKED), 0, 1)
    shares = np.stack([1 - named["person"], *(named[name] for name in _MASKED), rest], 1)
    parts_NGG: U8 = shares.argmax(1).astype(np.uint8)
    return parts_NGG


def _camera(sitter: Sitter, shot: Shot, identity: int) -> dict[str, Array]:
    camera = shot.camera
    translation_3 = np.array([0, 0, camera.distance_m]) - sitter.face_3.numpy()
    lens_3 = [camera.face_share * camera.distance_m / sitter.face_m, camera.middle_x, camera.middle_y]
    return {
        "rotation_S33": np.eye(3, dtype=np.float32)[None],
        "translation_S3": translation_3.astype(np.float32)[None],
        "lens_S3": np.array([lens_3], np.float32),
        "pivot_S3": sitter.body.pivot_3.numpy().astype(np.float32)[None],
        "identity_S": np.array([identity], np.int64),
        "source_S": np.array([SOURCES.index("drawn")], np.uint8),
    }
