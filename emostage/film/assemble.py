"""The finished film: clips joined as the timeline says, one sound beside them, marked as machine-made.

Plain cuts are copied as they are encoded. Transitions are drawn by moviepy, frame by frame in order, over their own frames only,
and encoded with the parameters of the clips. Frames are sampled at their centres, so no rounding of times can shift them, and a
transition of n frames has the weights (j + 1/2) / n: no frame shows one clip alone. H and W are picture rows and columns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from fractions import Fraction
from functools import lru_cache
from itertools import chain, groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from emostage.core.errors import EmostageError
from emostage.core.time import SAMPLE_RATE_HZ, sample_at
from emostage.core.timeline import Timeline
from emostage.core.tracks import U8, AudioClip, FrameStream
from emostage.core.whole import whole_file, writing
from emostage.film.boxes import Track, read_tracks
from emostage.film.cutlist import Blend, Run, cut
from emostage.film.encode import QUALITIES, encode
from emostage.film.probe import decode, picture_track
from emostage.film.provenance import container_tags, mark
from emostage.film.splice import Stretch, encode_sound, mux

FADE_COLOURS = {"fade": (0, 0, 0), "dip": (255, 255, 255)}


def assemble(timeline: Timeline, sound: AudioClip, out: Path, *, title: str, tags: Mapping[str, str]) -> None:
    """Write the film `out` (MP4: H.264, AAC) of exactly `timeline.frames` frames with `sound`, which must be as long at 48 kHz.

    `tags` are metadata; one named `digital_source_type` chooses the IPTC source type. An `out` that exists is replaced once
    the new film is whole. Raises EmostageError: E106 for a clip that cannot be read, E108 for transitions that do not fit, E121
    when sound or clips are not as long as the timeline says, E10x for the disk, E11x for the encoder; ValueError for a
    tag with a bad name.
    """
    samples = sample_at(timeline.frames, timeline.fps)
    if sound.rate_hz != SAMPLE_RATE_HZ or len(sound.samples_S) != samples or not samples:
        message = (
            f"the sound has {len(sound.samples_S)} samples at {sound.rate_hz} Hz, the film needs {samples} at {SAMPLE_RATE_HZ}"
        )
        raise EmostageError.of("E121", message)
    tracks = [_checked_track(timeline, i) for i in range(len(timeline.clips))]
    with TemporaryDirectory(prefix="emostage-") as name:
        folder = Path(name)
        stretches = _stretches(timeline, tracks, folder)
        encode_sound(sound, folder / "sound.mp4")
        with whole_file(out) as part:
            mux(stretches, folder / "sound.mp4", part, fps=timeline.fps, metadata=container_tags(title, tags))
            with writing(out):
                mark(part, title, tags)
            _check_length(part, timeline.frames)


def _checked_track(timeline: Timeline, index: int) -> Track:
    clip = timeline.clips[index]
    track = picture_track(read_tracks(clip.path), clip.path)
    rate = Fraction(len(track.sizes_N) * track.timescale, int(track.ticks_N.sum()))
    found, wanted = (len(track.sizes_N), rate, track.size_px), (clip.frames, timeline.fps, timeline.size_px)
    if found != wanted:
        message = f"clip {index + 1} has {found[0]} frames of {found[2]} at {found[1]} fps"
        raise EmostageError.of("E121", f"{message}, not {wanted[0]} of {wanted[2]} at {wanted[1]}", "render it again")
    return track


def _check_length(path: Path, frames: int) -> None:
    count = len(picture_track(read_tracks(path), path).sizes_N)
    if count != frames:
        raise EmostageError.of("E121", f"the film has {count} frames, not {frames}")


def _stretches(timeline: Timeline, tracks: Sequence[Track], folder: Path) -> list[Stretch]:
    """The encoded pictures of the film in order; what cannot be copied is drawn and encoded into `folder`."""
    pieces, quality = _pieces(timeline, tracks)
    stretches = []
    for copied, group in groupby(pieces, key=lambda piece: isinstance(piece, Run) and piece.copied):
        if copied:
            for run in group:
                assert isinstance(run, Run)
                path = timeline.clips[run.clip].path
                stretches.append(Stretch(path=path, track=tracks[run.clip], first=run.first, count=run.count))
            continue
        drawn = _drawn(timeline, tuple(group))
        path = folder / f"drawn-{len(stretches)}.mp4"
        encode(drawn, path, quality=quality)
        stretches.append(Stretch(path=path, track=read_tracks(path)[0], first=0, count=drawn.count))
    return stretches


def _pieces(timeline: Timeline, tracks: Sequence[Track]) -> tuple[tuple[Run | Blend, ...], str]:
    """The cut list, and the quality to draw with: that of most clips. Clips that are encoded otherwise are drawn again."""
    configs = Counter(t.config for t in tracks if t.codec == "avc1" and not t.reorders and not t.skip_ticks)
    config, quality = configs.most_common(1)[0][0] if configs else b"", "standard"
    pieces = cut(timeline, _keys(tracks, config))
    if all(isinstance(piece, Run) and piece.copied for piece in pieces):
        return pieces, quality
    made = {_config(q, timeline.size_px, timeline.fps): q for q in QUALITIES}
    if config not in made:  # clips of another encoder: draw all of them
        config = _config(quality, timeline.size_px, timeline.fps)
    return cut(timeline, _keys(tracks, config)), made[config]


def _keys(tracks: Sequence[Track], config: bytes) -> list[list[int] | None]:
    return [t.keys_K.tolist() if t.config == config and not t.reorders and not t.skip_ticks else None for t in tracks]


@lru_cache
def _config(quality: str, size_px: tuple[int, int], fps: Fraction) -> bytes:
    """The parameter sets of clips of a quality; they depend on nothing but size and rate."""
    black = np.zeros((size_px[1], size_px[0], 3), np.uint8)
    with TemporaryDirectory(prefix="emostage-") as name:
        path = Path(name) / "black.mp4"
        encode(FrameStream(fps=fps, size_px=size_px, count=1, open=lambda: iter([black])), path, quality=quality)
        return read_tracks(path)[0].config


def _drawn(timeline: Timeline, pieces: Sequence[Run | Blend]) -> FrameStream:
    """The frames of pieces that must be drawn."""

    def frames() -> Iterator[U8]:
        return chain.from_iterable(_blended(timeline, p) if isinstance(p, Blend) else _run(timeline, p) for p in pieces)

    return FrameStream(fps=timeline.fps, size_px=timeline.size_px, count=sum(p.count for p in pieces), open=frames)


def _run(timeline: Timeline, run: Run) -> FrameStream:
    return decode(timeline.clips[run.clip].path, first=run.first, count=run.count)


def _blended(timeline: Timeline, blend: Blend) -> Iterator[U8]:
    """The frames of a transition."""
    with ExitStack() as streams:
        film = _blend_clip(blend, [_shot(part, streams) for part in _parts(timeline, blend)])
        for number in range(blend.count):
            frame_HW3 = film.get_frame(float((number + Fraction(1, 2)) / timeline.fps))
            yield frame_HW3 if frame_HW3.dtype == np.uint8 else np.clip(frame_HW3 + 0.5, 0, 255).astype(np.uint8)


def _blend_clip(blend: Blend, shots: Sequence[Any]) -> Any:
    """The transition as a moviepy clip, made of the shots that take part."""
    from moviepy import CompositeVideoClip, concatenate_videoclips, vfx

    entering = shots[-1]
    if blend.kind == "crossfade":
        return CompositeVideoClip([shots[0], entering.with_effects([vfx.CrossFadeIn(entering.duration)])], use_bgclip=True)
    colour = FADE_COLOURS[blend.kind]
    faded = [shot.with_effects([vfx.FadeOut(shot.duration, colour)]) for shot in shots[:-1]]
    return concatenate_videoclips([*faded, entering.with_effects([vfx.FadeIn(entering.duration, colour)])], method="chain")


def _parts(timeline: Timeline, blend: Blend) -> list[FrameStream]:
    """The frames that take part: the end of the clip before, when it has one, and the beginning of the next."""
    parts = [decode(timeline.clips[blend.clip].path, count=blend.entering)]
    if blend.leaving:
        before = timeline.clips[blend.clip - 1]
        parts.insert(0, decode(before.path, first=before.frames - blend.leaving, count=blend.leaving))
    return parts


def _shot(frames: FrameStream, streams: ExitStack) -> Any:
    """A stream as a moviepy clip. moviepy asks for frames in order, and for the current one as often as it likes."""
    from moviepy import VideoClip

    source = iter(frames)
    if isinstance(source, Generator):
        streams.callback(source.close)
    stream = enumerate(source)
    number, frame_HW3 = next(stream)

    def frame_at(time_s: float) -> U8:
        nonlocal number, frame_HW3
        wanted = min(int(time_s * frames.fps), frames.count - 1)
        while number < wanted:
            number, frame_HW3 = next(stream)
        return frame_HW3

    return VideoClip(frame_at, duration=float(frames.count / frames.fps))
