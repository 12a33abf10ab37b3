"""The recipe of the net that tells people apart: trained on the people of footage, measured on those held out.

It needs footage, the sources of emostage, and nothing but torch, lightning, numpy, safetensors and Pillow. N frames, P people.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import IterableDataset

from emostage.diffusion.checkpoints import save
from emostage.diffusion.module import Batch, Optimisation
from emostage.nets.identity.align import aligned
from emostage.nets.identity.learning import IdentityObjective, People
from emostage.nets.identity.net import IdentityConfig, IdentityNet
from emostage.training.fit import Run, Terms, fit, trained_with
from emostage.training.footage.store import Footage, read_footage
from emostage.training.footage.tones import toned
from emostage.training.verification import verification

WHAT = "How alike two faces are: an embedding of aligned faces, trained with CosFace (arXiv 1801.09414)"
LIMITS = (
    "Trained on synthetic people alone, each of whom is seen in one shot: it knows a face in its light, "
    "beard and all, and is no face recognition of real people."
)
BATCH = 128
_EVERY = 12
"""Each so-manieth frame of a shot is kept from training, to choose the best step by."""
_SHIFT = 0.012
"""Standard deviation of the noise on the places of faces in training, in sides of the picture."""
_CHUNK = 512


@dataclass(frozen=True, kw_only=True)
class IdentityPlan:
    """What is trained, and for how long, on one device; `work` keeps the run, so that it can go on."""

    footage: Path
    out: Path
    work: Path
    steps: int = 330
    batch: int = BATCH
    config: IdentityConfig = IdentityConfig()
    terms: Terms = Terms()


class Faces(IterableDataset[Batch]):
    """Endless batches of aligned faces in random light, half of them mirrored; the same seed draws the same."""

    def __init__(self, faces_N3FF: NDArray[np.uint8], person_N: NDArray[np.int64], *, batch: int, seed: int) -> None:
        super().__init__()
        self._faces_N3FF, self._person_N, self._batch, self._seed = faces_N3FF, person_N, batch, seed

    def __iter__(self) -> Iterator[Batch]:
        rng = np.random.default_rng(self._seed)
        while True:
            chosen = rng.choice(len(self._person_N), self._batch)
            faces_B3FF = _moved(_levels(self._faces_N3FF[chosen]), rng)
            yield {"faces_N3FF": in_other_light(faces_B3FF, rng), "person_N": torch.from_numpy(self._person_N[chosen])}


def train_identity(plan: IdentityPlan, command: str) -> dict[str, Any]:
    """Train the net and write it to `plan.out`; what is in `plan.work` already is gone on with. Returns its figures.

    Raises AssetError E130 for footage that cannot be read, EmostageError E132 for no result.
    """
    train, held = read_footage(plan.footage), read_footage(plan.footage, "held")
    faces_N3FF, person_N = cut_faces(train), train.frames["shot_N"].astype(np.int64)
    checked = np.arange(len(person_N)) % _EVERY == 0
    torch.manual_seed(plan.terms.seed)
    people = People(IdentityNet(plan.config), len(train.shape_SK))
    run = Run(
        folder=plan.work,
        optimisation=Optimisation(steps=plan.steps, rate=3e-3, warmup=min(50, plan.steps // 4), decay=0.05),
        terms=replace(plan.terms, devices=1),
        check_every=50,
        smoothing=0.97,
    )
    examples = Faces(faces_N3FF[~checked], person_N[~checked], batch=plan.batch, seed=plan.terms.seed)
    checks = _checks(faces_N3FF[checked], person_N[checked])
    outcome = fit(people, IdentityObjective(), examples, checks, run)
    found = identity_figures(people.net.cpu().eval(), held)
    card = {
        "what": WHAT,
        "limits": LIMITS,
        "licence": "Apache-2.0",
        "data": f"{len(train)} frames of {len(train.shape_SK)} people, held out {len(held)} of {len(held.shape_SK)} others",
        "command": command,
        "trained_with": trained_with(),
        "minutes": round(outcome.seconds / 60, 1),
        **outcome.told(),
        "figures": found,
    }
    save(plan.out, people.net, plan.config, card)
    return found


def identity_figures(net: IdentityNet, held: Footage) -> dict[str, Any]:
    """Verification of people never seen, of their frames as they are and each in other light."""
    faces_N3FF, person_N = _levels(cut_faces(held)), held.frames["shot_N"].astype(np.int64)
    lit_N3FF = in_other_light(faces_N3FF, np.random.default_rng(0))
    found = {"as they are": faces_N3FF, "in other light": lit_N3FF}
    return {name: _rounded(asdict(verification(embedded(net, faces), person_N))) for name, faces in found.items()}


@torch.inference_mode()
def embedded(net: IdentityNet, faces_N3FF: Tensor) -> NDArray[np.float64]:
    """Unit embeddings (N, D)."""
    return torch.cat([net(part) for part in torch.split(faces_N3FF, _CHUNK)]).double().numpy()


def cut_faces(footage: Footage) -> NDArray[np.uint8]:
    """The aligned faces (N, 3, 64, 64) of all frames."""
    cut = []
    for first in range(0, len(footage), _CHUNK):
        numbers = range(first, min(first + _CHUNK, len(footage)))
        seen = torch.from_numpy(np.stack([footage.picture(n) for n in numbers])).permute(0, 3, 1, 2).float()
        landmarks_NL2 = torch.from_numpy(footage.frames["landmarks_NL2"][first : first + _CHUNK].astype(np.float32))
        cut.append(aligned(seen, landmarks_NL2).round().byte().numpy())
    return np.concatenate(cut)


def in_other_light(faces_B3FF: Tensor, rng: np.random.Generator) -> Tensor:
    """Faces each of which has colours and contrast of its own."""
    return toned({"clean_BF3HH": faces_B3FF[:, None], "reference_B3HH": faces_B3FF}, rng)["clean_BF3HH"][:, 0]


def _moved(faces_B3FF: Tensor, rng: np.random.Generator) -> Tensor:
    """Faces a little beside their place, half of them mirrored."""
    from torch.nn.functional import affine_grid, grid_sample

    count = len(faces_B3FF)
    theta_B23 = torch.zeros(count, 2, 3)
    size_B = np.exp(rng.normal(0.0, 0.04, count))
    theta_B23[:, 0, 0] = torch.from_numpy(size_B * rng.choice([-1.0, 1.0], count))
    theta_B23[:, 1, 1] = torch.from_numpy(size_B)
    theta_B23[:, :, 2] = torch.from_numpy(rng.normal(0.0, 2 * _SHIFT, (count, 2)))
    grid_BFF2 = affine_grid(theta_B23, list(faces_B3FF.shape), align_corners=False)
    return grid_sample(faces_B3FF, grid_BFF2, padding_mode="border", align_corners=False)


def _levels(faces_N3FF: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(faces_N3FF).float() / 127.5 - 1.0


def _checks(faces_N3FF: NDArray[np.uint8], person_N: NDArray[np.int64]) -> list[Batch]:
    """Batches of frames as they are."""
    cuts = [slice(first, first + _CHUNK) for first in range(0, len(person_N), _CHUNK)]
    return [{"faces_N3FF": _levels(faces_N3FF[cut]), "person_N": torch.from_numpy(person_N[cut])} for cut in cuts]


def _rounded(figures: dict[str, float]) -> dict[str, float]:
    return {name: round(value, 4) for name, value in figures.items()}
