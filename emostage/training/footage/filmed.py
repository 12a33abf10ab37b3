"""Footage of real people, found in films. T frames of a film, N of them that are kept, L = 478 landmarks."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError, EmostageError
from emostage.core.tracks import F64, U8, AudioClip, FrameStream, MotionTrack
from emostage.emotion.temporal import felt
from emostage.face.actor import Actor, actor_of
from emostage.face.crop import resample
from emostage.face.film import follow
from emostage.face.findings import MIN_FACE_PX
from emostage.face.head import load_head
from emostage.face.track import FaceMeshTracker, extent_px
from emostage.face.turning import Seated
from emostage.film import ffmpeg
from emostage.film.watch import SUFFIXES, watch
from emostage.motion.diffuse import shipped_vaid
from emostage.motion.hearing import MODEL_FPS, hear
from emostage.motion.lipreading import encoded, read_lips
from emostage.speech.features import extract
from emostage.speech.recorded import read_sound
from emostage.training.dataset import mel_bytes
from emostage.training.footage.acting import CLIP, around
from emostage.training.footage.framing import known, placed, require_inside, window
from emostage.training.footage.layouts import Film
from emostage.training.footage.parts import told_by
from emostage.training.footage.store import Array, Footage, packed
from emostage.training.heads.camera import draw_camera

FPS = Fraction(MODEL_FPS)
LONGEST_S = 20
"""What is taken of a film, from its beginning: one shot of one person is soon known."""
MOST_FRAMES = LONGEST_S * MODEL_FPS
_AWAY, _NEARER = 0.15, 0.08
"""Footage knows of turns only: frames in which the neck is farther than this from where it mostly is, in face widths, or the head
larger or smaller by this share, are left out."""
_AS_MP4 = (
    *("-map", "0:v:0", "-t", f"{LONGEST_S + 1}", "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2,format=yuv420p"),
    *("-c:v", "libx264", "-preset", "veryfast", "-crf", "12"),
)
"""What makes a film of another kind one that can be watched, hardly worse."""
_OF_THE_FILM = frozenset({"E106", "E115", "E116", "E117"})
"""Plain errors that a film is to blame for."""


def filmed_shot(film: Film, size_px: int, rng: np.random.Generator) -> Footage:
    """One shot of the person in a film: the frames in which they keep their place, every run of them a clip.

    Rotations are relative to how the head is held on the whole. Emotion weights are the film's own, or else what is read in the
    face; the lip code is what the shipped V-AID hears. Raises AssetError: E106 and E117 for a film that cannot be read or followed,
    E076 and E078 for a face that is too small or too near to a border, E080 to E087 for the sound.
    """
    with followed(film) as seen:
        stream, landmarks_TL2, actor = seen.stream, seen.landmarks_TL2, seen.actor
        own = actor.person.crop
        at_rest = replace(actor.person.fit, rotation_33=actor.rotation_33, translation_3=actor.translation_3)
        seated = Seated.of(at_rest, own.size_px, actor.pivot_3)
        crop = window(load_head(), seated, own, draw_camera(rng), size_px)
        require_inside(film.path.name, stream.size_px, crop)
        kept_N = _kept(film, actor.motion)
        wanted = set(kept_N.tolist())
        pictures = [packed(resample(frame_HW3, crop)) for t, frame_HW3 in enumerate(_even(stream)) if t in wanted]
    landmarks_NL2 = placed(landmarks_TL2[kept_N, :468], crop)
    return Footage(
        starts_C1=starts(kept_N),
        pictures=pictures,
        frames={
            **done(actor.motion, kept_N, film.weights_8),
            **heard(seen.audio, len(landmarks_TL2), kept_N),
            "landmarks_NL2": landmarks_NL2,
            "parts_NGG": told_by(landmarks_NL2),
            "shot_N": np.zeros(len(kept_N), np.int32),
        },
        shots=known(seated.through(own, crop), film.person, "filmed"),
        shape_SK=at_rest.shape_K.astype(np.float32)[None],
    )


@dataclass(frozen=True, kw_only=True, eq=False)
class Followed:
    """The person of a film as they were followed: its frames, its sound, landmarks (T, 478, 2) at an even 25 a second, and what
    the person does in them."""

    stream: FrameStream
    audio: AudioClip
    landmarks_TL2: F64
    actor: Actor


@contextmanager
def followed(film: Film) -> Iterator[Followed]:
    """Follow the person in the first `LONGEST_S` of a film. Raises AssetError: E106 and E117 for a film that cannot be read or
    followed, E076 for a face that is too small, E080 to E087 for the sound."""
    audio = read_sound(film.sound)
    with _watched(film.path) as stream, FaceMeshTracker(max_faces=4) as tracker:
        if (count := _count(stream)) < CLIP:
            raise AssetError.of("E117", f"'{film.path.name}' is too short: {count} frames")
        landmarks_TL2 = follow(tracker, _even(stream), name=film.path.name, fps=MODEL_FPS)
        actor = _actor(film, landmarks_TL2, stream.size_px)
        yield Followed(stream=stream, audio=audio, landmarks_TL2=landmarks_TL2, actor=actor)


@contextmanager
def _watched(path: Path) -> Iterator[FrameStream]:
    """The frames of a film of any kind; its own problems become AssetErrors, under its own name."""
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        seen = path
        try:
            if path.suffix.lower() not in SUFFIXES:
                seen = Path(folder) / f"{path.stem}.mp4"
                ffmpeg.run(["-i", ffmpeg.place(path), *_AS_MP4, "-y", ffmpeg.place(seen)], target=seen)
            yield watch(seen)
        except EmostageError as error:
            if type(error) is EmostageError and {problem.code for problem in error.diagnostics} <= _OF_THE_FILM:
                raise AssetError(*error.diagnostics) from error
            raise


def _count(stream: FrameStream) -> int:
    """Frames that are taken of a film."""
    return min(MOST_FRAMES, round(len(stream) * FPS / stream.fps))


def _even(stream: FrameStream) -> Iterator[U8]:
    """The frames of a film nearest to an even 25 a second, as far as it is looked at."""
    wanted = np.clip(((np.arange(_count(stream)) + 0.5) * float(stream.fps / FPS)).astype(int), 0, len(stream) - 1)
    for often, frame_HW3 in zip(np.bincount(wanted), stream, strict=False):
        for _ in range(often):
            yield frame_HW3


def _actor(film: Film, landmarks_TL2: F64, size_px: tuple[int, int]) -> Actor:
    height_px = float(np.median([extent_px(face_L2) for face_L2 in landmarks_TL2]))
    if height_px < MIN_FACE_PX:
        raise AssetError.of("E076", f"the face in '{film.path.name}' is too small: {height_px:.0f} pixels high")
    return actor_of(load_head(), landmarks_TL2, size_px, FPS)


def _kept(film: Film, motion: MotionTrack) -> NDArray[np.intp]:
    """Numbers of the frames (N,) in which the head keeps its place."""
    away_T = np.linalg.norm(motion.shift_T2, axis=1)
    kept_N = np.flatnonzero((away_T < _AWAY) & (np.abs(motion.scale_T - 1) < _NEARER))
    if len(kept_N) < CLIP:
        raise AssetError.of("E117", f"the person in '{film.path.name}' moves about too much")
    return kept_N


def starts(kept_N: NDArray[np.intp]) -> Array:
    """Where the runs of consecutive frames begin and the last ends (C + 1), counted in kept frames."""
    breaks = [n for n, (before, after) in enumerate(pairwise(kept_N.tolist()), 1) if after != before + 1]
    return np.array([0, *breaks, len(kept_N)], np.int64)


def done(motion: MotionTrack, kept_N: NDArray[np.intp], weights_8: tuple[float, ...] | None) -> dict[str, Array]:
    """What the person does and feels in the kept frames."""
    weights_T8: F64 = np.tile(weights_8, (len(motion), 1)) if weights_8 else felt(motion).weights_S8
    return {
        "expression_N52": motion.expression_T52[kept_N].astype(np.float16),
        "rotation_N3": motion.rotation_T3[kept_N].astype(np.float32),
        "weights_N8": weights_T8[kept_N].astype(np.float16),
    }


def heard(audio: AudioClip | None, frames: int, kept_N: NDArray[np.intp]) -> dict[str, Array]:
    """What is heard in the kept ones of so many frames; without sound, silence."""
    sound = hear(extract(audio) if audio is not None else None, 0.0, frames)
    lips = read_lips(shipped_vaid(), encoded(shipped_vaid(), sound.audio()))
    return {
        "sound_NWX": around(mel_bytes(sound.mel_TX), kept_N),
        "lips_N10": lips.values()[kept_N].astype(np.float16),
    }
