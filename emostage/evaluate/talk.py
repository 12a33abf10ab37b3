"""A clip of a real person talking: its first frame is made to say what the clip's sound says, and the mouths are compared.

Nothing but the first frame and the sound is given to the engine; there is no transcript. T frames.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from emostage.core.emotion import EMOTIONS
from emostage.core.errors import EmostageError
from emostage.core.lagged import amplitude, half_turn, likeness, quick_part
from emostage.core.time import frame_times
from emostage.core.tracks import F64, AudioClip, AudioFeatures, FrameStream, MotionTrack, Performance, Portrait, SpeechTake
from emostage.evaluate.meshes import meshes
from emostage.evaluate.mouth import CHANNELS, Mouth, mouth
from emostage.evaluate.soundclip import sound_clip
from emostage.evaluate.unrendered import moved
from emostage.face.head import load_head
from emostage.face.portrait import portrait_of, read_portrait
from emostage.face.track import MeshTracker
from emostage.film.probe import decode, probe
from emostage.portrait.photo import PhotoRenderer
from emostage.speech.recorded import read_sound
from emostage.studio.stages import Performer, Stages

LEAST_S, MOST_S = 2, 60
"""A clip must last so long, and no more than its first minute is measured."""
_SIZE_PX = (512, 512)
_SEED = 0


@dataclass(frozen=True, kw_only=True)
class ChannelFigures:
    """One curve of the performed mouth beside the real one.

    `r` is the correlation at the best lag within +-4 frames, `lag` (frames the performance comes late), `r_at_0` without a lag,
    `quick_r` as `r` of what is quicker than 0.5 Hz in both, `amplitude` the ratio of standard deviations. What they are worth:
    `loudness`, the `r` of the sound's level in dB, and `shuffled`, that of the performed curve begun in its middle.
    """

    r: float
    lag: float
    r_at_0: float
    quick_r: float
    amplitude: float
    loudness: float
    shuffled: float


@dataclass(frozen=True, kw_only=True)
class Talk:
    """A clip's figures by channel (`mouth.CHANNELS`); `felt` is `r` of the opening when the clip is performed with each emotion in
    full, before anything is drawn."""

    name: str
    frames: int
    seconds: float
    channels: Mapping[str, ChannelFigures]
    felt: Mapping[str, float]

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Mouths:
    """The `real` and the `performed` mouth of a clip, and its loudness (T,) in dB."""

    real: Mouth
    performed: Mouth
    loudness_T: F64
    fps: Fraction


def talk(
    path: Path,
    stages: Stages,
    performer: Performer,
    *,
    portrait: Path | str | None = None,
    rendered: bool = True,
    tracker: MeshTracker | None = None,
) -> tuple[Talk, Mouths]:
    """Perform a clip again and measure its mouth; `portrait` is a picture to use instead of the first frame.

    Without `rendered` the performed mouth is that of the fitted head. Raises EmostageError: E106 when the film cannot be read,
    E117 when it is too short, has cuts or hides the face; AssetError E07x for a picture that is no portrait, E08x for a clip
    whose sound cannot be used.
    """
    film = _clip(path)
    sound = _cut(read_sound(path), len(film) / film.fps)
    face = _face(film, path.name, portrait)
    real = mouth(meshes(film, name=path.name, fps=float(film.fps), tracker=tracker))
    features = stages.features(sound)
    performance = sound_clip(SpeechTake(audio=sound), features, stages, count=len(film), fps=film.fps, portrait=face)
    motion = performer.perform(performance, seed=_SEED)
    if rendered:
        frames = PhotoRenderer(face, load_head(), size_px=_SIZE_PX, shot="close", quality="draft").render(motion)
        performed = mouth(meshes(frames, name="the performance", fps=float(film.fps), tracker=tracker))
    else:
        performed = _unrendered(face, motion)
    mouths = Mouths(real=real, performed=performed, loudness_T=_loudness(features, film), fps=film.fps)
    figures = Talk(
        name=path.name,
        frames=len(film),
        seconds=float(len(film) / film.fps),
        channels=compared(mouths),
        felt={
            emotion: likeness(_unrendered(face, performer.perform(felt, seed=_SEED)).opening_T, real.opening_T).r
            for emotion, felt in _feelings(performance, stages)
        },
    )
    return figures, mouths


def _unrendered(face: Portrait, motion: MotionTrack) -> Mouth:
    return mouth(moved(load_head(), face, motion.expression_T52))


def _feelings(performance: Performance, stages: Stages) -> Iterator[tuple[str, Performance]]:
    """The performance with each emotion in full."""
    for emotion, weights_8 in zip(EMOTIONS, np.eye(len(EMOTIONS)).tolist(), strict=True):
        yield emotion, replace(performance, emotion=stages.feel((), tuple(weights_8), performance.count, performance.fps))


def compared(mouths: Mouths) -> dict[str, ChannelFigures]:
    """The figures of each channel."""
    fps, real = float(mouths.fps), mouths.real.curves()
    return {
        name: channel_figures(curve_T, real[name], mouths.loudness_T, fps) for name, curve_T in mouths.performed.curves().items()
    }


def channel_figures(curve_T: F64, real_T: F64, loudness_T: F64, fps: float) -> ChannelFigures:
    """One performed curve beside the real one."""
    found = likeness(curve_T, real_T)
    return ChannelFigures(
        r=found.r,
        lag=found.lag,
        r_at_0=found.r_at_0,
        quick_r=likeness(quick_part(curve_T, fps), quick_part(real_T, fps)).r,
        amplitude=amplitude(curve_T, real_T),
        loudness=likeness(loudness_T, real_T).r,
        shuffled=likeness(half_turn(curve_T), real_T).r,
    )


def means(talks: Sequence[Talk]) -> Talk:
    """The means over clips; what is not known of a clip is left out. `lag` is the mean distance from the real curve."""

    def mean(channel: str, field: str) -> float:
        values = [getattr(each.channels[channel], field) for each in talks]
        return _mean([abs(value) for value in values] if field == "lag" else values)

    return Talk(
        name="mean",
        frames=sum(each.frames for each in talks),
        seconds=sum(each.seconds for each in talks),
        channels={
            channel: ChannelFigures(**{field: mean(channel, field) for field in ChannelFigures.__dataclass_fields__})
            for channel in CHANNELS
        },
        felt={emotion: _mean([each.felt[emotion] for each in talks]) for emotion in EMOTIONS},
    )


def _mean(values: Sequence[float]) -> float:
    """Of those that are known."""
    known = np.array(values, np.float64)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else float("nan")


def _clip(path: Path) -> FrameStream:
    """The frames of the film that are measured."""
    found = probe(path)
    if found.frames < LEAST_S * found.fps:
        message = f"'{path.name}' is too short: {float(found.frames / found.fps):.1f} s"
        raise EmostageError.of("E117", message, f"use a clip of {LEAST_S} s or more")
    return decode(path, count=min(found.frames, int(MOST_S * found.fps)))


def _cut(sound: AudioClip, seconds: Fraction) -> AudioClip:
    return AudioClip(samples_S=sound.samples_S[: round(seconds * sound.rate_hz)], rate_hz=sound.rate_hz)


def _face(film: FrameStream, name: str, portrait: Path | str | None) -> Portrait:
    if portrait is not None:
        return read_portrait(portrait)[0]
    return portrait_of(next(iter(film)), name=name, head=load_head())[0]


def _loudness(features: AudioFeatures, film: FrameStream) -> F64:
    """Mean level (T,) of the sound in dB during each frame."""
    level_F = features.loudness_F.astype(np.float64)
    frame_T = np.floor(np.arange(len(level_F)) * float(film.fps) / features.rate_hz).astype(np.int64)
    total_T, heard_T = (np.bincount(frame_T, weights, minlength=len(film)) for weights in (level_F, np.ones_like(level_F)))
    times_T = frame_times(len(film), film.fps)
    known_T = heard_T[: len(film)] > 0
    means_T = total_T[: len(film)][known_T] / heard_T[: len(film)][known_T]
    loudness_T: F64 = np.interp(times_T, times_T[known_T], means_T)
    return loudness_T
