"""What a picture codec loses and costs, measured on held-out people beside space to depth, which loses nothing.

It needs nothing but torch and numpy. N frames of H rows and columns, C channels on G cells.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import median
from time import process_time
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import conv2d, interpolate, pad

from emostage.nets.painting.codec import Codec, Shuffle
from emostage.training.footage.store import PARTS, Footage

SHUFFLED, ENCODED = "space to depth", "autoencoder"

_FRAMES, _CHUNK, _TIMES = 96, 12, 5
"""Frames that are looked at, evenly spread over all of them; so many together; chunks that are timed."""
_SEEN = {"mouth": PARTS.index("mouth"), "eyes": PARTS.index("eyes")}
_LEVELS = 255.0
_WINDOW_PX, _SIGMA_PX = 11, 1.5
_C1, _C2 = 0.01**2, 0.03**2
_LUMA = (0.299, 0.587, 0.114)


@dataclass(frozen=True, kw_only=True, eq=False)
class Frames:
    """Pictures in [-1, 1] of whole levels, and what their cells show."""

    clean_N3HH: Tensor
    parts_NGG: Tensor


def compared(codec: Codec, held: Footage) -> dict[str, dict[str, Any]]:
    """`codec_figures` of an autoencoder and of space to depth of the same factor."""
    frames = spread(held)
    return {ENCODED: codec_figures(codec, frames), SHUFFLED: codec_figures(Shuffle(codec.factor), frames)}


def spread(footage: Footage, count: int = _FRAMES) -> Frames:
    """Frames evenly spread over footage, no more than there are."""
    numbers_N = np.unique(np.linspace(0, len(footage) - 1, min(count, len(footage))).round().astype(np.int64))
    return frames_of(footage, numbers_N)


def frames_of(footage: Footage, numbers_N: np.ndarray[Any, np.dtype[np.int64]]) -> Frames:
    """Frames by number."""
    seen = np.stack([footage.picture(int(n)) for n in numbers_N])
    return Frames(
        clean_N3HH=torch.from_numpy(seen).permute(0, 3, 1, 2).float() / 127.5 - 1.0,
        parts_NGG=torch.from_numpy(footage.frames["parts_NGG"][numbers_N]),
    )


@torch.inference_mode()
def codec_figures(codec: Codec, frames: Frames) -> dict[str, Any]:
    """`channels` and `factor`; mean PSNR (dB) and SSIM of frames given back in whole levels, of the whole frame and of the cells of
    mouth and eyes (None for a PSNR where nothing is lost, and where no frame shows the part); `deviation` of the latents; CPU
    milliseconds a frame on one thread."""
    psnr, ssim, deviations = defaultdict[str, list[Tensor]](list), defaultdict[str, list[Tensor]](list), []
    for clean_N3HH, parts_NGG in _chunks(frames):
        latents_NCGG = codec.encode(clean_N3HH)
        deviations.append(latents_NCGG.std())
        true, back = (_levelled(picture) for picture in (clean_N3HH, codec.decode(latents_NCGG)))
        error_N1HH, alike_N1HH = (true - back).square().mean(1, keepdim=True), similarity(true, back)
        for name, place_N1HH in _places(parts_NGG, true.shape[-1]).items():
            psnr[name].append(-10 * torch.log10(_mean(error_N1HH, place_N1HH)))
            ssim[name].append(_mean(alike_N1HH, place_N1HH))
    encode_ms, decode_ms = _costs(codec, frames)
    return {
        "channels": codec.channels,
        "factor": codec.factor,
        "psnr_db": {name: _told(torch.cat(values), 2) for name, values in psnr.items()},
        "ssim": {name: _told(torch.cat(values), 4) for name, values in ssim.items()},
        "deviation": round(float(torch.stack(deviations).mean()), 3),
        "encode_ms": round(encode_ms, 2),
        "decode_ms": round(decode_ms, 2),
        "frames": len(frames.clean_N3HH),
    }


def similarity(one_N3HH: Tensor, other_N3HH: Tensor) -> Tensor:
    """Structural similarity (N, 1, H, H) of the luma of pictures in [0, 1] (Wang et al., IEEE TIP 2004, equation 13)."""
    weights_131 = one_N3HH.new_tensor(_LUMA).view(1, 3, 1, 1)
    a, b = ((picture * weights_131).sum(1, keepdim=True) for picture in (one_N3HH, other_N3HH))
    mean_a, mean_b = _local(a), _local(b)
    spread_a, spread_b = _local(a * a) - mean_a**2, _local(b * b) - mean_b**2
    shared = _local(a * b) - mean_a * mean_b
    alike = (2 * mean_a * mean_b + _C1) * (2 * shared + _C2)
    return alike / ((mean_a**2 + mean_b**2 + _C1) * (spread_a + spread_b + _C2))


def _local(values_N1HH: Tensor) -> Tensor:
    """Means over the Gaussian window around each pixel; the picture is mirrored beyond its border."""
    reach = _WINDOW_PX // 2
    line = torch.exp(-0.5 * (torch.arange(-reach, reach + 1, dtype=values_N1HH.dtype) / _SIGMA_PX) ** 2)
    line = line / line.sum()
    padded = pad(values_N1HH, (reach,) * 4, mode="reflect")
    return conv2d(conv2d(padded, line.view(1, 1, 1, -1)), line.view(1, 1, -1, 1))


def _levelled(picture_N3HH: Tensor) -> Tensor:
    """Pictures of whole levels, in [0, 1], in double precision."""
    return ((picture_N3HH.double() + 1) * (0.5 * _LEVELS)).round().clamp(0, _LEVELS) / _LEVELS


def _places(parts_NGG: Tensor, size: int) -> dict[str, Tensor]:
    """Which pixels are measured (N, 1, H, H), 1 or 0, by part."""
    cells = {"whole": torch.ones_like(parts_NGG), **{name: parts_NGG == number for name, number in _SEEN.items()}}
    return {name: interpolate(seen[:, None].double(), (size, size), mode="nearest") for name, seen in cells.items()}


def _mean(values_N1HH: Tensor, place_N1HH: Tensor) -> Tensor:
    """The mean of each frame over a place (N,); NaN where there is none."""
    return (values_N1HH * place_N1HH).sum((1, 2, 3)) / place_N1HH.sum((1, 2, 3))


def _told(values_N: Tensor, digits: int) -> float | None:
    """The mean of what is known; None where nothing is, or nothing is lost."""
    mean = float(values_N[~values_N.isnan()].mean())
    return round(mean, digits) if np.isfinite(mean) else None


def _chunks(frames: Frames) -> Iterator[tuple[Tensor, Tensor]]:
    return zip(torch.split(frames.clean_N3HH, _CHUNK), torch.split(frames.parts_NGG, _CHUNK), strict=True)


def _costs(codec: Codec, frames: Frames) -> tuple[float, float]:
    """CPU milliseconds to encode and to decode a frame on one thread: the median over some chunks."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        pictures_N3HH = frames.clean_N3HH[:_CHUNK]
        latents_NCGG = codec.encode(pictures_N3HH)
        taken_s = _cost_s(lambda: codec.encode(pictures_N3HH)), _cost_s(lambda: codec.decode(latents_NCGG))
    finally:
        torch.set_num_threads(before)
    encode_ms, decode_ms = (1000 * each_s / len(pictures_N3HH) for each_s in taken_s)
    return encode_ms, decode_ms


def _cost_s(work: Callable[[], Tensor]) -> float:
    taken_s = []
    for _ in range(1 + _TIMES):
        begin_s = process_time()
        work()
        taken_s.append(process_time() - begin_s)
    return median(taken_s[1:])
