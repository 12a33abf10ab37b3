from dataclasses import fields

import numpy as np
import torch

from emostage.evaluate.painted.artists import Painting
from emostage.evaluate.painted.cases import clips
from emostage.evaluate.painted.lasting import PARTS, Looped, acting, lasting, sharpness
from emostage.nets.painting.copying import Painted
from emostage.nets.painting.given import Given


class Copying:
    """Paints the portrait in windows of four, ever softer with `fading`, and jumping where windows begin with `jumps`."""

    size_px = 128

    def __init__(self, fading: float = 0.0, jumps: float = 0.0) -> None:
        self._fading, self._jumps = fading, jumps

    def paint(self, given, *, seed):
        for first in range(0, given.frames, 4):
            part = given.part(first, min(first + 4, given.frames))
            strength = 1.0 - self._fading * first / given.frames
            noise = 0.02 * torch.randn((part.frames, 3, 128, 128), generator=torch.Generator().manual_seed(first))
            clean = strength * part.reference_B3HH.expand(part.frames, -1, -1, -1) + noise
            clean = clean + self._jumps * (-1) ** (first // 4)
            yield Painted(clean_N3HH=clean, flow_N2KK=torch.zeros(1, 2, 8, 8), keep_N1HH=torch.zeros(1, 1, 8, 8))


def last(painter, footage, recogniser):
    return lasting(Painting(painter), clips(footage, 2), recogniser, seconds=5)


def test_a_painter_that_always_paints_alike_lasts(footage, recogniser):
    found = last(Copying(), footage, recogniser)
    assert found.seconds == PARTS * 13 / 25
    assert abs(found.sharpness) < 0.05 and abs(found.identity) < 0.01 and 0.8 < found.borders < 1.2


def test_one_that_fades_loses_sharpness(footage, recogniser):
    assert last(Copying(fading=0.6), footage, recogniser).sharpness < -0.3


def test_windows_that_jump_show_at_their_borders(footage, recogniser):
    assert last(Copying(jumps=0.1), footage, recogniser).borders > 2


def test_acting_has_its_length_and_goes_on_where_it_ends(footage):
    cases = clips(footage, 2)
    act = acting(cases[0].sitter, [case.sitter.true(case.frames_T) for case in cases], 51)
    steps = np.abs(np.diff(np.concatenate([act.expression_T52, act.expression_T52[:1]]), axis=0)).max(1)
    assert len(act) == 51 and steps.max() < 0.3


def test_rounds_are_the_same_frames_again(footage):
    case = clips(footage, 1)[0]
    given = case.sitter.given(case.sitter.true(case.frames_T))
    looped = Looped(**{f.name: getattr(given, f.name) for f in fields(Given)}, times=3)
    assert looped.frames == 24
    part = looped.part(6, 10)
    assert torch.equal(part.expression_BF52, given.expression_BF52[:, [6, 7, 0, 1]])
    assert torch.equal(part.own_B52, given.own_B52)


def test_a_blurred_face_is_less_sharp():
    sharp = np.random.default_rng(0).integers(0, 255, (32, 32, 3)).astype(np.uint8)
    soft = ((sharp[:-1, :-1].astype(int) + sharp[1:, :-1] + sharp[:-1, 1:] + sharp[1:, 1:]) // 4).astype(np.uint8)
    assert sharpness(soft, np.ones((31, 31), bool)) < sharpness(sharp, np.ones((32, 32), bool)) / 2
