"""Frames to a silent H.264 clip, streamed: frames are drawn while ffmpeg encodes those before them.

Every clip of a film is made with the same parameters, so clips can be joined without encoding them again. There are no B-frames
(what is decoded next is shown next: a clip may be cut off after any frame, and starts at time 0 without an edit list), groups of
pictures are closed and have a fixed length, and parameter sets do not depend on the content (x264's `stitchable`).

Colour: sRGB frames are converted with the BT.709 matrix to limited range (ITU-R BT.709-6, 3.3 and 4.6) and tagged so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.tracks import FrameStream
from emostage.core.whole import whole_file
from emostage.film.boxes import read_tracks
from emostage.film.ffmpeg import STALL_S, feed, place

QUALITIES: dict[str, tuple[str, int]] = {"draft": ("veryfast", 20), "standard": ("medium", 18), "high": ("slow", 16)}
"""x264 preset and constant rate factor of each quality."""

ENCODER_THREADS = 2
"""Fixed, because x264's decisions may depend on it."""

BITEXACT = ("-map_metadata", "-1", "-fflags", "+bitexact", "-movflags", "+faststart")
"""No dates, no program names; the index in front."""

EXACT_SCALING = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"


def group_frames(fps: Fraction) -> int:
    """Frames from one keyframe to the next: one second's worth."""
    return round(fps)


def encode(
    frames: FrameStream, path: Path, *, quality: str, on_frame: Callable[[int], None] | None = None, timeout_s: float = STALL_S
) -> None:
    """Write `frames` as a silent MP4 at `path`: H.264, yuv420p, BT.709; the file is whole or not there.

    `on_frame` is called with the number of frames handed over so far. Raises EmostageError: E107 for an odd or empty picture, E121
    when the stream does not give exactly `frames.count` frames of its size, E10x for the disk, E11x for the encoder.
    """
    if quality not in QUALITIES:
        raise ValueError(f"quality '{quality}' is not one of {', '.join(QUALITIES)}")
    width, height = frames.size_px
    if width % 2 or height % 2 or min(width, height) < 2:
        raise EmostageError.of("E107", f"a film of {width} by {height} pixels cannot be written", "width and height must be even")
    with whole_file(path) as part:
        arguments = [*_frame_input(frames), *encoder_arguments(quality, frames.fps), *BITEXACT, "-f", "mp4", "-y", place(part)]
        feed(arguments, _checked(frames, on_frame), target=path, timeout_s=timeout_s)
        written = sum(len(track.sizes_N) for track in read_tracks(part))
        if written != frames.count:
            raise EmostageError.of("E121", f"'{path}' has {written} of {frames.count} frames", "render it again")


def encoder_arguments(quality: str, fps: Fraction) -> list[str]:
    """ffmpeg's arguments that turn rgb24 frames into the picture track of an emostage clip."""
    preset, rate_factor = QUALITIES[quality]
    group = group_frames(fps)
    convert = f"scale=in_range=pc:out_range=tv:out_color_matrix=bt709:{EXACT_SCALING},format=yuv420p"
    tag = "setparams=range=tv:colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    return [
        *("-an", "-vf", f"{convert},{tag}", "-fps_mode", "passthrough", "-video_track_timescale", str(fps.numerator)),
        *("-c:v", "libx264", "-preset", preset, "-crf", str(rate_factor), "-profile:v", "high", "-threads", str(ENCODER_THREADS)),
        *("-bf", "0", "-g", str(group), "-keyint_min", str(group), "-sc_threshold", "0", "-x264-params", "stitchable=1:open-gop=0"),
        *("-flags:v", "+bitexact+cgop", "-bsf:v", "filter_units=remove_types=6"),
    ]


def _frame_input(frames: FrameStream) -> list[str]:
    width, height = frames.size_px
    rate = f"{frames.fps.numerator}/{frames.fps.denominator}"
    return ["-f", "rawvideo", "-pix_fmt", "rgb24", "-video_size", f"{width}x{height}", "-framerate", rate, "-i", "pipe:0"]


def _checked(frames: FrameStream, on_frame: Callable[[int], None] | None) -> Iterator[bytes]:
    """The frames as bytes (copies: a stream may draw all frames into one buffer); exactly `frames.count` of them."""
    shape = (frames.size_px[1], frames.size_px[0], 3)
    done = 0
    for frame in frames:
        if frame.shape != shape or frame.dtype != np.uint8:
            raise EmostageError.of("E121", f"frame {done} is {frame.dtype} {frame.shape}, expected uint8 {shape}")
        if done == frames.count:
            raise EmostageError.of("E121", f"the pictures did not end after {frames.count} frames")
        yield frame.tobytes()
        done += 1
        if on_frame is not None:
            on_frame(done)
    if done != frames.count or not done:
        raise EmostageError.of("E121", f"the pictures ended after {done} of {frames.count} frames")
