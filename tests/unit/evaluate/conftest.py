"""Clips of films whose faces are made of numbers."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest

from emostage.core.emotion import EMOTION_INDEX
from emostage.core.timeline import Transition
from emostage.core.tracks import AudioClip, Span, SpeechTake
from emostage.evaluate.shown import Shown
from emostage.studio.engines import Engine
from emostage.studio.plan import LineJob

FPS, LEAD_S = 25, 0.2


def clip(
    *,
    felt: np.ndarray | None = None,
    brows: np.ndarray | None = None,
    gap: np.ndarray | None = None,
    pace: float = 0.0,
    text="pam",
    frames=100,
) -> Shown:
    """A clip in which `felt` surprise is asked and brows are higher by `brows`; with a pace, phones of so many seconds are said."""
    phones = tuple(Span(text=p, start_s=k * pace, end_s=(k + 1) * pace) for k, p in enumerate(text)) if pace else ()
    audio = AudioClip(samples_S=np.zeros(int(pace * len(text) * 1000), np.float32), rate_hz=1000)
    spoken = SpeechTake(audio=audio, phones=phones) if pace else None
    job = LineJob(
        number=1,
        shot="a",
        speaker="ada",
        on_screen="ada",
        text=text if pace else None,
        start_frame=0,
        frames=frames,
        fps=Fraction(FPS),
        speech_at_s=LEAD_S,
        take=spoken,
        mood_8=(1.0, *[0.0] * 7),
        emotion=(),
        gaze=(),
        head=(),
        gestures=(),
        liveliness=1.0,
        engine=Engine(name="stage", performer="stage", painter=None, fingerprint=""),
        transition=Transition(),
        seed=0,
        fingerprint="",
        sound="",
    )
    felt = np.zeros(frames) if felt is None else felt
    asked = np.zeros((frames, 8))
    asked[:, EMOTION_INDEX["surprised"]], asked[:, EMOTION_INDEX["neutral"]] = felt, 1 - felt
    level = np.zeros((frames, 468, 2))
    level[:, [145, 374], 1] = 0.1
    level[:, [105, 334, 107, 336], 1] = -0.3 - (np.zeros(frames) if brows is None else brows)[:, None]
    gap = np.full(frames, 0.1) if gap is None else gap
    return Shown(job=job, asked_T8=asked, level_TN2=level, angles_T3=np.zeros((frames, 3)), gap_T=gap)


@pytest.fixture(name="clip")
def clip_of_numbers():
    """Makes clips."""
    return clip
