from __future__ import annotations

import struct
from fractions import Fraction

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.core.time import FRAME_RATES, sample_at
from emostage.core.tracks import AudioClip
from emostage.film.boxes import read_tracks
from emostage.film.probe import decode, decode_sound, probe
from emostage.film.splice import Stretch, encode_sound, mux, parameter_sets


def tone(samples):
    return AudioClip(samples_S=(0.3 * np.sin(np.arange(samples) / 20)).astype(np.float32), rate_hz=48_000)


@pytest.mark.parametrize("samples", [1, 1023, 1024, 1025, 48_000, 300_001])
def test_sound_keeps_its_length_and_place(tmp_path, samples):
    encode_sound(tone(samples), tmp_path / "a.mp4")
    (track,) = read_tracks(tmp_path / "a.mp4")
    assert track.shown_s == Fraction(samples, 48_000)
    if samples > 4000:
        from emostage.film.ffmpeg import place, read

        decoded = b"".join(bytes(b) for b in read(["-i", place(tmp_path / "a.mp4"), "-f", "f32le", "pipe:1"], 1 << 16))
        heard_S = np.frombuffer(decoded, "<f4")
        assert len(heard_S) == samples
        assert np.abs(heard_S - tone(samples).samples_S)[1000:-1000].max() < 0.01


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=str)
def test_pictures_and_sound_have_one_length(tmp_path, make_clip, streams, fps):
    counts = [1, 30, 1, 1, 61, 7]
    paths = [make_clip(streams[0](n, fps, first=3 * i)) for i, n in enumerate(counts)]
    samples = sample_at(sum(counts), fps)
    encode_sound(tone(samples), tmp_path / "s.mp4")
    stretches = [Stretch(path=p, track=read_tracks(p)[0], first=0, count=n) for p, n in zip(paths, counts, strict=True)]
    mux(stretches, tmp_path / "s.mp4", tmp_path / "film.mp4", fps=fps, metadata={})
    found = probe(tmp_path / "film.mp4")
    assert (found.frames, found.fps, found.sound_codec, found.priming) == (sum(counts), fps, "aac", 1024)
    assert abs(found.picture_s - found.sound_s) < Fraction(1, 20_000)
    assert len(decode_sound(tmp_path / "film.mp4").samples_S) == samples
    wanted = [frame for path in paths for frame in decode(path)]
    assert all(np.array_equal(a, b) for a, b in zip(decode(tmp_path / "film.mp4"), wanted, strict=True))
    ticks = read_tracks(tmp_path / "film.mp4")[0].ticks_N
    assert (ticks == fps.denominator).all()


def test_from_a_keyframe_to_any_frame(tmp_path, make_clip, streams):
    fps = Fraction(25)
    path = make_clip(streams[0](100, fps))
    (track,) = read_tracks(path)
    encode_sound(tone(48_000), tmp_path / "s.mp4")
    stretches = [Stretch(path=path, track=track, first=f, count=n) for f, n in ((25, 13), (50, 1), (0, 20), (75, 25))]
    mux(stretches, tmp_path / "s.mp4", tmp_path / "film.mp4", fps=fps, metadata={})
    frames, whole = list(decode(tmp_path / "film.mp4")), list(decode(path))
    wanted = [whole[i] for s in stretches for i in range(s.first, s.first + s.count)]
    assert all(np.array_equal(a, b) for a, b in zip(frames, wanted, strict=True))


def test_a_damaged_clip_is_an_error(tmp_path, make_clip, streams):
    path = make_clip(streams[0](30, Fraction(25)))
    (track,) = read_tracks(path)
    data = bytearray(path.read_bytes())
    struct.pack_into(">I", data, int(track.offsets_N[3]), 10**6)
    path.write_bytes(data)
    encode_sound(tone(48_000), tmp_path / "s.mp4")
    with pytest.raises(EmostageError, match="E106"):
        mux(
            [Stretch(path=path, track=track, first=0, count=30)],
            tmp_path / "s.mp4",
            tmp_path / "f.mp4",
            fps=Fraction(25),
            metadata={},
        )


def test_parameter_sets():
    config = bytes([1, 100, 0, 30, 0xFF, 0xE1, 0, 2, 0x67, 1, 1, 0, 3, 0x68, 2, 3])
    assert parameter_sets(config) == (4, b"\0\0\0\1\x67\1\0\0\0\1\x68\2\3")
