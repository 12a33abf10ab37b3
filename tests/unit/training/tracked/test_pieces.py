"""How pieces lie over films."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from emostage.training.tracked.pieces import PIECE_S, SPARE, looked_at, pieces_of, used
from emostage.training.tracked.store import FPS


@given(st.dictionaries(st.integers(0, 3), st.integers(1, 20_000), min_size=1), st.floats(1, 300))
def test_pieces_cover_films_and_those_used_are_within_the_cap(frames: dict[int, int], cap_s: float) -> None:
    pieces = pieces_of(dict(sorted(frames.items())))
    for film, count in frames.items():
        mine = [piece for piece in pieces if piece.film == film]
        assert [piece.first for piece in mine] == [0, *(piece.end for piece in mine)][:-1]
        assert mine[-1].end == count
        assert all(1 <= piece.count <= PIECE_S * FPS for piece in mine)
    seen = looked_at(pieces, cap_s)
    assert sorted(set(seen)) == list(seen)
    taken = used(seen, cap_s, {piece: piece.count / FPS for piece in seen})
    longest_s = max(piece.count for piece in seen) / FPS
    assert set(taken) <= set(seen)
    assert sum(piece.count for piece in taken) / FPS <= max(1.5 * cap_s, longest_s)


def test_of_half_an_hour_three_minutes_all_over_it() -> None:
    pieces = pieces_of({0: 1800 * FPS})
    seen = looked_at(pieces, 180)
    assert len(seen) == SPARE * 18
    worth_s = {piece: 4.0 if n % 2 else 10.0 for n, piece in enumerate(seen)}
    taken = used(seen, 180, worth_s)
    assert 18 <= len(taken) <= 26
    steps = np.diff([piece.first for piece in taken]) / FPS
    assert steps.max() <= 200
    assert sum(worth_s[piece] for piece in taken) > 150
    assert sum(worth_s[piece] == 10.0 for piece in taken) >= 0.6 * len(taken)


def test_pieces_that_show_nobody_are_not_used() -> None:
    pieces = pieces_of({0: 30 * FPS})
    assert used(pieces, 180, {piece: float(n == 1) for n, piece in enumerate(pieces)}) == (pieces[1],)
    assert used(pieces, 180, dict.fromkeys(pieces, 0.0)) == ()
