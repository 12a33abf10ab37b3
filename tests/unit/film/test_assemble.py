from __future__ import annotations

import os
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from emostage.core.errors import EmostageError
from emostage.core.time import FRAME_RATES, sample_at
from emostage.core.timeline import Clip, Sound, Timeline, Transition
from emostage.core.tracks import AudioClip, FrameStream
from emostage.film.assemble import assemble
from emostage.film.boxes import read_tracks
from emostage.film.encode import encode
from emostage.film.probe import decode, decode_sound, probe
from emostage.film.sound import mix

FPS = Fraction(25)
RED, BLUE = (200, 40, 40), (40, 60, 210)


def timeline(paths, counts, transition=None, fps=FPS, size_px=(64, 48)):
    join = transition or Transition()
    clips = tuple(
        Clip(path=p, frames=n, transition=join if i else Transition()) for i, (p, n) in enumerate(zip(paths, counts, strict=True))
    )
    return Timeline(fps=fps, size_px=size_px, clips=clips)


def film_of(tl, silence, out):
    assemble(tl, silence(tl), out, title="A film", tags={})
    return np.array([frame.reshape(-1, 3).mean(0) for frame in decode(out)])


@pytest.mark.parametrize("fps", FRAME_RATES.values(), ids=str)
def test_crossfades_at_every_rate(tmp_path, make_clip, streams, silence, fps):
    tl = timeline(
        [make_clip(streams[1](40, fps, c)) for c in (RED, BLUE, RED)], [40] * 3, Transition(kind="crossfade", frames=7), fps
    )
    colours = film_of(tl, silence, tmp_path / "film.mp4")
    found = probe(tmp_path / "film.mp4")
    assert found.frames == len(colours) == tl.frames == 106
    assert found.fps == fps
    assert abs(found.picture_s - found.sound_s) < 1 / fps / 2


def test_mid_fade_colours(tmp_path, make_clip, streams, silence):
    paths = [make_clip(streams[1](40, FPS, c)) for c in (RED, BLUE)]
    colours = film_of(timeline(paths, [40, 40], Transition(kind="crossfade", frames=10)), silence, tmp_path / "film.mp4")
    for j in range(10):
        weight = (j + 0.5) / 10
        np.testing.assert_allclose(colours[30 + j], (1 - weight) * np.array(RED) + weight * np.array(BLUE), atol=4)
    np.testing.assert_allclose(colours[:30], np.tile(RED, (30, 1)), atol=3)
    np.testing.assert_allclose(colours[40:], np.tile(BLUE, (30, 1)), atol=3)


@pytest.mark.parametrize(("kind", "colour"), [("fade", 0), ("dip", 255)])
@pytest.mark.parametrize("frames", [8, 9])
def test_fades_through_a_colour(tmp_path, make_clip, streams, silence, kind, colour, frames):
    paths = [make_clip(streams[1](30, FPS, c)) for c in (RED, BLUE)]
    colours = film_of(timeline(paths, [30, 30], Transition(kind=kind, frames=frames)), silence, tmp_path / "film.mp4")
    assert len(colours) == 60
    leaving, entering = frames // 2, frames - frames // 2
    for j in range(leaving):
        weight = (j + 0.5) / leaving
        np.testing.assert_allclose(colours[30 - leaving + j], (1 - weight) * np.array(RED) + weight * colour, atol=5)
    for j in range(entering):
        weight = (j + 0.5) / entering
        np.testing.assert_allclose(colours[30 + j], (1 - weight) * colour + weight * np.array(BLUE), atol=5)
    np.testing.assert_allclose(colours[: 30 - leaving], np.tile(RED, (30 - leaving, 1)), atol=3)


def test_frames_keep_their_order_through_a_transition(tmp_path, make_clip, streams, silence):
    paths = [make_clip(streams[0](38, FPS)), make_clip(streams[0](38, FPS))]
    colours = film_of(timeline(paths, [38, 38], Transition(kind="crossfade", frames=6)), silence, tmp_path / "film.mp4")[:, 0]
    numbers = np.round((colours - 16) / 6).astype(int).tolist()
    assert numbers[:32] == list(range(32))
    assert numbers[38:] == list(range(6, 38))


def test_one_frame_clips_and_clips_all_transition(tmp_path, make_clip, streams, silence):
    paths = [make_clip(streams[1](n, FPS, c)) for n, c in ((1, RED), (10, BLUE), (2, RED))]
    clips = (
        Clip(path=paths[0], frames=1),
        Clip(path=paths[1], frames=10, transition=Transition(kind="fade", frames=2)),
        Clip(path=paths[2], frames=2, transition=Transition(kind="crossfade", frames=2)),
    )
    colours = film_of(Timeline(fps=FPS, size_px=(64, 48), clips=clips), silence, tmp_path / "film.mp4")
    assert len(colours) == 11


def test_a_first_clip_may_fade_in(tmp_path, make_clip, streams, silence):
    clips = (Clip(path=make_clip(streams[1](20, FPS, RED)), frames=20, transition=Transition(kind="fade", frames=10)),)
    colours = film_of(Timeline(fps=FPS, size_px=(64, 48), clips=clips), silence, tmp_path / "film.mp4")
    np.testing.assert_allclose(colours[:5, 0], [20, 60, 100, 140, 180], atol=4)


def test_cuts_are_copied_bit_by_bit(tmp_path, make_clip, streams, silence):
    paths = [make_clip(streams[0](n, FPS), q) for n, q in ((30, "standard"), (50, "standard"))]
    tl = timeline(paths, [30, 50])
    film_of(tl, silence, tmp_path / "film.mp4")
    data, (track, _) = (tmp_path / "film.mp4").read_bytes(), read_tracks(tmp_path / "film.mp4")
    samples = [data[o : o + s] for o, s in zip(track.offsets_N.tolist(), track.sizes_N.tolist(), strict=True)]
    wanted = []
    for path in paths:
        (clip,), raw = read_tracks(path), path.read_bytes()
        wanted += [raw[o : o + s] for o, s in zip(clip.offsets_N.tolist(), clip.sizes_N.tolist(), strict=True)]
    assert samples == wanted


def test_clips_of_two_qualities_and_of_another_encoder(tmp_path, make_clip, streams, silence):
    from emostage.film.ffmpeg import place, run

    paths = [make_clip(streams[0](38, FPS), q) for q in ("draft", "high")]
    foreign = tmp_path / "foreign.mp4"
    run(["-i", place(paths[0]), "-c:v", "libx264", "-bf", "3", "-pix_fmt", "yuv420p", place(foreign)])
    assert read_tracks(foreign)[0].reorders
    colours = film_of(timeline([*paths, foreign], [38] * 3), silence, tmp_path / "film.mp4")
    assert np.round((colours[:, 0] - 16) / 6).astype(int).tolist() == list(range(38)) * 3


def test_fifty_clips_in_little_time_and_exact(tmp_path, make_clip, streams, silence):
    fps = Fraction(30000, 1001)
    paths = [make_clip(streams[0](n, fps)) for n in (31, 7, 64)]
    tl = timeline([paths[i % 3] for i in range(50)], [(31, 7, 64)[i % 3] for i in range(50)], fps=fps)
    begun = time.perf_counter()
    colours = film_of(tl, silence, tmp_path / "film.mp4")
    assert time.perf_counter() - begun < 20
    assert len(colours) == tl.frames
    assert (read_tracks(tmp_path / "film.mp4")[0].ticks_N == 1001).all()
    starts = np.round((colours[list(tl.start_frames), 0] - 16) / 6)
    assert not starts.any()


@pytest.mark.parametrize("fps", [Fraction(24000, 1001), Fraction(25), Fraction(60)], ids=str)
@pytest.mark.parametrize("kind", ["cut", "crossfade"])
def test_flash_and_click_meet(tmp_path, make_clip, fps, kind):
    def flash(at):
        frames = [np.full((48, 64, 3), 250 if i == at else 10, np.uint8) for i in range(70)]
        return FrameStream(fps=fps, size_px=(64, 48), count=70, open=lambda: iter(frames))

    tl = timeline([make_clip(flash(20)), make_clip(flash(43))], [70, 70], Transition(kind=kind, frames=8), fps)
    at = [20, tl.start_frames[1] + 43]
    click = AudioClip(samples_S=np.hanning(480).astype(np.float32) * np.sin(np.arange(480)).astype(np.float32), rate_hz=48_000)
    sound = mix([Sound(audio=click, start_s=float(f / fps)) for f in at], sample_at(tl.frames, fps), -20)
    assemble(tl, sound, tmp_path / "film.mp4", title="", tags={})
    bright = np.array([f.mean() for f in decode(tmp_path / "film.mp4")])
    assert np.flatnonzero(bright > 150).tolist() == at
    loud_S = np.abs(decode_sound(tmp_path / "film.mp4").samples_S)
    for frame in at:
        begin = sample_at(frame, fps)
        near_S = loud_S[begin - 4800 : begin + 4800]
        assert abs(int(near_S.argmax()) - 4800 - 240) < 200  # the middle of the click, within 5 ms


def test_same_clips_same_bytes(tmp_path, make_clip, streams, silence):
    tl = timeline([make_clip(streams[0](40, FPS)) for _ in range(2)], [40, 40], Transition(kind="crossfade", frames=5))
    for name in ("a.mp4", "b.mp4"):
        assemble(tl, silence(tl), tmp_path / name, title="T", tags={"seed": "7"})
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()


def test_the_container_names_no_program(tmp_path, make_clip, streams, silence):
    tl = timeline([make_clip(streams[0](20, FPS))], [20])
    film_of(tl, silence, tmp_path / "film.mp4")
    data = (tmp_path / "film.mp4").read_bytes()
    assert not any(name in data for name in (b"Lavc", b"Lavf", b"x264"))
    assert data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize("name", ['it\'s "q".mp4', "-y.mp4", "überfilm 電影.mp4", "two\nlines.mp4", "%03d.mp4"])
def test_any_name_is_a_name(tmp_path, monkeypatch, streams, silence, name):
    folder = tmp_path / name
    folder.mkdir()
    monkeypatch.chdir(folder)
    encode(streams[0](10, FPS), Path("a" + name), quality="draft")
    film_of(timeline([Path("a" + name)] * 2, [10, 10], Transition(kind="crossfade", frames=2)), silence, Path(name))
    assert {p.name for p in folder.iterdir()} == {name, "a" + name}


def test_lengths_that_do_not_agree(tmp_path, make_clip, streams, silence):
    path = make_clip(streams[0](20, FPS))
    tl = timeline([path], [20])
    short = AudioClip(samples_S=np.zeros(100, np.float32), rate_hz=48_000)
    with pytest.raises(EmostageError, match="E121"):
        assemble(tl, short, tmp_path / "f.mp4", title="", tags={})
    for wrong in (timeline([path], [21]), timeline([path], [20], fps=Fraction(24)), timeline([path], [20], size_px=(48, 64))):
        with pytest.raises(EmostageError, match="E121"):
            assemble(wrong, silence(wrong), tmp_path / "f.mp4", title="", tags={})
    with pytest.raises(EmostageError, match="E121"):
        assemble(timeline([], []), short, tmp_path / "f.mp4", title="", tags={})
    with pytest.raises(EmostageError, match="E106"):
        assemble(timeline([tmp_path / "gone.mp4"], [20]), silence(tl), tmp_path / "f.mp4", title="", tags={})
    assert not (tmp_path / "f.mp4").exists()


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ('case "$*" in *h264*) head -c 100 >/dev/null; kill -9 $$;; esac; exec "$FFMPEG" "$@"', "E115"),
        ('case "$*" in *h264*) ulimit -f 4;; esac; exec "$FFMPEG" "$@"', "E100"),
        ('case "$*" in *aac*) echo No space left on device >&2; exit 228;; esac; exec "$FFMPEG" "$@"', "E100"),
    ],
)
def test_a_film_that_exists_survives_a_failure(tmp_path, make_clip, streams, silence, fake_ffmpeg, script, code):
    tl = timeline([make_clip(streams[0](38, FPS)) for _ in range(2)], [38, 38])
    out = tmp_path / "film.mp4"
    out.write_bytes(b"old")
    fake_ffmpeg(script)
    with pytest.raises(EmostageError, match=code):
        assemble(tl, silence(tl), out, title="", tags={})
    assert out.read_bytes() == b"old"
    assert not list(tmp_path.glob("*.part"))


def test_importing_does_not_load_moviepy():
    code = "import sys, emostage.film.assemble; sys.exit('moviepy' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False, env=os.environ).returncode == 0
