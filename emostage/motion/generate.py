"""The engine `emodiffhead`: EMOdiffhead's generator (arXiv 2409.07255) makes the expression, rules move head, gaze and lids.

The paper's generator makes expression vectors and nothing else. Lips are certain here: exact phones where a line has them and
V-AID's where it has none, for both close on p, b and m, which an expected face never quite does; the generator's own speech gives
way to them. Its feelings and its liveliness are added. N frames at 25 fps, T film frames.
"""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
import torch

from emostage.core.arkit import MOUTH_MASK_52, indices
from emostage.core.identity import Adapter
from emostage.core.time import frame_times
from emostage.core.tracks import F64, MotionTrack, Performance
from emostage.diffusion.checkpoints import load, shipped
from emostage.motion import idle
from emostage.motion.blend import OPEN_LIMIT, speech_expression
from emostage.motion.codes import Lips
from emostage.motion.curves import at_rest, soften_frames
from emostage.motion.diffuse import shipped_vaid
from emostage.motion.ears import audio_for
from emostage.motion.embody import on_head
from emostage.motion.habits import lived, mouthed, moved, sided
from emostage.motion.hearing import MODEL_FPS, Heard, hear
from emostage.motion.lipreading import encoded, read_lips, spoken_at
from emostage.motion.manner import SOFT_S, resampled
from emostage.motion.personal import PersonalManner, manner_of
from emostage.motion.reference import play, say
from emostage.nets.emodiffhead.generator import Generator, GeneratorConfig, draw
from emostage.nets.emotivetalk.vaid import Vaid

_JAW = list(indices("jawOpen"))
_PARTING = [*_JAW, *indices("mouthFunnel"), *indices("mouthUpperUp"), *indices("mouthLowerDown")]
"""Actions that part lips which touch."""


class EmodiffheadPerformer:
    """Performs a clip with the expression generator; deterministic in (performance, seed).

    `manner` is that of one person, or the file of it, to perform in. Raises AssetError E136 for one that cannot be read.
    """

    def __init__(
        self, generator: Generator | None = None, vaid: Vaid | None = None, *, manner: PersonalManner | Adapter | None = None
    ) -> None:
        self._manner = manner_of(manner)
        self._generator = generator or shipped_generator()
        self._vaid = vaid

    def perform(self, performance: Performance, *, seed: int) -> MotionTrack:
        """The motion of a clip. It starts and ends at rest; `liveliness` scales all that is neither speech nor feeling."""
        times_T = frame_times(performance.count, performance.fps)
        clock_N = (np.arange(max(1, ceil(performance.count * MODEL_FPS / performance.fps))) + 0.5) / MODEL_FPS
        heard = hear(performance.features if performance.speech else None, performance.speech_at_s, len(clock_N))
        said = say(performance)
        known = performance.speech is None or bool(performance.speech.phones)
        lips = said.lips if known else self._heard_lips(performance, heard, times_T)
        felt_T52, life_T52 = self._made(performance, heard, seed, times_T, clock_N)
        manner = play(performance, said, seed=seed)
        if (own := self._manner) is None:
            return on_head(performance, joined(lips, felt_T52, life_T52), lips, manner)
        lips, manner = mouthed(lips, own), lived(moved(manner, own), own, times_T, performance.portrait)
        return sided(on_head(performance, joined(lips, felt_T52, life_T52), lips, manner), own)

    def _heard_lips(self, performance: Performance, heard: Heard, times_T: F64) -> Lips:
        assert performance.speech is not None
        vaid = self._vaid or shipped_vaid()
        audio_NX = audio_for(vaid, heard, performance.speech.audio, performance.speech_at_s)
        return spoken_at(read_lips(vaid, encoded(vaid, audio_NX)), times_T)

    def _made(self, performance: Performance, heard: Heard, seed: int, times_T: F64, clock_N: F64) -> tuple[F64, F64]:
        """What feelings and what chance add to the speech of a clip (T, 52), the latter as lively as asked."""
        weights_N8 = resampled(performance.emotion.weights_T8.astype(np.float64), times_T, clock_N)
        feeling_1NE = torch.from_numpy(weights_N8[None, :, 1:].astype(np.float32))
        noise_1NZ = draw(1, len(clock_N), torch.Generator().manual_seed(seed % 2**63))
        with torch.inference_mode():
            heard_1NH = self._generator.hear(torch.from_numpy(heard.audio().copy())[None])
            felt_N52 = self._generator.felt(heard_1NH, feeling_1NE)[0].numpy().astype(np.float64)
            life_N52 = self._generator.lively(heard_1NH, feeling_1NE, noise_1NZ)[0].numpy().astype(np.float64)
        held_T1 = (at_rest(times_T, *idle.REST_S) * performance.liveliness)[:, None]
        life_T52 = resampled(soften_frames(life_N52, clock_N, SOFT_S), clock_N, times_T) * held_T1
        return resampled(felt_N52, clock_N, times_T), life_T52


def joined(lips: Lips, felt_T52: F64, life_T52: F64) -> F64:
    """Lips, feelings and liveliness as one face (T, 52) in [0, 1]: nothing parts lips that touch, and no jaw opens too far.

    Chance leaves busy lips alone: what it does there stands for sounds that the generator could not hear.
    """
    spoken_T52 = speech_expression(lips.channels_TC, lips.touch)
    added_T52 = felt_T52 + life_T52 * (1.0 - MOUTH_MASK_52 * lips.busy_T[:, None])
    added_T52[:, _PARTING] *= 1.0 - np.maximum(lips.seal_T, lips.teeth_T)[:, None]
    face_T52 = np.clip(spoken_T52 + added_T52, 0.0, 1.0)
    face_T52[:, _JAW] = np.minimum(face_T52[:, _JAW], OPEN_LIMIT)
    return face_T52


@lru_cache(maxsize=1)
def shipped_generator() -> Generator:
    """The generator that comes with emostage. Raises AssetError E131 or E133."""
    return load(shipped("emodiffhead-expression"), lambda config: Generator(GeneratorConfig(**config)))
