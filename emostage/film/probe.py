"""What is in a film file, exactly, and its frames as a stream; without ffprobe. T frames, H and W picture rows and columns."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import U8, AudioClip, FrameStream
from emostage.film.boxes import Track, read_tracks
from emostage.film.encode import EXACT_SCALING
from emostage.film.ffmpeg import place, read

CODECS = {"avc1": "h264", "avc3": "h264", "hvc1": "hevc", "hev1": "hevc", "av01": "av1", "mp4a": "aac"}


@dataclass(frozen=True, kw_only=True)
class Probe:
    """What an MP4 film holds. `size_px` is as stored: players turn it by `quarter_turns` right angles, clockwise. `sound_s` is None
    without sound; `priming` are sound samples that players skip at its start."""

    frames: int
    fps: Fraction
    size_px: tuple[int, int]
    codec: str
    picture_s: Fraction
    sound_s: Fraction | None = None
    sound_codec: str | None = None
    sound_rate_hz: int | None = None
    priming: int = 0
    quarter_turns: int = 0


def probe(path: Path) -> Probe:
    """Read the index of a film. Raises EmostageError E106 when it has no picture track or is no whole MP4 file."""
    tracks = read_tracks(path)
    picture = picture_track(tracks, path)
    sound = next((t for t in tracks if t.kind == "sound"), None)
    return Probe(
        frames=len(picture.sizes_N),
        fps=Fraction(len(picture.sizes_N) * picture.timescale, int(picture.ticks_N.sum())),
        size_px=picture.size_px,
        codec=CODECS.get(picture.codec, picture.codec),
        picture_s=picture.shown_s,
        sound_s=sound.shown_s if sound else None,
        sound_codec=CODECS.get(sound.codec, sound.codec) if sound else None,
        sound_rate_hz=sound.timescale if sound else None,
        priming=sound.skip_ticks if sound else 0,
        quarter_turns=picture.quarter_turns,
    )


def picture_track(tracks: tuple[Track, ...], path: Path) -> Track:
    """The picture track among `tracks`. Raises EmostageError E106 when there is none, or it is empty."""
    for track in tracks:
        if track.kind == "picture" and track.ticks_N.sum() > 0:
            return track
    raise EmostageError.of("E106", f"'{path}' has no pictures")


def decode(path: Path, *, first: int = 0, count: int | None = None, size_px: tuple[int, int] | None = None) -> FrameStream:
    """`count` frames (default: all the rest) from frame `first`, as sRGB; scaled to `size_px` when given.

    Opening the stream starts ffmpeg at the keyframe before `first`; colours follow the film's own tags. Raises EmostageError
    E106, also while streaming when the film has fewer frames than its index says, and ValueError for frames it does not have.
    """
    found = probe(path)
    wanted = found.frames - first if count is None else count
    if first < 0 or wanted < 0 or first + wanted > found.frames:
        raise ValueError(f"frames {first} to {first + wanted} are not all within the {found.frames} of '{path}'")
    width, height = size_px or found.size_px
    from_s = (first - Fraction(1, 4)) / found.fps  # nearer to its frame than to the one before, in any time base
    scale = f"scale={width}:{height}:out_range=pc:{EXACT_SCALING}"
    arguments = [
        *(("-ss", f"{float(from_s):.6f}") if first else ()),
        *("-noautorotate", "-i", place(path), "-map", "0:v:0", "-frames:v", str(wanted), "-fps_mode", "passthrough"),
        *("-vf", f"{scale},format=rgb24", "-f", "rawvideo", "pipe:1"),
    ]

    def frames() -> Iterator[U8]:
        done = 0
        if wanted:
            for block in read(arguments, width * height * 3):
                if len(block) < width * height * 3:
                    break
                yield np.frombuffer(block, np.uint8).reshape(height, width, 3)
                done += 1
        if done != wanted:
            raise EmostageError.of("E106", f"'{path}' ends after {first + done} of {first + wanted} frames", "render it again")

    return FrameStream(fps=found.fps, size_px=(width, height), count=wanted, open=frames)


def decode_sound(path: Path) -> AudioClip:
    """The whole sound of a film as players hear it: without the encoder's priming. Raises EmostageError E106 without sound."""
    found = probe(path)
    if found.sound_rate_hz is None:
        raise EmostageError.of("E106", f"'{path}' has no sound")
    arguments = ["-i", place(path), "-map", "0:a:0", "-ac", "1", "-f", "f32le", "-c:a", "pcm_f32le", "pipe:1"]
    blocks = [np.frombuffer(block, "<f4") for block in read(arguments, 1 << 20)]
    return AudioClip(samples_S=np.concatenate(blocks), rate_hz=found.sound_rate_hz)
