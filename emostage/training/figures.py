"""What the cards of V-AID and Di-CTE tell, measured on the held-out voices and lines of a corpus. N frames, K takes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

from emostage.core.arkit import MOUTH_MASK_52
from emostage.core.tracks import F64
from emostage.diffusion.guidance import guided
from emostage.diffusion.sample import noise, sample
from emostage.motion.blend import speech_expression
from emostage.motion.codes import LIP_CHANNELS, Lips
from emostage.motion.diffuse import REFERENCE, STEPS
from emostage.nets.emotivetalk.dicte import Conditions, Dicte, only
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.training.dataset import Corpus
from emostage.training.feelingfigures import feeling_figures
from emostage.training.likeness import GROUPS, distances, over, statistics
from emostage.training.motion import audio_of, dicte_takes
from emostage.training.sounds import KINDS
from emostage.training.swap import UPPER_52, swapped

COMPARED = (2, 4, STEPS, 16, 40)
"""Denoising steps that are compared, those of the engine among them."""

WEIGHTS = (0.5, 1.0, 1.5, 2.0)
"""Weights of guidance that are compared."""

TAKES = 48
"""Takes that are sampled for the comparison."""

_RIDGE = 1e-3


def vaid_figures(vaid: Vaid, train: Corpus, held: Corpus) -> dict[str, Any]:
    """How well lips and feelings are heard, what the visual codes tell of mouth and upper face, and whom these follow when codes
    of two takes are swapped."""
    lip_ND, expression_ND, lips_NL, emotion_N8 = _heard(vaid, held)
    true_NL = held.frames["lips_N10"].astype(np.float64)
    kind_N = np.repeat(held.kind_K, np.diff(held.starts_K1))
    true = Lips.of(true_NL)
    spoken_NE = speech_expression(true.channels_TC, true.touch)[:, MOUTH_MASK_52]
    upper_NE = held.frames["expression_N52"].astype(np.float64)[:, UPPER_52]
    return {
        "lips_heard_r": {
            kind: dict(zip(LIP_CHANNELS, _correlations(lips_NL[kind_N == k], true_NL[kind_N == k]), strict=True))
            for k, kind in enumerate(KINDS)
            if (kind_N == k).any()
        },
        "feeling_heard": feeling_figures(emotion_N8, train, held),
        "lip_code_R2": {"speech_of_the_mouth": _explained(lip_ND, spoken_NE), "upper_face": _explained(lip_ND, upper_NE)},
        "expression_code_R2": {
            "speech_of_the_mouth": _explained(expression_ND, spoken_NE),
            "upper_face": _explained(expression_ND, upper_NE),
        },
        "swapped_codes_r": swapped(vaid, held),
    }


def _heard(vaid: Vaid, held: Corpus) -> tuple[F64, F64, F64, F64]:
    """l_v and e_v of the faces, and lips and feelings of the sounds, take by take."""
    audio_NX = audio_of(held, vaid.config.hub)
    parts: list[list[F64]] = [[], [], [], []]
    for first, last in zip(held.starts_K1[:-1].tolist(), held.starts_K1[1:].tolist(), strict=True):
        sound_1NX = torch.from_numpy(audio_NX[None, first:last].astype(np.float32))
        tone_1NS = torch.from_numpy(held.rows("tone_NS", first, last))[None]
        face_1NE = torch.from_numpy(held.rows("expression_N52", first, last))[None]
        with torch.inference_mode():
            face, sound = vaid.from_face(face_1NE), vaid.from_sound(vaid.hear(sound_1NX), tone_1NS)
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
    """How samples of the held-out takes compare with what the reference performer did in them. They are drawn as the engine draws
    them, but blinks and fixations are not yet read out of them (`motion.manner`).

    `samples_over_teacher` are statistics (`likeness.statistics`) as shares of the teacher's for several numbers of steps;
    `reference_performer` tells blink rates and distances of the distributions, beside the distance of one
    half of the teacher's takes from the other; `guidance` does the same for other weights of sound and emotion.
    """
    takes = dicte_takes(held, vaid)
    chosen = np.linspace(0, len(takes) - 1, min(TAKES, len(takes))).astype(int).tolist()
    cuts = [takes.cut(k, 0, int(takes.starts_K1[k + 1] - takes.starts_K1[k])) for k in chosen]
    taught = [cut["motion"].astype(np.float64) for cut in cuts]
    usual = statistics(taught)

    def drawn(steps: int = STEPS, sound: float = 1.0, emotion: float = 1.0) -> list[F64]:
        return [_sampled(dicte, cut, steps, seed, (sound, emotion, 1.0)) for seed, cut in enumerate(cuts)]

    def guided_by(codes: Sequence[F64]) -> dict[str, Any]:
        found = statistics(codes)
        spreads = {name: found[f"{name}_spread"] / max(usual[f"{name}_spread"], 1e-9) for name in GROUPS}
        return {"spread": {name: round(share, 3) for name, share in spreads.items()}, "distance": distances(codes, taught)}

    by_steps = {steps: drawn(steps) for steps in COMPARED}
    codes = by_steps[STEPS]
    return {
        "samples_over_teacher": {str(steps): over(statistics(each), usual) for steps, each in by_steps.items()},
        "reference_performer": {
            "blinks_per_min": {
                "teacher": round(usual["blinks_per_min"], 1),
                "samples": round(statistics(codes)["blinks_per_min"], 1),
            },
            "distance": distances(codes, taught),
            "distance_of_halves": distances(taught[::2], taught[1::2] or taught),
        },
        "guidance": {
            "sound": {f"{w:g}": guided_by(codes if w == 1.0 else drawn(sound=w)) for w in WEIGHTS},
            "emotion": {f"{w:g}": guided_by(codes if w == 1.0 else drawn(emotion=w)) for w in WEIGHTS},
        },
    }


def _sampled(dicte: Dicte, cut: dict[str, Any], steps: int, seed: int, guidance: tuple[float, float, float]) -> F64:
    given = Conditions(
        sound_BTS=torch.from_numpy(cut["sound"])[None],
        emotion_BT8=torch.from_numpy(cut["emotion"])[None],
        reference_BG=torch.tensor([REFERENCE]),
        edges_BT2=torch.from_numpy(cut["edges"])[None],
    )

    def predict(x_BTM: Tensor, step: int) -> Tensor:
        return guided(lambda kept: dicte(x_BTM, torch.full((1,), step), given, only(kept, 1)), guidance)

    start_BTM = noise((1, *cut["motion"].shape), torch.Generator().manual_seed(seed))
    with torch.inference_mode():
        return dicte.natural(sample(predict, start_BTM, steps=steps))[0].numpy().astype(np.float64)
