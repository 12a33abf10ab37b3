import json

import numpy as np
import pytest
import torch

from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import AssetError
from emostage.face.head import load_head
from emostage.nets.identity.net import IdentityConfig
from emostage.training.fit import Terms
from emostage.training.footage.acting import SILENCE_X
from emostage.training.footage.store import PARTS_PX, Footage, is_footage, packed, read_footage
from emostage.training.identity import IdentityPlan, train_identity
from emostage.training.verification import verification

from .conftest import write_footage

pytestmark = pytest.mark.filterwarnings("ignore")

STEADY = {33: (0.3, 0.4), 133: (0.45, 0.4), 362: (0.55, 0.4), 263: (0.7, 0.4), 168: (0.5, 0.4),
          2: (0.5, 0.62), 98: (0.45, 0.61), 327: (0.55, 0.61)}  # fmt: skip


def patterned(first: int, people: int, each: int) -> Footage:
    """People whose faces are patterns of their own, in frames that differ a little."""
    pictures, rng = [], np.random.default_rng(first)
    landmarks = np.zeros((468, 2))
    landmarks[list(STEADY)] = list(STEADY.values())
    for person in range(first, first + people):
        pattern = np.random.default_rng(person).integers(20, 235, (8, 8, 3))
        face = np.kron(pattern, np.ones((8, 8, 1)))
        pictures += [packed(np.clip(face + rng.normal(0, 12, face.shape), 0, 255).astype(np.uint8)) for _ in range(each)]
    count = people * each
    return Footage(
        starts_C1=np.arange(count + 1),
        pictures=pictures,
        frames={
            "expression_N52": np.zeros((count, 52), np.float16),
            "rotation_N3": np.zeros((count, 3), np.float32),
            "sound_NWX": np.broadcast_to(SILENCE_X, (count, 9, len(SILENCE_X))).copy(),
            "lips_N10": np.zeros((count, 10), np.float16),
            "weights_N8": np.tile(np.array(NEUTRAL_8, np.float16), (count, 1)),
            "landmarks_NL2": np.tile(landmarks.astype(np.float16), (count, 1, 1)),
            "parts_NGG": np.zeros((count, PARTS_PX, PARTS_PX), np.uint8),
            "shot_N": np.repeat(np.arange(people), each).astype(np.int32),
        },
        shots={
            "rotation_S33": np.tile(np.eye(3, dtype=np.float32), (people, 1, 1)),
            "translation_S3": np.ones((people, 3), np.float32),
            "lens_S3": np.full((people, 3), 0.5, np.float32),
            "pivot_S3": np.zeros((people, 3), np.float32),
            "identity_S": np.arange(people),
            "source_S": np.zeros(people, np.uint8),
        },
        shape_SK=np.zeros((people, len(load_head().shape_names)), np.float32),
    )


def test_faces_are_told_apart_that_were_never_seen(tmp_path):
    write_footage(tmp_path, [patterned(0, 12, 12)], [patterned(50, 5, 6)])
    assert is_footage(tmp_path) and not is_footage(tmp_path / "other")
    plan = IdentityPlan(
        footage=tmp_path,
        out=tmp_path / "out",
        work=tmp_path / "run",
        steps=12,
        batch=24,
        terms=Terms(accelerator="cpu"),
        config=IdentityConfig(widths=(8, 12, 16, 16), embed=16),
    )
    found = train_identity(plan, "emostage train identity")
    assert found["as they are"]["auc"] > 0.9 and found["in other light"]["auc"] > 0.6
    card = json.loads((tmp_path / "out" / "card.json").read_text())
    assert card["figures"] == found and "no face recognition" in card["limits"]


def test_missing_footage_is_told(tmp_path):
    with pytest.raises(AssetError) as wrong:
        read_footage(tmp_path, "held")
    assert wrong.value.diagnostics[0].code == "E130"


def test_verification_of_perfect_and_of_chance_embeddings():
    person = np.repeat(np.arange(6), 5)
    perfect = verification(np.eye(6)[person], person)
    assert (perfect.auc, perfect.eer, perfect.same, perfect.strangers) == pytest.approx((1, 0, 1, 0))
    drawn = torch.nn.functional.normalize(torch.randn(60, 8, generator=torch.Generator().manual_seed(0))).double().numpy()
    chance = verification(drawn, np.arange(60) % 6)
    assert abs(chance.auc - 0.5) < 0.08 and abs(chance.eer - 0.5) < 0.08
    with pytest.raises(ValueError, match="pairs"):
        verification(drawn, np.zeros(60, np.int64))
