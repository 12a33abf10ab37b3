"""How long painting takes, stage by stage."""

from __future__ import annotations

import time
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import torch

from emostage.core.arkit import expression
from emostage.core.tracks import MotionTrack, Portrait
from emostage.face.head import Head
from emostage.portrait.framing import Shot
from emostage.portrait.photo import PhotoRenderer, Quality

_FRAMES, _RATE = 48, 25


def talking(frames: int = _FRAMES) -> MotionTrack:
    """A motion in which everything moves: a smile that talks and blinks on a turning head."""
    time_T = np.arange(frames) / _RATE
    open_T, blink_T = 0.2 + 0.2 * np.sin(8 * time_T), np.clip(5 * np.sin(3 * time_T) - 4, 0, 1)
    weights = [expression(jawOpen=j, mouthSmile=0.3, browInnerUp=0.2, eyeBlink=b) for j, b in zip(open_T, blink_T, strict=True)]
    turn_T3 = 0.05 * np.stack([np.sin(2.0 * time_T), 1.7 * np.sin(1.1 * time_T), 0.7 * np.sin(1.7 * time_T)], 1)
    zero_T = np.zeros(frames, np.float32)
    return MotionTrack(
        expression_T52=np.stack(weights),
        rotation_T3=turn_T3.astype(np.float32),
        shift_T2=np.zeros((frames, 2), np.float32),
        scale_T=zero_T + 1,
        tongue_T=zero_T,
        breath_T=(0.5 - 0.5 * np.cos(1.5 * time_T)).astype(np.float32),
        fps=Fraction(_RATE),
    )


def bench(
    portrait: Portrait,
    head: Head,
    *,
    size_px: tuple[int, int] = (512, 512),
    shot: Shot = "whole",
    quality: Quality = "draft",
    device: str = "cpu",
) -> dict[str, float]:
    """Milliseconds a frame of each painting stage in one thread (processor time; on a GPU the time that passes), their `sum`, the
    `wall` time a frame of the whole stream, and the milliseconds it takes to `prepare` the portrait."""
    began = time.perf_counter()
    renderer = PhotoRenderer(portrait, head, size_px=size_px, shot=shot, quality=quality, device=device)
    prepared = time.perf_counter() - began
    motion, threads = talking(), torch.get_num_threads()
    torch.set_num_threads(1)
    spent = _stages(renderer, motion, time.thread_time if device == "cpu" else _gpu_time)
    torch.set_num_threads(threads)
    began = time.perf_counter()
    count = sum(1 for _ in renderer.render(motion))
    wall = (time.perf_counter() - began) / count
    figures = {**spent, "sum": sum(spent.values()), "wall": wall, "prepare": prepared}
    return {name: round(1e3 * seconds, 2) for name, seconds in figures.items()}


def _gpu_time() -> float:
    """Seconds on a clock, when all that was asked of the GPU is done."""
    torch.cuda.synchronize()
    return time.perf_counter()


def _stages(renderer: PhotoRenderer, motion: MotionTrack, clock: Callable[[], float]) -> dict[str, float]:
    """Seconds a frame of each stage."""
    spent: dict[str, float] = {}
    then = 0.0

    def tick(stage: str) -> None:
        nonlocal then
        now = clock()
        spent[stage] = spent.get(stage, 0.0) + (now - then) / len(motion)
        then = now

    renderer.painter.paint(motion, 0, renderer.batch)
    for start in range(0, len(motion), renderer.batch):
        then = clock()
        renderer.painter.paint(motion, start, min(start + renderer.batch, len(motion)), tick)
    return spent
