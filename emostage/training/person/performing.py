"""Films of a person who speaks, and what the engine makes of the same sounds when nobody directs it. T frames."""

from __future__ import annotations

from dataclasses import dataclass

from emostage.core.time import frame_times
from emostage.core.tracks import AudioClip, Frozen, MotionTrack, Performance
from emostage.motion.codes import Lips
from emostage.motion.hearing import MODEL_FPS, hear
from emostage.nets.emotivetalk.vaid import Vaid
from emostage.speech.features import extract
from emostage.training.films.take import lips_heard, undirected


@dataclass(frozen=True, kw_only=True, eq=False)
class Piece(Frozen):
    """A piece of a film of one person: what they do, the sound of it (None without), and how the head is held at rest before the
    camera (roll in rad, the person's left down; None where it is not known)."""

    motion: MotionTrack
    audio: AudioClip | None = None
    roll_rad: float | None = None

    @property
    def seconds(self) -> float:
        """How long it lasts."""
        return float(len(self.motion) / self.motion.fps)


@dataclass(frozen=True, kw_only=True, eq=False)
class Heard:
    """A piece that speaks, the performance of its sound without feeling and directions, and the lips that V-AID hears in it."""

    piece: Piece
    performance: Performance
    lips: Lips


def heard(piece: Piece, vaid: Vaid) -> Heard | None:
    """What is heard of a piece; None of one without sound."""
    if piece.audio is None or not len(piece.audio.samples_S):
        return None
    performance = undirected(piece.motion, piece.audio, extract(piece.audio))
    times_T = frame_times(performance.count, performance.fps)
    frames = max(1, round(piece.seconds * MODEL_FPS))
    what = hear(performance.features, 0.0, frames)
    return Heard(piece=piece, performance=performance, lips=lips_heard(vaid, piece.audio, what, times_T))
