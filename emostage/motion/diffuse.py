"""The engine `stage`: V-AID hears the lips, Di-CTE plays the manner, and rules join them on the face. N frames at 25 fps.

Lips are certain: exact phones where a line has them, V-AID's one answer where it has none, so that another seed gives another
performance with the same lips. All else is one sample of the diffusion model under the script's schedule of feelings.
"""

from __future__ import annotations

from copy import deepcopy
from functools import lru_cache
from math import ceil
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from emostage.core.identity import Adapter
from emostage.core.time import frame_times
from emostage.core.tracks import F32, F64, MotionTrack, Performance
from emostage.diffusion.adapters import merged
from emostage.diffusion.checkpoints import load, shipped
from emostage.diffusion.guidance import guided
from emostage.diffusion.sample import noise, sample
from emostage.diffusion.windows import in_windows
from emostage.motion.ears import audio_for
from emostage.motion.habits import embodied
from emostage.motion.hearing import MODEL_FPS, edges, hear
from emostage.motion.lipreading import encoded, read_lips, spoken_at
from emostage.motion.manner import alive, resampled
from emostage.motion.personal import MOST_MOVES, PersonalManner, manner_of
from emostage.motion.reference import say
from emostage.nets.emotivetalk.dicte import KINDS, Conditions, Dicte, DicteConfig, only
from emostage.nets.emotivetalk.vaid import Vaid, VaidConfig

STEPS = 8
"""Denoising steps of a performance."""

GUIDANCE = (1.0, 1.0, 1.0)
"""Weights of sound, emotion and reference."""

REFERENCE = (0.0, 0.5, 0.1, 0.0)
"""By how much accents, gaze, head and body are to move more than usual (logarithms): few steps make samples smaller than the
teacher's performances, gaze most of all."""

WINDOW, OVERLAP = 128, 48
"""Frames that Di-CTE looks at together, and those that neighbouring windows share."""

_TURN = 0.618
"""By this share of their distance, times the step, windows are moved, so that their borders are elsewhere at every step."""


class StagePerformer:
    """Performs a clip with the trained nets; deterministic in (performance, seed).

    `manner` is that of one person, or the file of it, to perform in. Raises AssetError E136 for one that cannot be read.
    """

    def __init__(
        self,
        vaid: Vaid | None = None,
        dicte: Dicte | None = None,
        *,
        steps: int = STEPS,
        guidance: tuple[float, float, float] = GUIDANCE,
        manner: PersonalManner | Adapter | None = None,
    ) -> None:
        self._manner = manner_of(manner)
        self._vaid = vaid or shipped_vaid()
        self._dicte = _personal(dicte or shipped_dicte(), self._manner)
        self._steps, self._guidance = steps, guidance

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of a clip. It starts and ends at rest; `liveliness` scales all that is neither speech nor feeling."""
        times_T = frame_times(performance.count, performance.fps)
        take = performance.speech
        clock_N = (np.arange(max(1, ceil(performance.count * MODEL_FPS / performance.fps))) + 0.5) / MODEL_FPS
        heard = hear(performance.features if take else None, performance.speech_at_s, len(clock_N))
        audio_NX = audio_for(self._vaid, heard, take.audio if take else None, performance.speech_at_s)
        encoded_NH = encoded(self._vaid, audio_NX)
        heard_only = take is not None and not take.phones
        lips = spoken_at(read_lips(self._vaid, encoded_NH), times_T) if heard_only else say(performance).lips
        lips_NL = _resampled(lips.values(), times_T, clock_N)
        sound_NS = torch.cat([encoded_NH, torch.from_numpy(heard.prosody_T3.copy()), lips_NL], 1)
        weights_N8 = _resampled(performance.emotion.weights_T8, times_T, clock_N)
        manner_NM = self._sample(_conditions(sound_NS, weights_N8, self._manner), seed)
        manner = alive(manner_NM, times_T, liveliness=performance.liveliness)
        return embodied(performance, lips, manner, self._manner, sized=True)

    def _sample(self, given: Conditions, seed: int) -> F64:
        """One sample of the expression code (N, 27) in its own units."""
        frames = given.edges_BT2.shape[1]
        start_NM = noise((frames, self._dicte.config.motion), torch.Generator().manual_seed(seed % 2**63))

        def predict(noisy_NM: Tensor, step: int) -> Tensor:
            def in_window(n_BW: Tensor) -> Tensor:
                return self._guided(noisy_NM[n_BW], step, given.windows(n_BW))

            return in_windows(in_window, frames, window=WINDOW, overlap=OVERLAP, turn=_TURN * step % 1.0)

        with torch.inference_mode():
            return self._dicte.natural(sample(predict, start_NM, steps=self._steps)).numpy().astype(np.float64)

    def _guided(self, noisy_BTM: Tensor, step: int, given: Conditions) -> Tensor:
        step_B = torch.full((len(noisy_BTM),), step)

        def under(kept: int) -> Tensor:
            clean_BTM: Tensor = self._dicte(noisy_BTM, step_B, given, None if kept == KINDS else only(kept, len(noisy_BTM)))
            return clean_BTM

        return guided(under, self._guidance)


def _personal(dicte: Dicte, manner: PersonalManner | None) -> Dicte:
    """The net as it has learnt from one person, or as it is. Raises AssetError E136 for what was learnt by another net."""
    if manner is None or not manner.net:
        return dicte
    arrays = {name: torch.from_numpy(values.copy()) for name, values in manner.net.items()}
    return merged(deepcopy(dicte), arrays, Path("manner"), manner.net_strength)


def _conditions(sound_NS: Tensor, weights_N8: Tensor, manner: PersonalManner | None) -> Conditions:
    """What a clip is conditioned on, with the reference of `REFERENCE`, or as much more than that as one person moves."""
    reference_G = REFERENCE if manner is None else np.clip(REFERENCE + manner.moves_G, -MOST_MOVES, MOST_MOVES).tolist()
    return Conditions(
        sound_BTS=sound_NS[None],
        emotion_BT8=weights_N8[None],
        reference_BG=torch.tensor([reference_G]),
        edges_BT2=torch.from_numpy(edges(len(sound_NS)))[None],
    )


def _resampled(values_TC: F32 | F64, times_T: F64, clock_N: F64) -> Tensor:
    return torch.from_numpy(resampled(values_TC.astype(np.float64), times_T, clock_N).astype(np.float32))


@lru_cache(maxsize=1)
def shipped_vaid() -> Vaid:
    """The V-AID that comes with emostage. Raises AssetError E131 or E133."""
    return load(shipped("vaid"), lambda config: Vaid(VaidConfig(**config)))


@lru_cache(maxsize=1)
def shipped_dicte() -> Dicte:
    """The Di-CTE that comes with emostage. Raises AssetError E131 or E133."""
    return load(shipped("dicte"), lambda config: Dicte(DicteConfig(**config)))
