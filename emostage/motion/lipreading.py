"""Lips from sound alone, as V-AID hears them. N frames at 25 fps, T film frames, L channels of the lip code.

One sample of a diffusion model loses correlation at the lips that the expected value keeps, so the lip code is read out once,
without noise. A regression never quite closes a mouth, so closures have a channel of their own, which is sharpened and cut in.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from emostage.core.tracks import F32, F64
from emostage.diffusion.windows import in_windows
from emostage.motion.codes import Lips
from emostage.motion.contacts import REST_S, Contacts, close
from emostage.motion.curves import at_rest
from emostage.motion.hearing import MODEL_FPS
from emostage.motion.manner import resampled
from emostage.motion.targets import CHANNELS
from emostage.nets.emotivetalk.vaid import Vaid

GAIN_C = np.where(np.isin(CHANNELS, ("pucker", "funnel", "wide")), 1.05, 0.80)
"""Share of each mouth channel that is shown. The teacher opens the mouth as clearly as a written line wants it, people in
recordings do not. Set on the tracked opening and width of one real speaker."""

SEAL = (0.22, 0.50)
TEETH = (0.30, 0.70)
"""Where the closure and the lip-on-teeth channel begin to count and where they count in full."""

_WINDOW, _OVERLAP = 500, 128


def encoded(net: Vaid, audio_NX: F32) -> Tensor:
    """A_w (N, width) of the mel columns and prosody (N, 163) of a clip of any length."""
    sound_NX = torch.from_numpy(audio_NX)
    with torch.inference_mode():
        return in_windows(lambda n_BW: net.hear(sound_NX[n_BW]), len(sound_NX), window=_WINDOW, overlap=_OVERLAP)


def read_lips(net: Vaid, encoded_NH: Tensor) -> Lips:
    """The lip code of a clip at `MODEL_FPS` from its A_w, contacts not yet cut in."""
    with torch.inference_mode():
        found = Lips.of(net.lips(net.lip_of(encoded_NH)).numpy())
    return Lips(
        channels_TC=np.clip(GAIN_C * found.channels_TC, 0.0, 1.0),
        seal_T=_sharpened(found.seal_T, SEAL),
        teeth_T=_sharpened(found.teeth_T, TEETH),
        busy_T=np.clip(found.busy_T, 0.0, 1.0),
    )


def spoken_at(read: Lips, times_T: F64) -> Lips:
    """Lips read at `MODEL_FPS` at film times: contacts kept whole and cut in, at rest at both ends of the clip."""
    clock_N = (np.arange(len(read.busy_T)) + 0.5) / MODEL_FPS
    nearest_T = np.clip(np.round(times_T * MODEL_FPS - 0.5).astype(np.intp), 0, len(clock_N) - 1)
    edge_T = at_rest(times_T, *REST_S)
    touch = Contacts(seal_T=read.seal_T[nearest_T] * edge_T, teeth_T=read.teeth_T[nearest_T] * edge_T)
    channels_TC = close(resampled(read.channels_TC, clock_N, times_T), touch)
    return Lips(
        channels_TC=channels_TC * edge_T[:, None],
        seal_T=touch.seal_T,
        teeth_T=touch.teeth_T,
        busy_T=np.interp(times_T, clock_N, read.busy_T) * edge_T,
    )


def _sharpened(curve_N: F64, between: tuple[float, float]) -> F64:
    low, high = between
    return np.clip((curve_N - low) / (high - low), 0.0, 1.0)
