from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import imageio_ffmpeg
import numpy as np
import pytest
import soundfile

from emostage.core.errors import AssetError
from emostage.speech import decode
from emostage.speech.levels import loudness_lufs
from emostage.speech.phrases import phrases_of
from emostage.speech.recorded import read_recording, read_sound
from emostage.speech.synthesis import SpeechRequest, speak

TEXT = "We have lift-off! I wish he could see it."
WORDS = ("We", "have", "lift-off", "I", "wish", "he", "could", "see", "it")
REAL = Path(__file__).resolve().parents[4] / "shared" / "real"


@pytest.fixture(scope="module")
def take() -> tuple[np.ndarray, int]:
    spoken = speak(SpeechRequest(phrases=phrases_of(TEXT, WORDS), voice="espeak/en-gb+f2")).audio
    return spoken.samples_S, spoken.rate_hz


@pytest.fixture
def save(tmp_path: Path) -> Callable[..., Path]:
    def write(name: str, samples: np.ndarray, rate_hz: int = 22_050, **settings: str) -> Path:
        soundfile.write(tmp_path / name, samples, rate_hz, **settings)
        return tmp_path / name

    return write


def ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-loglevel", "error", "-y", *arguments]
    subprocess.run(command, check=True)


def codes(path: Path) -> list[str]:
    heard: list[str] = []
    read_sound(path, on_warning=lambda warning: heard.append(warning.code))
    return heard


def refused(path: Path) -> str:
    with pytest.raises(AssetError) as caught:
        read_sound(path)
    assert caught.value.diagnostics[0].hint
    return caught.value.diagnostics[0].code


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3", '-a file\'s "name".wav', "ü %d.flac", "file:a.wav"])
def test_formats_and_odd_names(name: str, take: tuple[np.ndarray, int], save: Callable[..., Path]) -> None:
    samples, rate_hz = take
    clip = read_sound(save(name, samples, rate_hz))
    assert clip.rate_hz == 24_000
    assert clip.duration_s == pytest.approx(len(samples) / rate_hz, abs=0.06)
    assert loudness_lufs(clip.samples_S, 24_000) == pytest.approx(-20, abs=0.5)


@pytest.mark.parametrize("name", ["a.m4a", "a.aac", "a.mp4", "-b c.mkv", "a.mov", "a.webm"])
def test_what_ffmpeg_reads(name: str, take: tuple[np.ndarray, int], save: Callable[..., Path], tmp_path: Path) -> None:
    wav = save("source.wav", take[0], take[1])
    out = f"file:{tmp_path / name}"
    picture = ("-f", "lavfi", "-i", "color=size=64x64:rate=10:duration=4") if not name.endswith(("m4a", "aac")) else ()
    ffmpeg("-i", str(wav), *picture, "-shortest", "-strict", "-2", out)
    clip = read_sound(tmp_path / name)
    assert clip.duration_s == pytest.approx(len(take[0]) / take[1], abs=0.15)


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 16_000, 24_000, 44_100, 48_000, 96_000])
def test_any_rate_keeps_length_and_pitch(rate_hz: int, save: Callable[..., Path]) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 440 * np.arange(int(20.3 * rate_hz)) / rate_hz)
    clip = read_sound(save("tone.wav", tone, rate_hz))
    assert len(clip.samples_S) == pytest.approx(20.3 * 24_000, abs=1)
    power = np.abs(np.fft.rfft(clip.samples_S * np.hanning(len(clip.samples_S)))) ** 2
    assert power.argmax() * 24_000 / len(clip.samples_S) == pytest.approx(440, abs=0.1)
    assert power[np.abs(np.arange(len(power)) - power.argmax()) > 60].sum() < 1e-6 * power.sum()  # no seams between blocks


def test_stereo_is_mixed_without_cancellation(take: tuple[np.ndarray, int], save: Callable[..., Path]) -> None:
    samples, rate_hz = take
    whole = read_sound(save("m.wav", samples, rate_hz, subtype="FLOAT")).samples_S
    silent = np.zeros_like(samples)
    for left, right in ((samples, samples), (samples, silent), (silent, samples), (samples, -samples), (samples, 0.3 * samples)):
        clip = read_sound(save("s.wav", np.stack((left, right), 1), rate_hz, subtype="FLOAT"))
        assert abs(np.corrcoef(clip.samples_S, whole)[0, 1]) > 0.999
        assert np.std(clip.samples_S) == pytest.approx(np.std(whole), rel=0.02)
    assert codes(save("o.wav", np.stack((samples, -samples), 1), rate_hz)) == ["W084"]


def test_odd_samples_are_repaired_and_told(take: tuple[np.ndarray, int], save: Callable[..., Path]) -> None:
    samples, rate_hz = take
    broken = samples.copy()
    broken[1000:1200] = np.nan
    broken[2000] = np.inf
    path = save("nan.wav", broken, rate_hz, subtype="FLOAT")
    assert codes(path) == ["W080"]
    assert np.isfinite(read_sound(path).samples_S).all()
    assert codes(save("clip.wav", np.clip(samples * 30, -1, 1), rate_hz)) == ["W081"]
    centred = save("dc.wav", samples * 0.5 + 0.2, rate_hz)
    assert codes(centred) == ["W082"]
    assert abs(read_sound(centred).samples_S.mean()) < 1e-3
    assert codes(save("fine.wav", samples, rate_hz)) == []


def test_what_cannot_be_used_is_refused(take: tuple[np.ndarray, int], save: Callable[..., Path], tmp_path: Path) -> None:
    samples, rate_hz = take
    assert refused(tmp_path / "none.wav") == "E080"
    assert refused(tmp_path) == "E080"
    (tmp_path / "zero.wav").touch()
    assert refused(tmp_path / "zero.wav") == "E081"
    assert refused(save("short.wav", samples[:500], rate_hz)) == "E081"
    assert refused(save("empty.wav", samples[:0], rate_hz)) == "E081"
    assert refused(save("silent.wav", np.zeros(30_000))) == "E082"
    assert refused(save("nan.wav", np.full(30_000, np.nan), subtype="FLOAT")) == "E087"
    (tmp_path / "text.wav").write_text("I am no sound" * 50)
    assert refused(tmp_path / "text.wav") == "E083"
    (tmp_path / "cut.wav").write_bytes((tmp_path / "short.wav").read_bytes()[:20])
    assert refused(tmp_path / "cut.wav") == "E083"
    ffmpeg("-f", "lavfi", "-i", "color=size=64x64:rate=10:duration=1", str(tmp_path / "mute.mp4"))
    assert refused(tmp_path / "mute.mp4") == "E085"


def test_too_long_is_refused_early(save: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decode, "LONGEST_S", 2.0)
    assert refused(save("long.wav", 0.1 * np.random.default_rng(0).standard_normal(48_000 * 3), 48_000)) == "E084"


def test_a_decoder_that_hangs_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def hang(*_: object, **__: object) -> None:
        raise subprocess.TimeoutExpired("ffmpeg", 1)

    monkeypatch.setattr(subprocess, "run", hang)
    (tmp_path / "x.m4a").write_bytes(b"x" * 100)
    assert refused(tmp_path / "x.m4a") == "E086"


def test_a_playlist_cannot_reach_other_files(take: tuple[np.ndarray, int], save: Callable[..., Path], tmp_path: Path) -> None:
    wav = save("secret.wav", take[0], take[1])
    (tmp_path / "list.m4a").write_text(f"ffconcat version 1.0\nfile '{wav}'\n")
    assert refused(tmp_path / "list.m4a") == "E083"
    (tmp_path / "list.m3u8").write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:5,\n{wav}\n#EXT-X-ENDLIST\n")
    assert refused(tmp_path / "list.m3u8") == "E083"


def test_a_transcript_gives_word_and_phone_times(take: tuple[np.ndarray, int], save: Callable[..., Path]) -> None:
    truth = speak(SpeechRequest(phrases=phrases_of(TEXT, WORDS), voice="espeak/en-gb+f2"))
    path = save("line.wav", np.pad(take[0], (11_025, 22_050)), take[1])
    found = read_recording(path, TEXT, WORDS, "espeak/en-us")
    errors = [abs(a.start_s - b.start_s - 0.5) for a, b in zip(found.words, truth.words, strict=True)]
    assert np.median(errors) < 0.03
    assert max(errors) < 0.15
    assert {phone.text for phone in found.phones} >= {"l", "t"}
    bare = read_recording(path, None, (), "espeak/en-us")
    assert (bare.words, bare.phones) == ((), ())


def test_a_wrong_transcript_is_told(take: tuple[np.ndarray, int], save: Callable[..., Path]) -> None:
    heard: list[str] = []
    wrong = "Seventeen purple umbrellas were dancing around a burning bush."
    path = save("line.wav", take[0], take[1])
    read_recording(path, wrong, wrong.split(), "espeak/en-us", on_warning=lambda warning: heard.append(warning.code))
    assert heard == ["W083"]
    heard.clear()
    read_recording(path, TEXT, WORDS, "espeak/en-us", on_warning=lambda warning: heard.append(warning.code))
    assert heard == []


def test_the_language_of_a_piper_voice_reads_the_transcript(
    take: tuple[np.ndarray, int], save: Callable[..., Path], voices_folder: Path
) -> None:
    found = read_recording(save("line.wav", take[0], take[1]), TEXT, WORDS, "piper/en_US-hum-low")
    assert len(found.words) == len(WORDS)


@pytest.mark.skipif(not REAL.is_dir(), reason="no real recordings here")
@pytest.mark.parametrize(
    "name", ["speech_english_stereo_16k.wav", "speech_french.wav", "speech_chinese.wav", "clip_talking_real.mp4"]
)
def test_real_recordings(name: str) -> None:
    clip = read_sound(REAL / name)
    assert loudness_lufs(clip.samples_S, clip.rate_hz) == pytest.approx(-20, abs=0.5)
    assert np.abs(clip.samples_S).max() <= 0.9


@pytest.mark.parametrize("kind", ["wav", "flac", "ogg", "w64"])
def test_damage_never_escapes(kind: str, save: Callable[..., Path], capfd: pytest.CaptureFixture[str]) -> None:
    """Any byte of the head may be wrong: the file is read or refused, and nothing is shouted from within the libraries."""
    generator = np.random.Generator(np.random.PCG64(len(kind) + ord(kind[0])))
    whole = save(f"a.{kind}", 0.3 * np.sin(np.arange(4000) * 0.2), 8000).read_bytes()
    for _ in range(60):
        data = bytearray(whole)
        for at in generator.integers(0, 120, size=generator.integers(1, 6)):
            data[at] = generator.choice([0, 1, 127, 128, 255])
        damaged = save(f"b.{kind}", np.zeros(4), 8000)
        damaged.write_bytes(data)
        for read in (decode.decode, decode.look):
            try:
                read(damaged)
            except AssetError as error:
                assert error.diagnostics[0].code.startswith("E08") and error.diagnostics[0].hint
    assert capfd.readouterr().err == ""
