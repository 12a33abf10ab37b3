"""Made-up footage of two people, a reading of it that is never wrong, and a recogniser that looks at colours."""

from __future__ import annotations

import numpy as np
import pytest

from emostage.core.arkit import ARKIT_INDEX
from emostage.core.emotion import NEUTRAL_8
from emostage.face.head import load_head
from emostage.training.footage.acting import SILENCE_X
from emostage.training.footage.store import PARTS_PX, Footage, packed

PEOPLE, CLIP = 2, 8
_SMILES = [ARKIT_INDEX["mouthSmileLeft"], ARKIT_INDEX["mouthSmileRight"]]


@pytest.fixture(scope="session")
def footage() -> Footage:
    """For each of two people a clip of eight frames in which the head turns, a frontal still, and a smiling one."""
    rng, head = np.random.default_rng(0), load_head()
    each = CLIP + 2
    count = PEOPLE * each
    expression_N52 = np.zeros((count, 52), np.float16)
    rotation_N3 = np.zeros((count, 3), np.float32)
    for person in range(PEOPLE):
        clip = slice(person * each, person * each + CLIP)
        expression_N52[clip, ARKIT_INDEX["jawOpen"]] = np.linspace(0.1, 0.6, CLIP)
        rotation_N3[clip, 1] = np.linspace(0.05, 0.2, CLIP)
        expression_N52[person * each + CLIP + 1, _SMILES] = 0.8
        rotation_N3[person * each + CLIP + 1, 1] = 0.01
    soft = [np.kron(rng.integers(40, 220, (8, 8, 3)), np.ones((16, 16, 1))).astype(np.uint8) for _ in range(PEOPLE)]
    pictures = [packed(np.roll(soft[n // each], n % each, 1)) for n in range(count)]
    starts = [p * each + k for p in range(PEOPLE) for k in (0, CLIP, CLIP + 1)]
    bare = Footage(
        starts_C1=np.array([*starts, count], np.int64),
        pictures=pictures,
        frames={
            "expression_N52": expression_N52,
            "rotation_N3": rotation_N3,
            "sound_NWX": np.broadcast_to(SILENCE_X, (count, 9, len(SILENCE_X))).copy(),
            "lips_N10": np.zeros((count, 10), np.float16),
            "weights_N8": np.tile(np.array(NEUTRAL_8, np.float16), (count, 1)),
            "landmarks_NL2": np.zeros((count, 468, 2), np.float16),
            "parts_NGG": np.zeros((count, PARTS_PX, PARTS_PX), np.uint8),
            "shot_N": np.repeat(np.arange(PEOPLE), each).astype(np.int32),
        },
        shots={
            "rotation_S33": np.tile(np.eye(3, dtype=np.float32), (PEOPLE, 1, 1)),
            "translation_S3": np.tile(_before_camera(head), (PEOPLE, 1)),
            "lens_S3": np.tile(np.array([3.0, 0.5, 0.5], np.float32), (PEOPLE, 1)),
            "pivot_S3": np.zeros((PEOPLE, 3), np.float32),
            "identity_S": np.arange(PEOPLE),
            "source_S": np.zeros(PEOPLE, np.uint8),
        },
        shape_SK=np.zeros((PEOPLE, len(head.shape_names)), np.float32),
    )
    return _with_landmarks(bare)


def _before_camera(head) -> np.ndarray:
    """Where a head lies whose face is in the middle of the picture."""
    face_3 = head.at_landmarks(head.vertices_V3).mean(0)
    return (np.array([0.0, 0.0, 1.0]) - face_3).astype(np.float32)


def _with_landmarks(bare: Footage) -> Footage:
    from emostage.evaluate.painted.acts import Sitter

    for person in range(PEOPLE):
        rows = np.flatnonzero(bare.frames["shot_N"] == person)
        sitter = Sitter(footage=bare, portrait=int(rows[0]))
        places = sitter._linear(bare.frames["expression_N52"][rows], bare.frames["rotation_N3"][rows])
        bare.frames["landmarks_NL2"][rows] = places.astype(np.float16)
    return bare


class Colours:
    """Embeds pictures by a few of their pixels."""

    def embed(self, frames_NHW3, landmarks_NL2):
        """Unit vectors."""
        seen = np.stack([frame[::16, ::16].astype(np.float64).ravel() - 128 for frame in frames_NHW3])
        return seen / np.linalg.norm(seen, axis=1, keepdims=True)


@pytest.fixture
def recogniser():
    """Knows a picture again, pixel by pixel."""
    return Colours()


@pytest.fixture
def reading(footage, monkeypatch):
    """Reads the true landmarks in frames of the footage, and no face in others."""
    known = {footage.picture(n).tobytes(): footage.frames["landmarks_NL2"][n].astype(np.float64) for n in range(len(footage))}

    def read(tracker, frames, expected):
        found = [known.get(np.ascontiguousarray(frame).tobytes(), np.full((468, 2), np.nan)) for frame in frames]
        return np.stack([np.concatenate([each, each[:10]]) for each in found])

    monkeypatch.setattr("emostage.evaluate.painted.likeness.read", read)
