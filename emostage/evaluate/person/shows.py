"""What an engine makes of a take: a portrait of the person performs what was read in it. T frames."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil

import numpy as np

from emostage.core.tracks import AudioClip, FrameStream, Frozen, MotionTrack, Portrait
from emostage.emotion.temporal import felt
from emostage.evaluate.person.resemblance import Real, Resemblance, resemblance
from emostage.face.actor import Hold
from emostage.face.head import Head
from emostage.motion.hearing import hear
from emostage.nets.painting.finisher import Finisher
from emostage.nets.painting.given import RATE_HZ, REACH
from emostage.nets.painting.painter import Painter
from emostage.portrait.painting.finishing import FinishedRenderer
from emostage.portrait.painting.renderer import PaintedRenderer
from emostage.portrait.painting.square import square_of
from emostage.portrait.personal import Person
from emostage.portrait.photo import PhotoRenderer, Quality
from emostage.speech.features import extract
from emostage.training.person.reading import Reading

SEED = 0
_QUALITY: Quality = "standard"
FINE: Quality = "high"
"""The quality at which what the photo renderer drew is finished."""

Draws = Callable[[MotionTrack, AudioClip | None], FrameStream]
"""The frames that are made of a motion and the sound that goes with it."""
Shows = Callable[[Reading], FrameStream]
"""The frames that are made of what was read in a take."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Sat(Frozen):
    """A portrait of somebody, how head and eyes are held in it, and the size of the pictures that are made of it."""

    portrait: Portrait
    hold: Hold
    size_px: tuple[int, int]
    head: Head

    def motion(self, reading: Reading) -> MotionTrack:
        """What is done in a take, away from the portrait."""
        return reading.motion(self.hold)


def photographed(sat: Sat, person: Person | None = None, strength: float = 1.0, *, quality: Quality = _QUALITY) -> Draws:
    """By the photo renderer, which knows the person or does not."""
    renderer = moved(sat, person, strength, quality=quality)
    return lambda motion, _: renderer.render(motion)


def finished(sat: Sat, finisher: Finisher, person: Person | None = None, strength: float = 1.0) -> Draws:
    """By the photo renderer at the highest quality, finished by a net."""
    photo = moved(sat, person, strength, quality=FINE)
    square = square_of(sat.portrait, sat.head, sat.size_px)
    renderer = FinishedRenderer(photo, square, sat.portrait.fit, sat.head, finisher, seed=SEED)
    return lambda motion, _: renderer.render(motion)


def moved(sat: Sat, person: Person | None = None, strength: float = 1.0, *, quality: Quality = _QUALITY) -> PhotoRenderer:
    """The photo renderer of somebody, who is known or is not."""
    known = None if person is None else person.in_picture(sat.portrait, sat.head, strength)
    return PhotoRenderer(sat.portrait, sat.head, size_px=sat.size_px, quality=quality, known=known)


def painted(sat: Sat, painter: Painter, person: Person | None = None, strength: float = 1.0) -> Draws:
    """By a painter, who knows the person or does not."""
    own = None if person is None else person.face.in_picture(sat.portrait, sat.head, strength)
    renderer = PaintedRenderer(sat.portrait, sat.head, painter, size_px=sat.size_px, own=own)

    def draws(motion: MotionTrack, audio: AudioClip | None) -> FrameStream:
        frames = ceil(len(motion) * RATE_HZ / motion.fps) + 2 * REACH
        heard = hear(extract(audio) if audio is not None else None, REACH / RATE_HZ, frames)
        return renderer.render(motion, felt(motion).weights_S8.astype(np.float32), heard.mel_TX, seed=SEED)

    return draws


def reenacted(sat: Sat, draws: Draws) -> Shows:
    """What was read in takes, as it is drawn."""
    return lambda reading: draws(sat.motion(reading), reading.take.audio())


def measured(shows: Shows, readings: Sequence[Reading], real: Sequence[Real]) -> Resemblance:
    """How like what is shown of some takes is to them; `real` are the same takes."""
    return resemblance([truth.compared(shows(reading)) for reading, truth in zip(readings, real, strict=True)])
