"""Long takes in windows: order, borders, and memory of what came before."""

from __future__ import annotations

import pytest
import torch

from emostage.nets.painting.codec import Shuffle
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.taking import in_order, one_noise, paint_window


def told(made, seen: list[int] | None = None):  # type: ignore[no-untyped-def]
    """A painter that paints the first number of each frame's expression."""

    def paint(part) -> Painted:  # type: ignore[no-untyped-def]
        value = part.expression_BF52[0, :, 0].view(-1, 1, 1, 1)
        if seen is not None:
            seen.append(part.frames)
        return Painted(
            clean_N3HH=value.expand(-1, 3, 8, 8), flow_N2KK=value.expand(-1, 2, 4, 4), keep_N1HH=value.expand(-1, 1, 8, 8)
        )

    return paint


@pytest.mark.parametrize(("frames", "window", "overlap"), [(1, 6, 2), (6, 6, 2), (7, 6, 2), (23, 6, 2), (9, 4, 0)])
def test_every_frame_comes_once_and_in_order(given, frames: int, window: int, overlap: int) -> None:  # type: ignore[no-untyped-def]
    made, seen = given(frames=frames), []
    parts = list(in_order(told(made, seen), made, window=window, overlap=overlap))
    values = torch.cat([part.clean_N3HH[:, 0, 0, 0] for part in parts])
    assert torch.allclose(values, made.expression_BF52[0, :, 0])
    assert torch.allclose(torch.cat([part.flow_N2KK[:, 0, 0, 0] for part in parts]), values)
    assert max(seen) <= window


def test_windows_are_cross_faded(given) -> None:  # type: ignore[no-untyped-def]
    made, number = given(frames=10), iter(range(10))

    def paint(part) -> Painted:  # type: ignore[no-untyped-def]
        value = torch.full((part.frames, 1, 1, 1), float(next(number)))
        return Painted(clean_N3HH=value, flow_N2KK=value, keep_N1HH=value)

    values = torch.cat([p.clean_N3HH[:, 0, 0, 0] for p in in_order(paint, made, window=6, overlap=2)])
    assert values.tolist() == pytest.approx([0, 0, 0, 0, 1 / 3, 2 / 3, 1, 1, 1, 1])


def test_a_window_takes_the_steps_it_is_given_and_the_correction(given) -> None:  # type: ignore[no-untyped-def]
    codec, asked = Shuffle(4), []

    def ask(noisy, level, part) -> Painted:  # type: ignore[no-untyped-def]
        asked.append(float(level[0]))
        n = len(noisy)
        return Painted(
            clean_N3HH=torch.full((n, 3, 128, 128), 0.5), flow_N2KK=torch.zeros(n, 2, 64, 64), keep_N1HH=torch.ones(n, 1, 128, 128)
        )

    noise = one_noise(codec, 128, 3, torch.device("cpu"))
    painted = paint_window(ask, codec, given(frames=2), noise, steps=4)
    assert asked == [1.0, 0.75, 0.5, 0.25]
    assert torch.allclose(painted.clean_N3HH, torch.full((2, 3, 128, 128), 0.5), atol=1e-5)
    drawn = paint_window(ask, codec, given(frames=2), noise, steps=2, correct=lambda clean, level, part: clean * 0)
    assert torch.allclose(drawn.clean_N3HH, torch.zeros(1), atol=1e-5)


class Grey:
    """A codec that keeps nothing but the mean of each cell."""

    channels, factor = 1, 4

    def encode(self, pictures: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.avg_pool2d(pictures.mean(1, keepdim=True), 4)

    def decode(self, latents: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.interpolate(latents, scale_factor=4).expand(-1, 3, -1, -1)


def test_a_codec_that_loses_much_leaves_painted_pixels_alone(given) -> None:  # type: ignore[no-untyped-def]
    pictures = torch.rand(2, 3, 128, 128, generator=torch.Generator().manual_seed(0))

    def ask(noisy, level, part) -> Painted:  # type: ignore[no-untyped-def]
        return Painted(clean_N3HH=pictures, flow_N2KK=torch.zeros(2, 2, 64, 64), keep_N1HH=torch.ones(2, 1, 128, 128))

    noise = one_noise(Grey(), 128, 3, torch.device("cpu"))
    assert torch.equal(paint_window(ask, Grey(), given(frames=2), noise, steps=3).clean_N3HH, pictures)
    lighter = paint_window(ask, Grey(), given(frames=2), noise, steps=3, correct=lambda clean, level, part: clean + 0.25)
    assert torch.allclose(lighter.clean_N3HH, pictures + 0.25, atol=1e-5)


def test_noise_is_the_seeds() -> None:
    a, b, c = (one_noise(Shuffle(4), 128, seed, torch.device("cpu")) for seed in (1, 1, 2))
    assert torch.equal(a, b)
    assert not torch.equal(a, c)
