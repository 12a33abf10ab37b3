"""What is held out, and that nothing of it is trained on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import UsageError
from emostage.training.tracked.split import GAP_S, Split, split
from emostage.training.tracked.store import FPS, RATE_HZ, Take


def made(first: int, count: int, source: str = "me.mp4") -> Take:
    """Frames whose landmarks are their numbers."""
    number_T = np.arange(first, first + count, dtype=np.float32)
    return Take(
        name=f"{source}#{first:06d}",
        source=source,
        first_s=first / FPS,
        pictures=[b"%d" % n for n in range(first, first + count)],
        size_px=(8, 8),
        landmarks_TL2=np.tile(number_T[:, None, None], (1, 478, 2)),
        seen_T=np.ones(count, bool),
        samples_S=np.repeat(number_T, RATE_HZ // FPS).astype(np.int16),
    )


def frames(takes) -> list[int]:
    for take in takes:
        assert [int(data) for data in take.pictures] == take.landmarks_TL2[:, 0, 0].astype(int).tolist()
        assert take.samples_S[:: RATE_HZ // FPS].tolist() == take.landmarks_TL2[:, 0, 0].astype(int).tolist()
        assert take.first_s == pytest.approx(take.landmarks_TL2[0, 0, 0] / FPS)
    return [int(data) for take in takes for data in take.pictures]


def test_the_last_three_of_eight_seconds_exactly() -> None:
    found = split([made(0, 200)], held_out_s=3.0)
    assert frames(found.train) == list(range(125))
    assert frames(found.held) == list(range(125, 200))


@pytest.mark.parametrize(("seconds", "held_s"), [(8, 3.0), (24, 9.0), (40, 6.0), (30, 4.5), (600, 30.0)])
def test_the_share_depends_on_the_length(seconds: int, held_s: float) -> None:
    found = split([made(at, 250 if at + 250 < seconds * FPS else seconds * FPS - at) for at in range(0, seconds * FPS, 250)])
    held = frames(found.held)
    assert held == list(range(seconds * FPS - round(held_s * FPS), seconds * FPS))
    assert frames(found.train) == list(range(held[0] - round(GAP_S * FPS)))


@given(st.lists(st.tuples(st.integers(0, 60), st.integers(12, 90)), min_size=1, max_size=6), st.none() | st.floats(0.1, 3))
def test_training_ends_before_what_is_held_out_begins(parts: list[tuple[int, int]], held_out_s: float | None) -> None:
    takes, at = [], 0
    for pause, count in parts:
        takes.append(made(at + pause, count))
        at += pause + count
    try:
        found = split(takes[::-1], held_out_s=held_out_s)
    except UsageError:
        assert held_out_s
        assert held_out_s * FPS >= sum(count for _, count in parts) - 1
        return
    train, held = frames(found.train), frames(found.held)
    assert train == sorted(train)
    assert held == sorted(held)
    assert max(train) < min(held)
    assert set(train + held) <= {n for take in takes for n in frames([take])}


def test_the_end_of_every_film_is_held_out_and_photos_are_trained_on() -> None:
    takes = [made(0, 100, "a.mp4"), made(0, 200, "b.mp4"), made(0, 1, "p.png")]
    found = split(takes)
    assert [take.source for take in found.train] == ["a.mp4", "b.mp4", "p.png"]
    assert [(take.source, len(take)) for take in found.held] == [("a.mp4", 38), ("b.mp4", 75)]


@pytest.mark.parametrize(("count", "held"), [(1, []), (4, []), (5, [4]), (11, [4, 9])])
def test_of_photos_each_fifth(count: int, held: list[int]) -> None:
    photos = [made(0, 1, f"{n}.png") for n in range(count)]
    assert split(photos) == Split(
        train=tuple(p for n, p in enumerate(photos) if n not in held), held=tuple(photos[n] for n in held)
    )


def test_holding_out_everything_is_refused() -> None:
    with pytest.raises(UsageError, match="E015"):
        split([made(0, 50)], held_out_s=3.0)
