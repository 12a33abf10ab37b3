"""Sound files of any kind to mono at 24 kHz, block by block, so that half an hour needs little more memory than its result.

S samples, C channels, N samples of a block. libsndfile (soundfile) reads wav, flac, ogg, mp3 and the like; everything else, the
sound of videos too, is first turned into a temporary wav by the ffmpeg of imageio-ffmpeg.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from math import gcd
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from emostage.core.errors import AssetError
from emostage.core.tracks import F32, F64

RATE_HZ = 24_000
"""Rate of every recorded line."""
SHORTEST_S, LONGEST_S = 0.1, 1800.0
_RATES_HZ = (4_000, 384_000)
_MOST_CHANNELS = 32
_BLOCK_S = 8.0
_DECODE_LIMIT_S = 300.0
_LARGEST_WAV = 3 << 30
_UNKNOWN_FRAMES = 1 << 62
"""libsndfile's count for streams of unknown length."""
_CLIPPED = 0.999
_FORMATS = "mov,mp4,m4a,3gp,matroska,webm,avi,flv,asf,mpegts,mpeg,aac,mp3,wav,w64,flac,ogg,aiff,au,caf,amr,ac3,eac3,ape,wv,tta,opus"
_HINT = "use wav, flac, ogg, mp3, m4a, or a video with sound"


@dataclass(frozen=True, kw_only=True)
class Decoded:
    """A decoded file: `samples_S` mono at 24 kHz, not levelled; and what was found on the way, as shares of all samples.

    `offset` is the mean, `opposed` is true when channels cancelled each other and were turned round.
    """

    samples_S: F32
    broken: float
    clipped: float
    offset: float
    opposed: bool


@dataclass(frozen=True, kw_only=True)
class _Survey:
    """First pass: finite share, clipping, mean of the mix, and the weight of each channel in it."""

    frames: int
    finite: int
    clipped: int
    offset: float
    weights_C: F64


def decode(path: Path) -> Decoded:
    """Read a sound or video file. Raises AssetError E080-E087; see `recorded`."""
    _check_file(path)
    with _readable(path) as source:
        survey = _survey(path, source)
        weights_C = survey.weights_C
        mono = (_clean(block_NC) @ weights_C - survey.offset for block_NC in _blocks(source))
        samples_S = _resampled(mono, _rate(source))
    total = max(survey.frames * len(weights_C), 1)
    return Decoded(
        samples_S=samples_S,
        broken=1 - survey.finite / total if survey.frames else 0.0,
        clipped=survey.clipped / total,
        offset=survey.offset,
        opposed=bool((weights_C < 0).any()),
    )


def look(path: Path) -> None:
    """Read a sound's header only. Raises AssetError: what `decode` would raise, as far as the header tells."""
    _check_file(path)
    if (info := _header(path)) is not None:
        _check_header(path, info)
    elif not _is_container(path):
        with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
            _convert(path, Path(folder) / "sound.wav", seconds=0.1)


def _check_file(path: Path) -> None:
    """Refuse what is no regular file before it is opened: a pipe would never answer."""
    try:
        size = path.stat().st_size if path.is_file() else None
    except (OSError, ValueError) as error:
        raise AssetError.of("E080", f"'{path}' cannot be read: {error}", "check the path and its permissions") from error
    if size is None:
        raise AssetError.of("E080", f"there is no sound file '{path}'", "paths are relative to the scene file")
    if not size:
        raise AssetError.of("E081", f"'{path.name}' is empty", "record it again")


def _header(path: Path) -> Any:
    """What libsndfile knows of the file; None when it does not read it. Raises AssetError E080 without the right to read."""
    import soundfile

    try:
        path.open("rb").close()
    except OSError as error:
        raise AssetError.of("E080", f"'{path}' cannot be read: {error.strerror}", "check its permissions") from error
    try:
        return soundfile.info(_name(path))
    except (soundfile.LibsndfileError, TypeError, OSError):
        return None


def _name(path: Path) -> bytes | str:
    """A path as libsndfile takes it: absolute, for `-` alone would be the standard input, and in the bytes of the file system."""
    return str(path.absolute()) if os.name == "nt" else os.fsencode(path.absolute())


def _check_header(path: Path, info: Any) -> None:
    if not _RATES_HZ[0] <= info.samplerate <= _RATES_HZ[1] or info.channels > _MOST_CHANNELS:
        message = f"'{path.name}' has {info.channels} channels at {info.samplerate} Hz"
        raise AssetError.of("E083", message, f"{_RATES_HZ[0]} to {_RATES_HZ[1]} Hz and up to {_MOST_CHANNELS} channels can be read")
    if info.frames < SHORTEST_S * info.samplerate:
        raise AssetError.of("E081", f"'{path.name}' is shorter than {SHORTEST_S:g} s", "record it again")
    if info.frames > LONGEST_S * info.samplerate and info.frames < _UNKNOWN_FRAMES:
        raise too_long(path)


def too_long(path: Path) -> AssetError:
    """The error of a recording of more than half an hour."""
    return AssetError.of("E084", f"'{path.name}' is longer than {LONGEST_S / 60:g} minutes", "cut it into several lines")


def _is_container(path: Path) -> bool:
    """Whether a file begins like the containers that ffmpeg is asked to open; then it is not asked before there is need."""
    with path.open("rb") as stream:
        head = stream.read(16)
    if head.startswith(b"RIFF"):
        return head[8:12] == b"AVI "
    return head[4:8] == b"ftyp" or head.startswith((b"\x1aE\xdf\xa3", b"ID3", b"OggS", b"FLV\x01", b"\x30\x26\xb2\x75"))


@contextmanager
def _readable(path: Path) -> Iterator[Path]:
    """The file itself when libsndfile reads it, else a temporary wav made by ffmpeg."""
    if _header(path) is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="emostage-") as folder:
        wav = Path(folder) / "sound.wav"
        _convert(path, wav)
        yield wav


def _convert(path: Path, wav: Path, *, seconds: float = LONGEST_S + 1) -> None:
    import imageio_ffmpeg

    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-loglevel", "error",
        "-protocol_whitelist", "file", "-format_whitelist", _FORMATS, "-i", f"file:{path.resolve()}",
        "-map", "0:a:0", "-vn", "-sn", "-dn", "-t", f"{seconds:g}", "-fs", str(_LARGEST_WAV),
        "-c:a", "pcm_f32le", "-f", "wav", f"file:{wav}",
    ]  # fmt: skip
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=_DECODE_LIMIT_S, check=False)
    except subprocess.TimeoutExpired as error:
        raise AssetError.of("E086", f"'{path.name}' took longer than {_DECODE_LIMIT_S:g} s to decode", _HINT) from error
    except OSError as error:
        raise AssetError.of("E083", f"'{path.name}' cannot be decoded: {error}", "reinstall imageio-ffmpeg") from error
    talk = done.stderr.decode("utf-8", "replace").strip()
    if "matches no streams" in talk:
        raise AssetError.of("E085", f"'{path.name}' has no sound", "use a video with sound, or a sound file")
    if done.returncode != 0 or not wav.is_file():
        why = talk.splitlines()[-1].replace(str(path.resolve()), path.name)[:160] if talk else "unknown format"
        raise AssetError.of("E083", f"'{path.name}' is no sound that can be read ({why})", _HINT)


def _rate(source: Path) -> int:
    import soundfile

    return int(soundfile.info(_name(source)).samplerate)


def _blocks(source: Path) -> Iterator[F32]:
    """The samples (N, C), eight seconds at a time."""
    import soundfile

    with soundfile.SoundFile(_name(source)) as sound:
        size = int(_BLOCK_S * sound.samplerate)
        while len(block_NC := sound.read(size, dtype="float32", always_2d=True)):
            yield block_NC


def _survey(path: Path, source: Path) -> _Survey:
    import soundfile

    info = soundfile.info(_name(source))
    _check_header(path, info)
    frames = finite = clipped = 0
    sum_C, product_CC = np.zeros(info.channels), np.zeros((info.channels, info.channels))
    try:
        for block_NC in _blocks(source):
            frames += len(block_NC)
            if frames > LONGEST_S * info.samplerate:
                raise too_long(path)
            finite += int(np.isfinite(block_NC).sum())
            clean_NC = _clean(block_NC)
            clipped += _clipped(clean_NC)
            sum_C += clean_NC.sum(0)
            product_CC += clean_NC.T @ clean_NC
    except soundfile.LibsndfileError as error:
        raise AssetError.of("E083", f"'{path.name}' is damaged: {error}", _HINT) from error
    weights_C = _weights(product_CC)
    offset = float(sum_C @ weights_C) / max(frames, 1)
    return _Survey(frames=frames, finite=finite, clipped=clipped, offset=offset, weights_C=weights_C)


def _clean(block_NC: F32) -> F64:
    """Finite samples in [-8, 8]."""
    with np.errstate(invalid="ignore"):  # signalling not-a-numbers
        wide_NC = block_NC.astype(np.float64)
    clean_NC: F64 = np.clip(np.nan_to_num(wide_NC, nan=0.0, posinf=0.0, neginf=0.0), -8.0, 8.0)
    return clean_NC


def _clipped(block_NC: F64) -> int:
    """Samples in runs of three and more at full scale."""
    full_NC = np.abs(block_NC) >= _CLIPPED
    if len(full_NC) < 3:
        return 0
    middle_NC = full_NC[:-2] & full_NC[1:-1] & full_NC[2:]
    return int(middle_NC.sum())


def _weights(product_CC: NDArray[np.float64]) -> F64:
    """How channels are mixed: evenly, silent ones left out, and turned round when they oppose the loudest."""
    energy_C = np.diag(product_CC)
    loudest = int(energy_C.argmax())
    if energy_C[loudest] <= 0:
        return np.full(len(energy_C), 1.0 / len(energy_C))
    likeness_C = product_CC[loudest] / np.sqrt(np.maximum(energy_C * energy_C[loudest], 1e-20))
    weights_C = np.where(energy_C < 0.001 * energy_C[loudest], 0.0, np.where(likeness_C < -0.5, -1.0, 1.0))
    weights_C /= np.abs(weights_C).sum()
    return weights_C


def _resampled(blocks: Iterator[F64], rate_hz: int) -> F32:
    """Blocks joined at 24 kHz by polyphase filtering, each filtered with its neighbours' edges so that no seam is heard."""
    from scipy.signal import resample_poly

    common = gcd(rate_hz, RATE_HZ)
    up, down = RATE_HZ // common, rate_hz // common
    if up == down:
        return np.concatenate([block_N.astype(np.float32) for block_N in blocks] or [np.zeros(0, np.float32)])
    edge = -(-(12 * max(up, down) // up + 1) // down) * down
    out: list[F32] = []
    held_N = np.zeros(0)
    before_N = np.zeros(edge)
    for block_N in blocks:
        held_N = np.concatenate((held_N, block_N))
        ready = (len(held_N) - edge) // down * down
        if ready > 0:
            out.append(_filtered(np.concatenate((before_N, held_N[: ready + edge])), up, down, edge, ready))
            before_N = np.concatenate((before_N, held_N[:ready]))[-edge:]
            held_N = held_N[ready:]
    tail = resample_poly(np.concatenate((before_N, held_N, np.zeros(edge))), up, down)
    count = -(-len(held_N) * up // down)
    out.append(tail[edge * up // down :][:count].astype(np.float32))
    return np.concatenate(out)


def _filtered(piece_N: F64, up: int, down: int, edge: int, ready: int) -> F32:
    from scipy.signal import resample_poly

    middle = resample_poly(piece_N, up, down)[edge * up // down :][: ready * up // down]
    filtered_N: F32 = middle.astype(np.float32)
    return filtered_N
