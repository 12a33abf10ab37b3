from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emostage.core.errors import EmostageError
from emostage.core.timeline import Clip, Timeline, Transition
from emostage.film.cutlist import Blend, Run, cut

GROUP = 25


def timeline(*clips):
    parts = tuple(Clip(path=Path("x"), frames=n, transition=Transition(kind=kind, frames=frames)) for n, kind, frames in clips)
    return Timeline(fps=Fraction(25), size_px=(64, 48), clips=parts)


def keys(film):
    return [list(range(0, clip.frames, GROUP)) for clip in film.clips]


def test_cuts_copy_everything():
    film = timeline((10, "cut", 0), (30, "cut", 0))
    assert cut(film, keys(film)) == (Run(clip=0, first=0, count=10, copied=True), Run(clip=1, first=0, count=30, copied=True))


def test_a_crossfade_draws_itself_and_up_to_the_next_keyframe():
    film = timeline((100, "cut", 0), (100, "crossfade", 10))
    assert cut(film, keys(film)) == (
        Run(clip=0, first=0, count=90, copied=True),
        Blend(kind="crossfade", clip=1, leaving=10, entering=10),
        Run(clip=1, first=10, count=15, copied=False),
        Run(clip=1, first=25, count=75, copied=True),
    )


def test_odd_fades_give_the_new_clip_the_longer_half():
    film = timeline((100, "fade", 9), (100, "dip", 9))
    assert [p for p in cut(film, keys(film)) if isinstance(p, Blend)] == [
        Blend(kind="fade", clip=0, leaving=0, entering=5),
        Blend(kind="dip", clip=1, leaving=4, entering=5),
    ]


def test_a_clip_that_cannot_be_copied_is_drawn():
    assert cut(timeline((7, "cut", 0)), [None]) == (Run(clip=0, first=0, count=7, copied=False),)


@st.composite
def films(draw):
    clips = []
    for i in range(draw(st.integers(1, 8))):
        kind = draw(st.sampled_from(["cut", "fade", "dip"] if i == 0 else ["cut", "crossfade", "fade", "dip"]))
        clips.append((draw(st.integers(1, 90)), kind, draw(st.integers(0, 30))))
    return timeline(*clips)


@given(films())
def test_pieces_cover_every_frame_once_and_in_order(film):
    try:
        pieces = cut(film, keys(film))
    except EmostageError as error:
        assert error.diagnostics[0].code == "E108"
        return
    assert sum(p.count for p in pieces) == film.frames
    shown = {i: [] for i in range(len(film.clips))}
    for piece in pieces:
        if isinstance(piece, Run):
            shown[piece.clip] += range(piece.first, piece.first + piece.count)
            assert not piece.copied or piece.first % GROUP == 0
        else:
            shown[piece.clip] += range(piece.entering)
            if piece.leaving:
                before = film.clips[piece.clip - 1].frames
                shown[piece.clip - 1] += range(before - piece.leaving, before)
    assert all(shown[i] == list(range(clip.frames)) for i, clip in enumerate(film.clips))


@pytest.mark.parametrize(
    "clips",
    [[(10, "crossfade", 4)], [(5, "cut", 0), (50, "crossfade", 6)], [(50, "cut", 0), (10, "crossfade", 6), (50, "crossfade", 6)]],
)
def test_transitions_that_do_not_fit(clips):
    film = timeline(*clips)
    with pytest.raises(EmostageError, match="E108"):
        cut(film, keys(film))
