"""What the cards of V-AID and Di-CTE tell, measured on the held-out voices and lines of a corpus. N frames, K takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from emostage.core.arkit import ARKIT_NAMES, MOUTH_MASK_52
from emostage.core.emotion import EMOTIONS
from emostage.core.tracks import F64
from emostage.diffusion.sample import noise, sample
from emostage.motion.blend import speech_expression
from emostage.motion.codes import LIP_CHANNELS, Lips
from emostage.nets.emotivetalk.dicte import Conditions, Dicte
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.training.dataset import Corpus
from emostage.training.motion import GROUP_M, audio_of, dicte_takes
from emostage.training.sounds import KINDS

GROUPS: tuple[str, ...] = ("accents", "gaze", "head", "body")
STEPS = (2, 4, 8, 16, 40)
"""Denoising steps that are compared."""

TAKES = 24
"""Takes that are sampled for the comparison."""

_RIDGE = 1e-3
_EYES_52 = np.array([name.startswith(("eyeLook", "eyeBlink")) for name in ARKIT_NAMES])


def vaid_figures(vaid: Vaid, held: Corpus) -> dict[str, Any]:
    """How well lips and feelings are heard, and what the visual codes tell of mouth and upper face."""
    lip_ND, expression_ND, lips_NL, emotion_N8 = _heard(vaid, held)
    true_NL, weights_N8 = (held.frames[name].astype(np.float64) for name in ("lips_N10", "weights_N8"))
    kind_N = np.repeat(held.kind_K, np.diff(held.starts_K1))
    true = Lips.of(true_NL)
    spoken_NE = speech_expression(true.channels_TC, true.touch)[:, MOUTH_MASK_52]
    upper_NE = held.frames["expression_N52"].astype(np.float64)[:, ~MOUTH_MASK_52 & ~_EYES_52]
    return {
        "lips_heard_r": {
            kind: dict(zip(LIP_CHANNELS, _correlations(lips_NL[kind_N == k], true_NL[kind_N == k]), strict=True))
            for k, kind in enumerate(KINDS)
        },
        "feeling_heard_r": dict(zip(EMOTIONS, _correlations(emotion_N8, weights_N8), strict=True)),
        "lip_code_R2": {"speech_of_the_mouth": _explained(lip_ND, spoken_NE), "upper_face": _explained(lip_ND, upper_NE)},
        "expression_code_R2": {
            "speech_of_the_mouth": _explained(expression_ND, spoken_NE),
            "upper_face": _explained(expression_ND, upper_NE),
        },
    }


def _heard(vaid: Vaid, held: Corpus) -> tuple[F64, F64, F64, F64]:
    """l_v and e_v of the faces, and lips and feelings of the sounds, take by take."""
    audio_NX = audio_of(held)
    parts: list[list[F64]] = [[], [], [], []]
    for first, last in zip(held.starts_K1[:-1].tolist(), held.starts_K1[1:].tolist(), strict=True):
        sound_1NX = torch.from_numpy(audio_NX[None, first:last].astype(np.float32))
        tone_1N6 = torch.from_numpy(held.rows("tone_N6", first, last))[None]
        face_1NE = torch.from_numpy(held.rows("expression_N52", first, last))[None]
        with torch.inference_mode():
            face, sound = vaid.from_face(face_1NE), vaid.from_sound(vaid.hear(sound_1NX), tone_1N6)
            found = (face.lip_BTD, face.expression_BTD, vaid.lips(sound.lip_BTD), vaid.emotion(sound.expression_BTD))
        for part, tensor in zip(parts, found, strict=True):
            part.append(tensor[0].numpy().astype(np.float64))
    lip_ND, expression_ND, lips_NL, emotion_N8 = (np.concatenate(part) for part in parts)
    return lip_ND, expression_ND, lips_NL, emotion_N8


def _correlations(found_NC: F64, true_NC: F64) -> list[float | None]:
    return [
        round(float(np.corrcoef(a_N, b_N)[0, 1]), 3) if a_N.std() > 1e-9 and b_N.std() > 1e-9 else None
        for a_N, b_N in zip(found_NC.T, true_NC.T, strict=True)
    ]


def _explained(code_ND: F64, target_NC: F64) -> float:
    """R2 of a linear reader of the code, learnt on one half of the frames and asked on the other, and the other way round."""
    half = len(code_ND) // 2
    code_ND = np.concatenate([code_ND / code_ND.std(0), np.ones((len(code_ND), 1))], 1)
    shares = []
    for learn, ask in ((slice(0, half), slice(half, None)), (slice(half, None), slice(0, half))):
        gram_DD = code_ND[learn].T @ code_ND[learn] + _RIDGE * half * np.eye(code_ND.shape[1])
        found_NC = code_ND[ask] @ np.linalg.solve(gram_DD, code_ND[learn].T @ target_NC[learn])
        rest = ((target_NC[ask] - found_NC) ** 2).sum()
        shares.append(1.0 - rest / max(((target_NC[ask] - target_NC[ask].mean(0)) ** 2).sum(), 1e-12))
    return round(float(np.mean(shares)), 3)


def dicte_figures(dicte: Dicte, vaid: Vaid, held: Corpus) -> dict[str, Any]:
    """How samples of the held-out takes compare with what the teacher did: spread and speed of each group of channels as a share of
    the teacher's, and of the frames with shut lids, for several numbers of steps."""
    takes = dicte_takes(held, vaid)
    chosen = np.linspace(0, len(takes) - 1, min(TAKES, len(takes))).astype(int).tolist()
    cuts = [takes.cut(k, 0, int(takes.starts_K1[k + 1] - takes.starts_K1[k])) for k in chosen]
    taught = _statistics([cut["motion"].astype(np.float64) for cut in cuts])
    found: dict[str, Any] = {}
    for steps in STEPS:
        drawn = _statistics([_sampled(dicte, cut, steps, seed) for seed, cut in enumerate(cuts)])
        found[str(steps)] = {name: round(drawn[name] / max(taught[name], 1e-9), 3) for name in taught}
    return {"samples_over_teacher": found}


def _sampled(dicte: Dicte, cut: dict[str, Any], steps: int, seed: int) -> F64:
    given = Conditions(
        sound_BTS=torch.from_numpy(cut["sound"])[None],
        emotion_BT8=torch.from_numpy(cut["emotion"])[None],
        reference_BG=torch.zeros(1, len(GROUPS)),
        edges_BT2=torch.from_numpy(cut["edges"])[None],
    )
    start_BTM = noise((1, *cut["motion"].shape), torch.Generator().manual_seed(seed))
    with torch.inference_mode():
        drawn_BTM = sample(lambda x_BTM, step: dicte(x_BTM, torch.full((1,), step), given), start_BTM, steps=steps)
        return dicte.natural(drawn_BTM)[0].numpy().astype(np.float64)


def _statistics(codes: Sequence[F64]) -> dict[str, float]:
    """Spread and mean speed of each group over takes, and the share of frames with shut lids."""
    found: dict[str, float] = {}
    for g, name in enumerate(GROUPS):
        inside = [code_NM[:, g == GROUP_M] for code_NM in codes]
        found[f"{name}_spread"] = float(np.sqrt(np.concatenate([c - c.mean(0) for c in inside]).var(0).sum()))
        found[f"{name}_speed"] = float(np.concatenate([np.abs(np.diff(c, axis=0)) for c in inside]).sum(1).mean())
    found["shut_lids"] = float(np.concatenate([code_NM[:, GROUP_M == -1] > 0.5 for code_NM in codes]).mean())
    return found
