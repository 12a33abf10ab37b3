"""Recipes of the motion nets: V-AID first, then Di-CTE, which hears through it.

They need a corpus (`training.corpus`), the sources of emostage, and nothing but torch, lightning, diffusers, numpy and safetensors.
N frames of a corpus.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from emostage.core.arkit import ARKIT_COUNT
from emostage.core.emotion import NEUTRAL_8
from emostage.core.errors import AssetError
from emostage.core.tracks import F32
from emostage.emotion import facs
from emostage.motion.codes import LIP_CHANNELS, MANNER_CHANNELS
from emostage.motion.hearing import COLUMNS, LIMIT, MELS, PROSODY
from emostage.motion.lipreading import encoded
from emostage.nets.emotivetalk.dicte import REFERENCE_GROUPS, Dicte, DicteConfig
from emostage.nets.emotivetalk.learning import DicteObjective, VaidObjective
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig
from emostage.training.dataset import SOUND, Corpus, mel_levels
from emostage.training.examples import Cut, Takes, Windows, held_batches
from emostage.training.fit import Outcome, Run, fit

Array = NDArray[Any]

WINDOW = 128
"""Frames of a training window."""

_NEUTRAL_8 = np.array(NEUTRAL_8, np.float32)
_BUSY = LIP_CHANNELS.index("busy")
_GROUPS = {"lids": -1, "gaze": 1, "head": 2, "shift": 3, "scale": 3, "breath": 3}
GROUP_M = np.array([next((g for stem, g in _GROUPS.items() if name.startswith(stem)), 0) for name in MANNER_CHANNELS])
"""Which number of the reference scales a channel of the expression code: accents, gaze, head, body; -1 none."""

_SPREAD = 0.35
"""Standard deviation of the logarithms by which the groups of a window are scaled."""

_LIP_NOISE = 0.03
"""Standard deviation of what is added to the lip code, so that lips that were only heard will do as well."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How a net is trained: its `config`, its `objective`, how many windows make a batch."""

    config: Any
    objective: Any
    batch: int = 16
    held: int = 6
    """Held-out batches that are looked at."""


VAID = Recipe(config=VaidConfig(), objective=VaidObjective(), batch=16)
DICTE = Recipe(config=DicteConfig(), objective=DicteObjective(), batch=24)


def train_vaid(train: Corpus, held: Corpus, run: Run, recipe: Recipe = VAID) -> tuple[Vaid, Outcome]:
    """Train V-AID on the arrays of a corpus and check it on those of its held-out part."""
    torch.manual_seed(run.terms.seed)
    net, takes = Vaid(recipe.config), vaid_takes(train, recipe.config.hub)
    face_NE = takes.arrays["expression"].astype(np.float32)
    net.face_mean_E.copy_(torch.from_numpy(face_NE.mean(0)))
    net.face_std_E.copy_(torch.from_numpy(face_NE.std(0) + 1e-2))
    tone_NS = takes.arrays["tone"].astype(np.float32)
    net.tone_mean_S.copy_(torch.from_numpy(tone_NS.mean(0)))
    net.tone_std_S.copy_(torch.from_numpy(tone_NS.std(0) + 1e-3))
    lips_NL = takes.arrays["lips"].astype(np.float32)
    net.lips_mean_L.copy_(torch.from_numpy(lips_NL.mean(0)))
    net.lips_std_L.copy_(torch.from_numpy(lips_NL.std(0) + 1e-3))
    examples = Windows(takes, window=WINDOW, batch=recipe.batch, seed=run.terms.seed)
    checks = held_batches(vaid_takes(held, recipe.config.hub), window=WINDOW, batch=recipe.batch, count=recipe.held)
    return net, fit(net, recipe.objective, examples, checks, run)


def train_dicte(train: Corpus, held: Corpus, vaid: Vaid, run: Run, recipe: Recipe = DICTE) -> tuple[Dicte, Outcome]:
    """Train Di-CTE, which hears through a trained V-AID, on the arrays of a corpus and check it on those of its held-out part."""
    torch.manual_seed(run.terms.seed)
    net, takes = Dicte(recipe.config), dicte_takes(train, vaid)
    motion_NM = takes.arrays["motion"].astype(np.float32)
    net.mean_M.copy_(torch.from_numpy(motion_NM.mean(0)))
    net.std_M.copy_(torch.from_numpy(motion_NM.std(0) + 1e-4))
    examples = Windows(takes, window=WINDOW, batch=recipe.batch, seed=run.terms.seed, change=scaled)
    checks = held_batches(dicte_takes(held, vaid), window=WINDOW, batch=recipe.batch, count=recipe.held, change=scaled)
    return net, fit(net, recipe.objective, examples, checks, run)


def vaid_takes(corpus: Corpus, hub: str = "") -> Takes:
    """What V-AID learns from: `audio`, `tone`, `lips`, `expression`, `felt`, `emotion`."""
    return Takes(
        starts_K1=corpus.starts_K1,
        arrays={
            "audio": audio_of(corpus, hub),
            "tone": corpus.frames["tone_NS"],
            "lips": corpus.frames["lips_N10"],
            "expression": corpus.frames["expression_N52"],
            "felt": _felt(corpus),
            "emotion": corpus.frames["weights_N8"],
        },
        rest={"audio": _silence(hub), "emotion": _NEUTRAL_8},
    )


def dicte_takes(corpus: Corpus, vaid: Vaid) -> Takes:
    """What Di-CTE learns from: `motion`, `sound`, `emotion`."""
    audio_NX = audio_of(corpus, vaid.config.hub)
    heard_NH = [_encoded(vaid, audio_NX[a:b]) for a, b in pairwise(corpus.starts_K1.tolist())]
    prosody_N3, lips_NL = audio_NX[:, -len(PROSODY) :], corpus.frames["lips_N10"]
    still_H = _encoded(vaid, np.tile(_silence(vaid.config.hub), (WINDOW, 1)))[WINDOW // 2]
    return Takes(
        starts_K1=corpus.starts_K1,
        arrays={
            "motion": corpus.frames["manner_N27"],
            "sound": np.concatenate([np.concatenate(heard_NH), prosody_N3, lips_NL], 1).astype(np.float16),
            "emotion": corpus.frames["weights_N8"],
        },
        rest={"sound": np.concatenate([still_H, np.zeros(len(PROSODY) + len(LIP_CHANNELS), np.float32)]), "emotion": _NEUTRAL_8},
    )


def scaled(cut: Cut, rng: np.random.Generator) -> Cut:
    """A window in which each group of channels moves more or less than usual, as its `reference` (G,) says, and whose lip code is
    a little noisy."""
    reference_G = np.clip(rng.normal(0.0, _SPREAD, REFERENCE_GROUPS), -1.0, 1.0).astype(np.float32)
    factor_M = np.where(GROUP_M < 0, 1.0, np.exp(reference_G)[np.maximum(GROUP_M, 0)]).astype(np.float32)
    sound_WS = cut["sound"].copy()
    lips_WL = sound_WS[:, -len(LIP_CHANNELS) :]
    lips_WL += rng.normal(0.0, _LIP_NOISE, lips_WL.shape).astype(np.float32)
    return {**cut, "motion": cut["motion"] * factor_M, "sound": sound_WS, "reference": reference_G}


def audio_of(corpus: Corpus, hub: str = "") -> Array:
    """Mel columns and prosody (N, 163); with the folder of a sound encoder its hidden states and prosody (N, H + 3).

    Raises AssetError E130 when the corpus has no sound for the encoder, E134 for a folder without one.
    """
    if hub:
        return np.concatenate([_hidden(corpus, hub), corpus.frames["prosody_N3"]], 1)
    mel_NX = mel_levels(corpus.frames["mel_N160"]).astype(np.float16)
    audio_NX: Array = np.concatenate([mel_NX, corpus.frames["prosody_N3"]], 1)
    return audio_NX


def _encoded(vaid: Vaid, audio_NX: Array) -> F32:
    """A_w (N, width) of a whole take."""
    encoded_NH: F32 = encoded(vaid, audio_NX.astype(np.float32)).numpy()
    return encoded_NH


def _hidden(corpus: Corpus, hub: str) -> Array:
    """What a sound encoder makes of each take (N, H)."""
    from emostage.nets.emotivetalk.hub import hub_sound

    if SOUND not in corpus.frames:
        raise AssetError.of("E130", "the corpus keeps no sound for an encoder", "make it with 'emostage train corpus --sound'")
    encoder = hub_sound(hub)
    takes = pairwise(corpus.starts_K1.tolist())
    heard = [encoder.encode(corpus.frames[SOUND][a:b].reshape(-1).astype(np.float32) / 32767.0) for a, b in takes]
    return np.concatenate(heard).astype(np.float16)


def _silence(hub: str) -> F32:
    if hub:
        from emostage.motion.ears import still

        return still(hub)
    silent_X: F32 = np.concatenate([np.full(COLUMNS * MELS, -LIMIT), np.zeros(len(PROSODY))]).astype(np.float32)
    return silent_X


def _felt(corpus: Corpus) -> Array:
    """The felt face (N, 52): the schedule's expression, between its silent form and the one that leaves the lips free."""
    out_NE = np.empty((len(corpus.frames["weights_N8"]), ARKIT_COUNT), np.float16)
    for begin in range(0, len(out_NE), 8192):
        here = slice(begin, begin + 8192)
        weights_N8 = corpus.frames["weights_N8"][here].astype(np.float64)
        busy_N1 = corpus.frames["lips_N10"][here, _BUSY, None].astype(np.float64)
        silent_NE, speaking_NE = facs.express(weights_N8, "silent"), facs.express(weights_N8, "speaking")
        out_NE[here] = silent_NE + busy_N1 * (speaking_NE - silent_NE)
    return out_NE
